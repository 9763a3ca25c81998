"""How an order ends before its goods leave: its parts are canceled and its units are free again. Money is the payments' room."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.kernel import locks
from shop.kernel.errors import NotFound
from shop.kernel.states import advance
from shop.orders.models import (
    FULFILMENT_TRANSITIONS,
    ORDER_TRANSITIONS,
    FulfilmentState,
    Order,
    OrderLine,
    OrderState,
    VendorOrder,
)
from shop.stock.holds import release_holds
from shop.stock.models import Hold, HoldState, StockLevel


class OrderGone(NotFound):
    """There is no such order."""


def lock_order(session: Session, order_id: int) -> Order:
    """Lock an order: first in the order of locks (order, payment, vendor orders, lines, holds, levels, books).

    Raises:
        OrderGone
    """
    order = locks.lock_row(session, Order, order_id)
    if order is None:
        raise OrderGone()
    return order


def lock_parts(session: Session, order_id: int) -> list[VendorOrder]:
    """Lock an order's vendor orders."""
    return locks.lock_all(session, select(VendorOrder).where(VendorOrder.order_id == order_id).order_by(VendorOrder.id))


def lock_held_levels(session: Session, order_ids: Collection[int]) -> None:
    """Lock every stock level that these orders hold, in id order, before several holds are released one after another.

    Released part by part, levels would be locked out of order, and a checkout that waits could wait for ever.
    """
    held = (
        select(StockLevel.id)
        .join(Hold, (Hold.variant_id == StockLevel.variant_id) & (Hold.location_id == StockLevel.location_id))
        .where(Hold.order_id.in_(order_ids), Hold.state == HoldState.HELD)
    )
    locks.lock_rows(session, StockLevel, session.scalars(held))


def cancel_part(session: Session, part: VendorOrder, now: datetime) -> None:
    """Cancel a locked vendor order that has not left and free its units.

    Raises:
        MoveRefused
    """
    advance(part, FulfilmentState.CANCELED, FULFILMENT_TRANSITIONS)
    lines = list(session.scalars(select(OrderLine.id).where(OrderLine.vendor_order_id == part.id)))
    session.flush()
    release_holds(session, order_id=part.order_id, vendor_order_lines=lines, now=now)


def end_unpaid(session: Session, order: Order, to: OrderState, now: datetime) -> None:
    """End a locked order that was never paid: canceled by its shopper or expired.

    Raises:
        MoveRefused
    """
    advance(order, to, ORDER_TRANSITIONS)
    order.ended_at = now
    for part in lock_parts(session, order.id):
        advance(part, FulfilmentState.CANCELED, FULFILMENT_TRANSITIONS)
    session.flush()
    release_holds(session, order_id=order.id, now=now)
