"""A vendor's desk: its own parts of orders, those to prepare first. Another vendor's part is as if it were not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from shop.orders.models import FulfilmentState, Order, OrderLine, VendorOrder
from shop.orders.queries import PAGE, PartView, with_lines

TABS: dict[str, tuple[FulfilmentState, ...]] = {
    "preparing": (FulfilmentState.PREPARING,),
    "sent": (FulfilmentState.SHIPPED, FulfilmentState.HANDED_OVER),
    "done": (FulfilmentState.CONFIRMED, FulfilmentState.CANCELED),
}


@dataclass(frozen=True)
class InboxRow:
    """One row of a vendor's inbox."""

    part: VendorOrder
    number: str
    placed_at: datetime
    line_count: int
    units: int
    first_name: str


def list_inbox(session: Session, vendor_id: int, tab: str = "preparing", *, after: str = "", limit: int = PAGE) -> list[InboxRow]:
    """A vendor's parts of orders: those to prepare by their deadline, the others newest first.

    `after` is the `cursor_of` the last row seen.
    """
    query = (
        select(VendorOrder, Order.number, Order.placed_at).join(Order, Order.id == VendorOrder.order_id)
        .where(VendorOrder.vendor_id == vendor_id, VendorOrder.state.in_(TABS[tab])).limit(limit)
    )
    rows = session.execute(_in_order(query, tab, after)).all()
    sums = _sum_lines(session, [row[0].id for row in rows])
    return [InboxRow(part, number, placed_at, *sums[part.id]) for part, number, placed_at in rows]


def cursor_of(row: InboxRow) -> str:
    """Where the next page begins."""
    return f"{row.part.ship_by:%Y%m%d}.{row.part.id}" if row.part.ship_by else f"0.{row.part.id}"


def count_by_tab(session: Session, vendor_id: int) -> dict[str, int]:
    """How many parts wait in each tab of a vendor's inbox."""
    rows = session.execute(
        select(VendorOrder.state, func.count()).where(VendorOrder.vendor_id == vendor_id).group_by(VendorOrder.state)
    )
    found = {row[0]: row[1] for row in rows}
    return {tab: sum(found.get(state, 0) for state in states) for tab, states in TABS.items()}


def find_part(session: Session, vendor_order_id: int, vendor_id: int) -> tuple[Order, PartView] | None:
    """A vendor's own part of an order; another's is as if it were not there."""
    found = session.execute(
        select(Order, VendorOrder).join(VendorOrder, VendorOrder.order_id == Order.id)
        .where(VendorOrder.id == vendor_order_id, VendorOrder.vendor_id == vendor_id,
               VendorOrder.state != FulfilmentState.WAITING)
    ).one_or_none()
    return (found[0], with_lines(session, [found[1]])[0]) if found else None


def count_to_ship(session: Session, vendor_id: int) -> int:
    """How many parts wait to be sent or laid out."""
    query = select(func.count()).where(VendorOrder.vendor_id == vendor_id, VendorOrder.state == FulfilmentState.PREPARING)
    return session.scalar(query) or 0


def _in_order(query: Select[*tuple[Any, ...]], tab: str, after: str) -> Select[*tuple[Any, ...]]:
    day_text, _, id_text = after.partition(".")
    last_id = int(id_text) if id_text.isdecimal() else None
    if tab != "preparing":
        query = query.order_by(VendorOrder.id.desc())
        return query.where(VendorOrder.id < last_id) if last_id else query
    query = query.order_by(VendorOrder.ship_by, VendorOrder.id)
    day = _read_day(day_text)
    if last_id is None or day is None:
        return query
    return query.where(or_(VendorOrder.ship_by > day, and_(VendorOrder.ship_by == day, VendorOrder.id > last_id)))


def _read_day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def _sum_lines(session: Session, part_ids: Sequence[int]) -> dict[int, tuple[int, int, str]]:
    rows = session.execute(
        select(OrderLine.vendor_order_id, func.count(), func.sum(OrderLine.quantity), func.min(OrderLine.name))
        .where(OrderLine.vendor_order_id.in_(part_ids)).group_by(OrderLine.vendor_order_id)
    )
    return {part_id: (count, int(units), name) for part_id, count, units, name in rows}
