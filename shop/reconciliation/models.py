"""Tables that hold what banks and processors say, and how it was explained."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.kernel.db import Id, Instant, Model, Won, state_column


class BankAccount(Model):
    """One of the centre's own accounts; its ledger account is `assets:bank:<code>`."""

    __tablename__ = "bank_account"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    bank: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(30))
    holder: Mapped[str] = mapped_column(String(60))


class BankImport(Model):
    """A statement file that was read: opening + lines = closing."""

    __tablename__ = "bank_import"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"))
    file_hash: Mapped[str] = mapped_column(String(64))
    layout: Mapped[str] = mapped_column(String(30))
    opening_won: Mapped[Won]
    closing_won: Mapped[Won]
    row_count: Mapped[int]
    added_count: Mapped[int]
    imported_at: Mapped[Instant]
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class BankLineState(StrEnum):
    """Whether a bank line is explained."""

    UNEXPLAINED = "unexplained"
    MATCHED = "matched"
    IN_CASE = "in_case"


class BankLine(Model):
    """One line of the bank's own account of events; deposits positive.

    `fingerprint` + `occurrence` lets two equal deposits both live and a second import add nothing.
    """

    __tablename__ = "bank_line"
    __table_args__ = (
        UniqueConstraint("account_id", "fingerprint", "occurrence"),
        CheckConstraint("amount_won <> 0", name="amount_not_zero"),
        Index("ix__bank_line__state", "state", "occurred_at"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("bank_import.id"))
    occurred_at: Mapped[Instant]
    amount_won: Mapped[Won]
    balance_won: Mapped[Won]
    description: Mapped[str] = mapped_column(String(120), default="")
    branch: Mapped[str] = mapped_column(String(60), default="")
    fingerprint: Mapped[str] = mapped_column(String(64))
    occurrence: Mapped[int] = mapped_column(default=1)
    state: Mapped[BankLineState] = mapped_column(state_column(BankLineState), default=BankLineState.UNEXPLAINED)


class MatchTarget(StrEnum):
    """What a bank line can be explained by."""

    PAYMENT = "payment"
    PAYOUT = "payout"
    PROCESSOR_PAYOUT = "processor_payout"
    REFUND = "refund"
    HALL_DEPOSIT = "hall_deposit"
    UNIDENTIFIED = "unidentified"
    SURPLUS = "surplus"  # the rest of an over-payment, owed back
    CASE = "case"  # the entry that a second person approved


class Match(Model):
    """An amount of a bank line explained by a target; undone by `undone_at`, never deleted."""

    __tablename__ = "match"
    __table_args__ = (
        CheckConstraint("amount_won <> 0", name="amount_not_zero"),
        Index("ix__match__target", "target_kind", "target_id"),
    )

    id: Mapped[Id]
    bank_line_id: Mapped[int] = mapped_column(ForeignKey("bank_line.id"), index=True)
    target_kind: Mapped[MatchTarget] = mapped_column(state_column(MatchTarget))
    target_id: Mapped[int | None]
    amount_won: Mapped[Won]
    is_automatic: Mapped[bool] = mapped_column(default=False)
    entry_reference: Mapped[str | None] = mapped_column(String(120))
    made_at: Mapped[Instant]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    undone_at: Mapped[Instant | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class ProcessorRow(Model):
    """One balance transaction of a card processor, its raw answer kept; posts exactly one entry."""

    __tablename__ = "processor_row"
    __table_args__ = (UniqueConstraint("provider", "provider_id"), Index("ix__processor_row__payout", "payout_provider_id"))

    id: Mapped[Id]
    provider: Mapped[str] = mapped_column(String(20))
    provider_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    gross_won: Mapped[Won]
    fee_won: Mapped[Won]
    net_won: Mapped[Won]
    source_id: Mapped[str | None] = mapped_column(String(120), index=True)
    payout_provider_id: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[Instant]
    available_at: Mapped[Instant | None]
    entry_reference: Mapped[str | None] = mapped_column(String(120))
    raw: Mapped[dict[str, Any]] = mapped_column(JSON)


class ProcessorPayout(Model):
    """A payout of a card processor to the centre's bank; proved when its rows sum to it."""

    __tablename__ = "processor_payout"
    __table_args__ = (UniqueConstraint("provider", "provider_id"),)

    id: Mapped[Id]
    provider: Mapped[str] = mapped_column(String(20))
    provider_id: Mapped[str] = mapped_column(String(120))
    amount_won: Mapped[Won]
    state: Mapped[str] = mapped_column(String(20))
    arrives_on: Mapped[date | None]
    is_automatic: Mapped[bool] = mapped_column(default=True)
    rows_won: Mapped[Won | None]  # sum of its rows once they have been pulled
    proved_at: Mapped[Instant | None]


class CaseState(StrEnum):
    """A discrepancy case is open until a match or an approved entry explains it."""

    OPEN = "open"
    PROPOSED = "proposed"
    CLOSED = "closed"


CASE_TRANSITIONS: dict[CaseState, set[CaseState]] = {
    CaseState.OPEN: {CaseState.PROPOSED, CaseState.CLOSED},
    CaseState.PROPOSED: {CaseState.OPEN, CaseState.CLOSED},
    CaseState.CLOSED: {CaseState.OPEN},  # the match that closed it was undone
}


class DiscrepancyCase(Model):
    """Something that does not add up, with an owner, a due date and its history in the audit trail."""

    __tablename__ = "discrepancy_case"
    __table_args__ = (Index("ix__discrepancy_case__state", "state", "due_on"),)

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(160))
    amount_won: Mapped[Won]
    bank_line_id: Mapped[int | None] = mapped_column(ForeignKey("bank_line.id"))
    processor_row_id: Mapped[int | None] = mapped_column(ForeignKey("processor_row.id"))
    state: Mapped[CaseState] = mapped_column(state_column(CaseState), default=CaseState.OPEN)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    due_on: Mapped[date]
    opened_at: Mapped[Instant]
    proposal: Mapped[str] = mapped_column(String(500), default="")
    proposal_account: Mapped[str | None] = mapped_column(String(80))  # ledger account the amount would go to
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[Instant | None]
