"""Tables of payments, refunds and the events providers send."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.kernel.db import Id, Instant, Model, Won, state_column


class PaymentMethod(StrEnum):
    """How the shopper pays."""

    BANK_TRANSFER = "bank_transfer"  # 무통장입금
    PAY_AT_HALL = "pay_at_hall"
    CARD = "card"  # through a card provider
    OLD_TILL = "old_till"  # money taken by another till, in its clearing account


class PaymentState(StrEnum):
    """Where the money of an order stands."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELED = "canceled"


PAYMENT_TRANSITIONS: dict[PaymentState, set[PaymentState]] = {
    PaymentState.PENDING: {PaymentState.PAID, PaymentState.FAILED, PaymentState.EXPIRED, PaymentState.CANCELED},
    PaymentState.FAILED: {PaymentState.PENDING, PaymentState.PAID, PaymentState.EXPIRED, PaymentState.CANCELED},
    PaymentState.PAID: {PaymentState.CANCELED},  # only by `unsettling`: the bank's money was another's
    PaymentState.EXPIRED: {PaymentState.PAID},  # money that came too late is still money
    PaymentState.CANCELED: {PaymentState.PAID},
}


class Payment(Model):
    """One attempt to pay one order by one method."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount_won > 0", name="amount_positive"),
        Index("ix__payment__pending", "state", "method", "amount_won"),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    method: Mapped[PaymentMethod] = mapped_column(state_column(PaymentMethod))
    state: Mapped[PaymentState] = mapped_column(state_column(PaymentState), default=PaymentState.PENDING)
    amount_won: Mapped[Won]
    payer_name: Mapped[str | None] = mapped_column(String(60))  # 입금자명, exactly as the shopper will send it
    pay_by: Mapped[Instant | None]
    provider: Mapped[str | None] = mapped_column(String(20))
    idempotency_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    session_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    intent_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    charge_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    asset_account: Mapped[str | None] = mapped_column(String(80))  # ledger account that was debited
    created_at: Mapped[Instant]
    paid_at: Mapped[Instant | None]


class RefundState(StrEnum):
    """A refund is decided and booked first, then paid."""

    DUE = "due"
    SENT = "sent"
    FAILED = "failed"  # the processor could not give it back; it is still owed


REFUND_TRANSITIONS: dict[RefundState, set[RefundState]] = {
    RefundState.DUE: {RefundState.SENT, RefundState.FAILED},
    RefundState.SENT: {RefundState.FAILED},
    RefundState.FAILED: {RefundState.SENT},
}


class Refund(Model):
    """Money given back for units of one order line, or for money that came too late or twice."""

    __tablename__ = "refund"
    __table_args__ = (CheckConstraint("amount_won > 0", name="amount_positive"),)

    id: Mapped[Id]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"), index=True)
    vendor_order_id: Mapped[int | None] = mapped_column(ForeignKey("vendor_order.id"))
    quantity: Mapped[int] = mapped_column(default=0)
    amount_won: Mapped[Won]  # to the shopper
    discount_won: Mapped[Won] = mapped_column(default=0)  # the centre's discount taken back
    commission_won: Mapped[Won] = mapped_column(default=0)
    commission_vat_won: Mapped[Won] = mapped_column(default=0)
    net_won: Mapped[Won] = mapped_column(default=0)  # taken back from the vendor
    state: Mapped[RefundState] = mapped_column(state_column(RefundState), default=RefundState.DUE)
    reason: Mapped[str] = mapped_column(String(200))
    was_confirmed: Mapped[bool] = mapped_column(default=False)
    idempotency_key: Mapped[str] = mapped_column(String(80), unique=True)
    provider_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[Instant]
    sent_at: Mapped[Instant | None]


class ProviderEvent(Model):
    """A webhook event, stored once under the provider's id before anything is done about it."""

    __tablename__ = "provider_event"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(80))
    received_at: Mapped[Instant]
    handled_at: Mapped[Instant | None]
    outcome: Mapped[str] = mapped_column(String(120), default="")
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
