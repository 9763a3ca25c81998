"""Opening a payment: one method for one order, with its deadline. Nothing here speaks to a provider."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.kernel import locks
from shop.kernel.errors import Conflict
from shop.kernel.korean import normal
from shop.kernel.states import advance
from shop.messages.outbox import enqueue
from shop.orders.ending import lock_order
from shop.orders.models import Order, OrderLine, OrderState, VendorOrder
from shop.payments.models import PAYMENT_TRANSITIONS, Payment, PaymentMethod, PaymentState
from shop.payments.rules import CARD_PAGE_LEFT, check_amount, pay_by

OPEN = (PaymentState.PENDING, PaymentState.FAILED)


class NotPayable(Conflict):
    """The order does not wait for money; `state` says how it stands."""


def open_payment(
    session: Session, *, order_id: int, method: PaymentMethod, payer_name: str = "", bank: Mapping[str, str] | None = None,
    now: datetime,
) -> Payment:
    """The open payment of an order by this method; another method that was open before is canceled.

    Sets the order's deadline and, the first time, writes the shopper's mail. `bank` is the account shown to the payer.
    A card payment carries the key and the closing time with which its hosted page will be asked for.

    Raises:
        OrderGone, NotPayable, CardTooSmall
    """
    order = lock_order(session, order_id)
    if order.state != OrderState.AWAITING_PAYMENT:
        raise NotPayable(state=order.state.value)
    check_amount(method, order.total_won)
    payments = lock_payments(session, order_id)
    payment = _find_usable(payments, method, now)
    for other in payments:
        if other is not payment and other.state in OPEN:
            advance(other, PaymentState.CANCELED, PAYMENT_TRANSITIONS)
    if payment is None:
        payment = Payment(order_id=order_id, method=method, state=PaymentState.PENDING, amount_won=order.total_won,
                          pay_by=pay_by(method, now), created_at=now)
        session.add(payment)
        order.pay_by = payment.pay_by
    if method == PaymentMethod.BANK_TRANSFER:
        payment.payer_name = normal(payer_name) or order.shopper_name
    session.flush()
    if method == PaymentMethod.CARD and payment.idempotency_key is None:
        payment.idempotency_key = f"checkout:{order.number}:{payment.id}"
    if not payments:
        _tell(session, order, payment, bank, now)
    session.flush()
    return payment


def lock_payments(session: Session, order_id: int) -> list[Payment]:
    """Lock every payment of an order; the order is locked before."""
    return locks.lock_all(session, select(Payment).where(Payment.order_id == order_id).order_by(Payment.id))


def _find_usable(payments: list[Payment], method: PaymentMethod, now: datetime) -> Payment | None:
    """An open payment of this method; a card's only with a page of its own, or with time left to ask for one."""
    for payment in reversed(payments):
        if payment.method == method and payment.state in OPEN:
            can_ask = payment.pay_by is not None and payment.pay_by - now >= CARD_PAGE_LEFT
            return payment if method != PaymentMethod.CARD or payment.session_id or can_ask else None
    return None


def _tell(session: Session, order: Order, payment: Payment, bank: Mapping[str, str] | None, now: datetime) -> None:
    if not order.shopper_email:
        return
    shown = {**bank, "payer_name": payment.payer_name or ""} if bank and payment.method == PaymentMethod.BANK_TRANSFER else None
    enqueue(
        session, template="order_placed", to=order.shopper_email, locale=order.locale,
        context={"name": order.shopper_name, "order_number": order.number, "token": order.token,
                 "items": list_items(session, order), "total_won": order.total_won, "bank": shown,
                 "pay_by": payment.pay_by.isoformat() if payment.pay_by else None},
        dedupe=f"order_placed:{order.id}", now=now,
    )


def list_items(session: Session, order: Order, vendor_order_id: int | None = None) -> list[dict[str, object]]:
    """An order's lines as a mail lists them."""
    query = (
        select(OrderLine).join(VendorOrder, VendorOrder.id == OrderLine.vendor_order_id)
        .where(VendorOrder.order_id == order.id).order_by(OrderLine.id)
    )
    if vendor_order_id is not None:
        query = query.where(VendorOrder.id == vendor_order_id)
    return [{"name": f"{line.name} {line.label}".strip(), "quantity": line.quantity, "total_won": line.list_won}
            for line in session.scalars(query)]
