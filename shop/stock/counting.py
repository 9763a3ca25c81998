"""Correcting a level to what was counted; the difference is worked out under the lock, so no sale in between is undone."""

from datetime import datetime

from sqlalchemy.orm import Session

from shop.stock.levels import correct, find_movement, lock_level
from shop.stock.models import MovementKind, StockMovement


def set_counted(
    session: Session, *, variant_id: int, location_id: int, counted: int, reference: str, actor_id: int | None, reason: str,
    now: datetime, kind: MovementKind = MovementKind.CORRECTION,
) -> StockMovement | None:
    """Bring a level to the counted number; None where it was right already. The same reference again changes nothing.

    Raises:
        ReasonMissing, LevelTooLow: fewer were counted than are promised to orders.
    """
    known = find_movement(session, reference)
    if known is not None:
        return known
    level = lock_level(session, variant_id, location_id)
    change = counted - level.on_hand
    if change == 0:
        return None
    return correct(session, variant_id=variant_id, location_id=location_id, change=change, reference=reference,
                   actor_id=actor_id, reason=reason, now=now, kind=kind)
