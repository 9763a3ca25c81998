"""Paying what was decided to be given back: by the processor, by the bank, or from the drawer; and what happens when it fails."""

from datetime import datetime

from sqlalchemy.orm import Session

from shop.kernel import locks
from shop.kernel.clock import seoul_day
from shop.kernel.errors import NotFound
from shop.kernel.states import MoveRefused, advance
from shop.ledger import accounts
from shop.ledger.entries import Entry, credit, debit
from shop.ledger.posting import find_entry_id, post_entry
from shop.messages.outbox import enqueue
from shop.orders.models import Order
from shop.payments.models import REFUND_TRANSITIONS, Payment, PaymentMethod, Refund, RefundState
from shop.payments.rules import owing_account
from shop.people import audit


class RefundGone(NotFound):
    """There is no such refund."""


def pay_refund(session: Session, *, refund_id: int, from_account: str, actor_id: int | None, provider_id: str | None = None,
               now: datetime) -> Refund:
    """Record that a refund has been paid from an account; posts `refund_sent:<id>` where it still waited in `refunds_due`.

    Raises:
        RefundGone, MoveRefused: the processor is to pay it, and may be doing so now; nobody else does until it has refused.
    """
    refund, payment = _lock_refund(session, refund_id)
    if refund.state == RefundState.SENT:
        return refund
    if provider_id is None and is_for_processor(refund, payment):
        raise MoveRefused(kind="Refund", was=refund.state.value, to=RefundState.SENT.value)
    owing, again = owing_account(refund, payment), refund.state == RefundState.FAILED
    advance(refund, RefundState.SENT, REFUND_TRANSITIONS)
    refund.sent_at, refund.provider_id = now, provider_id or refund.provider_id
    order = session.get(Order, payment.order_id)
    assert order is not None
    if actor_id is not None:
        audit.record(session, actor_id=actor_id, action="refund.paid", subject=("refund", refund.id),
                     after={"amount_won": refund.amount_won, "from": from_account}, now=now)
    if order.shopper_email:
        enqueue(session, template="refund_made", to=order.shopper_email, locale=order.locale,
                context={"name": order.shopper_name, "order_number": order.number, "token": order.token,
                         "amount_won": refund.amount_won}, dedupe=f"refund_made:{refund.id}", now=now)
    session.flush()
    if owing != from_account:
        name = "refund_resent" if again else "refund_sent"
        post_entry(session, Entry.of(
            f"{name}:{refund.id}", kind="refund_sent", effective_on=seoul_day(now), memo=f"환불 지급 {order.number}",
            lines=[debit(owing, refund.amount_won), credit(from_account, refund.amount_won)]), now=now)
    return refund


def fail_refund(session: Session, *, refund_id: int, why: str, now: datetime) -> Refund:
    """The processor could not give a refund back: the money is with it again and still owed; posts `refund_failed:<id>`.

    It can fail once: news of it that comes again, after the refund was paid in another way, changes nothing.

    Raises:
        RefundGone
    """
    refund, payment = _lock_refund(session, refund_id)
    if refund.state == RefundState.FAILED:
        return refund
    was_sent = refund.state == RefundState.SENT
    if was_sent and find_entry_id(session, f"refund_failed:{refund.id}") is not None:
        return refund
    owing = payment.asset_account if was_sent else owing_account(refund, payment)
    advance(refund, RefundState.FAILED, REFUND_TRANSITIONS)
    refund.reason = f"{refund.reason} · {why}"[:200]
    session.flush()
    if owing and owing != accounts.REFUNDS_DUE:
        post_entry(session, Entry.of(
            f"refund_failed:{refund.id}", kind="refund_failed", effective_on=seoul_day(now), memo=f"환불 실패 {refund.id}",
            lines=[debit(owing, refund.amount_won), credit(accounts.REFUNDS_DUE, refund.amount_won)]), now=now)
    return refund


def is_for_processor(refund: Refund, payment: Payment) -> bool:
    """Whether a refund that is due is the processor's to pay."""
    return payment.method == PaymentMethod.CARD and payment.intent_id is not None and refund.state == RefundState.DUE


def _lock_refund(session: Session, refund_id: int) -> tuple[Refund, Payment]:
    refund = locks.lock_row(session, Refund, refund_id)
    if refund is None:
        raise RefundGone()
    return refund, session.get_one(Payment, refund.payment_id)
