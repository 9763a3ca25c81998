"""Changes of what lies where: receipt, correction, transfer, return. Every change locks its level and leaves one movement."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.kernel import locks
from shop.kernel.errors import Conflict, Invalid
from shop.people import audit
from shop.stock.models import MovementKind, StockLevel, StockMovement

MAX_UNITS = 1_000_000


class OutOfStock(Conflict):
    """Fewer units are free than wanted; `shortages` is a list of {variant_id, wanted, available}."""


class LevelTooLow(Conflict):
    """More units should leave a shelf than lie there unreserved; carries `available` and `wanted`."""


class QuantityWrong(Invalid):
    """A number of units that cannot be meant."""


class ReasonMissing(Invalid):
    """A correction or loss says why."""


class ReferenceReused(Conflict):
    """The same reference was used for another movement."""


def receive(
    session: Session, *, variant_id: int, location_id: int, quantity: int, reference: str, actor_id: int | None,
    reason: str = "", now: datetime, kind: MovementKind = MovementKind.RECEIPT,
) -> StockMovement:
    """Lay units on a shelf; the same reference again changes nothing and returns the first movement.

    Raises:
        QuantityWrong: not between 1 and a million. ReferenceReused: the reference names another movement.
    """
    _check_units(quantity)
    level = lock_level(session, variant_id, location_id)
    return _move(session, level, kind, quantity, reference=reference, actor_id=actor_id, reason=reason, now=now)


def correct(
    session: Session, *, variant_id: int, location_id: int, change: int, reference: str, actor_id: int | None, reason: str,
    now: datetime, kind: MovementKind = MovementKind.CORRECTION,
) -> StockMovement:
    """Change a level by a signed number of units, with a reason and an audit line.

    Raises:
        QuantityWrong, ReasonMissing, LevelTooLow: reserved units cannot be corrected away. ReferenceReused.
    """
    _check_units(abs(change))
    if not reason.strip():
        raise ReasonMissing()
    level = lock_level(session, variant_id, location_id)
    before = level.on_hand
    known = find_movement(session, reference)
    movement = _move(session, level, kind, change, reference=reference, actor_id=actor_id, reason=reason, now=now)
    if known is None:
        audit.record(session, actor_id=actor_id, action="stock.corrected", subject=("variant", variant_id),
                     before={"on_hand": before}, after={"on_hand": before + change, "location_id": location_id},
                     reason=reason, now=now)
    return movement


def transfer(
    session: Session, *, variant_id: int, from_location_id: int, to_location_id: int, quantity: int, reference: str,
    actor_id: int | None, reason: str = "", now: datetime,
) -> tuple[StockMovement, StockMovement]:
    """Carry units from one shelf to another: two movements, `<reference>:out` and `<reference>:in`, or none.

    Raises:
        QuantityWrong, LevelTooLow: only units that nobody has reserved can be carried. ReferenceReused.
    """
    _check_units(quantity)
    if from_location_id == to_location_id:
        raise QuantityWrong(quantity=quantity)
    ids = sorted(_level_id(session, variant_id, place) for place in (from_location_id, to_location_id))
    by_place = {level.location_id: level for level in locks.lock_rows(session, StockLevel, ids).values()}
    out = _move(session, by_place[from_location_id], MovementKind.TRANSFER, -quantity, reference=f"{reference}:out",
                actor_id=actor_id, reason=reason, now=now)
    into = _move(session, by_place[to_location_id], MovementKind.TRANSFER, quantity, reference=f"{reference}:in",
                 actor_id=actor_id, reason=reason, now=now)
    return out, into


def lock_level(session: Session, variant_id: int, location_id: int) -> StockLevel:
    """The locked, re-read level of a variant at a location, made with no units where there was none."""
    level = locks.lock_row(session, StockLevel, _level_id(session, variant_id, location_id))
    assert level is not None
    return level


def is_stock_guard(error: IntegrityError) -> bool:
    """Whether the database itself refused a level that would promise more than lies there."""
    return "reserved_within_on_hand" in str(error.orig)


def _level_id(session: Session, variant_id: int, location_id: int) -> int:
    find = select(StockLevel.id).where(StockLevel.variant_id == variant_id, StockLevel.location_id == location_id)
    found = session.scalar(find)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            level = StockLevel(variant_id=variant_id, location_id=location_id, on_hand=0, reserved=0)
            session.add(level)
            session.flush()
            return level.id
    except IntegrityError:
        winner = session.scalar(find)
        if winner is None:
            raise
        return winner


def _move(
    session: Session, level: StockLevel, kind: MovementKind, change: int, *, reference: str, actor_id: int | None, reason: str,
    now: datetime,
) -> StockMovement:
    known = find_movement(session, reference)
    if known is not None:
        same = (known.variant_id, known.location_id, known.quantity) == (level.variant_id, level.location_id, change)
        if not same:
            raise ReferenceReused(reference=reference)
        return known
    available = level.on_hand - level.reserved
    if available + change < 0:
        raise LevelTooLow(available=available, wanted=-change)
    movement = StockMovement(at=now, variant_id=level.variant_id, location_id=level.location_id, kind=kind, quantity=change,
                             reference=reference, reason=reason.strip()[:200], actor_id=actor_id)
    level.on_hand = StockLevel.on_hand + change  # type: ignore[assignment]
    session.add(movement)
    try:
        session.flush()
    except IntegrityError as error:
        if is_stock_guard(error):
            raise LevelTooLow(available=available, wanted=-change) from error
        raise ReferenceReused(reference=reference) from error
    return movement


def find_movement(session: Session, reference: str) -> StockMovement | None:
    """The movement of a reference, or None."""
    return session.scalar(select(StockMovement).where(StockMovement.reference == reference))


def _check_units(quantity: int) -> None:
    if not 1 <= quantity <= MAX_UNITS:
        raise QuantityWrong(quantity=quantity)
