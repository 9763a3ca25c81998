"""Units held for an order: taken when it is placed, consumed when they leave, released when it lapses.

Levels are always locked in id order, so that two baskets with the same goods never wait for each other in a circle.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.kernel import locks
from shop.stock.levels import OutOfStock, is_stock_guard
from shop.stock.models import Hold, HoldState, MovementKind, StockLevel, StockMovement

Place = tuple[int, int]  # variant, location


@dataclass(frozen=True)
class Want:
    """Units of one variant at one location that one order line asks for."""

    order_line_id: int
    variant_id: int
    location_id: int
    quantity: int


def take_holds(session: Session, *, order_id: int, wants: Sequence[Want], now: datetime) -> list[Hold]:
    """Reserve every wanted unit or none; an order that already has holds keeps them.

    Raises:
        OutOfStock: with `shortages`, one dict of variant_id, wanted, available for each place that has too little.
    """
    wanted: Counter[Place] = Counter()
    for want in wants:
        assert want.quantity > 0
        wanted[want.variant_id, want.location_id] += want.quantity
    levels = _lock_places(session, wanted)
    taken = list(session.scalars(select(Hold).where(Hold.order_id == order_id).order_by(Hold.id)))
    if taken:
        return taken
    shortages = _find_shortages(levels, wanted)
    if shortages:
        raise OutOfStock(shortages=shortages)
    for place, quantity in wanted.items():
        levels[place].reserved = StockLevel.reserved + quantity  # type: ignore[assignment]
    holds = [Hold(order_id=order_id, order_line_id=want.order_line_id, variant_id=want.variant_id, location_id=want.location_id,
                  quantity=want.quantity, state=HoldState.HELD, created_at=now) for want in wants]
    session.add_all(holds)
    _flush(session, wanted)
    return holds


def consume_holds(
    session: Session, *, order_id: int, vendor_order_lines: Collection[int] | None = None, now: datetime,
    actor_id: int | None = None,
) -> list[Hold]:
    """Let the held units leave their shelves: one sale movement a hold. Holds already consumed are passed over.

    `vendor_order_lines` narrows it to these order lines. Returns the holds that were consumed now.
    """
    holds = _lock_held(session, order_id, vendor_order_lines)
    levels = _lock_places(session, {(hold.variant_id, hold.location_id) for hold in holds})
    leaving: Counter[Place] = Counter()
    for hold in holds:
        hold.state = HoldState.CONSUMED
        leaving[hold.variant_id, hold.location_id] += hold.quantity
        session.add(StockMovement(at=now, variant_id=hold.variant_id, location_id=hold.location_id, kind=MovementKind.SALE,
                                  quantity=-hold.quantity, reference=f"sale:{hold.id}", actor_id=actor_id))
    for place, quantity in leaving.items():
        levels[place].on_hand = StockLevel.on_hand - quantity  # type: ignore[assignment]
        levels[place].reserved = StockLevel.reserved - quantity  # type: ignore[assignment]
    session.flush()
    return holds


def release_holds(
    session: Session, *, order_id: int, vendor_order_lines: Collection[int] | None = None, now: datetime,
) -> list[Hold]:
    """Give the held units back to everybody. Holds already consumed or released are passed over."""
    del now  # a release leaves no movement: nothing moved
    holds = _lock_held(session, order_id, vendor_order_lines)
    levels = _lock_places(session, {(hold.variant_id, hold.location_id) for hold in holds})
    freed: Counter[Place] = Counter()
    for hold in holds:
        hold.state = HoldState.RELEASED
        freed[hold.variant_id, hold.location_id] += hold.quantity
    for place, quantity in freed.items():
        levels[place].reserved = StockLevel.reserved - quantity  # type: ignore[assignment]
    session.flush()
    return holds


def _lock_held(session: Session, order_id: int, lines: Collection[int] | None) -> list[Hold]:
    query = select(Hold).where(Hold.order_id == order_id, Hold.state == HoldState.HELD).order_by(Hold.id)
    if lines is not None:
        query = query.where(Hold.order_line_id.in_(sorted(lines)))
    # the locked query re-reads the rows but PostgreSQL re-checks the state only of rows that changed while waiting
    return [hold for hold in locks.lock_all(session, query) if hold.state == HoldState.HELD]


def _lock_places(session: Session, places: Collection[Place]) -> dict[Place, StockLevel]:
    if not places:
        return {}
    variants, locations = {place[0] for place in places}, {place[1] for place in places}
    rows = session.execute(
        select(StockLevel.id, StockLevel.variant_id, StockLevel.location_id)
        .where(StockLevel.variant_id.in_(sorted(variants)), StockLevel.location_id.in_(sorted(locations)))
    )
    ids = [row.id for row in rows if (row.variant_id, row.location_id) in places]
    return {(level.variant_id, level.location_id): level for level in locks.lock_rows(session, StockLevel, ids).values()}


def _find_shortages(levels: dict[Place, StockLevel], wanted: Counter[Place]) -> list[dict[str, int]]:
    free = {place: level.on_hand - level.reserved for place, level in levels.items()}
    return [{"variant_id": place[0], "wanted": quantity, "available": free.get(place, 0)}
            for place, quantity in sorted(wanted.items()) if free.get(place, 0) < quantity]


def _flush(session: Session, wanted: Counter[Place]) -> None:
    """Write; the database's own guard against promising too much becomes the same refusal."""
    try:
        session.flush()
    except IntegrityError as error:
        if not is_stock_guard(error):
            raise
        raise OutOfStock(shortages=[{"variant_id": place[0], "wanted": quantity, "available": 0}
                                    for place, quantity in sorted(wanted.items())]) from error
