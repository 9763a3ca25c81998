"""Holds: every unit or none, consumed and released once, and never more promised than lies there."""

import pytest
from sqlalchemy import func, select

from shop.stock import holds, queries
from shop.stock.holds import Want
from shop.stock.levels import OutOfStock
from shop.stock.models import Hold, HoldState, StockLevel, StockMovement
from tests import factories


@pytest.fixture
def shelf(session):
    """A vendor's shelf with two variants of five, and the hall with three of each."""
    vendor = factories.make_vendor(session)
    product = factories.make_product(session, vendor, shelf=5, hall=3, labels=("작은 것", "큰 것"))
    small, large = (variant.id for variant in factories.variants_of(session, product))
    return small, large, queries.get_shelf_ids(session, [vendor.id])[vendor.id], queries.get_hall_id(session)


def level_of(session, variant_id, location_id):
    session.expire_all()
    row = session.scalars(
        select(StockLevel).where(StockLevel.variant_id == variant_id, StockLevel.location_id == location_id)
    ).one()
    return row.on_hand, row.reserved


def test_holds_reserve_units_without_moving_them(session, shelf, now):
    small, large, place, hall = shelf
    taken = holds.take_holds(session, order_id=1, now=now, wants=[Want(11, small, place, 2), Want(12, large, hall, 3)])
    assert [hold.state for hold in taken] == [HoldState.HELD, HoldState.HELD]
    assert level_of(session, small, place) == (5, 2)
    assert level_of(session, large, hall) == (3, 3)
    assert queries.available_by_variant(session, [small, large]) == {
        small: {"parcel": 3, "pickup": 3},
        large: {"parcel": 5, "pickup": 0},
    }


def test_two_lines_of_one_variant_are_added_up_before_they_are_promised(session, shelf, now):
    small, _large, place, _hall = shelf
    with pytest.raises(OutOfStock) as refusal:
        holds.take_holds(session, order_id=1, now=now, wants=[Want(11, small, place, 3), Want(12, small, place, 3)])
    assert refusal.value.data["shortages"] == [{"variant_id": small, "wanted": 6, "available": 5}]


def test_a_shortage_names_every_variant_that_is_short_and_reserves_nothing(session, shelf, now):
    small, large, place, hall = shelf
    with pytest.raises(OutOfStock) as refusal:
        holds.take_holds(
            session, order_id=1, now=now, wants=[Want(11, small, place, 1), Want(12, large, hall, 4), Want(13, large, place, 9)]
        )
    assert [(s["wanted"], s["available"]) for s in refusal.value.data["shortages"]] == [(4, 3), (9, 5)] or sorted(
        (s["wanted"], s["available"]) for s in refusal.value.data["shortages"]
    ) == [(4, 3), (9, 5)]
    assert level_of(session, small, place) == (5, 0)
    assert session.scalar(select(func.count()).select_from(Hold)) == 0


def test_a_variant_that_never_lay_there_is_a_shortage_of_all(session, shelf, now):
    with pytest.raises(OutOfStock) as refusal:
        holds.take_holds(session, order_id=1, now=now, wants=[Want(11, 999_999, shelf[2], 1)])
    assert refusal.value.data["shortages"] == [{"variant_id": 999_999, "wanted": 1, "available": 0}]


def test_taking_the_holds_of_an_order_again_takes_nothing_more(session, shelf, now):
    wants = [Want(11, shelf[0], shelf[2], 2)]
    first = holds.take_holds(session, order_id=1, wants=wants, now=now)
    assert [h.id for h in holds.take_holds(session, order_id=1, wants=wants, now=now)] == [h.id for h in first]
    assert level_of(session, shelf[0], shelf[2]) == (5, 2)


def test_consumed_holds_leave_the_shelf_with_one_movement_each(session, shelf, now):
    small, large, place, _hall = shelf
    taken = holds.take_holds(session, order_id=1, now=now, wants=[Want(11, small, place, 2), Want(12, large, place, 1)])
    assert len(holds.consume_holds(session, order_id=1, now=now)) == 2
    assert holds.consume_holds(session, order_id=1, now=now) == []
    assert level_of(session, small, place) == (3, 0)
    rows = session.execute(select(StockMovement.reference, StockMovement.quantity).order_by(StockMovement.id)).all()
    assert rows == [(f"sale:{taken[0].id}", -2), (f"sale:{taken[1].id}", -1)]


def test_only_the_named_lines_are_consumed(session, shelf, now):
    small, large, place, _hall = shelf
    holds.take_holds(session, order_id=1, now=now, wants=[Want(11, small, place, 2), Want(12, large, place, 1)])
    holds.consume_holds(session, order_id=1, vendor_order_lines={12}, now=now)
    assert level_of(session, small, place) == (5, 2)
    assert level_of(session, large, place) == (4, 0)


def test_released_holds_give_the_units_back_once(session, shelf, now):
    holds.take_holds(session, order_id=1, wants=[Want(11, shelf[0], shelf[2], 5)], now=now)
    assert len(holds.release_holds(session, order_id=1, now=now)) == 1
    assert holds.release_holds(session, order_id=1, now=now) == []
    assert holds.consume_holds(session, order_id=1, now=now) == []
    assert level_of(session, shelf[0], shelf[2]) == (5, 0)


def test_the_database_refuses_to_promise_more_even_where_the_check_was_passed(session, shelf, now, monkeypatch):
    monkeypatch.setattr(holds, "_find_shortages", lambda levels, wanted: [])
    with pytest.raises(OutOfStock):
        holds.take_holds(session, order_id=1, wants=[Want(11, shelf[0], shelf[2], 6)], now=now)
