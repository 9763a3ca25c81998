"""Reads of orders: the shopper by token, the staff all. A vendor reads its own parts in `desk.py`."""

import hmac
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from shop.kernel.crypto import lookup_keys
from shop.kernel.korean import normal, phone
from shop.orders.models import Order, OrderLine, OrderState, VendorOrder
from shop.orders.numbers import read_number
from shop.people.models import AuditEvent

PAGE = 30
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
    return OrderView(order, with_lines(session, parts))


def find_by_phone(session: Session, typed_number: str, typed_phone: str) -> Order | None:
    """An order by its number and its shopper's telephone number, as typed; None does not tell which was wrong."""
    number = phone(typed_phone)
    return session.scalar(
        select(Order).where(Order.number == read_number(typed_number), Order.lookup_hash.in_(lookup_keys(number or "")))
    )


def list_own_orders(session: Session, user_id: int, *, before_id: int | None = None, limit: int = PAGE) -> list[Order]:
    """A person's own orders, newest first."""
    query = select(Order).where(Order.user_id == user_id).order_by(Order.id.desc()).limit(limit)
    return list(session.scalars(query if before_id is None else query.where(Order.id < before_id)))


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


def list_events(session: Session, view: OrderView) -> list[AuditEvent]:
    """What people did to an order and its parts, oldest first."""
    ids = [str(part.part.id) for part in view.parts]
    query = select(AuditEvent).where(or_(
        and_(AuditEvent.subject_kind == "order", AuditEvent.subject_id == str(view.order.id)),
        and_(AuditEvent.subject_kind == "vendor_order", AuditEvent.subject_id.in_(ids))))
    return list(session.scalars(query.order_by(AuditEvent.id)))


def _is_meant(text: str) -> ColumnElement[bool]:
    number = phone(text)
    hits = [Order.number == read_number(text), Order.name_hash.in_(lookup_keys(text))]
    return or_(*hits, Order.lookup_hash.in_(lookup_keys(number))) if number else or_(*hits)


def with_lines(session: Session, parts: Sequence[VendorOrder]) -> list[PartView]:
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    query = select(OrderLine).where(OrderLine.vendor_order_id.in_([part.id for part in parts])).order_by(OrderLine.id)
    for line in session.scalars(query):
        lines[line.vendor_order_id].append(line)
    return [PartView(part, lines[part.id]) for part in parts]
