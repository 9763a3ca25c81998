"""Reads of payments and refunds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.orders.models import Order
from shop.payments.models import Payment, PaymentState, Refund, RefundState

PAGE = 30


@dataclass(frozen=True)
class OrderMoney:
    """The money side of one order: every payment tried, every refund decided."""

    payments: list[Payment]
    refunds: list[Refund]

    @property
    def current(self) -> Payment | None:
        """The payment to speak of: the one that paid, else the one that is open, else the last."""
        paid = sorted((p for p in self.payments if p.state == PaymentState.PAID), key=lambda p: (p.paid_at, p.id))
        waiting = [p for p in self.payments if p.state in (PaymentState.PENDING, PaymentState.FAILED)]
        return next(iter(paid or waiting[::-1] or self.payments[::-1]), None)

    @property
    def refunded_won(self) -> int:
        """Everything decided to be given back."""
        return sum(refund.amount_won for refund in self.refunds)


def load_money(session: Session, order_id: int) -> OrderMoney:
    """An order's payments and refunds: two statements, one while nothing was paid."""
    payments = list(session.scalars(select(Payment).where(Payment.order_id == order_id).order_by(Payment.id)))
    ids = [payment.id for payment in payments if payment.paid_at is not None]
    refunds = list(session.scalars(select(Refund).where(Refund.payment_id.in_(ids)).order_by(Refund.id))) if ids else []
    return OrderMoney(payments, refunds)


def find_by_session(session: Session, session_id: str) -> Payment | None:
    """The payment whose hosted page this is."""
    return session.scalar(select(Payment).where(Payment.session_id == session_id))


def list_refunds_due(session: Session, *, after_id: int = 0, limit: int = PAGE) -> Sequence[tuple[Refund, Payment, Order]]:
    """Refunds that somebody still has to pay, oldest first."""
    rows = session.execute(
        select(Refund, Payment, Order).join(Payment, Payment.id == Refund.payment_id).join(Order, Order.id == Payment.order_id)
        .where(Refund.state.in_([RefundState.DUE, RefundState.FAILED]), Refund.id > after_id).order_by(Refund.id).limit(limit)
    )
    return [(refund, payment, order) for refund, payment, order in rows]


def load_payments(session: Session, order_ids: Collection[int]) -> dict[int, Payment]:
    """The last payment of each order, for lists."""
    found = session.scalars(select(Payment).where(Payment.order_id.in_(order_ids)).order_by(Payment.id))
    return {payment.order_id: payment for payment in found}
