"""What the office sees first: today's trade, what is owed, what waits and what is due. Reads only, a fixed number of queries."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from shop.catalog.models import ListingState, Product
from shop.kernel.clock import day_start, seoul_day
from shop.ledger import accounts
from shop.ledger.models import Period, PeriodState
from shop.ledger.queries import balance_of, balances_of
from shop.orders.models import Channel, FulfilmentState, Order, OrderKind, OrderState, VendorOrder
from shop.reconciliation.models import (
    BankLine,
    BankLineState,
    CaseState,
    DiscrepancyCase,
    MatchTarget,
    ProcessorPayout,
    ProcessorRow,
)
from shop.reconciliation.processor import PAYOUTS
from shop.reconciliation.queries import Unexplained, sum_unexplained
from shop.reconciliation.targets import live_matches
from shop.settlements.models import Payout, PayoutState, Statement, StatementState
from shop.settlements.queries import Promptness, WaitingVendor, list_due_soon, measure_promptness
from shop.vendors.models import Vendor, VendorState

LONGEST_WAIT = timedelta(days=14)  # between placing and paying: it lets the index of the placing serve
BANK_DAYS = 3  # a processor's payout is late at the bank after these


@dataclass(frozen=True)
class Sales:
    """Orders paid today on one side of the house."""

    won: int
    count: int


@dataclass(frozen=True)
class Deadlines:
    """What is due or late today."""

    to_ship: int  # vendor orders past the day they had to be sent
    to_pay: list[WaitingVendor]  # earnings about to pass, or past, their twentieth day
    cases: int
    payouts_missing: int  # processor payouts that should have reached the bank


@dataclass(frozen=True)
class FrontPage:
    """The numbers of the first page."""

    unexplained: Unexplained
    web: Sales
    hall: Sales
    owed_won: int
    debt_won: int
    in_progress_won: int
    promptness: Promptness
    deadlines: Deadlines
    open_month: str | None


def read_front_page(session: Session, *, now: datetime) -> FrontPage:
    """Everything the first page says."""
    today = seoul_day(now)
    sales = _sales(session, today)
    return FrontPage(
        unexplained=sum_unexplained(session),
        web=sales.get(Channel.WEB, Sales(0, 0)),
        hall=sales.get(Channel.HALL, Sales(0, 0)),
        owed_won=-sum(balances_of(session, accounts.PAYABLE_PREFIX).values()),
        debt_won=sum(balances_of(session, accounts.DEBT_PREFIX).values()),
        in_progress_won=-balance_of(session, accounts.ORDERS_IN_PROGRESS),
        promptness=measure_promptness(session, today=today),
        deadlines=_deadlines(session, today),
        open_month=session.scalar(select(func.max(Period.month)).where(Period.state != PeriodState.OPEN)),
    )


def count_nav(session: Session, *, now: datetime) -> dict[str, int]:
    """What waits behind each word of the office's menu, in one query."""
    today = seoul_day(now)
    counts = {
        "orders": select(func.count()).where(VendorOrder.state == FulfilmentState.PREPARING, VendorOrder.ship_by < today),
        "vendors": select(func.count()).where(Vendor.state == VendorState.APPLIED),
        "listings": select(func.count()).where(Product.state == ListingState.SUBMITTED),
        "bank": select(func.count()).where(BankLine.state == BankLineState.UNEXPLAINED),
        "processor": select(func.count()).where(ProcessorRow.entry_reference.is_(None), ProcessorRow.kind.not_in(PAYOUTS)),
        "cases": select(func.count()).where(DiscrepancyCase.state != CaseState.CLOSED),
        "statements": select(func.count()).where(
            (Statement.state == StatementState.HELD)
            | ((Statement.state == StatementState.ISSUED) & (Statement.object_until < today))
        ),
        "payouts": select(func.count()).where(Payout.state.in_((PayoutState.PREPARED, PayoutState.APPROVED, PayoutState.FAILED))),
    }
    row = session.execute(select(*(query.scalar_subquery().label(name) for name, query in counts.items()))).one()._asdict()
    row["reviews"] = row.pop("vendors") + row.pop("listings")
    return row


def _sales(session: Session, today: date) -> dict[Channel, Sales]:
    query = (
        select(Order.channel, cast(func.sum(Order.total_won), BigInteger), func.count())
        .where(
            Order.placed_at >= day_start(today - LONGEST_WAIT),
            Order.paid_at >= day_start(today),
            Order.paid_at < day_start(today + timedelta(days=1)),
            Order.kind == OrderKind.SALE,
            Order.state == OrderState.PAID,
        )
        .group_by(Order.channel)
    )
    return {channel: Sales(won, count) for channel, won, count in session.execute(query)}


def _deadlines(session: Session, today: date) -> Deadlines:
    late = select(func.count()).where(VendorOrder.state == FulfilmentState.PREPARING, VendorOrder.ship_by < today)
    cases = select(func.count()).where(DiscrepancyCase.state != CaseState.CLOSED, DiscrepancyCase.due_on <= today)
    missing = select(func.count()).where(
        ProcessorPayout.arrives_on < today - timedelta(days=BANK_DAYS),
        ProcessorPayout.state.not_in(("failed", "canceled")),
        ProcessorPayout.id.not_in(live_matches(MatchTarget.PROCESSOR_PAYOUT)),
    )
    return Deadlines(
        session.scalar(late) or 0, list_due_soon(session, today=today), session.scalar(cases) or 0, session.scalar(missing) or 0
    )
