"""Receipts, corrections and transfers: one movement for each reference, and never less than what is promised."""

import pytest
from sqlalchemy import func, select

from shop.people.models import AuditEvent
from shop.stock import counting, holds, levels, queries, shelves
from shop.stock.holds import Want
from shop.stock.models import MovementKind, StockLevel, StockMovement
from shop.vendors.models import Vendor
from tests import factories


@pytest.fixture
def place(session):
    """One variant: ten on its vendor's shelf, five in the hall."""
    vendor = factories.make_vendor(session)
    variant = factories.variants_of(session, factories.make_product(session, vendor, shelf=10, hall=5))[0]
    return variant.id, queries.get_shelf_ids(session, [vendor.id])[vendor.id], queries.get_hall_id(session)


def on_hand(session, variant_id, location_id):
    return session.scalar(
        select(StockLevel.on_hand).where(StockLevel.variant_id == variant_id, StockLevel.location_id == location_id)
    )


def test_a_receipt_is_counted_once_for_its_reference(session, place, now):
    for _again in range(2):
        levels.receive(session, variant_id=place[0], location_id=place[1], quantity=4, reference="r1", actor_id=None, now=now)
    assert on_hand(session, place[0], place[1]) == 14
    assert session.scalar(select(func.count()).select_from(StockMovement)) == 1


def test_a_reference_used_for_another_movement_is_refused(session, place, now):
    levels.receive(session, variant_id=place[0], location_id=place[1], quantity=4, reference="r1", actor_id=None, now=now)
    with pytest.raises(levels.ReferenceReused):
        levels.receive(session, variant_id=place[0], location_id=place[1], quantity=5, reference="r1", actor_id=None, now=now)
    assert on_hand(session, place[0], place[1]) == 14


@pytest.mark.parametrize("quantity", [0, -1, levels.MAX_UNITS + 1])
def test_a_receipt_of_no_or_too_many_units_is_refused(session, place, now, quantity):
    with pytest.raises(levels.QuantityWrong):
        levels.receive(
            session, variant_id=place[0], location_id=place[1], quantity=quantity, reference="r", actor_id=None, now=now
        )


def test_a_returned_unit_is_received_as_a_return(session, place, now):
    row = levels.receive(
        session,
        variant_id=place[0],
        location_id=place[1],
        quantity=1,
        reference="return:1",
        actor_id=None,
        now=now,
        kind=MovementKind.RETURN,
    )
    assert row.kind is MovementKind.RETURN


def test_a_transfer_moves_all_or_nothing_and_twice_is_once(session, place, now):
    for _again in range(2):
        levels.transfer(
            session,
            variant_id=place[0],
            from_location_id=place[1],
            to_location_id=place[2],
            quantity=6,
            reference="t1",
            actor_id=None,
            now=now,
        )
    assert (on_hand(session, place[0], place[1]), on_hand(session, place[0], place[2])) == (4, 11)
    assert [m.quantity for m in session.scalars(select(StockMovement).order_by(StockMovement.id))] == [-6, 6]


def test_reserved_units_are_not_carried_away(session, place, now):
    holds.take_holds(session, order_id=1, wants=[Want(1, place[0], place[1], 8)], now=now)
    with pytest.raises(levels.LevelTooLow) as refusal:
        levels.transfer(
            session,
            variant_id=place[0],
            from_location_id=place[1],
            to_location_id=place[2],
            quantity=3,
            reference="t1",
            actor_id=None,
            now=now,
        )
    assert refusal.value.data == {"available": 2, "wanted": 3}
    assert on_hand(session, place[0], place[2]) == 5


def test_a_transfer_to_the_same_shelf_is_refused(session, place, now):
    with pytest.raises(levels.QuantityWrong):
        levels.transfer(
            session,
            variant_id=place[0],
            from_location_id=place[1],
            to_location_id=place[1],
            quantity=3,
            reference="t1",
            actor_id=None,
            now=now,
        )


def test_a_correction_says_why_and_leaves_an_audit_line(session, place, now):
    levels.correct(
        session, variant_id=place[0], location_id=place[1], change=-2, reference="c1", actor_id=None, reason="깨짐", now=now
    )
    assert on_hand(session, place[0], place[1]) == 8
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "stock.corrected")).one()
    assert (event.before, event.after["on_hand"], event.reason) == ({"on_hand": 10}, 8, "깨짐")
    with pytest.raises(levels.ReasonMissing):
        levels.correct(
            session, variant_id=place[0], location_id=place[1], change=-2, reference="c2", actor_id=None, reason=" ", now=now
        )


def test_a_correction_never_goes_below_what_is_promised(session, place, now):
    holds.take_holds(session, order_id=1, wants=[Want(1, place[0], place[1], 8)], now=now)
    with pytest.raises(levels.LevelTooLow):
        levels.correct(
            session, variant_id=place[0], location_id=place[1], change=-3, reference="c", actor_id=None, reason="깨짐", now=now
        )
    assert on_hand(session, place[0], place[1]) == 10


def test_a_count_corrects_by_the_difference_and_a_right_count_moves_nothing(session, place, now):
    def count(number, reference):
        return counting.set_counted(
            session,
            variant_id=place[0],
            location_id=place[1],
            counted=number,
            reference=reference,
            actor_id=None,
            reason="재고 조사",
            now=now,
        )

    assert count(7, "n1").quantity == -3
    assert count(7, "n1").quantity == -3
    assert count(7, "n2") is None
    assert on_hand(session, place[0], place[1]) == 7


def test_the_movements_of_a_shelf_sum_to_its_level(session, place, now):
    before = on_hand(session, place[0], place[1])
    holds.take_holds(session, order_id=1, wants=[Want(1, place[0], place[1], 2)], now=now)
    holds.consume_holds(session, order_id=1, now=now)
    levels.receive(session, variant_id=place[0], location_id=place[1], quantity=4, reference="r", actor_id=None, now=now)
    levels.transfer(
        session,
        variant_id=place[0],
        from_location_id=place[1],
        to_location_id=place[2],
        quantity=1,
        reference="t",
        actor_id=None,
        now=now,
    )
    moved = session.scalar(select(func.sum(StockMovement.quantity)).where(StockMovement.location_id == place[1]))
    assert on_hand(session, place[0], place[1]) == before + moved


def test_a_shelf_is_opened_once(session, now):
    vendor = factories.make_vendor(session)
    known = shelves.open_shelf(session, vendor_id=vendor.id)
    assert shelves.open_shelf(session, vendor_id=vendor.id) == known
    session.add(fresh := Vendor(code="fresh", name="새 단체", kind="coop", brn="999-86-99999", applied_at=now))
    session.flush()
    opened = shelves.open_shelf(session, vendor_id=fresh.id)
    assert shelves.open_shelf(session, vendor_id=fresh.id) == opened != known


def test_low_stock_counts_shelf_and_hall_together(session, now):
    vendor = factories.make_vendor(session)
    factories.make_product(session, vendor, shelf=2, hall=1)
    factories.make_product(session, vendor, shelf=2, hall=2)
    assert queries.count_low(session, vendor.id) == 1
    assert [row.is_low for row in queries.list_shelved(session, vendor_id=vendor.id)] == [True, False]


def test_a_search_for_a_percent_sign_is_no_wildcard(session, place):
    assert queries.list_shelved(session, text="%") == []
