"""Orders that nobody paid: they lapse, and what they held is free again."""

from datetime import datetime

from sqlalchemy import ColumnElement, Exists, select
from sqlalchemy.orm import Session

from shop.kernel import locks
from shop.kernel.states import advance
from shop.messages.outbox import enqueue
from shop.orders.ending import end_unpaid, lock_held_levels, lock_order
from shop.orders.models import Order, OrderState
from shop.payments.models import PAYMENT_TRANSITIONS, Payment, PaymentMethod, PaymentState
from shop.payments.opening import OPEN, list_items, lock_payments


def expire_unpaid(session: Session, *, now: datetime, limit: int = 50) -> list[int]:
    """Expire orders whose deadline has passed and return their ids; call again until none is left.

    An order with a card page that may still have been paid is left alone until the processor has been asked
    (`card.close_overdue`).
    """
    due = list(session.scalars(
        select(Order.id).where(_is_due(now), ~_has_card_page()).order_by(Order.id).limit(limit)
    ))
    locks.lock_rows(session, Order, due)
    lock_held_levels(session, due)
    return [order_id for order_id in due if expire_order(session, order_id=order_id, now=now)]


def list_overdue_pages(session: Session, *, now: datetime, limit: int = 50) -> list[Payment]:
    """Card payments with a hosted page whose order's deadline has passed: the processor is asked before they lapse."""
    return list(session.scalars(
        select(Payment).join(Order, Order.id == Payment.order_id)
        .where(_is_due(now), Payment.method == PaymentMethod.CARD, Payment.state.in_(OPEN), Payment.session_id.is_not(None))
        .order_by(Payment.id).limit(limit)
    ))


def expire_order(session: Session, *, order_id: int, now: datetime) -> bool:
    """Expire one order if it is still unpaid past its deadline; True where it was."""
    order = lock_order(session, order_id)
    if order.state != OrderState.AWAITING_PAYMENT or order.pay_by is None or order.pay_by > now:
        return False
    for payment in lock_payments(session, order_id):
        if payment.state in OPEN:
            advance(payment, PaymentState.EXPIRED, PAYMENT_TRANSITIONS)
    end_unpaid(session, order, OrderState.EXPIRED, now)
    if order.shopper_email:
        enqueue(session, template="order_expired", to=order.shopper_email, locale=order.locale,
                context={"name": order.shopper_name, "order_number": order.number, "token": order.token,
                         "items": list_items(session, order)}, dedupe=f"order_expired:{order.id}", now=now)
    return True


def _is_due(now: datetime) -> ColumnElement[bool]:
    return (Order.state == OrderState.AWAITING_PAYMENT) & (Order.pay_by < now)


def _has_card_page() -> Exists:
    return select(Payment.id).where(Payment.order_id == Order.id, Payment.method == PaymentMethod.CARD, Payment.state.in_(OPEN),
                                    Payment.session_id.is_not(None)).exists()
