"""The team, the profile and the home page over HTTP."""

import pytest
from sqlalchemy import select

from shop.people.models import User
from shop.vendors.models import BankDetail, Certification, Membership, TeamRole, Vendor
from tests import factories


@pytest.fixture
def owner(cast, sign_in):
    return sign_in(cast.vendor_owner)


def member_of(unit, vendor_id, user_id):
    with unit() as session:
        return session.scalar(select(Membership).where(Membership.vendor_id == vendor_id, Membership.user_id == user_id))


def test_add_takes_a_person_with_an_account_into_the_team(owner, cast, unit):
    with unit() as session:
        email = session.get(User, cast.shopper).email
    assert owner.post("/vendor/team", data={"email": email.upper(), "role": "editor"}).status_code == 303
    assert member_of(unit, cast.vendor, cast.shopper).role is TeamRole.EDITOR
    page = owner.post("/vendor/team", data={"email": email, "role": "editor"})
    assert page.status_code == 409
    assert "이미 함께 일하고" in page.text


def test_add_keeps_an_address_nobody_signed_up_with(owner):
    page = owner.post("/vendor/team", data={"email": "nobody@example.com", "role": "editor"})
    assert page.status_code == 422
    assert 'value="nobody@example.com"' in page.text


@pytest.mark.parametrize("data", [{"role": "king", "email": "a@example.com"}, {"email": ""}])
def test_add_refuses_what_cannot_be_meant(owner, data):
    assert owner.post("/vendor/team", data=data).status_code == 422


def test_the_last_owner_is_kept_with_a_sentence(owner, cast, unit):
    mine = member_of(unit, cast.vendor, cast.vendor_owner).id
    assert "대표는 적어도 한 사람" in owner.post(f"/vendor/team/{mine}", data={"role": "viewer"}, follow_redirects=True).text
    assert "대표는 적어도 한 사람" in owner.post(f"/vendor/team/{mine}/remove", follow_redirects=True).text
    assert member_of(unit, cast.vendor, cast.vendor_owner).role is TeamRole.OWNER


def test_a_rivals_member_is_not_found(owner, cast, unit):
    theirs = member_of(unit, cast.rival, cast.rival_owner).id
    assert owner.post(f"/vendor/team/{theirs}", data={"role": "viewer"}).status_code == 404
    assert owner.post(f"/vendor/team/{theirs}/remove").status_code == 404
    assert member_of(unit, cast.rival, cast.rival_owner).role is TeamRole.OWNER


def test_only_an_owner_changes_the_team_and_the_account(client, cast, sign_in, unit):
    with unit() as session:
        session.add(Membership(vendor_id=cast.vendor, user_id=cast.shopper, role=TeamRole.EDITOR))
    sign_in(cast.shopper)
    assert client.get("/vendor/team").status_code == 200
    assert client.post("/vendor/team", data={"email": "a@example.com", "role": "owner"}).status_code == 403
    assert client.post("/vendor/profile/account", data={}).status_code == 403


PROFILE = {
    "tagline": "닥종이로",
    "tagline_en": "",
    "story": "첫 줄\r\n둘째 줄",
    "story_en": "",
    "phone": "0632223333",
    "email": "a@example.com",
    "parcel_fee_won": "3,500",
    "free_parcel_from_won": "",
}


def test_update_changes_the_story_and_the_parcel_fee(owner, cast, unit):
    assert owner.get("/vendor/profile").status_code == 200
    assert owner.post("/vendor/profile", data=PROFILE).status_code == 303
    with unit() as session:
        vendor = session.get(Vendor, cast.vendor)
        assert (vendor.story, vendor.phone, vendor.parcel_fee_won, vendor.free_parcel_from_won) == (
            "첫 줄\n둘째 줄",
            "063-222-3333",
            3500,
            None,
        )


@pytest.mark.parametrize(
    ("name", "value"), [("parcel_fee_won", "-1"), ("free_parcel_from_won", "0"), ("phone", "없음"), ("email", "x")]
)
def test_update_refuses_a_wrong_field_and_changes_nothing(owner, cast, unit, name, value):
    assert owner.post("/vendor/profile", data={**PROFILE, name: value}).status_code == 422
    with unit() as session:
        assert session.get(Vendor, cast.vendor).parcel_fee_won == 3000


def test_change_account_waits_beside_the_one_in_use_and_shows_neither_number(owner, cast, unit):
    data = {"bank": "농협은행", "account_number": "301-1234-5678-91", "holder": "한땀공방"}
    assert owner.post("/vendor/profile/account", data={**data, "account_number": "가"}).status_code == 422
    assert owner.post("/vendor/profile/account", data=data).status_code == 303
    with unit() as session:
        rows = session.scalars(select(BankDetail).where(BankDetail.vendor_id == cast.vendor).order_by(BankDetail.id)).all()
    assert [(row.verified_at is None, row.retired_at) for row in rows] == [(False, None), (True, None)]
    page = owner.get("/vendor/profile").text
    assert "301-1234-5678-91" not in page
    assert "센터가 확인하는 중" in page


def test_add_certification_waits_for_the_centre(owner, cast, unit):
    data = {"title": "마을기업 지정", "number": "2025-1", "issued_on": "2025-01-02", "valid_to": "2024-01-02"}
    assert owner.post("/vendor/profile/certifications", data=data).status_code == 422
    assert owner.post("/vendor/profile/certifications", data={**data, "valid_to": "내년"}).status_code == 422
    assert owner.post("/vendor/profile/certifications", data={**data, "valid_to": "2028-01-02"}).status_code == 303
    with unit() as session:
        row = session.scalars(select(Certification)).one()
    assert (row.vendor_id, row.verified_on) == (cast.vendor, None)


def test_remove_certification_of_a_rival_is_not_found(owner, cast, unit):
    with unit() as session:
        session.add(theirs := Certification(vendor_id=cast.rival, title="협동조합"))
        session.flush()
        theirs_id = theirs.id
    assert owner.post(f"/vendor/profile/certifications/{theirs_id}/remove").status_code == 404


def test_show_home_tells_what_needs_doing(owner, cast, unit):
    with unit() as session:
        vendor = session.get(Vendor, cast.vendor)
        factories.make_product(session, vendor, shelf=1, hall=0)
        factories.make_product(session, vendor, "되돌아온 공책", state="returned", review_note="크기를 적어 주세요")
    page = owner.get("/vendor").text
    assert "크기를 적어 주세요" in page
    assert "얼마 남지 않은 물건" in page


def test_choose_acts_only_for_organisations_of_whose_team_one_is(owner, cast, unit):
    assert owner.post("/vendor/choose", data={"vendor_id": cast.rival}).status_code == 404
    with unit() as session:
        session.add(Membership(vendor_id=cast.rival, user_id=cast.vendor_owner, role=TeamRole.VIEWER))
    assert owner.post("/vendor/choose", data={"vendor_id": cast.rival}).status_code == 303
    assert "교동콩밭" in owner.get("/vendor").text
