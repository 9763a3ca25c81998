"""Settlement lines, pulled from confirmed orders and refunds by set-based statements: half a million in seconds, once each.

A line is frozen when pulled. What was refunded before the confirmation was never earned and is left out of the earning.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Date, String, and_, cast, func, literal, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from shop.kernel.clock import day_start
from shop.kernel.db import is_sqlite
from shop.orders.models import FulfilmentState, Order, OrderKind, OrderLine, VendorOrder
from shop.payments.models import Refund
from shop.settlements.models import LineKind, SettlementLine

COLUMNS = (
    "vendor_id",
    "kind",
    "order_line_id",
    "vendor_order_id",
    "refund_id",
    "quantity",
    "list_won",
    "commission_won",
    "commission_vat_won",
    "net_won",
    "discount_won",
    "memo",
    "effective_on",
    "confirmed_at",
)


class seoul_date(FunctionElement[date]):
    """The Seoul day of a stored UTC instant. Korea has kept +9 hours without summer time since 1988-10-09."""

    type = Date()
    inherit_cache = True


@compiles(seoul_date, "sqlite")
def _seoul_date_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '+9 hours')"


@compiles(seoul_date, "postgresql")
def _seoul_date_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} AT TIME ZONE 'Asia/Seoul' AS DATE)"


def pull_lines(session: Session, *, through: date, now: datetime) -> int:
    """Add the missing lines of everything confirmed or refunded up to the end of a Seoul day; returns how many.

    Four INSERT … SELECT; the partial unique indexes let two pulls at once add each line once.
    """
    del now  # a line carries the days of its cause, not of the pull
    before = day_start(through + timedelta(days=1))
    sources = (_earnings(before), _returns(before), _parcels(before), _reversals(before))
    return sum(_insert(session, source) for source in sources)


def _insert(session: Session, source: Any) -> int:
    insert = sqlite.insert if is_sqlite(session) else postgresql.insert
    statement = insert(SettlementLine).from_select(COLUMNS, source, include_defaults=False).on_conflict_do_nothing()
    return session.execute(statement, execution_options={"preserve_rowcount": True}).rowcount  # type: ignore[attr-defined]


def _earnings(before: datetime) -> Any:
    """Confirmed lines of sales, less what was refunded before the confirmation."""
    early = _early_refunds()

    def less(column: Any, part: Any) -> ColumnElement[int]:
        return column - func.coalesce(part, 0)

    quantity, gross = less(OrderLine.quantity, early.c.quantity), less(OrderLine.list_won, early.c.list_won)
    return (
        _order_lines(
            OrderKind.SALE,
            LineKind.EARNING,
            before,
            (
                quantity,
                gross,
                less(OrderLine.commission_won, early.c.commission_won),
                less(OrderLine.commission_vat_won, early.c.commission_vat_won),
                less(OrderLine.net_won, early.c.net_won),
                less(OrderLine.discount_won, early.c.discount_won),
            ),
        )
        .join(early, early.c.order_line_id == OrderLine.id, isouter=True)
        .where(or_(quantity != 0, gross != 0))
    )


def _returns(before: datetime) -> Any:
    """Lines of returns without a reference to their sale; their amounts are negative already."""
    amounts = (
        OrderLine.quantity,
        OrderLine.list_won,
        OrderLine.commission_won,
        OrderLine.commission_vat_won,
        OrderLine.net_won,
        OrderLine.discount_won,
    )
    return _order_lines(OrderKind.RETURN, LineKind.REVERSAL, before, amounts)


def _order_lines(kind: OrderKind, line_kind: LineKind, before: datetime, amounts: tuple[Any, ...]) -> Any:
    done = aliased(SettlementLine)
    known = select(done.id).where(done.kind == line_kind, done.order_line_id == OrderLine.id, done.refund_id.is_(None)).exists()
    return (
        select(
            OrderLine.vendor_id,
            _word(line_kind),
            OrderLine.id,
            VendorOrder.id,
            _nothing(),
            *amounts,
            literal("", String),
            seoul_date(VendorOrder.confirmed_at),
            VendorOrder.confirmed_at,
        )
        .select_from(OrderLine)
        .join(VendorOrder, VendorOrder.id == OrderLine.vendor_order_id)
        .join(Order, Order.id == VendorOrder.order_id)
        .where(VendorOrder.state == FulfilmentState.CONFIRMED, VendorOrder.confirmed_at < before, Order.kind == kind, ~known)
    )


def _early_refunds() -> Any:
    """What of each order line was refunded before its confirmation."""
    return (
        select(
            Refund.order_line_id,
            _sum(Refund.quantity, "quantity"),
            _sum(Refund.net_won + Refund.commission_won + Refund.commission_vat_won, "list_won"),
            _sum(Refund.commission_won, "commission_won"),
            _sum(Refund.commission_vat_won, "commission_vat_won"),
            _sum(Refund.net_won, "net_won"),
            _sum(Refund.discount_won, "discount_won"),
        )
        .where(Refund.order_line_id.is_not(None), Refund.was_confirmed.is_(False))
        .group_by(Refund.order_line_id)
        .subquery("early")
    )


def _parcels(before: datetime) -> Any:
    """Parcel fees of confirmed vendor orders: the vendor's in full."""
    done = aliased(SettlementLine)
    known = select(done.id).where(done.kind == LineKind.PARCEL, done.vendor_order_id == VendorOrder.id).exists()
    fee, zero = VendorOrder.parcel_won, literal(0, BigInteger)
    return select(
        VendorOrder.vendor_id,
        _word(LineKind.PARCEL),
        _nothing(),
        VendorOrder.id,
        _nothing(),
        literal(1),
        fee,
        zero,
        zero,
        fee,
        zero,
        literal("", String),
        seoul_date(VendorOrder.confirmed_at),
        VendorOrder.confirmed_at,
    ).where(
        VendorOrder.state == FulfilmentState.CONFIRMED, VendorOrder.confirmed_at < before, VendorOrder.parcel_won != 0, ~known
    )


def _reversals(before: datetime) -> Any:
    """Refunds decided after the confirmation: taken back from the vendor to the won."""
    done = aliased(SettlementLine)
    known = select(done.id).where(done.refund_id == Refund.id).exists()
    vendor_id = func.coalesce(OrderLine.vendor_id, VendorOrder.vendor_id)
    gross = Refund.net_won + Refund.commission_won + Refund.commission_vat_won
    return (
        select(
            vendor_id,
            _word(LineKind.REVERSAL),
            Refund.order_line_id,
            func.coalesce(Refund.vendor_order_id, OrderLine.vendor_order_id),
            Refund.id,
            -Refund.quantity,
            -gross,
            -Refund.commission_won,
            -Refund.commission_vat_won,
            -Refund.net_won,
            -Refund.discount_won,
            Refund.reason,
            seoul_date(Refund.created_at),
            Refund.created_at,
        )
        .select_from(Refund)
        .join(OrderLine, OrderLine.id == Refund.order_line_id, isouter=True)
        .join(VendorOrder, VendorOrder.id == Refund.vendor_order_id, isouter=True)
        .where(and_(Refund.was_confirmed.is_(True), Refund.created_at < before, vendor_id.is_not(None), gross != 0), ~known)
    )


def _word(kind: LineKind) -> ColumnElement[Any]:
    return literal(kind.value, String)


def _nothing() -> ColumnElement[Any]:
    return cast(None, BigInteger)


def _sum(column: Any, name: str) -> Any:
    return cast(func.sum(column), BigInteger).label(name)
