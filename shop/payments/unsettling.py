"""Money that was taken for an order's and was not: the payment is taken back, the order awaits its money again.

Only while nothing has left. The payment that was wrong stays, canceled; a new one awaits the right money under its own name.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.kernel.clock import seoul_day
from shop.kernel.errors import Conflict
from shop.kernel.locks import lock_all
from shop.kernel.states import advance
from shop.ledger.posting import find_entry_id, reverse_entry
from shop.orders.ending import lock_order, lock_parts
from shop.orders.models import FULFILMENT_TRANSITIONS, ORDER_TRANSITIONS, FulfilmentState, Order, OrderState
from shop.payments.models import PAYMENT_TRANSITIONS, Payment, PaymentState, Refund, RefundState
from shop.payments.opening import lock_payments
from shop.payments.rules import pay_by
from shop.payments.settling import PaymentGone


class AlreadyUnderWay(Conflict):
    """Goods of the order have left or money of it was given back: the payment cannot be taken back, a case can be opened."""


def unsettle_payment(session: Session, *, payment_id: int, reason: str, now: datetime) -> None:
    """Reverse `capture:<payment>`; an order it paid awaits a new payment of the same kind.

    Locks order, payments, vendor orders, then the books.

    Raises:
        PaymentGone, AlreadyUnderWay
    """
    order_id = session.scalar(select(Payment.order_id).where(Payment.id == payment_id))
    if order_id is None:
        raise PaymentGone()
    order = lock_order(session, order_id)
    payment = next(row for row in lock_payments(session, order_id) if row.id == payment_id)
    refunds = lock_all(session, select(Refund).where(Refund.payment_id == payment_id).order_by(Refund.id))
    surplus = [refund for refund in refunds if refund.idempotency_key == f"surplus:{payment_id}"]
    if (
        payment.state is not PaymentState.PAID
        or len(surplus) != len(refunds)
        or any(r.state is RefundState.SENT for r in surplus)
    ):
        raise AlreadyUnderWay(number=order.number)
    paid_the_order = order.paid_at is not None and order.paid_at == payment.paid_at and order.state is OrderState.PAID
    if paid_the_order:
        _await_again(session, order, payment, now)
    advance(payment, PaymentState.CANCELED, PAYMENT_TRANSITIONS)
    for refund in surplus:
        session.delete(refund)
    session.flush()
    assert find_entry_id(session, f"capture:{payment_id}") is not None
    reverse_entry(session, reference=f"capture:{payment_id}", reason=reason, effective_on=seoul_day(now), now=now)


def _await_again(session: Session, order: Order, payment: Payment, now: datetime) -> None:
    parts = lock_parts(session, order.id)
    if any(part.state is not FulfilmentState.PREPARING for part in parts):
        raise AlreadyUnderWay(number=order.number)
    advance(order, OrderState.AWAITING_PAYMENT, ORDER_TRANSITIONS)
    order.paid_at, order.pay_by = None, pay_by(payment.method, now)
    for part in parts:
        advance(part, FulfilmentState.WAITING, FULFILMENT_TRANSITIONS)
        part.ship_by = None
    session.add(
        Payment(
            order_id=order.id,
            method=payment.method,
            state=PaymentState.PENDING,
            amount_won=payment.amount_won,
            payer_name=payment.payer_name,
            pay_by=order.pay_by,
            created_at=payment.created_at,
        )
    )
