"""The application page: what was typed stays, what is wrong is said beside its field."""

import pytest
from sqlalchemy import func, select

from shop.vendors import onboarding
from shop.vendors.models import Dong, Vendor, VendorState
from tests import factories


@pytest.fixture
def typed(unit):
    with unit() as session:
        dong = session.scalar(select(Dong.code).where(Dong.name == "풍남동"))
    return {
        "name": "한빛협동조합",
        "name_en": "",
        "kind": "coop",
        "brn": factories.make_brn(4321),
        "vat_kind": "general",
        "representative": "정한빛",
        "dong_code": dong,
        "address": "전주시 완산구 1",
        "phone": "0631112222",
        "email": "hanbit@example.com",
        "exemption": "",
        "mail_order_no": "제2025-전주완산-0574호",
        "bank": "전북은행",
        "account_number": "999-02-1234567",
        "holder": "한빛협동조합",
        "story": "첫 줄\n둘째 줄",
    }


def vendors(unit):
    with unit() as session:
        return session.scalars(select(Vendor).where(Vendor.name == "한빛협동조합")).all()


def test_new_asks_who_is_not_signed_in_to_sign_in(client, cast):
    answer = client.get("/apply")
    assert answer.status_code == 303
    assert "/account/login" in answer.location


def test_new_shows_the_form_with_every_dong(client, cast, sign_in):
    sign_in(cast.shopper)
    page = client.get("/apply")
    assert page.status_code == 200
    assert page.text.count('<option value="52111') == 19
    assert page.headers["Cache-Control"] == "no-store"


def test_create_takes_the_application_and_shows_where_it_stands(client, cast, sign_in, unit, typed):
    sign_in(cast.shopper)
    assert client.post("/apply", data=typed).status_code == 303
    vendor = vendors(unit)[0]
    assert (vendor.state, vendor.phone, vendor.story) == (VendorState.APPLIED, "063-111-2222", "첫 줄\n둘째 줄")
    page = client.get("/apply")
    assert "센터가 서류를 보고 있습니다" in page.text


def test_create_says_each_wrong_field_in_words_and_keeps_what_was_typed(client, cast, sign_in, unit, typed):
    sign_in(cast.shopper)
    page = client.post(
        "/apply",
        data={
            **typed,
            "brn": "123-45-67890",
            "phone": "전화 없음",
            "email": "hall",
            "mail_order_no": "모름",
            "account_number": "가나다",
            "kind": "",
            "representative": " ",
        },
    )
    assert page.status_code == 422
    for words in (
        "사업자등록번호가 맞지 않습니다",
        "전화번호가 아닙니다",
        "이메일 주소가 아닙니다",
        "신고번호를 등록증에 적힌 대로",
        "계좌번호는 숫자와 줄표로만",
        "골라 주세요.",
        "적어 주세요.",
    ):
        assert words in page.text
    for kept in ("한빛협동조합", "123-45-67890", "전화 없음", "전주시 완산구 1", "둘째 줄"):
        assert kept in page.text
    assert vendors(unit) == []


def test_create_accepts_a_reason_in_place_of_a_mail_order_number(client, cast, sign_in, unit, typed):
    sign_in(cast.shopper)
    client.post("/apply", data={**typed, "exemption": "간이과세자", "mail_order_no": ""})
    assert vendors(unit)[0].mail_order_no == "면제: 간이과세자"


def test_create_refuses_a_business_number_known_here(client, cast, sign_in, unit, typed):
    with unit() as session:
        taken = session.get(Vendor, cast.rival).brn
    sign_in(cast.shopper)
    page = client.post("/apply", data={**typed, "brn": taken.replace("-", "")})
    assert page.status_code == 409
    assert "이미 신청했거나 입점한 단체" in page.text
    assert vendors(unit) == []


def test_create_sends_a_returned_application_in_again_with_the_account_it_had(client, cast, sign_in, unit, typed, now):
    sign_in(cast.shopper)
    client.post("/apply", data=typed)
    vendor_id = vendors(unit)[0].id
    with unit() as session:
        onboarding.return_vendor(session, vendor_id=vendor_id, actor_id=cast.merchandiser, note="주소를 고쳐 주세요", now=now)
    page = client.get("/apply")
    assert "주소를 고쳐 주세요" in page.text
    assert "999-02-1234567" not in page.text
    client.post("/apply", data={**typed, "address": "전주시 덕진구 2", "bank": "", "account_number": "", "holder": ""})
    vendor = vendors(unit)[0]
    assert (vendor.id, vendor.state, vendor.address) == (vendor_id, VendorState.APPLIED, "전주시 덕진구 2")


def test_create_refuses_to_send_in_what_is_already_being_read(client, cast, sign_in, unit, typed):
    sign_in(cast.shopper)
    client.post("/apply", data=typed)
    assert client.post("/apply", data=typed).status_code == 409
    with unit() as session:
        assert session.scalar(select(func.count()).select_from(Vendor)) == 3
