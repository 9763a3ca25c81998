"""From the vendor's table to the shopper's hands: ship, hand over, confirm. Stock leaves here; a confirmation books the sale."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.carts.models import DeliveryWay
from shop.kernel import locks
from shop.kernel.clock import seoul_day
from shop.kernel.errors import Conflict, NotFound
from shop.kernel.states import advance
from shop.ledger.posting import post_entries
from shop.messages.outbox import enqueue
from shop.orders.booking import confirm_entry
from shop.orders.couriers import COURIERS, read_tracking_number
from shop.orders.models import FULFILMENT_TRANSITIONS, FulfilmentState, Order, OrderLine, VendorOrder
from shop.orders.rules import CONFIRM_AFTER
from shop.people import audit
from shop.stock.holds import consume_holds


class VendorOrderGone(NotFound):
    """There is no such vendor order, or it is another's."""


class WayMismatch(Conflict):
    """Parcels are shipped, collected goods are handed over."""


def ship(session: Session, *, vendor_order_id: int, vendor_id: int, courier: str, tracking_number: str, actor_id: int | None,
         now: datetime) -> VendorOrder:
    """Send a parcel: its units leave the shelf, its shopper is told.

    Raises:
        VendorOrderGone, WayMismatch, TrackingNumberRefused, MoveRefused
    """
    part = _lock_part(session, vendor_order_id, vendor_id)
    if part.way != DeliveryWay.PARCEL:
        raise WayMismatch()
    number = read_tracking_number(courier, tracking_number)
    if part.state == FulfilmentState.SHIPPED and (part.courier, part.tracking_number) == (courier, number):
        return part
    advance(part, FulfilmentState.SHIPPED, FULFILMENT_TRANSITIONS)
    part.courier, part.tracking_number, part.fulfilled_at = courier, number, now
    order = _let_leave(session, part, actor_id, now)
    audit.record(session, actor_id=actor_id, action="order.shipped", subject=("vendor_order", part.id),
                 after={"courier": courier, "tracking_number": number}, now=now)
    _tell(session, order, "order_shipped", part, now, carrier=COURIERS[courier].name, tracking_number=number or "")
    return part


def hand_over(session: Session, *, vendor_order_id: int, vendor_id: int | None = None, actor_id: int | None,
              now: datetime) -> VendorOrder:
    """Give goods to their shopper in the hall; a vendor names itself, the counter does not. Twice is once.

    Raises:
        VendorOrderGone, WayMismatch, MoveRefused
    """
    part = _lock_part(session, vendor_order_id, vendor_id)
    if part.way != DeliveryWay.PICKUP:
        raise WayMismatch()
    if part.state == FulfilmentState.HANDED_OVER:
        return part
    advance(part, FulfilmentState.HANDED_OVER, FULFILMENT_TRANSITIONS)
    part.fulfilled_at = now
    _let_leave(session, part, actor_id, now)
    audit.record(session, actor_id=actor_id, action="order.handed_over", subject=("vendor_order", part.id), now=now)
    return part


def confirm_purchase(session: Session, *, vendor_order_id: int, order_id: int, now: datetime, by: str = "shopper") -> VendorOrder:
    """The shopper has the goods and keeps them; posts `confirm:<vendor order>`. Twice is once.

    Raises:
        VendorOrderGone: not of this order. MoveRefused: not shipped or handed over yet.
    """
    part = _lock_part(session, vendor_order_id, None)
    if part.order_id != order_id:
        raise VendorOrderGone()
    if part.state != FulfilmentState.CONFIRMED:
        _confirm(session, [part], by, now)
    return part


def confirm_overdue(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Confirm what was sent or handed over seven days ago and more; returns how many. Call again until it returns 0."""
    due = (
        select(VendorOrder)
        .where(VendorOrder.state.in_([FulfilmentState.SHIPPED, FulfilmentState.HANDED_OVER]),
               VendorOrder.fulfilled_at <= now - CONFIRM_AFTER)
        .order_by(VendorOrder.id).limit(limit)
    )
    parts = locks.claim_due(session, due)
    _confirm(session, parts, "deadline", now)
    return len(parts)


def _confirm(session: Session, parts: Sequence[VendorOrder], by: str, now: datetime) -> None:
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    ids = [part.id for part in parts]
    for line in session.scalars(select(OrderLine).where(OrderLine.vendor_order_id.in_(ids)).order_by(OrderLine.id)
                                .execution_options(populate_existing=True)):
        lines[line.vendor_order_id].append(line)
    heads = {order_id: (number, channel) for order_id, number, channel in session.execute(
        select(Order.id, Order.number, Order.channel).where(Order.id.in_({part.order_id for part in parts})))}
    entries = []
    for part in parts:
        advance(part, FulfilmentState.CONFIRMED, FULFILMENT_TRANSITIONS)
        part.confirmed_at, part.confirmed_by = now, by
        number, channel = heads[part.order_id]
        if entry := confirm_entry(part, lines[part.id], channel.value, seoul_day(now), number):
            entries.append(entry)
    session.flush()
    post_entries(session, entries, now=now)


def _lock_part(session: Session, vendor_order_id: int, vendor_id: int | None) -> VendorOrder:
    part = locks.lock_row(session, VendorOrder, vendor_order_id)
    if part is None or (vendor_id is not None and part.vendor_id != vendor_id):
        raise VendorOrderGone()
    return part


def _let_leave(session: Session, part: VendorOrder, actor_id: int | None, now: datetime) -> Order:
    order = session.get(Order, part.order_id)
    assert order is not None
    lines = set(session.scalars(select(OrderLine.id).where(OrderLine.vendor_order_id == part.id)))
    consume_holds(session, order_id=part.order_id, vendor_order_lines=lines, now=now, actor_id=actor_id)
    return order


def _tell(session: Session, order: Order, template: str, part: VendorOrder, now: datetime, **facts: str) -> None:
    if order.shopper_email:
        enqueue(session, template=template, to=order.shopper_email, locale=order.locale,
                context={"name": order.shopper_name, "order_number": order.number, "token": order.token,
                         "vendor_name": part.seller.get("name", ""), **facts},
                dedupe=f"{template}:{part.id}", now=now)
