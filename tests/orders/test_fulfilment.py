"""From the vendor's table to the shopper's hands: one move at a time, stock leaves once, the sale is booked once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shop.kernel.states import MoveRefused, unreachable
from shop.ledger.queries import balance_of
from shop.messages.models import Message
from shop.orders import fulfilment
from shop.orders.couriers import TrackingNumberRefused, read_tracking_number
from shop.orders.models import (
    FULFILMENT_TRANSITIONS,
    ORDER_TRANSITIONS,
    FulfilmentState,
    Order,
    OrderLine,
    OrderState,
    VendorOrder,
)
from shop.orders.numbers import LETTERS, make_number, read_number
from shop.orders.rules import buyer_for_vendor, mask_name, mask_phone, share_of
from shop.stock.models import StockLevel, StockMovement
from tests.makers import facts, pay, send_and_confirm

NUMBER = "123456789012"


def ship(session, makers, order, now, **changes):
    given = {"vendor_order_id": order.part_a, "vendor_id": makers.a, "courier": "cj", "tracking_number": NUMBER, "actor_id": None}
    return fulfilment.ship(session, **{**given, **changes}, now=now)


def test_shipping_lets_the_goods_leave_and_tells_the_shopper(makers, order, session, now):
    pay(session, order, now)
    part = ship(session, makers, order, now, tracking_number="1234-5678-9012")
    assert (part.state, part.tracking_number, part.fulfilled_at) == (FulfilmentState.SHIPPED, NUMBER, now)
    level = session.scalar(select(StockLevel).where(StockLevel.variant_id == makers.notebook, StockLevel.on_hand == 8))
    assert level.reserved == 0
    message = session.scalar(select(Message).where(Message.template == "order_shipped"))
    assert message.context["tracking_number"] == NUMBER


def test_shipping_twice_is_once(makers, order, session, now):
    pay(session, order, now)
    for _ in range(2):
        ship(session, makers, order, now)
    assert session.scalar(select(func.count()).select_from(StockMovement)) == 1


def test_shipping_another_vendors_part_is_not_found(makers, order, session, now):
    pay(session, order, now)
    before = facts(session)
    with pytest.raises(fulfilment.VendorOrderGone):
        ship(session, makers, order, now, vendor_id=makers.b)
    assert facts(session) == before


def test_shipping_before_payment_is_refused(makers, order, session, now):
    before = facts(session)
    with pytest.raises(MoveRefused):
        ship(session, makers, order, now)
    assert facts(session) == before


@pytest.mark.parametrize(("courier", "number"), [
    ("cj", "123"), ("epost", NUMBER), ("nobody", NUMBER), ("cj", "12345678901a"), ("cj", "")])
def test_a_number_that_no_parcel_of_the_service_has_is_refused(makers, order, session, now, courier, number):
    pay(session, order, now)
    before = facts(session)
    with pytest.raises(TrackingNumberRefused):
        ship(session, makers, order, now, courier=courier, tracking_number=number)
    assert facts(session) == before


def test_what_a_maker_delivers_itself_has_no_number():
    assert read_tracking_number("own", "anything") is None
    assert read_tracking_number("epost", "1234 5678 90123") == "1234567890123"


def test_collected_goods_are_handed_over_not_shipped(makers, order, session, now):
    pay(session, order, now)
    with pytest.raises(fulfilment.WayMismatch):
        ship(session, makers, order, now, vendor_order_id=order.part_b, vendor_id=makers.b)
    with pytest.raises(fulfilment.WayMismatch):
        fulfilment.hand_over(session, vendor_order_id=order.part_a, actor_id=None, now=now)
    for _ in range(2):
        part = fulfilment.hand_over(session, vendor_order_id=order.part_b, actor_id=None, now=now)
    assert part.state == FulfilmentState.HANDED_OVER
    assert session.scalar(select(func.count()).select_from(StockMovement)) == 1


def test_confirming_books_once(makers, order, session, now):
    pay(session, order, now)
    send_and_confirm(session, makers, order, now)
    before = facts(session)
    fulfilment.confirm_purchase(session, vendor_order_id=order.part_a, order_id=order.id, now=now)
    assert facts(session) == before


def test_after_seven_days_a_purchase_confirms_itself(makers, order, session, now):
    pay(session, order, now)
    ship(session, makers, order, now)
    assert fulfilment.confirm_overdue(session, now=now + timedelta(days=7, seconds=-1)) == 0
    assert fulfilment.confirm_overdue(session, now=now + timedelta(days=7)) == 1
    assert fulfilment.confirm_overdue(session, now=now + timedelta(days=7)) == 0
    part = session.get(VendorOrder, order.part_a)
    assert (part.state, part.confirmed_by) == (FulfilmentState.CONFIRMED, "deadline")
    assert balance_of(session, f"liabilities:vendor_payable:{makers.a}") == -24360


def test_the_buyer_is_seen_while_needed_and_masked_before_and_after(makers, order, session, now):
    row, part = session.get(Order, order.id), session.get(VendorOrder, order.part_a)
    assert buyer_for_vendor(row, part, now).is_masked
    pay(session, order, now)
    seen = buyer_for_vendor(row, part, now)
    assert (seen.name, seen.phone, seen.postcode) == ("김하늘", "010-1234-5678", "55041")
    assert buyer_for_vendor(row, session.get(VendorOrder, order.part_b), now).address == ""
    send_and_confirm(session, makers, order, now)
    assert not buyer_for_vendor(row, part, now + timedelta(days=89)).is_masked
    masked = buyer_for_vendor(row, part, now + timedelta(days=90))
    assert (masked.name, masked.phone, masked.address, masked.is_masked) == ("김*늘", "010-****-5678", "", True)


def test_masks():
    assert [mask_name(name) for name in ("김하늘", "김하", "남궁하늘이", "", None)] == ["김*늘", "김*", "남***이", "", ""]
    assert [mask_phone(phone) for phone in ("02-123-4567", "010-1234-5678", None)] == ["02-***-4567", "010-****-5678", ""]


def test_the_shares_of_all_units_sum_to_the_line():
    line = OrderLine(quantity=7, list_won=9999, discount_won=1001, commission_won=1000, commission_vat_won=100)
    shares = [share_of(line, 1, before=number) for number in range(7)]
    for name in ("list_won", "discount_won", "commission_won", "commission_vat_won"):
        assert sum(getattr(share, name) for share in shares) == getattr(line, name)


def test_numbers_are_read_as_people_type_them(now):
    number = make_number(now)
    assert set(number[8:]) <= set(LETTERS)
    assert read_number(f" {number.lower()} ") == read_number(number.replace("-", "")) == number


def test_every_state_can_be_reached():
    assert unreachable(FULFILMENT_TRANSITIONS, FulfilmentState.WAITING) == set()
    assert unreachable(ORDER_TRANSITIONS, OrderState.AWAITING_PAYMENT) == set()
