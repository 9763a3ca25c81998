"""A vendor's inbox and orders: by deadline, own ones only, the buyer seen and the look recorded."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from shop.kernel import clock
from shop.orders.models import FulfilmentState, VendorOrder
from shop.payments.models import Refund
from shop.people.models import AccessRecord
from tests.makers import facts, makers, order, pay  # noqa: F401


@pytest.fixture
def paid(order, unit, now):  # noqa: F811
    with unit() as session:
        pay(session, order, now)
    return order


@pytest.fixture
def vendor(client, cast, sign_in):
    return sign_in(cast.vendor_owner)


def test_index_lists_what_is_to_be_sent_with_its_deadline(vendor, paid):
    page = vendor.get("/vendor/orders").text
    assert paid.number in page
    assert "11월 23일" in page
    assert "전주한지 수제노트" in page


def test_index_says_what_will_be_there(vendor):
    assert "보낼 것이 없습니다" in vendor.get("/vendor/orders").text
    assert vendor.get("/vendor/orders?tab=sent").status_code == 200
    assert vendor.get("/vendor/orders?tab=nonsense").status_code == 404


def test_index_shows_lateness(vendor, paid):
    clock._clock.advance(timedelta(days=7))
    assert "2일 지남" in vendor.get("/vendor/orders").text


def test_show_gives_the_address_and_records_the_look(vendor, paid, unit, cast):
    page = vendor.get(f"/vendor/orders/{paid.part_a}").text
    assert "전주시 완산구 풍남동 1" in page
    with unit() as session:
        look = session.scalars(select(AccessRecord)).one()
        assert (look.user_id, look.vendor_id, look.subject_id) == (cast.vendor_owner, cast.vendor, str(paid.part_a))


def test_show_of_another_vendors_order_is_not_found(vendor, paid, unit):
    with unit() as session:
        before = facts(session)
    assert vendor.get(f"/vendor/orders/{paid.part_b}").status_code == 404
    assert vendor.post(f"/vendor/orders/{paid.part_b}/hand-over").status_code == 404
    assert vendor.post(f"/vendor/orders/{paid.part_b}/cancel", data={"reason": "없음"}).status_code == 404
    assert vendor.post(f"/vendor/orders/{paid.part_b}/ship", data={"courier": "own"}).status_code == 404
    with unit() as session:
        assert facts(session) == before


def test_show_masks_the_buyer_ninety_days_after_confirmation(vendor, paid, unit, now):
    with unit() as session:
        part = session.get(VendorOrder, paid.part_a)
        part.state, part.confirmed_at, part.fulfilled_at = FulfilmentState.CONFIRMED, now, now
    clock._clock.advance(timedelta(days=91))
    page = vendor.get(f"/vendor/orders/{paid.part_a}").text
    assert "김*늘" in page
    assert "풍남동 1" not in page
    with unit() as session:
        assert session.scalar(select(AccessRecord)) is None


def test_ship_sends_it_and_goes_back_to_the_inbox(vendor, paid, unit):
    answer = vendor.post(f"/vendor/orders/{paid.part_a}/ship", data={"courier": "cj", "tracking_number": "1234-5678-9012"})
    assert (answer.status_code, answer.location) == (303, "/vendor/orders")
    with unit() as session:
        assert session.get(VendorOrder, paid.part_a).state == FulfilmentState.SHIPPED
    assert paid.number in vendor.get("/vendor/orders?tab=sent").text


def test_ship_with_a_wrong_number_keeps_what_was_typed(vendor, paid, unit):
    answer = vendor.post(f"/vendor/orders/{paid.part_a}/ship", data={"courier": "epost", "tracking_number": "777"})
    assert answer.status_code == 422
    assert 'value="777"' in answer.text
    with unit() as session:
        assert session.get(VendorOrder, paid.part_a).state == FulfilmentState.PREPARING


def test_hand_over_by_the_vendor(client, cast, sign_in, paid, unit):
    sign_in(cast.rival_owner).post(f"/vendor/orders/{paid.part_b}/hand-over")
    with unit() as session:
        assert session.get(VendorOrder, paid.part_b).state == FulfilmentState.HANDED_OVER


def test_cancel_because_it_cannot_be_supplied_owes_the_money_back(client, cast, sign_in, paid, unit, app):
    from tests.fake_card import FakeCard

    app.extensions["card_provider"] = FakeCard()
    vendor = sign_in(cast.vendor_owner)
    assert vendor.post(f"/vendor/orders/{paid.part_a}/cancel", data={"reason": ""}).status_code == 422
    vendor.post(f"/vendor/orders/{paid.part_a}/cancel", data={"reason": "종이가 떨어졌습니다"})
    app.extensions.pop("card_provider")
    with unit() as session:
        assert session.get(VendorOrder, paid.part_a).state == FulfilmentState.CANCELED
        assert session.scalars(select(Refund)).one().amount_won == 24600
