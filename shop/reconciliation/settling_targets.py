"""The other side of a match: targets locked and checked, and what happens to each once the bank has proved it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.kernel.errors import Conflict, Invalid
from shop.kernel.locks import lock_all, lock_row
from shop.ledger import accounts
from shop.ledger.models import Account
from shop.ledger.queries import balance_of
from shop.orders.models import Order, VendorOrder
from shop.payments.models import Payment, PaymentMethod, PaymentState, Refund, RefundState
from shop.payments.paying_back import is_for_processor, pay_refund
from shop.payments.rules import owing_account
from shop.payments.settling import settle_payment
from shop.people.audit import record
from shop.reconciliation.models import CaseState, DiscrepancyCase, Match, MatchTarget, ProcessorPayout
from shop.settlements.models import Payout, PayoutState
from shop.settlements.payouts import fail_payout, mark_payout_paid

ORDER = [
    MatchTarget.PAYMENT,
    MatchTarget.PAYOUT,
    MatchTarget.PROCESSOR_PAYOUT,
    MatchTarget.REFUND,
    MatchTarget.HALL_DEPOSIT,
    MatchTarget.UNIDENTIFIED,
    MatchTarget.CASE,
]


class TargetTaken(Conflict):
    """Somebody else has matched it, or it no longer waits for the bank."""


class TargetUnknown(Invalid):
    """No such target, or one that cannot be chosen so."""


@dataclass(frozen=True)
class Held:
    """A target under lock. `account` is what the line's own entry books it to; empty where the target books itself."""

    kind: MatchTarget
    id: int | None
    amount_won: int
    account: str
    vendor_id: int | None

    @property
    def key(self) -> str:
        return f"{self.kind.value}:{self.id}"


def hold_targets(session: Session, wanted: Sequence, *, rest_won: int) -> list[Held]:  # type: ignore[type-arg]
    """Lock targets in one fixed order and say what each still awaits; one without an amount of its own takes the rest.

    Raises:
        TargetTaken, TargetUnknown
    """
    if not wanted or len({(w.kind, w.id) for w in wanted}) != len(wanted):
        raise TargetUnknown()
    held: list[Held] = []
    for want in sorted(wanted, key=lambda w: (ORDER.index(w.kind) if w.kind in ORDER else 99, w.id or 0)):
        left = rest_won - sum(target.amount_won for target in held)
        if want.kind is MatchTarget.UNIDENTIFIED:
            if left <= 0:
                raise TargetUnknown()
            held.append(Held(want.kind, None, left, accounts.UNIDENTIFIED_RECEIPTS, None))
            continue
        hold = _HOLDERS.get(want.kind)
        if hold is None or want.id is None:
            raise TargetUnknown()
        held.append(hold(session, want.id, want.amount_won or left))
    return held


def _hold_payment(session: Session, payment_id: int, _left: int) -> Held:
    order_id = session.scalar(select(Payment.order_id).where(Payment.id == payment_id))
    if order_id is None:
        raise TargetUnknown()
    lock_row(session, Order, order_id)
    payment = lock_row(session, Payment, payment_id)
    assert payment is not None
    if payment.method is not PaymentMethod.BANK_TRANSFER or payment.state not in (PaymentState.PENDING, PaymentState.EXPIRED):
        raise TargetTaken()
    lock_all(session, select(VendorOrder).where(VendorOrder.order_id == order_id).order_by(VendorOrder.id))
    return Held(MatchTarget.PAYMENT, payment_id, payment.amount_won, "", None)


def _hold_payout(session: Session, payout_id: int, left: int) -> Held:
    payout = lock_row(session, Payout, payout_id)
    if payout is None:
        raise TargetUnknown()
    is_back = payout.state is PayoutState.PAID and left > 0
    if not is_back and payout.state not in (PayoutState.APPROVED, PayoutState.SENT):
        raise TargetTaken()
    amount = payout.amount_won if is_back else -payout.amount_won
    return Held(MatchTarget.PAYOUT, payout_id, amount, accounts.PAYOUTS_IN_TRANSIT, payout.vendor_id)


def _hold_processor_payout(session: Session, payout_id: int, _left: int) -> Held:
    payout = lock_row(session, ProcessorPayout, payout_id)
    if payout is None:
        raise TargetUnknown()
    live = select(Match.id).where(
        Match.target_kind == MatchTarget.PROCESSOR_PAYOUT, Match.target_id == payout_id, Match.undone_at.is_(None)
    )
    if payout.state in ("failed", "canceled") or session.scalar(live.limit(1)) is not None:
        raise TargetTaken()
    return Held(MatchTarget.PROCESSOR_PAYOUT, payout_id, payout.amount_won, accounts.processor(payout.provider), None)


def _hold_refund(session: Session, refund_id: int, _left: int) -> Held:
    refund = lock_row(session, Refund, refund_id)
    if refund is None:
        raise TargetUnknown()
    payment = session.get_one(Payment, refund.payment_id)
    if (
        refund.state is RefundState.SENT
        or is_for_processor(refund, payment)
        or owing_account(refund, payment) != accounts.REFUNDS_DUE
    ):
        raise TargetTaken()
    return Held(MatchTarget.REFUND, refund_id, -refund.amount_won, accounts.REFUNDS_DUE, None)


def _hold_takings(session: Session, account_id: int, left: int) -> Held:
    account = lock_row(session, Account, account_id)
    if account is None or not account.code.startswith(("assets:cash:", "assets:acquirer:", accounts.LOCAL_CURRENCY)):
        raise TargetUnknown()
    if left <= 0 or balance_of(session, account.code) < left:
        raise TargetTaken()
    return Held(MatchTarget.HALL_DEPOSIT, account_id, left, account.code, None)


_HOLDERS = {
    MatchTarget.PAYMENT: _hold_payment,
    MatchTarget.PAYOUT: _hold_payout,
    MatchTarget.PROCESSOR_PAYOUT: _hold_processor_payout,
    MatchTarget.REFUND: _hold_refund,
    MatchTarget.HALL_DEPOSIT: _hold_takings,
}


def settle(
    session: Session, held: Sequence[Held], *, asset: str, paid_on: date, actor_id: int | None, now: datetime
) -> dict[str, str]:
    """Move every target on; returns the references of entries that targets booked themselves, by target key."""
    references: dict[str, str] = {}
    surplus = {target.id: target.amount_won for target in held if target.kind is MatchTarget.SURPLUS}
    for target in held:
        if target.kind is MatchTarget.REFUND:
            assert target.id is not None  # the line's own entry books it, so that a match undone can be made again
            pay_refund(session, refund_id=target.id, from_account=accounts.REFUNDS_DUE, actor_id=actor_id, now=now)
        elif target.kind is MatchTarget.PAYOUT and target.amount_won < 0:
            assert target.id is not None
            mark_payout_paid(session, payout_id=target.id, paid_on=paid_on, now=now)
    for target in held:  # from here on the books are locked
        if target.kind is MatchTarget.PAYMENT:
            assert target.id is not None
            settle_payment(
                session,
                payment_id=target.id,
                amount_won=target.amount_won + surplus.get(target.id, 0),
                asset_account=asset,
                now=now,
            )
            references[target.key] = references[f"surplus:{target.id}"] = f"capture:{target.id}"
        elif target.kind is MatchTarget.PAYOUT and target.amount_won > 0:
            assert target.id is not None
            fail_payout(session, payout_id=target.id, actor_id=actor_id, reason="returned by the bank", now=now)
    return references


def close_cases(session: Session, line_ids: Sequence[int], *, actor_id: int | None, now: datetime) -> None:
    """A match explains what a case was about."""
    query = select(DiscrepancyCase).where(DiscrepancyCase.bank_line_id.in_(line_ids), DiscrepancyCase.state != CaseState.CLOSED)
    for case in lock_all(session, query.order_by(DiscrepancyCase.id)):
        was, case.state = case.state, CaseState.CLOSED
        case.closed_by, case.closed_at = actor_id, now
        record(
            session,
            actor_id=actor_id,
            action="case.closed_by_match",
            subject=("discrepancy_case", case.id),
            before={"state": was.value},
            after={"state": case.state.value},
            now=now,
        )
