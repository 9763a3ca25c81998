"""Talks with the card processor. The network stands between two units of work: recorded before, answered after, safe to repeat.

The faces and jobs call these; never inside a unit of work.
"""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.kernel.db import unit_of_work
from shop.kernel.states import advance
from shop.ledger import accounts
from shop.orders.ending import lock_order
from shop.orders.models import Order, OrderState
from shop.payments.expiring import expire_order, list_overdue_pages
from shop.payments.models import PAYMENT_TRANSITIONS, Payment, PaymentMethod, PaymentState, Refund, RefundState
from shop.payments.opening import OPEN, NotPayable, lock_payments, open_payment
from shop.payments.paying_back import fail_refund, is_for_processor, pay_refund
from shop.payments.providers import CardProvider, CheckoutStatus, ProviderRejected, ProviderUnavailable
from shop.payments.settling import Outcome, Settlement, settle_payment

RETURN_PATH = "/pay/return?session_id={CHECKOUT_SESSION_ID}"
GIVEN_UP = ("failed", "canceled")


def start_card_payment(provider: CardProvider, *, payment_id: int, public_url: str, now: datetime) -> str:
    """The address where the shopper goes on: the processor's open page, or the order's page where it has been paid already.

    The idempotency key was stored when the payment was opened, so asking twice opens one page.

    Raises:
        NotPayable, ProviderUnavailable, ProviderRejected
    """
    for _attempt in range(2):
        with unit_of_work() as session:
            payment, order = _prepare(session, provider, payment_id, now)
        if payment.session_id is None:
            return _open_page(provider, payment, order, public_url)
        status = provider.get_checkout(payment.session_id)
        if status.open and status.url:
            return status.url
        if status.paid:
            _take_in(provider, payment.id, status, now)
            return f"{public_url}/orders/{order.number}/{order.token}"
        payment_id = _renew(payment, now)
    raise ProviderUnavailable(provider=provider.name)


def learn_checkout(provider: CardProvider, *, session_id: str, now: datetime) -> Settlement | None:
    """Ask the processor what became of a page, and act on its answer: return page, webhook and sweep all come here.

    None where the page is not ours or its money has not come. Money that no order can take is sent back at once.

    Raises:
        ProviderUnavailable
    """
    status = provider.get_checkout(session_id)
    with unit_of_work() as session:
        payment_id = _find_payment(session, session_id, status.order_number)
    if payment_id is None:
        return None
    if status.paid:
        return _take_in(provider, payment_id, status, now)
    if status.expired:
        with unit_of_work() as session:
            _close(session, payment_id)
    return None


def close_page(provider: CardProvider, *, payment: Payment, now: datetime) -> Settlement | None:
    """Close an open page so that it can no longer be paid; where the shopper was faster, the money is taken in.

    Raises:
        ProviderUnavailable
    """
    if payment.session_id is None or payment.state not in OPEN:
        return None
    status = provider.expire_checkout(payment.session_id)
    if status.paid:
        return _take_in(provider, payment.id, status, now)
    with unit_of_work() as session:
        _close(session, payment.id)
    return None


def close_overdue(provider: CardProvider, *, now: datetime) -> int:
    """Close the pages of orders past their deadline, then let these orders lapse or be paid; returns how many lapsed."""
    with unit_of_work() as session:
        overdue = list_overdue_pages(session, now=now)
    lapsed = 0
    for payment in overdue:
        try:
            close_page(provider, payment=payment, now=now)
        except (ProviderUnavailable, ProviderRejected):
            continue  # the next sweep asks again
        with unit_of_work() as session:
            lapsed += expire_order(session, order_id=payment.order_id, now=now)
    return lapsed


def send_refund(provider: CardProvider, *, refund_id: int, now: datetime) -> RefundState:
    """Ask the processor to pay a refund that is due, under the key stored with it, and record its answer.

    Raises:
        ProviderUnavailable: it stays due; the next sweep asks again with the same key.
    """
    with unit_of_work() as session:
        refund = session.get_one(Refund, refund_id)
        payment = session.get_one(Payment, refund.payment_id)
    if not is_for_processor(refund, payment) or payment.intent_id is None:
        return refund.state
    try:
        answer = provider.refund(intent_id=payment.intent_id, amount_won=refund.amount_won,
                                 idempotency_key=refund.idempotency_key, reason="requested_by_customer")
    except ProviderRejected as refusal:
        with unit_of_work() as session:
            return fail_refund(session, refund_id=refund_id, why=str(refusal.data.get("provider_code", "")), now=now).state
    with unit_of_work() as session:
        sent = pay_refund(session, refund_id=refund_id, from_account=payment.asset_account or "", actor_id=None,
                          provider_id=answer.refund_id, now=now)
        if answer.status in GIVEN_UP:
            sent = fail_refund(session, refund_id=refund_id, why=answer.failure_reason or answer.status, now=now)
        return sent.state


def send_due_refunds(provider: CardProvider, *, now: datetime, limit: int = 50) -> int:
    """Send the card refunds that are due; returns how many left."""
    with unit_of_work() as session:
        due = list(session.scalars(
            select(Refund.id).join(Payment, Payment.id == Refund.payment_id)
            .where(Refund.state == RefundState.DUE, Payment.method == PaymentMethod.CARD).order_by(Refund.id).limit(limit)
        ))
    sent = 0
    for refund_id in due:
        try:
            sent += send_refund(provider, refund_id=refund_id, now=now) == RefundState.SENT
        except ProviderUnavailable:
            continue
    return sent


def learn_refund(provider: CardProvider, *, provider_refund_id: str, now: datetime) -> RefundState | None:
    """Ask what became of a refund: one that was sent may still fail days later. None where it is not ours.

    Raises:
        ProviderUnavailable
    """
    answer = provider.get_refund(provider_refund_id)
    with unit_of_work() as session:
        refund_id = session.scalar(select(Refund.id).where(Refund.provider_id == provider_refund_id))
        if refund_id is None:
            return None
        if answer.status in GIVEN_UP:
            return fail_refund(session, refund_id=refund_id, why=answer.failure_reason or answer.status, now=now).state
        return session.get_one(Refund, refund_id).state


def _prepare(session: Session, provider: CardProvider, payment_id: int, now: datetime) -> tuple[Payment, Order]:
    """The payment whose page is to be opened, with its key stored; one that lapsed meanwhile is opened anew."""
    order_id = session.get_one(Payment, payment_id).order_id
    payment = open_payment(session, order_id=order_id, method=PaymentMethod.CARD, now=now)
    payment.provider = provider.name
    session.flush()
    return payment, session.get_one(Order, order_id)


def _open_page(provider: CardProvider, payment: Payment, order: Order, public_url: str) -> str:
    assert payment.idempotency_key
    assert payment.pay_by
    start = provider.start_checkout(
        order_number=order.number, amount_won=payment.amount_won, idempotency_key=payment.idempotency_key,
        success_url=public_url + RETURN_PATH, cancel_url=f"{public_url}/pay/{order.number}/{order.token}",
        expires_at=payment.pay_by, locale=order.locale, description=f"온고을장터 {order.number}",
        metadata={"order_number": order.number, "payment_id": str(payment.id)},
    )
    with unit_of_work() as session:
        lock_order(session, order.id)
        row = next(row for row in lock_payments(session, order.id) if row.id == payment.id)
        row.session_id = row.session_id or start.session_id
    return start.url


def _renew(payment: Payment, now: datetime) -> int:
    """The page has closed unpaid: a new payment for the same order, if it still waits for money."""
    with unit_of_work() as session:
        _close(session, payment.id)
        if lock_order(session, payment.order_id).state != OrderState.AWAITING_PAYMENT:
            raise NotPayable(state="")
        return open_payment(session, order_id=payment.order_id, method=PaymentMethod.CARD, now=now).id


def _close(session: Session, payment_id: int) -> None:
    order_id = session.get_one(Payment, payment_id).order_id
    lock_order(session, order_id)
    payment = next(row for row in lock_payments(session, order_id) if row.id == payment_id)
    if payment.state in OPEN:
        advance(payment, PaymentState.EXPIRED, PAYMENT_TRANSITIONS)


def _find_payment(session: Session, session_id: str, order_number: str) -> int | None:
    """The payment of a page; a page whose opening was never answered to us is known by its order."""
    known = session.scalar(select(Payment.id).where(Payment.session_id == session_id))
    if known is not None:
        return known
    orphan = session.scalars(
        select(Payment).join(Order, Order.id == Payment.order_id)
        .where(Order.number == order_number, Payment.method == PaymentMethod.CARD, Payment.session_id.is_(None),
               Payment.state != PaymentState.PAID).order_by(Payment.id).limit(1)
    ).first()
    if orphan is None:
        return None
    orphan.session_id = session_id
    return orphan.id


def _take_in(provider: CardProvider, payment_id: int, status: CheckoutStatus, now: datetime) -> Settlement:
    with unit_of_work() as session:
        settlement = settle_payment(
            session, payment_id=payment_id, amount_won=status.amount_won, asset_account=accounts.processor(provider.name),
            charge_id=status.charge_id, intent_id=status.intent_id, now=now)
    if settlement.refund_id is not None and settlement.outcome != Outcome.ALREADY:
        with suppress(ProviderUnavailable):  # it stays due; the sweep sends it
            send_refund(provider, refund_id=settlement.refund_id, now=now)
    return settlement
