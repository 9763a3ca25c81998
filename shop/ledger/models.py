"""Tables of the books. Entries and postings are append-only: refused by trigger on both databases and by the ORM."""

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.kernel.db import Id, Instant, Model, Won, state_column
from shop.ledger import ddl


class Account(Model):
    """An account of the chart, `class:name[:owner]`; opened when first posted to."""

    __tablename__ = "account"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(80), unique=True)


class AccountBalance(Model):
    """The running balance of an account that has an owner (vendor payable, vendor debt); locked before it is judged.

    Derived: `flask ledger verify` recomputes it from the postings.
    """

    __tablename__ = "account_balance"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    balance_won: Mapped[Won] = mapped_column(default=0)


class JournalEntry(Model):
    """One balanced event of the books, named once and for all by its reference."""

    __tablename__ = "journal_entry"
    __table_args__ = (CheckConstraint("length(reference) > 0", name="reference_given"),)

    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    memo: Mapped[str] = mapped_column(String(200), default="")
    effective_on: Mapped[date] = mapped_column(index=True)
    recorded_at: Mapped[Instant] = mapped_column(index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    relates_to_period: Mapped[str | None] = mapped_column(String(7))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    postings: Mapped[list["Posting"]] = relationship(order_by="Posting.position", lazy="raise")


class Posting(Model):
    """One signed amount on one account; debit positive."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("amount_won <> 0", name="amount_not_zero"),
        UniqueConstraint("entry_id", "position"),
        Index("ix__posting__account_entry", "account_id", "entry_id"),
        Index("ix__posting__vendor_account", "vendor_id", "account_id"),
    )

    id: Mapped[Id]
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"))
    position: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    amount_won: Mapped[Won]
    vendor_id: Mapped[int | None] = mapped_column(BigInteger)
    order_line_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    channel: Mapped[str | None] = mapped_column(String(16))


class ChainHead(Model):
    """The one row whose lock serialises all posting; holds the hash of the newest entry."""

    __tablename__ = "chain_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_count: Mapped[int] = mapped_column(BigInteger, default=0)
    hash: Mapped[str] = mapped_column(String(64), default="0" * 64)


class PeriodState(StrEnum):
    """How firmly a month is closed."""

    OPEN = "open"
    SOFT = "soft"  # closed, a dated exception may still let an entry in
    HARD = "hard"  # closed for ever; a correction posts today with `relates_to_period`


class Period(Model):
    """A month of the books, `YYYY-MM`; a month without a row is open."""

    __tablename__ = "period"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    state: Mapped[PeriodState] = mapped_column(state_column(PeriodState), default=PeriodState.OPEN)
    exception_until: Mapped[Instant | None]
    exception_reason: Mapped[str] = mapped_column(String(300), default="")
    changed_at: Mapped[Instant]
    changed_by: Mapped[int | None] = mapped_column(BigInteger)


ddl.attach(JournalEntry, Posting)
