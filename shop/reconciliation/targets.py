"""What may explain a bank line: payments awaited, payouts sent, processor payouts, refunds to send, takings of the hall."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Select, cast, func, or_, select
from sqlalchemy.orm import Session

from shop.ledger import accounts
from shop.ledger.models import Account, Posting
from shop.ledger.queries import under
from shop.orders.models import Order
from shop.payments.models import Payment, PaymentMethod, PaymentState, Refund, RefundState
from shop.reconciliation.models import Match, MatchTarget, ProcessorPayout
from shop.settlements.models import Payout, PayoutState

LATE_DAYS = 30  # an expired payment, or a payout the bank may send back, stays a candidate this long
HALL_PREFIXES = ("assets:cash", "assets:acquirer", accounts.LOCAL_CURRENCY)
BY_BANK = (PaymentMethod.BANK_TRANSFER, PaymentMethod.PAY_AT_HALL)  # refunds of these leave by a transfer


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that awaits a bank line of exactly `amount_won` (deposits positive).

    `code` and `name` are what a line's description may carry; `is_sure` is False for what only a person may choose.
    """

    kind: MatchTarget
    id: int
    amount_won: int
    code: str
    name: str
    since: datetime | None
    is_sure: bool = True
    account: str = ""

    @property
    def key(self) -> str:
        """How a form names it: `payment:12`."""
        return f"{self.kind.value}:{self.id}"


def load_targets(session: Session, *, now: datetime) -> list[Target]:
    """Everything that is open, in a fixed number of queries."""
    late = now - timedelta(days=LATE_DAYS)
    return [
        *_payments(session, late),
        *_payouts(session, late),
        *_processor_payouts(session),
        *_refunds(session),
        *_takings(session),
    ]


def _payments(session: Session, late: datetime) -> list[Target]:
    query = (
        select(Payment.id, Payment.amount_won, Payment.payer_name, Payment.created_at, Payment.state, Order.number)
        .join(Order, Order.id == Payment.order_id)
        .where(
            Payment.method == PaymentMethod.BANK_TRANSFER,
            (Payment.state == PaymentState.PENDING) | ((Payment.state == PaymentState.EXPIRED) & (Payment.created_at > late)),
        )
        .order_by(Payment.id)
    )
    return [
        Target(MatchTarget.PAYMENT, number, won, code, name or "", since, state is PaymentState.PENDING)
        for number, won, name, since, state, code in session.execute(query)
    ]


def _payouts(session: Session, late: datetime) -> list[Target]:
    sent = select(Payout).where(Payout.state.in_((PayoutState.APPROVED, PayoutState.SENT))).order_by(Payout.id)
    back = select(Payout).where(Payout.state == PayoutState.PAID, Payout.approved_at > late).order_by(Payout.id)
    open_ones = [
        Target(MatchTarget.PAYOUT, p.id, -p.amount_won, p.number, p.holder or "", p.approved_at) for p in session.scalars(sent)
    ]
    returned = [
        Target(MatchTarget.PAYOUT, p.id, p.amount_won, p.number, p.holder or "", p.approved_at, False)
        for p in session.scalars(back)
    ]
    return open_ones + returned


def _processor_payouts(session: Session) -> list[Target]:
    matched = live_matches(MatchTarget.PROCESSOR_PAYOUT)
    query = select(ProcessorPayout).where(
        ProcessorPayout.state.not_in(("failed", "canceled")), ProcessorPayout.id.not_in(matched)
    )
    return [
        Target(MatchTarget.PROCESSOR_PAYOUT, p.id, p.amount_won, p.provider, "", None)
        for p in session.scalars(query.order_by(ProcessorPayout.id))
        if p.amount_won
    ]


def _refunds(session: Session) -> list[Target]:
    query = (
        select(Refund.id, Refund.amount_won, Payment.payer_name, Refund.created_at, Order.number)
        .join(Payment, Payment.id == Refund.payment_id)
        .join(Order, Order.id == Payment.order_id)
        .where((Refund.state == RefundState.FAILED) | ((Refund.state == RefundState.DUE) & Payment.method.in_(BY_BANK)))
        .order_by(Refund.id)
    )
    return [
        Target(MatchTarget.REFUND, number, -won, code, name or "", since)
        for number, won, name, since, code in session.execute(query)
    ]


def _takings(session: Session) -> list[Target]:
    """Cash, card slips and local currency taken in the hall and not yet deposited: balances, chosen by a person."""
    held = (
        select(Account.id, Account.code, cast(func.sum(Posting.amount_won), BigInteger).label("won"))
        .join(Posting, Posting.account_id == Account.id)
        .where(or_(*(under(prefix) for prefix in HALL_PREFIXES)))
        .group_by(Account.id, Account.code)
        .order_by(Account.code)
    )
    return [
        Target(MatchTarget.HALL_DEPOSIT, number, won, "", "", None, False, account=code)
        for number, code, won in session.execute(held)
        if won > 0
    ]


def live_matches(kind: MatchTarget) -> Select[int | None]:
    """Ids of targets of a kind that a live match holds."""
    return select(Match.target_id).where(Match.target_kind == kind, Match.undone_at.is_(None), Match.target_id.is_not(None))


def code_fits(description: str, code: str) -> bool:
    """Whether a description carries a code in full, or its last part as a word of its own (`김하늘4KQ` fits `J261121-4KQ`)."""
    if not code:
        return False
    plain = re.sub(r"[^0-9a-z]", "", code.casefold())
    if len(plain) >= 4 and plain in re.sub(r"[^0-9a-z가-힣]", "", description.casefold()):
        return True
    suffix = code.casefold().rsplit("-", 1)[-1]
    return len(suffix) >= 3 and suffix != plain and suffix in words(description)


def words(description: str) -> list[str]:
    """Runs of Hangul, and runs of letters and digits."""
    return re.findall(r"[0-9a-z]+|[가-힣]+", description.casefold())
