"""How an organisation comes in: applied, reviewed by somebody else, approved or sent back, its account verified by a third."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from shop.kernel.clock import seoul_day
from shop.kernel.states import MoveRefused
from shop.messages.models import Message
from shop.people.models import AuditEvent, StaffRole
from shop.vendors import banking, certifications, onboarding
from shop.vendors.banking import Account
from shop.vendors.models import BankDetail, Membership, TeamRole, VatKind, Vendor, VendorKind, VendorState
from shop.vendors.onboarding import Application
from tests import factories

ACCOUNT = Account(bank="전북은행", number="999-02-1234567", holder="한빛협동조합")


def application(session, **fields):
    dong = factories.select(factories.Dong.code).limit(1)
    return Application(
        **{
            "name": "한빛협동조합",
            "kind": VendorKind.COOP,
            "brn": "9998600190",
            "vat_kind": VatKind.GENERAL,
            "representative": "정한빛",
            "dong_code": session.scalar(dong),
            "address": "전주시 완산구",
            "phone": "063-111-2222",
            "email": "hanbit@example.com",
            "mail_order_no": "제2025-전주완산-0574호",
            **fields,
        }
    )


@pytest.fixture
def people(session):
    return (
        factories.make_user(session, "정한빛"),
        factories.make_user(session, "심사", roles=(StaffRole.MERCHANDISER,)),
        factories.make_user(session, "회계", roles=(StaffRole.ACCOUNTANT,)),
    )


def brn(serial=777):
    return factories.make_brn(serial).replace("-", "")


@pytest.fixture
def applied(session, people, now):
    return onboarding.apply_vendor(
        session, user_id=people[0].id, application=application(session, brn=brn()), bank=ACCOUNT, now=now
    )


def test_an_application_makes_a_vendor_an_owner_and_an_unverified_account(session, people, applied):
    assert applied.state is VendorState.APPLIED
    assert applied.brn == factories.make_brn(777)
    assert session.execute(select(Membership.user_id, Membership.role)).all() == [(people[0].id, TeamRole.OWNER)]
    account = session.scalars(select(BankDetail)).one()
    assert (account.verified_at, account.created_by) == (None, people[0].id)
    assert session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "vendor.applied")) == 1


def test_an_english_name_makes_the_code_and_its_namesake_gets_another(session, people, now):
    codes = []
    for serial in (901, 902):
        vendor = onboarding.apply_vendor(
            session,
            user_id=people[0].id,
            bank=ACCOUNT,
            now=now,
            application=application(session, brn=brn(serial), name_en="Hanbit Co-op!"),
        )
        codes.append(vendor.code)
    assert codes == ["hanbit-co-op", f"hanbit-co-op-{vendor.id}"]


def test_a_business_number_with_a_wrong_check_digit_is_refused(session, people, now):
    wrong = brn()[:-1] + str((int(brn()[-1]) + 1) % 10)
    with pytest.raises(onboarding.BrnWrong):
        onboarding.apply_vendor(session, user_id=people[0].id, application=application(session, brn=wrong), bank=ACCOUNT, now=now)
    assert session.scalar(select(func.count()).select_from(Vendor)) == 0


def test_a_business_number_known_here_is_refused_however_it_is_typed(session, people, applied, now):
    with pytest.raises(onboarding.BrnTaken):
        onboarding.apply_vendor(
            session, user_id=people[1].id, application=application(session, brn=factories.make_brn(777)), bank=ACCOUNT, now=now
        )
    assert session.scalar(select(func.count()).select_from(Vendor)) == 1


def test_an_approved_vendor_is_told_in_its_owners_language(session, people, applied, now):
    people[0].locale = "en"
    onboarding.approve_vendor(session, vendor_id=applied.id, actor_id=people[1].id, now=now)
    assert (applied.state, applied.decided_at) == (VendorState.APPROVED, now)
    message = session.scalars(select(Message)).one()
    assert (message.template, message.locale, message.recipient) == ("vendor_approved", "en", "hanbit@example.com")


def test_nobody_reviews_an_organisation_of_their_own_team(session, people, applied, now):
    session.add(Membership(vendor_id=applied.id, user_id=people[1].id, role=TeamRole.VIEWER))
    session.flush()
    with pytest.raises(onboarding.OwnReview):
        onboarding.approve_vendor(session, vendor_id=applied.id, actor_id=people[1].id, now=now)
    assert applied.state is VendorState.APPLIED


def test_a_returned_application_is_mended_and_sent_in_again(session, people, applied, now):
    onboarding.return_vendor(
        session, vendor_id=applied.id, actor_id=people[1].id, note="통신판매업 신고번호를 적어 주세요", now=now
    )
    assert session.scalars(select(Message)).one().context["reason"] == "통신판매업 신고번호를 적어 주세요"
    later = now + timedelta(days=1)
    onboarding.reapply_vendor(
        session,
        vendor_id=applied.id,
        user_id=people[0].id,
        now=later,
        bank=None,
        application=application(session, brn=brn(), address="전주시 덕진구"),
    )
    assert (applied.state, applied.applied_at, applied.address) == (VendorState.APPLIED, later, "전주시 덕진구")
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "vendor.applied_again")).one()
    assert event.before == {"address": "전주시 완산구"}
    assert session.scalar(select(func.count()).select_from(BankDetail)) == 1


def test_sending_back_without_a_note_is_refused(session, people, applied, now):
    with pytest.raises(onboarding.NoteMissing):
        onboarding.return_vendor(session, vendor_id=applied.id, actor_id=people[1].id, note="  ", now=now)
    assert applied.state is VendorState.APPLIED


def test_an_approved_vendor_is_not_approved_again_nor_sent_back(session, people, applied, now):
    onboarding.approve_vendor(session, vendor_id=applied.id, actor_id=people[1].id, now=now)
    with pytest.raises(MoveRefused):
        onboarding.approve_vendor(session, vendor_id=applied.id, actor_id=people[1].id, now=now)
    with pytest.raises(MoveRefused):
        onboarding.return_vendor(session, vendor_id=applied.id, actor_id=people[1].id, note="늦음", now=now)
    with pytest.raises(MoveRefused):
        onboarding.reapply_vendor(
            session, vendor_id=applied.id, user_id=people[0].id, bank=None, now=now, application=application(session, brn=brn())
        )


def test_an_account_is_verified_by_another_person_only(session, people, applied, now):
    account = session.scalars(select(BankDetail)).one()
    with pytest.raises(banking.SamePersonBank) as refusal:
        banking.verify_bank_detail(session, bank_detail_id=account.id, actor_id=people[0].id, now=now)
    assert refusal.value.data == {"name": "정한빛"}
    banking.verify_bank_detail(session, bank_detail_id=account.id, actor_id=people[2].id, now=now)
    assert banking.find_verified(session, applied.id) is account
    with pytest.raises(banking.BankDetailSettled):
        banking.verify_bank_detail(session, bank_detail_id=account.id, actor_id=people[2].id, now=now)


def test_staff_of_the_vendors_team_do_not_verify_its_account_even_where_another_typed_it(session, people, applied, now):
    session.add(Membership(vendor_id=applied.id, user_id=people[2].id, role=TeamRole.EDITOR))
    session.flush()
    with pytest.raises(banking.SamePersonBank):
        banking.verify_bank_detail(
            session, bank_detail_id=session.scalars(select(BankDetail.id)).one(), actor_id=people[2].id, now=now
        )


def test_a_changed_account_waits_while_the_old_one_stays_in_use(session, people, applied, now):
    old = session.scalars(select(BankDetail)).one()
    banking.verify_bank_detail(session, bank_detail_id=old.id, actor_id=people[2].id, now=now)
    typo = banking.enter_bank_detail(session, vendor_id=applied.id, account=ACCOUNT, actor_id=people[0].id, now=now)
    new = banking.enter_bank_detail(session, vendor_id=applied.id, account=ACCOUNT, actor_id=people[0].id, now=now)
    assert typo.retired_at == now
    assert banking.find_verified(session, applied.id) is old
    banking.verify_bank_detail(session, bank_detail_id=new.id, actor_id=people[2].id, now=now)
    assert banking.find_verified(session, applied.id) is new
    assert old.retired_at == now


def test_the_account_number_is_sealed_in_the_database(session, applied):
    from sqlalchemy import text

    assert "1234567" not in session.scalar(text("SELECT account_number FROM bank_detail"))
    assert banking.mask("999-02-1234567") == "••••••••••4567"


def test_a_certificate_is_verified_by_staff_once_and_not_after_it_ended(session, people, applied, now):
    def add(valid_to):
        return certifications.add_certification(
            session,
            vendor_id=applied.id,
            actor_id=people[0].id,
            title="예비사회적기업",
            number="1호",
            issued_on=date(2024, 1, 2),
            valid_to=valid_to,
            now=now,
        )

    good, ended = add(date(2027, 1, 1)), add(seoul_day(now) - timedelta(days=1))
    certifications.verify_certification(session, certification_id=good.id, actor_id=people[1].id, now=now)
    assert (good.verified_on, good.verified_by) == (seoul_day(now), people[1].id)
    with pytest.raises(certifications.CertificationSettled):
        certifications.verify_certification(session, certification_id=good.id, actor_id=people[1].id, now=now)
    with pytest.raises(certifications.CertificationExpired):
        certifications.verify_certification(session, certification_id=ended.id, actor_id=people[1].id, now=now)
    with pytest.raises(onboarding.OwnReview):
        certifications.verify_certification(session, certification_id=add(None).id, actor_id=people[0].id, now=now)
    with pytest.raises(certifications.DatesWrong):
        add(date(2023, 1, 1))
    with pytest.raises(certifications.CertificationSettled):
        certifications.remove_certification(
            session, vendor_id=applied.id, certification_id=good.id, actor_id=people[0].id, now=now
        )
