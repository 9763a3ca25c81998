"""Reads of orders for the three sides that see them: the shopper by token, the vendor its own part, the staff all."""

import hmac
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from shop.kernel.crypto import lookup_key
from shop.kernel.korean import normal, phone
from shop.orders.models import FulfilmentState, Order, OrderLine, OrderState, VendorOrder
from shop.orders.numbers import read_number

PAGE = 30
TABS: dict[str, tuple[FulfilmentState, ...]] = {
    "preparing": (FulfilmentState.PREPARING,),
    "sent": (FulfilmentState.SHIPPED, FulfilmentState.HANDED_OVER),
    "done": (FulfilmentState.CONFIRMED, FulfilmentState.CANCELED),
}


@dataclass(frozen=True)
class PartView:
    """One vendor's part of an order with its lines."""

    part: VendorOrder
    lines: list[OrderLine]

    @property
    def goods_won(self) -> int:
        """List price of its lines."""
        return sum(line.list_won for line in self.lines)


@dataclass(frozen=True)
class OrderView:
    """An order with all its parts."""

    order: Order
    parts: list[PartView]

    @property
    def lines(self) -> list[OrderLine]:
        """Every line."""
        return [line for view in self.parts for line in view.lines]


@dataclass(frozen=True)
class InboxRow:
    """One row of a vendor's inbox."""

    part: VendorOrder
    number: str
    placed_at: object
    line_count: int
    units: int
    first_name: str


def find_order(session: Session, number: str, token: str) -> Order | None:
    """The order of a secret link; the token is compared in constant time."""
    order = session.scalar(select(Order).where(Order.number == number))
    return order if order is not None and hmac.compare_digest(order.token.encode(), token.encode()) else None


def get_order(session: Session, order_id: int) -> Order | None:
    """An order by id, for the staff and for orders just placed."""
    return session.get(Order, order_id)


def load_order(session: Session, order: Order) -> OrderView:
    """An order with its parts and lines: two statements."""
    parts = session.scalars(select(VendorOrder).where(VendorOrder.order_id == order.id).order_by(VendorOrder.id)).all()
    return OrderView(order, _with_lines(session, parts))


def find_by_phone(session: Session, typed_number: str, typed_phone: str) -> Order | None:
    """An order by its number and its shopper's telephone number, as typed; None does not tell which was wrong."""
    number = phone(typed_phone)
    return session.scalar(
        select(Order).where(Order.number == read_number(typed_number), Order.lookup_hash == lookup_key(number or ""))
    )


def list_own_orders(session: Session, user_id: int, *, before_id: int | None = None, limit: int = PAGE) -> list[Order]:
    """A person's own orders, newest first."""
    query = select(Order).where(Order.user_id == user_id).order_by(Order.id.desc()).limit(limit)
    return list(session.scalars(query if before_id is None else query.where(Order.id < before_id)))


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
    return (found[0], _with_lines(session, [found[1]])[0]) if found else None


def search_orders(session: Session, text: str = "", state: OrderState | None = None, *, before_id: int | None = None,
                  limit: int = PAGE) -> list[Order]:
    """Orders newest first: by number, by the whole telephone number, or by the shopper's whole name."""
    query = select(Order).order_by(Order.id.desc()).limit(limit)
    if text := normal(text):
        query = query.where(_is_meant(text))
    if state is not None:
        query = query.where(Order.state == state)
    if before_id is not None:
        query = query.where(Order.id < before_id)
    return list(session.scalars(query))


def find_by_number(session: Session, typed: str) -> Order | None:
    """An order by its number as a person types it."""
    return session.scalar(select(Order).where(Order.number == read_number(typed)))


def _is_meant(text: str) -> ColumnElement[bool]:
    number = phone(text)
    hits = [Order.number == read_number(text), Order.name_hash == lookup_key(text)]
    return or_(*hits, Order.lookup_hash == lookup_key(number)) if number else or_(*hits)


def _in_order(query: Select[tuple[VendorOrder, str, object]], tab: str, after: str) -> Select[tuple[VendorOrder, str, object]]:
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


def _with_lines(session: Session, parts: Sequence[VendorOrder]) -> list[PartView]:
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    query = select(OrderLine).where(OrderLine.vendor_order_id.in_([part.id for part in parts])).order_by(OrderLine.id)
    for line in session.scalars(query):
        lines[line.vendor_order_id].append(line)
    return [PartView(part, lines[part.id]) for part in parts]
