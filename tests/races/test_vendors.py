"""Several people deciding the same thing of an organisation at once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shop.kernel.db import unit_of_work
from shop.people.models import StaffRole
from shop.vendors import agreements, banking, onboarding, team
from shop.vendors.banking import Account
from shop.vendors.models import (
    AgreementState,
    BankDetail,
    CommissionAgreement,
    Dong,
    Membership,
    TeamRole,
    VatKind,
    Vendor,
    VendorKind,
)
from shop.vendors.onboarding import Application
from tests import factories
from tests.races.threads import race

pytestmark = pytest.mark.race

ACCOUNT = Account(bank="전북은행", number="999-02-1234567", holder="한빛")


def test_one_business_number_applied_for_twenty_times_at_once_makes_one_vendor(app, unit, now):
    with unit() as session:
        people = [factories.make_user(session).id for _ in range(20)]
        application = Application(
            name="한빛",
            kind=VendorKind.COOP,
            brn=factories.make_brn(5),
            vat_kind=VatKind.GENERAL,
            representative="정",
            dong_code=session.scalar(select(Dong.code).limit(1)),
            address="전주",
            phone="063-1-1",
            email="h@example.com",
            mail_order_no="면제: 간이과세자",
        )

    def attempt(number: int) -> None:
        with unit_of_work() as session:
            onboarding.apply_vendor(session, user_id=people[number], application=application, bank=ACCOUNT, now=now)

    assert race(app, attempt, attempts=20, threads=10) == {"ok": 1, "BrnTaken": 19}
    with unit() as session:
        assert [session.scalar(select(func.count()).select_from(table)) for table in (Vendor, Membership, BankDetail)] == [
            1,
            1,
            1,
        ]


def test_two_owners_who_let_each_other_go_at_once_leave_one_owner(app, unit, now):
    with unit() as session:
        vendor = factories.make_vendor(session, owner=factories.make_user(session)).id
        session.add(Membership(vendor_id=vendor, user_id=factories.make_user(session).id, role=TeamRole.OWNER))
        session.flush()
        members = session.scalars(select(Membership.id)).all()

    def attempt(number: int) -> None:
        with unit_of_work() as session:
            team.remove_member(session, vendor_id=vendor, membership_id=members[number], actor_id=1, now=now)

    assert race(app, attempt, attempts=2, threads=2) == {"ok": 1, "LastOwner": 1}


def test_two_accounts_verified_at_once_leave_one_in_use(app, unit, now):
    with unit() as session:
        vendor = factories.make_vendor(session).id
        staff = factories.make_user(session, roles=(StaffRole.ACCOUNTANT,)).id
        ids = []
        for _ in range(2):
            detail = BankDetail(vendor_id=vendor, bank="전북은행", account_number="1", holder="한빛", created_at=now)
            session.add(detail)
            session.flush()
            ids.append(detail.id)

    def attempt(number: int) -> None:
        with unit_of_work() as session:
            banking.verify_bank_detail(session, bank_detail_id=ids[number], actor_id=staff, now=now)

    race(app, attempt, attempts=2, threads=2)
    with unit() as session:
        in_use = (
            select(func.count())
            .select_from(BankDetail)
            .where(BankDetail.verified_at.is_not(None), BankDetail.retired_at.is_(None))
        )
        assert session.scalar(in_use) == 1


def test_two_catch_alls_approved_at_once_leave_a_usable_list(app, unit, now):
    with unit() as session:
        proposer, approver = factories.make_user(session).id, factories.make_user(session).id
        ids = [
            agreements.propose_agreement(
                session,
                title=f"{bps}",
                bps=bps,
                rank=1000,
                vendor_id=None,
                category_id=None,
                channel=None,
                valid_from=now + timedelta(days=1),
                actor_id=proposer,
                now=now,
            ).id
            for bps in (800, 900)
        ]

    def attempt(number: int) -> None:
        with unit_of_work() as session:
            agreements.approve_agreement(session, agreement_id=ids[number], actor_id=approver, now=now)

    assert race(app, attempt, attempts=2, threads=2) == {"ok": 1, "AgreementsBroken": 1}
    with unit() as session:
        approved = (
            select(func.count()).select_from(CommissionAgreement).where(CommissionAgreement.state == AgreementState.APPROVED)
        )
        assert session.scalar(approved) == 2
