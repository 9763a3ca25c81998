"""Reviews over HTTP: organisations, listings, certificates, bank accounts."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from shop.catalog.models import ListingState, Product
from shop.people.models import AccessRecord
from shop.stock import queries as stock_queries
from shop.vendors.models import BankDetail, Certification, Membership, TeamRole, Vendor, VendorState
from tests import factories
from tests.blueprints.counting import count_queries

NOTICE = {"item": "공책", "approval": "해당 없음", "origin": "대한민국", "maker": "한땀공방", "contact": "063-123-4567"}


@pytest.fixture
def waiting(unit, cast, now):
    """An applied vendor with its account and certificate, and a listing that was sent in."""
    with unit() as session:
        applicant = factories.make_user(session, "정한빛")
        vendor = Vendor(
            code="hanbit", name="한빛협동조합", kind="coop", brn=factories.make_brn(888), applied_at=now, email="h@example.com"
        )
        session.add(vendor)
        session.flush()
        account = BankDetail(
            vendor_id=vendor.id,
            bank="전북은행",
            account_number="999-02-7654321",
            holder="한빛",
            created_at=now,
            created_by=applicant.id,
        )
        certificate = Certification(vendor_id=vendor.id, title="협동조합 신고확인증", number="1")
        session.add_all([Membership(vendor_id=vendor.id, user_id=applicant.id, role=TeamRole.OWNER), account, certificate])
        product = factories.make_product(
            session,
            session.get(Vendor, cast.vendor),
            "수제노트",
            state=ListingState.SUBMITTED,
            published_at=None,
            submitted_at=now,
            summary="공책",
            description="닥종이",
            origin="국산",
            notice=NOTICE,
        )
        session.flush()
        return vendor.id, account.id, certificate.id, product.id


def get(unit, model, key):
    with unit() as session:
        return session.get(model, key)


def test_index_shows_everything_that_waits(client, cast, sign_in, waiting):
    sign_in(cast.merchandiser)
    page = client.get("/staff/reviews").text
    for words in ("한빛협동조합", "수제노트", "협동조합 신고확인증"):
        assert words in page
    assert "7654321" not in page


def test_index_asks_the_database_as_often_for_many_as_for_one(app, client, cast, sign_in, waiting, unit, now):
    sign_in(cast.manager)
    few = count_queries(app, lambda: client.get("/staff/reviews"))
    with unit() as session:
        for number in range(60):
            factories.make_product(
                session,
                session.get(Vendor, cast.vendor),
                f"물건 {number}",
                state=ListingState.SUBMITTED,
                submitted_at=now + timedelta(minutes=number),
            )
    assert count_queries(app, lambda: client.get("/staff/reviews")) == few
    page = client.get("/staff/reviews").text
    link = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "물건 59" not in page
    assert "물건 59" in client.get(link).text


@pytest.mark.parametrize("role", ["cashier", "accountant", "auditor", "shopper", "vendor_owner"])
def test_only_merchandisers_and_managers_review(client, cast, sign_in, waiting, unit, role):
    sign_in(getattr(cast, role))
    assert client.get(f"/staff/reviews/vendors/{waiting[0]}").status_code == 403
    assert client.post(f"/staff/reviews/vendors/{waiting[0]}/approve").status_code == 403
    assert client.post(f"/staff/reviews/listings/{waiting[3]}/publish").status_code == 403
    assert get(unit, Vendor, waiting[0]).state is VendorState.APPLIED


def test_approve_vendor_lets_it_in_with_a_shelf(client, cast, sign_in, waiting, unit):
    sign_in(cast.merchandiser)
    assert "검산 맞음" in client.get(f"/staff/reviews/vendors/{waiting[0]}").text
    assert client.post(f"/staff/reviews/vendors/{waiting[0]}/approve").status_code == 303
    assert get(unit, Vendor, waiting[0]).state is VendorState.APPROVED
    with unit() as session:
        assert waiting[0] in stock_queries.get_shelf_ids(session, [waiting[0]])
    assert client.post(f"/staff/reviews/vendors/{waiting[0]}/approve").status_code == 409


def test_return_vendor_needs_a_note(client, cast, sign_in, waiting, unit):
    sign_in(cast.manager)
    assert client.post(f"/staff/reviews/vendors/{waiting[0]}/return", data={"note": " "}).status_code == 422
    assert get(unit, Vendor, waiting[0]).state is VendorState.APPLIED
    assert client.post(f"/staff/reviews/vendors/{waiting[0]}/return", data={"note": "신고번호를 적어 주세요"}).status_code == 303
    assert get(unit, Vendor, waiting[0]).review_note == "신고번호를 적어 주세요"


def test_a_reviewer_of_the_own_team_is_refused(client, cast, sign_in, waiting, unit):
    with unit() as session:
        session.add(Membership(vendor_id=waiting[0], user_id=cast.merchandiser, role=TeamRole.EDITOR))
    sign_in(cast.merchandiser)
    page = client.post(f"/staff/reviews/vendors/{waiting[0]}/approve")
    assert page.status_code == 403
    assert "자기가 속한 단체" in page.text


def test_publish_listing_hangs_it_and_return_sends_it_back(client, cast, sign_in, waiting, unit):
    sign_in(cast.merchandiser)
    page = client.get(f"/staff/reviews/listings/{waiting[3]}")
    assert "닥종이" in page.text
    assert client.post(f"/staff/reviews/listings/{waiting[3]}/return", data={"note": ""}).status_code == 422
    assert client.post(f"/staff/reviews/listings/{waiting[3]}/publish").status_code == 303
    assert get(unit, Product, waiting[3]).state is ListingState.PUBLISHED
    assert client.post(f"/staff/reviews/listings/{waiting[3]}/return", data={"note": "늦음"}).status_code == 409


def test_return_listing_tells_what_to_mend(client, cast, sign_in, waiting, unit):
    sign_in(cast.merchandiser)
    assert client.post(f"/staff/reviews/listings/{waiting[3]}/return", data={"note": "크기를 적어 주세요"}).status_code == 303
    product = get(unit, Product, waiting[3])
    assert (product.state, product.review_note) == (ListingState.RETURNED, "크기를 적어 주세요")


def test_verify_certification_marks_who_saw_it(client, cast, sign_in, waiting, unit):
    sign_in(cast.merchandiser)
    assert client.post(f"/staff/reviews/certifications/{waiting[2]}/verify").status_code == 303
    assert get(unit, Certification, waiting[2]).verified_by == cast.merchandiser


def test_an_account_is_read_on_record_and_verified_by_an_accountant(client, cast, sign_in, waiting, unit):
    sign_in(cast.merchandiser)
    assert client.get(f"/staff/reviews/accounts/{waiting[1]}").status_code == 403
    sign_in(cast.accountant)
    assert "999-02-7654321" in client.get(f"/staff/reviews/accounts/{waiting[1]}").text
    with unit() as session:
        record = session.scalars(select(AccessRecord).where(AccessRecord.subject_kind == "bank_detail")).one()
    assert (record.user_id, record.vendor_id) == (cast.accountant, waiting[0])
    assert client.post(f"/staff/reviews/accounts/{waiting[1]}/verify").status_code == 303
    assert get(unit, BankDetail, waiting[1]).verified_by == cast.accountant
    assert client.get(f"/staff/reviews/accounts/{waiting[1]}").status_code == 404


def test_whoever_entered_an_account_does_not_verify_it(client, cast, sign_in, waiting, unit):
    with unit() as session:
        session.get(BankDetail, waiting[1]).created_by = cast.manager
    sign_in(cast.manager)
    page = client.post(f"/staff/reviews/accounts/{waiting[1]}/verify", follow_redirects=True)
    assert "다른 사람이 확인해 주세요" in page.text
    assert get(unit, BankDetail, waiting[1]).verified_at is None


@pytest.mark.parametrize("path", ["vendors/9999", "listings/9999", "accounts/9999"])
def test_what_does_not_exist_is_not_found(client, cast, sign_in, path):
    sign_in(cast.manager)
    assert client.get(f"/staff/reviews/{path}").status_code == 404
