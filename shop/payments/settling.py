"""Money has come: the one way in which a payment becomes paid, whoever says so first.

Landing page, webhook, bank line and counter meet here.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.kernel.clock import add_business_days, seoul_day
from shop.kernel.errors import NotFound
from shop.kernel.states import advance
from shop.ledger import accounts
from shop.ledger.entries import Entry, Line, credit, debit
from shop.ledger.posting import post_entry
from shop.messages.outbox import enqueue
from shop.orders.ending import lock_order, lock_parts
from shop.orders.models import FULFILMENT_TRANSITIONS, ORDER_TRANSITIONS, FulfilmentState, Order, OrderState, VendorOrder
from shop.orders.rules import SHIP_WITHIN_DAYS
from shop.payments.models import PAYMENT_TRANSITIONS, Payment, PaymentState, Refund, RefundState
from shop.payments.opening import OPEN, list_items, lock_payments


class PaymentGone(NotFound):
    """There is no such payment."""


class Outcome(StrEnum):
    """What money did when it came."""

    SETTLED = "settled"  # the order is paid
    SETTLED_OVER = "settled_over"  # paid, and the rest is owed back
    ALREADY = "already"  # this payment was settled before; nothing changed
    LATE = "late"  # the order had ended: all of it is owed back
    SECOND = "second"  # the order was paid by another payment: all of it is owed back
    SHORT = "short"  # too little to pay the order: all of it is owed back


@dataclass(frozen=True)
class Settlement:
    """How money was taken in; `refund_id` is what is owed back of it."""

    outcome: Outcome
    payment_id: int
    order_id: int
    refund_id: int | None = None


def settle_payment(
    session: Session, *, payment_id: int, amount_won: int, asset_account: str, charge_id: str | None = None,
    intent_id: str | None = None, now: datetime,
) -> Settlement:
    """Take in money for a payment and post `capture:<payment>`; the same payment again changes nothing.

    Every won is booked whatever the order's state: what cannot pay the order is owed back as a refund that is due.
    Locks order, payments, vendor orders, then the books.

    Raises:
        PaymentGone
    """
    assert amount_won > 0
    order_id = session.scalar(select(Payment.order_id).where(Payment.id == payment_id))
    if order_id is None:
        raise PaymentGone()
    order = lock_order(session, order_id)
    payments = lock_payments(session, order_id)
    payment = next(row for row in payments if row.id == payment_id)
    if payment.state == PaymentState.PAID:
        return Settlement(Outcome.ALREADY, payment_id, order_id)
    outcome = _judge(order, payment, amount_won)
    _mark_paid(payment, asset_account, charge_id, intent_id, now)
    owed_back = {Outcome.SETTLED: 0, Outcome.SETTLED_OVER: amount_won - payment.amount_won}.get(outcome, amount_won)
    refund = _owe_back(session, payment, owed_back, outcome, now) if owed_back else None
    pieces: list[Line] = []
    if outcome in (Outcome.SETTLED, Outcome.SETTLED_OVER):
        for other in payments:
            if other.state in OPEN:
                advance(other, PaymentState.CANCELED, PAYMENT_TRANSITIONS)
        pieces = _pay_order(session, order, now)
    session.flush()
    post_entry(session, Entry.of(
        f"capture:{payment.id}", kind="capture", effective_on=seoul_day(now), memo=f"결제 {order.number}",
        lines=[debit(asset_account, amount_won, None, None, order.channel.value), *pieces,
               credit(accounts.REFUNDS_DUE, owed_back, None, None, order.channel.value)],
    ), now=now)
    return Settlement(outcome, payment_id, order_id, refund.id if refund else None)


def _judge(order: Order, payment: Payment, amount_won: int) -> Outcome:
    if order.state == OrderState.PAID:
        return Outcome.SECOND
    if order.state != OrderState.AWAITING_PAYMENT:
        return Outcome.LATE
    if amount_won < payment.amount_won:
        return Outcome.SHORT
    return Outcome.SETTLED if amount_won == payment.amount_won else Outcome.SETTLED_OVER


def _mark_paid(payment: Payment, asset_account: str, charge_id: str | None, intent_id: str | None, now: datetime) -> None:
    advance(payment, PaymentState.PAID, PAYMENT_TRANSITIONS)
    payment.paid_at, payment.asset_account = now, asset_account
    payment.charge_id = charge_id or payment.charge_id
    payment.intent_id = intent_id or payment.intent_id


def _owe_back(session: Session, payment: Payment, amount_won: int, outcome: Outcome, now: datetime) -> Refund:
    refund = Refund(payment_id=payment.id, amount_won=amount_won, state=RefundState.DUE, reason=outcome.value,
                    idempotency_key=f"surplus:{payment.id}", created_at=now)
    session.add(refund)
    session.flush()
    return refund


def _pay_order(session: Session, order: Order, now: datetime) -> list[Line]:
    """Mark a locked order and its parts paid; returns the credits that hold each vendor's money apart."""
    advance(order, OrderState.PAID, ORDER_TRANSITIONS)
    order.paid_at = now
    parts = lock_parts(session, order.id)
    for part in parts:
        advance(part, FulfilmentState.PREPARING, FULFILMENT_TRANSITIONS)
        part.ship_by = add_business_days(seoul_day(now), SHIP_WITHIN_DAYS)
        _tell_vendor(session, order, part, now)
    if order.shopper_email:
        enqueue(session, template="payment_received", to=order.shopper_email, locale=order.locale,
                context={"name": order.shopper_name, "order_number": order.number, "token": order.token,
                         "total_won": order.total_won}, dedupe=f"payment_received:{order.id}", now=now)
    return [credit(accounts.ORDERS_IN_PROGRESS, part.total_won, part.vendor_id, None, order.channel.value) for part in parts]


def _tell_vendor(session: Session, order: Order, part: VendorOrder, now: datetime) -> None:
    if to := part.seller.get("email"):
        enqueue(session, template="vendor_new_order", to=to, locale="ko",
                context={"vendor_name": part.seller.get("name", ""), "order_number": order.number,
                         "items": list_items(session, order, part.id)}, dedupe=f"vendor_new_order:{part.id}", now=now)
