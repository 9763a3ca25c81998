"""Giving money back: a refund is decided and booked under locks first, paid afterwards. n partial refunds equal one full one."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.kernel import locks
from shop.kernel.clock import seoul_day
from shop.kernel.errors import Conflict, Invalid, NotFound
from shop.kernel.states import MoveRefused, advance
from shop.ledger import accounts
from shop.ledger.entries import Entry, Line, credit, debit
from shop.ledger.posting import post_entry, split_vendor_claim
from shop.orders.booking import signed_debit
from shop.orders.ending import cancel_part, end_unpaid, lock_held_levels, lock_order, lock_parts
from shop.orders.models import ORDER_TRANSITIONS, FulfilmentState, Order, OrderLine, OrderState, VendorOrder
from shop.orders.rules import Share, may_cancel, share_of
from shop.payments.models import PAYMENT_TRANSITIONS, Payment, PaymentState, Refund, RefundState
from shop.payments.opening import OPEN, lock_payments
from shop.payments.rules import owing_account
from shop.people import audit

REFUNDABLE = (FulfilmentState.SHIPPED, FulfilmentState.HANDED_OVER, FulfilmentState.CONFIRMED)


class LineGone(NotFound):
    """There is no such order line."""


class OverRefund(Conflict):
    """More units than are left to give back; carries `left` and `asked`."""


class ReasonMissing(Invalid):
    """A refund says why."""


class NothingToRefund(Conflict):
    """The shopper paid nothing for these units."""


@dataclass(frozen=True)
class Canceled:
    """A canceled order and the refunds that are due for it."""

    order_id: int
    refund_ids: list[int]


def refund_line(
    session: Session, *, order_line_id: int, quantity: int, reason: str, actor_id: int | None, key: str = "", now: datetime,
) -> Refund:
    """Give back units of a line that has left its vendor; posts `refund:<id>`. The same `key` again is the first refund.

    Locks order, vendor order and line, then the books. After confirmation the vendor's claim and the centre's commission
    are taken back, from what is owed to the vendor first, the rest as its debt; before, from the money held apart.

    Raises:
        LineGone, ReasonMissing, OverRefund, NothingToRefund, MoveRefused: not sent yet (cancel it), or canceled.
    """
    if not reason.strip():
        raise ReasonMissing()
    order, part, line = _lock_line(session, order_line_id)
    if key and (known := session.scalar(select(Refund).where(Refund.idempotency_key == f"refund:{key}"))) is not None:
        return known
    if part.state not in REFUNDABLE:
        raise MoveRefused(kind="VendorOrder", was=part.state.value, to="refunded")
    left = line.quantity - line.returned_quantity
    if not 1 <= quantity <= left:
        raise OverRefund(left=left, asked=quantity)
    share = share_of(line, quantity, before=line.returned_quantity)
    if share.paid_won <= 0:
        raise NothingToRefund()
    payment = _settled_payment(session, order.id)
    line.returned_quantity += quantity
    refund = Refund(
        payment_id=payment.id, order_line_id=line.id, vendor_order_id=part.id, quantity=quantity, amount_won=share.paid_won,
        discount_won=share.discount_won, commission_won=share.commission_won, commission_vat_won=share.commission_vat_won,
        net_won=share.net_won, state=RefundState.DUE, reason=reason.strip(),
        was_confirmed=part.state == FulfilmentState.CONFIRMED, idempotency_key=f"refund:{key or secrets.token_hex(12)}",
        decided_by=actor_id, created_at=now,
    )
    session.add(refund)
    session.flush()
    audit.record(session, actor_id=actor_id, action="order.refunded", subject=("order", order.id),
                 after={"order_line_id": line.id, "quantity": quantity, "amount_won": share.paid_won}, reason=reason, now=now)
    session.flush()
    _book_line(session, refund, share, payment, order, now)
    return refund


def cancel_order(session: Session, *, order_id: int, reason: str, actor_id: int | None = None, now: datetime) -> Canceled:
    """Cancel a whole order before any of it has left; what was paid is owed back. Twice is once.

    Raises:
        OrderGone, MoveRefused: a part has left already, or the order has ended.
    """
    order = lock_order(session, order_id)
    if order.state == OrderState.CANCELED:
        return Canceled(order_id, [])
    payments = lock_payments(session, order_id)
    if order.state == OrderState.AWAITING_PAYMENT:
        for payment in payments:
            if payment.state in OPEN:
                advance(payment, PaymentState.CANCELED, PAYMENT_TRANSITIONS)
        end_unpaid(session, order, OrderState.CANCELED, now)
        _audit_cancel(session, order, reason, actor_id, now)
        return Canceled(order_id, [])
    parts = lock_parts(session, order_id)
    if not may_cancel(order, parts):
        raise MoveRefused(kind="Order", was=order.state.value, to=OrderState.CANCELED.value)
    open_parts = [part for part in parts if part.state != FulfilmentState.CANCELED]
    return Canceled(order_id, _cancel_parts(session, order, parts, open_parts, reason, actor_id, now))


def cancel_vendor_order(session: Session, *, vendor_order_id: int, reason: str, vendor_id: int | None = None,
                        actor_id: int | None = None, now: datetime) -> Canceled:
    """Cancel one vendor's paid part before it has left, goods and parcel fee; a vendor that cannot supply names itself.

    Raises:
        LineGone: no such part. ReasonMissing. MoveRefused: not paid, or it has left.
    """
    if not reason.strip():
        raise ReasonMissing()
    whose = select(VendorOrder.order_id, VendorOrder.vendor_id).where(VendorOrder.id == vendor_order_id)
    found = session.execute(whose).one_or_none()
    if found is None or (vendor_id is not None and found.vendor_id != vendor_id):
        raise LineGone()
    order = lock_order(session, found.order_id)
    parts = lock_parts(session, order.id)
    part = next(row for row in parts if row.id == vendor_order_id)
    if part.state == FulfilmentState.CANCELED:
        return Canceled(order.id, [])
    if part.state != FulfilmentState.PREPARING:
        raise MoveRefused(kind="VendorOrder", was=part.state.value, to=FulfilmentState.CANCELED.value)
    return Canceled(order.id, _cancel_parts(session, order, parts, [part], reason, actor_id, now))


def _cancel_parts(session: Session, order: Order, parts: list[VendorOrder], going: list[VendorOrder], reason: str,
                  actor_id: int | None, now: datetime) -> list[int]:
    """Cancel paid parts of a locked order and owe their money back, one refund for each part."""
    payment = _settled_payment(session, order.id)
    lock_held_levels(session, [order.id])
    refunds = []
    for part in going:
        cancel_part(session, part, now)
        refunds.append(Refund(payment_id=payment.id, vendor_order_id=part.id, amount_won=part.total_won, state=RefundState.DUE,
                              discount_won=part.discount_won, reason=reason.strip() or "cancel", decided_by=actor_id,
                              idempotency_key=f"cancel:{part.id}", created_at=now))
    session.add_all(refunds)
    if all(part.state == FulfilmentState.CANCELED for part in parts):
        advance(order, OrderState.CANCELED, ORDER_TRANSITIONS)
        order.ended_at = now
    _audit_cancel(session, order, reason, actor_id, now)
    session.flush()
    for part, refund in zip(going, refunds, strict=True):
        held = [debit(accounts.ORDERS_IN_PROGRESS, part.total_won, part.vendor_id, None, order.channel.value)]
        _post(session, refund, payment, order, held, now)
    return [refund.id for refund in refunds]


def _book_line(session: Session, refund: Refund, share: Share, payment: Payment, order: Order, now: datetime) -> None:
    line = session.get_one(OrderLine, refund.order_line_id)
    follow = (line.vendor_id, line.id, order.channel.value)
    if not refund.was_confirmed:
        _post(session, refund, payment, order, [debit(accounts.ORDERS_IN_PROGRESS, share.paid_won, *follow)], now)
        return
    from_payable, to_debt = split_vendor_claim(session, line.vendor_id, max(share.net_won, 0))
    _post(session, refund, payment, order, [
        debit(accounts.vendor_payable(line.vendor_id), from_payable, *follow),
        signed_debit(accounts.vendor_debt(line.vendor_id), to_debt if share.net_won >= 0 else share.net_won, *follow),
        debit(accounts.COMMISSION, share.commission_won, *follow),
        debit(accounts.VAT_OUTPUT, share.commission_vat_won, *follow),
        credit(accounts.PROMOTIONS, share.discount_won, *follow),
    ], now)


def _post(session: Session, refund: Refund, payment: Payment, order: Order, taken: list[Line], now: datetime) -> None:
    back = credit(owing_account(refund, payment), refund.amount_won, None, refund.order_line_id, order.channel.value)
    post_entry(session, Entry.of(f"refund:{refund.id}", kind="refund", effective_on=seoul_day(now), lines=[*taken, back],
                                 memo=f"환불 {order.number}"), now=now)


def _settled_payment(session: Session, order_id: int) -> Payment:
    """The payment that paid the order: the first one paid; later ones are owed back in full."""
    paid = select(Payment).where(Payment.order_id == order_id, Payment.state == PaymentState.PAID)
    payment = session.scalars(paid.order_by(Payment.paid_at, Payment.id).limit(1)).first()
    assert payment is not None, "a paid order has a payment"
    return payment


def _lock_line(session: Session, order_line_id: int) -> tuple[Order, VendorOrder, OrderLine]:
    found = session.execute(
        select(VendorOrder.order_id, VendorOrder.id).join(OrderLine, OrderLine.vendor_order_id == VendorOrder.id)
        .where(OrderLine.id == order_line_id)
    ).one_or_none()
    if found is None:
        raise LineGone()
    order = lock_order(session, found.order_id)
    part = locks.lock_row(session, VendorOrder, found.id)
    line = locks.lock_row(session, OrderLine, order_line_id)
    assert part is not None
    assert line is not None
    return order, part, line


def _audit_cancel(session: Session, order: Order, reason: str, actor_id: int | None, now: datetime) -> None:
    audit.record(session, actor_id=actor_id, action="order.canceled", subject=("order", order.id),
                 after={"state": order.state.value}, reason=reason, now=now)
