"""Two hundred checkouts for the last seven units, and what happens to them when a guard is taken away."""

from collections import Counter
from contextlib import contextmanager
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from shop.kernel import locks
from shop.kernel.db import db, unit_of_work
from shop.kernel.errors import ShopError
from shop.stock import holds, levels, queries
from shop.stock.holds import Want
from shop.stock.levels import OutOfStock
from shop.stock.models import Hold, HoldState, StockLevel, StockMovement
from shop.vendors.models import Vendor
from tests import factories
from tests.races.threads import race

pytestmark = pytest.mark.race

UNITS, ATTEMPTS = 7, 200


@pytest.fixture
def last_units(app: Flask, unit) -> Want:
    """A variant of which seven units lie on its vendor's shelf."""
    with unit() as session:
        vendor = factories.make_vendor(session)
        product = factories.make_product(session, vendor, shelf=UNITS, hall=0)
        variant = factories.variants_of(session, product)[0]
        shelf = queries.get_shelf_ids(session, [vendor.id])[vendor.id]
        return Want(order_line_id=1, variant_id=variant.id, location_id=shelf, quantity=1)


def buy(want: Want, now: datetime):
    def attempt(number: int) -> None:
        with unit_of_work() as session:
            holds.take_holds(session, order_id=1000 + number, wants=[want], now=now)

    return attempt


def count(app: Flask, want: Want) -> tuple[int, int]:
    """Units held by orders, and units the level says are reserved."""
    with app.app_context(), unit_of_work() as session:
        held = session.scalar(select(func.coalesce(func.sum(Hold.quantity), 0)).where(Hold.state == HoldState.HELD))
        reserved = session.scalar(
            select(StockLevel.reserved).where(
                StockLevel.variant_id == want.variant_id, StockLevel.location_id == want.location_id
            )
        )
        return held or 0, reserved or 0


def is_postgres(app: Flask) -> bool:
    return app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql")


@contextmanager
def without_row_locks(monkeypatch: pytest.MonkeyPatch):
    """Rows are read as they are, neither locked nor re-read: what the code would be without `locks.py`."""
    with monkeypatch.context() as patch:
        patch.setattr(locks, "lock_all", lambda session, query: list(session.scalars(query)))
        yield


@contextmanager
def without_begin_immediate(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """Units of work begin as readers, as SQLite's own default does."""

    class Deferred(Session):
        def __init__(self, _engine, **options) -> None:
            super().__init__(db.engine, **options)

    with monkeypatch.context() as patch:
        patch.setattr("shop.kernel.db.Session", Deferred)
        yield


def drop_check(app: Flask, unit) -> None:
    """Rebuild the table without its CHECK constraint, so that nothing but the locks stands guard."""
    with unit() as session:
        if is_postgres(app):
            session.execute(text("ALTER TABLE stock_level DROP CONSTRAINT ck__stock_level__reserved_within_on_hand"))
            return
        sql = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'stock_level' AND type = 'table'"))
        assert "CONSTRAINT ck__stock_level__reserved_within_on_hand" in sql
        bare = sql.replace("reserved >= 0 AND reserved <= on_hand", "1 = 1")
        assert bare != sql
        session.execute(text("PRAGMA writable_schema = ON"))
        session.execute(text("UPDATE sqlite_master SET sql = :sql WHERE name = 'stock_level' AND type = 'table'"), {"sql": bare})
        session.execute(text("PRAGMA writable_schema = OFF"))
    with app.app_context():
        db.engine.dispose()


def test_two_hundred_checkouts_for_the_last_seven_sell_exactly_seven(app, last_units, now):
    outcomes = race(app, buy(last_units, now), attempts=ATTEMPTS)
    assert outcomes == {"ok": UNITS, "OutOfStock": ATTEMPTS - UNITS}
    assert count(app, last_units) == (UNITS, UNITS)


def test_with_only_the_locks_and_no_check_constraint_exactly_seven_are_sold(app, unit, last_units, now):
    drop_check(app, unit)
    outcomes = race(app, buy(last_units, now), attempts=ATTEMPTS)
    assert outcomes == {"ok": UNITS, "OutOfStock": ATTEMPTS - UNITS}
    assert count(app, last_units) == (UNITS, UNITS)


def test_control_without_locks_the_check_constraint_still_holds_the_line(app, last_units, now, monkeypatch):
    if not is_postgres(app):
        pytest.skip("on SQLite the writer's lock is the begin, not the row")
    with without_row_locks(monkeypatch):
        outcomes = race(app, buy(last_units, now), attempts=ATTEMPTS)
    assert outcomes == {"ok": UNITS, "OutOfStock": ATTEMPTS - UNITS}
    assert count(app, last_units) == (UNITS, UNITS)


def test_control_without_locks_and_without_the_check_the_shop_oversells(app, unit, last_units, now, monkeypatch):
    if not is_postgres(app):
        pytest.skip("on SQLite the writer's lock is the begin, not the row")
    drop_check(app, unit)
    with without_row_locks(monkeypatch):
        race(app, buy(last_units, now), attempts=ATTEMPTS)
    held, reserved = count(app, last_units)
    assert held > UNITS
    assert reserved == held


def test_control_without_begin_immediate_sqlite_turns_checkouts_away_with_database_is_locked(app, last_units, now, monkeypatch):
    if is_postgres(app):
        pytest.skip("the begin is SQLite's guard")
    with without_begin_immediate(app, monkeypatch):
        outcomes = race(app, buy(last_units, now), attempts=ATTEMPTS)
    assert outcomes["OperationalError"] > 0
    assert sum(outcomes.values()) == ATTEMPTS


def test_baskets_with_the_same_goods_in_any_order_never_deadlock(app, unit, now):
    with unit() as session:
        vendor = factories.make_vendor(session)
        shelf = queries.get_shelf_ids(session, [vendor.id])[vendor.id]
        variants = [factories.variants_of(session, factories.make_product(session, vendor, shelf=1000))[0].id for _ in range(5)]

    def attempt(number: int) -> None:
        mixed = variants[number % 5 :] + variants[: number % 5]
        wants = [
            Want(order_line_id=number * 10 + place, variant_id=variant, location_id=shelf, quantity=1)
            for place, variant in enumerate(mixed if number % 2 else reversed(mixed))
        ]
        with unit_of_work() as session:
            holds.take_holds(session, order_id=number + 1, wants=wants, now=now)

    assert race(app, attempt, attempts=100) == {"ok": 100}


def test_one_order_consumed_and_released_at_once_leaves_its_shelf_right(app, unit, last_units, now):
    with unit() as session:
        holds.take_holds(session, order_id=1, wants=[last_units], now=now)

    def attempt(number: int) -> None:
        with unit_of_work() as session:
            (holds.consume_holds if number % 2 else holds.release_holds)(session, order_id=1, now=now)

    assert race(app, attempt, attempts=20, threads=10) == {"ok": 20}
    with unit() as session:
        level = session.scalars(
            select(StockLevel).where(
                StockLevel.variant_id == last_units.variant_id, StockLevel.location_id == last_units.location_id
            )
        ).one()
        sold = session.scalar(select(func.count()).select_from(StockMovement))
        assert (level.on_hand, level.reserved) == (UNITS - sold, 0)


def test_one_receipt_sent_twenty_times_at_once_is_received_once(app, unit, last_units, now):
    def attempt(_number: int) -> None:
        with unit_of_work() as session:
            levels.receive(
                session,
                variant_id=last_units.variant_id,
                location_id=last_units.location_id,
                quantity=5,
                reference="receive:once",
                actor_id=None,
                now=now,
            )

    assert race(app, attempt, attempts=20, threads=10) == {"ok": 20}
    with unit() as session:
        assert session.scalar(select(StockLevel.on_hand).where(StockLevel.location_id == last_units.location_id)) == UNITS + 5


def test_a_first_receipt_racing_with_another_makes_one_level(app, unit, last_units, now):
    with unit() as session:
        vendor = session.scalars(select(Vendor)).first()
        product = factories.make_product(session, vendor, shelf=0, hall=0)
        variant_id = factories.variants_of(session, product)[0].id
        session.execute(text("DELETE FROM stock_level WHERE variant_id = :id"), {"id": variant_id})

    def attempt(number: int) -> None:
        with unit_of_work() as session:
            levels.receive(
                session,
                variant_id=variant_id,
                location_id=last_units.location_id,
                quantity=1,
                reference=f"receive:{number}",
                actor_id=None,
                now=now,
            )

    assert race(app, attempt, attempts=20, threads=10) == {"ok": 20}
    with unit() as session:
        assert session.scalars(select(StockLevel.on_hand).where(StockLevel.variant_id == variant_id)).all() == [20]


def test_the_outcome_counter_tells_refusals_from_accidents(app):
    def attempt(number: int) -> None:
        if number == 0:
            raise OutOfStock(shortages=[])
        if number == 1:
            raise ZeroDivisionError

    assert race(app, attempt, attempts=3, threads=2) == Counter(OutOfStock=1, ZeroDivisionError=1, ok=1)
    assert issubclass(OutOfStock, ShopError)
