"""Reads of settlement: statements, their lines, payouts, what waits for one, and how fast money reached its maker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from shop.kernel.money import BPS, divide_rounding
from shop.ledger.accounts import vendor_debt, vendor_payable
from shop.ledger.queries import balance_of
from shop.orders.models import FulfilmentState, Order, OrderLine, VendorOrder
from shop.payments.models import Refund
from shop.settlements.models import LineKind, Payout, PayoutFile, PayoutState, SettlementLine, Statement, StatementState
from shop.vendors.models import BankDetail, Vendor

PAID_WITHIN_DAYS = 20
METER_DAYS = 90


@dataclass(frozen=True)
class StatementRow:
    """A statement with its vendor's name."""

    statement: Statement
    vendor: Vendor


@dataclass(frozen=True)
class PayoutRow:
    """A payout with its vendor, its statements' numbers and whether the vendor's newest account is verified."""

    payout: Payout
    vendor: Vendor
    statements: list[Statement]
    is_verified: bool


@dataclass(frozen=True)
class LineRow:
    """A settlement line with the words that tell a reader what it is."""

    line: SettlementLine
    name: str
    name_en: str
    label: str
    order_number: str


@dataclass(frozen=True)
class WaitingVendor:
    """Lines of a vendor that no statement has claimed."""

    vendor_id: int
    name: str
    name_en: str
    line_count: int
    net_won: int
    first_on: date
    last_on: date


@dataclass(frozen=True)
class Promptness:
    """Won paid within 20 days of their confirmation, of all that was due by then or paid."""

    in_time_won: int
    due_won: int

    @property
    def share_bps(self) -> int | None:
        return divide_rounding(self.in_time_won * BPS, self.due_won) if self.due_won else None


def list_statements(
    session: Session,
    *,
    state: StatementState | None = None,
    vendor_id: int | None = None,
    month: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> list[StatementRow]:
    """Statements newest first."""
    query = select(Statement, Vendor).join(Vendor, Vendor.id == Statement.vendor_id).order_by(Statement.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Statement.state == state)
    if vendor_id is not None:
        query = query.where(Statement.vendor_id == vendor_id)
    if month:
        query = query.where(Statement.month == month)
    if before_id is not None:
        query = query.where(Statement.id < before_id)
    return [StatementRow(*row) for row in session.execute(query)]


def count_statements(session: Session) -> dict[StatementState, int]:
    """How many statements are in each state."""
    query = select(Statement.state, func.count()).group_by(Statement.state)
    return dict(session.execute(query).all())


def find_statement(session: Session, statement_id: int, *, vendor_id: int | None = None) -> StatementRow | None:
    """A statement by id; a vendor asks for its own only."""
    query = select(Statement, Vendor).join(Vendor, Vendor.id == Statement.vendor_id).where(Statement.id == statement_id)
    if vendor_id is not None:
        query = query.where(Statement.vendor_id == vendor_id)
    row = session.execute(query).first()
    return StatementRow(*row) if row else None


def list_lines(session: Session, statement_id: int, *, after_id: int = 0, limit: int = 100) -> list[LineRow]:
    """A statement's lines in the order they were pulled, after an id."""
    query = (
        select(SettlementLine, OrderLine.name, OrderLine.name_en, OrderLine.label, Order.number)
        .join(OrderLine, OrderLine.id == SettlementLine.order_line_id, isouter=True)
        .join(VendorOrder, VendorOrder.id == SettlementLine.vendor_order_id, isouter=True)
        .join(Order, Order.id == VendorOrder.order_id, isouter=True)
        .where(SettlementLine.statement_id == statement_id, SettlementLine.id > after_id)
        .order_by(SettlementLine.id)
        .limit(limit)
    )
    return [
        LineRow(line, name or "", name_en or "", label or "", number or "")
        for line, name, name_en, label, number in session.execute(query)
    ]


def sum_kinds(session: Session, statement_id: int) -> dict[LineKind, tuple[int, int]]:
    """Count and net of a statement's lines by kind."""
    query = (
        select(SettlementLine.kind, func.count(), cast(func.sum(SettlementLine.net_won), BigInteger))
        .where(SettlementLine.statement_id == statement_id)
        .group_by(SettlementLine.kind)
    )
    return {kind: (count, won) for kind, count, won in session.execute(query)}


def list_waiting(session: Session, *, through: date | None = None) -> list[WaitingVendor]:
    """Vendors with lines that no statement has claimed."""
    line = SettlementLine
    query = (
        select(
            Vendor.id,
            Vendor.name,
            Vendor.name_en,
            func.count(),
            cast(func.sum(line.net_won), BigInteger),
            func.min(line.effective_on),
            func.max(line.effective_on),
        )
        .join(line, line.vendor_id == Vendor.id)
        .where(line.statement_id.is_(None))
        .group_by(Vendor.id, Vendor.name, Vendor.name_en)
        .order_by(Vendor.id)
    )
    if through is not None:
        query = query.where(line.effective_on <= through)
    return [WaitingVendor(*row) for row in session.execute(query)]


def list_payouts(
    session: Session,
    *,
    states: Sequence[PayoutState] = (),
    vendor_id: int | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[PayoutRow]:
    """Payouts newest first, with vendor, statements and the standing of the bank account."""
    query = select(Payout, Vendor).join(Vendor, Vendor.id == Payout.vendor_id).order_by(Payout.id.desc()).limit(limit)
    if states:
        query = query.where(Payout.state.in_(states))
    if vendor_id is not None:
        query = query.where(Payout.vendor_id == vendor_id)
    if before_id is not None:
        query = query.where(Payout.id < before_id)
    found = [(payout, vendor) for payout, vendor in session.execute(query)]
    statements: dict[int, list[Statement]] = {}
    for statement in session.scalars(
        select(Statement).where(Statement.payout_id.in_([p.id for p, _ in found])).order_by(Statement.id)
    ):
        statements.setdefault(statement.payout_id or 0, []).append(statement)
    verified = _verified_vendors(session, {vendor.id for _, vendor in found})
    return [PayoutRow(payout, vendor, statements.get(payout.id, []), vendor.id in verified) for payout, vendor in found]


def _verified_vendors(session: Session, vendor_ids: set[int]) -> set[int]:
    """Vendors whose newest bank account is verified."""
    newest = select(func.max(BankDetail.id)).where(BankDetail.vendor_id.in_(vendor_ids), BankDetail.retired_at.is_(None))
    query = select(BankDetail.vendor_id).where(
        BankDetail.id.in_(newest.group_by(BankDetail.vendor_id)), BankDetail.verified_at.is_not(None)
    )
    return set(session.scalars(query))


def find_payout(session: Session, payout_id: int, *, vendor_id: int | None = None) -> PayoutRow | None:
    """A payout by id; a vendor asks for its own only."""
    rows = list_payouts(session, vendor_id=vendor_id, before_id=payout_id + 1, limit=1)
    return rows[0] if rows and rows[0].payout.id == payout_id else None


def list_files(session: Session, *, limit: int = 8) -> list[PayoutFile]:
    """The newest bulk files."""
    return list(session.scalars(select(PayoutFile).order_by(PayoutFile.id.desc()).limit(limit)))


def measure_promptness(session: Session, *, today: date) -> Promptness:
    """Over the last 90 days: won paid at the bank within 20 days of confirmation, of won that were due or paid."""
    line = SettlementLine
    query = (
        select(line.effective_on, Payout.paid_on, cast(func.sum(line.net_won), BigInteger))
        .join(Statement, Statement.id == line.statement_id, isouter=True)
        .join(Payout, Payout.id == Statement.payout_id, isouter=True)
        .where(line.kind.in_((LineKind.EARNING, LineKind.PARCEL)), line.effective_on > today - timedelta(days=METER_DAYS))
        .group_by(line.effective_on, Payout.paid_on)
    )
    in_time = due = 0
    for earned_on, paid_on, won in session.execute(query):
        late_on = earned_on + timedelta(days=PAID_WITHIN_DAYS)
        if paid_on is not None or late_on < today:
            due += won
            in_time += won if paid_on is not None and paid_on <= late_on else 0
    return Promptness(in_time, due)


def list_due_soon(session: Session, *, today: date, within_days: int = 5) -> list[WaitingVendor]:
    """Vendors with earnings not yet paid that reach their twentieth day soon, or have passed it, over the last 90 days."""
    line = SettlementLine
    query = (
        select(
            Vendor.id,
            Vendor.name,
            Vendor.name_en,
            func.count(),
            cast(func.sum(line.net_won), BigInteger),
            func.min(line.effective_on),
            func.max(line.effective_on),
        )
        .join(line, line.vendor_id == Vendor.id)
        .join(Statement, Statement.id == line.statement_id, isouter=True)
        .join(Payout, Payout.id == Statement.payout_id, isouter=True)
        .where(
            Payout.paid_on.is_(None),
            line.effective_on <= today - timedelta(days=PAID_WITHIN_DAYS - within_days),
            line.effective_on > today - timedelta(days=METER_DAYS),
        )
        .group_by(Vendor.id, Vendor.name, Vendor.name_en)
        .having(func.sum(line.net_won) > 0)
        .order_by(func.min(line.effective_on), Vendor.id)
    )
    return [WaitingVendor(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class Balance:
    """How a vendor stands: owed and confirmed, on its way to the bank, owing after refunds, and sold but not confirmed."""

    payable_won: int
    in_transit_won: int
    debt_won: int
    in_progress_won: int


def get_balance(session: Session, vendor_id: int) -> Balance:
    """A vendor's balances, from the books; what is in progress is the vendor's part as agreed at the sale."""
    in_transit = select(func.coalesce(func.sum(Payout.amount_won), 0)).where(
        Payout.vendor_id == vendor_id, Payout.state.in_((PayoutState.APPROVED, PayoutState.SENT))
    )
    on_the_way = (FulfilmentState.PREPARING, FulfilmentState.SHIPPED, FulfilmentState.HANDED_OVER)
    mine = (VendorOrder.vendor_id == vendor_id) & VendorOrder.state.in_(on_the_way)
    goods = (
        select(func.coalesce(func.sum(OrderLine.net_won), 0))
        .join(VendorOrder, VendorOrder.id == OrderLine.vendor_order_id)
        .where(mine)
    )
    taken = (
        select(func.coalesce(func.sum(Refund.net_won), 0)).join(VendorOrder, VendorOrder.id == Refund.vendor_order_id).where(mine)
    )
    parcels = select(func.coalesce(func.sum(VendorOrder.parcel_won), 0)).where(mine)
    sums = [int(session.scalar(query) or 0) for query in (in_transit, goods, taken, parcels)]
    return Balance(
        -balance_of(session, vendor_payable(vendor_id)),
        sums[0],
        balance_of(session, vendor_debt(vendor_id)),
        sums[1] - sums[2] + sums[3],
    )
