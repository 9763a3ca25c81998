"""Tables of what is owed to vendors and how it was paid."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.kernel.crypto import SealedText
from shop.kernel.db import Id, Instant, Model, Won, state_column


class LineKind(StrEnum):
    """Why a vendor is owed more or less."""

    EARNING = "earning"  # a confirmed order line
    PARCEL = "parcel"  # the parcel fee of a confirmed vendor order, in full to the vendor
    REVERSAL = "reversal"  # a refund after confirmation, or a return of the old till
    ADJUSTMENT = "adjustment"


class SettlementLine(Model):
    """One won-exact claim of a vendor. The stamp `statement_id` is the claim of a statement on it."""

    __tablename__ = "settlement_line"
    __table_args__ = (
        Index("uq__settlement_line__order_line", "kind", "order_line_id", unique=True,
              sqlite_where=text("refund_id IS NULL AND order_line_id IS NOT NULL"),
              postgresql_where=text("refund_id IS NULL AND order_line_id IS NOT NULL")),
        Index("uq__settlement_line__parcel", "vendor_order_id", unique=True,
              sqlite_where=text("kind = 'parcel'"), postgresql_where=text("kind = 'parcel'")),
        Index("uq__settlement_line__refund", "refund_id", unique=True,
              sqlite_where=text("refund_id IS NOT NULL"), postgresql_where=text("refund_id IS NOT NULL")),
        Index("ix__settlement_line__unclaimed", "vendor_id", "statement_id", "effective_on"),
        Index("ix__settlement_line__statement", "statement_id"),
        Index("ix__settlement_line__effective", "effective_on"),
        CheckConstraint("net_won = list_won - commission_won - commission_vat_won", name="net_adds_up"),
    )

    id: Mapped[Id]
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    kind: Mapped[LineKind] = mapped_column(state_column(LineKind))
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))
    vendor_order_id: Mapped[int | None] = mapped_column(ForeignKey("vendor_order.id"))
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"))
    quantity: Mapped[int] = mapped_column(default=0)
    list_won: Mapped[Won]
    commission_won: Mapped[Won]
    commission_vat_won: Mapped[Won]
    net_won: Mapped[Won]
    discount_won: Mapped[Won] = mapped_column(default=0)  # paid by the centre, shown, not part of the net
    memo: Mapped[str] = mapped_column(String(200), default="")
    effective_on: Mapped[date]
    confirmed_at: Mapped[Instant]
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("statement.id"))


class StatementState(StrEnum):
    """A statement's way from the desk to the bank."""

    ISSUED = "issued"  # vendor may object until a date
    APPROVED = "approved"
    PAID = "paid"
    HELD = "held"
    CANCELED = "canceled"  # its lines are free again


STATEMENT_TRANSITIONS: dict[StatementState, set[StatementState]] = {
    StatementState.ISSUED: {StatementState.APPROVED, StatementState.HELD, StatementState.CANCELED},
    StatementState.HELD: {StatementState.ISSUED, StatementState.CANCELED},
    StatementState.APPROVED: {StatementState.PAID, StatementState.HELD},
    StatementState.PAID: {StatementState.APPROVED},  # the bank line's match was undone, or the bank sent the money back
    StatementState.CANCELED: set(),
}


class Statement(Model):
    """What one vendor is owed for one month: the sum of the lines that carry its stamp."""

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix__statement__vendor", "vendor_id", "month"),
        CheckConstraint("net_won = list_won - commission_won - commission_vat_won", name="net_adds_up"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(40))
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    month: Mapped[str] = mapped_column(String(7), index=True)
    state: Mapped[StatementState] = mapped_column(state_column(StatementState), default=StatementState.ISSUED)
    line_count: Mapped[int]
    list_won: Mapped[Won]
    commission_won: Mapped[Won]
    commission_vat_won: Mapped[Won]
    net_won: Mapped[Won]
    issued_at: Mapped[Instant]
    object_until: Mapped[date]
    objection: Mapped[str] = mapped_column(String(500), default="")
    payout_id: Mapped[int | None] = mapped_column(ForeignKey("payout.id"), index=True)


class PayoutState(StrEnum):
    """A payout is prepared by one, approved by another, sent in a file, and paid when the bank says so."""

    PREPARED = "prepared"
    APPROVED = "approved"
    SENT = "sent"
    PAID = "paid"
    FAILED = "failed"
    CANCELED = "canceled"


PAYOUT_TRANSITIONS: dict[PayoutState, set[PayoutState]] = {
    PayoutState.PREPARED: {PayoutState.APPROVED, PayoutState.CANCELED},
    PayoutState.APPROVED: {PayoutState.SENT, PayoutState.PAID, PayoutState.FAILED},
    PayoutState.SENT: {PayoutState.PAID, PayoutState.FAILED},
    PayoutState.FAILED: {PayoutState.APPROVED},
    PayoutState.PAID: {PayoutState.SENT, PayoutState.FAILED},  # the match was undone; the bank sent the money back
    PayoutState.CANCELED: set(),
}


class Payout(Model):
    """Money for one vendor: the statements it covers, the bank details as they were when it was approved."""

    __tablename__ = "payout"
    __table_args__ = (CheckConstraint("amount_won > 0", name="amount_positive"), Index("ix__payout__state", "state"))

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), index=True)
    state: Mapped[PayoutState] = mapped_column(state_column(PayoutState), default=PayoutState.PREPARED)
    amount_won: Mapped[Won]
    attempt: Mapped[int] = mapped_column(default=1)
    bank: Mapped[str | None] = mapped_column(String(20))
    account_number: Mapped[str | None] = mapped_column(SealedText)
    holder: Mapped[str | None] = mapped_column(String(60))
    prepared_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    prepared_at: Mapped[Instant]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[Instant | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("payout_file.id"))
    paid_on: Mapped[date | None]


class PayoutFile(Model):
    """A bulk-transfer file made for the bank; the same payouts again give the same hash and are said to be a duplicate."""

    __tablename__ = "payout_file"

    id: Mapped[Id]
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    payout_count: Mapped[int]
    total_won: Mapped[Won]
    made_at: Mapped[Instant]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
