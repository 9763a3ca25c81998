"""Discrepancy cases: something that does not add up, explained by one person, closed by another. History is the audit trail."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.kernel.clock import seoul_day
from shop.kernel.errors import Conflict, Invalid, NotFound
from shop.kernel.locks import lock_row
from shop.kernel.states import advance
from shop.ledger import accounts
from shop.ledger.entries import Entry, credit, debit
from shop.ledger.posting import post_entry
from shop.people.audit import record
from shop.reconciliation.matching import BankLineNotFound, LineExplained, free_reference
from shop.reconciliation.models import (
    CASE_TRANSITIONS,
    BankAccount,
    BankLine,
    BankLineState,
    CaseState,
    DiscrepancyCase,
    Match,
    MatchTarget,
    ProcessorRow,
)

DUE_DAYS = 7
BANK_FEES = "expenses:bank_fees"
INTEREST = "income:interest"
EXPLANATIONS = (
    accounts.WRITE_OFF,
    BANK_FEES,
    INTEREST,
    accounts.UNIDENTIFIED_RECEIPTS,
    accounts.REFUNDS_DUE,
    accounts.PROCESSOR_FEES,
)


class CaseNotFound(NotFound):
    """No such case."""


class ExplanationEmpty(Invalid):
    """A proposal says what happened and names one of the accounts offered."""


class ProposedBySame(Conflict):
    """Who proposed an explanation does not approve it."""


class NoMoneySide(Conflict):
    """The case has neither a bank line nor a processor row: only a match elsewhere or a reason can close it."""


def open_case(
    session: Session,
    *,
    kind: str,
    title: str,
    amount_won: int,
    now: datetime,
    actor_id: int | None = None,
    bank_line_id: int | None = None,
    processor_row_id: int | None = None,
    due_on: date | None = None,
) -> int:
    """Open a case; of one bank line or processor row there is never more than one open: asked again it returns that one.

    Raises:
        BankLineNotFound, LineExplained
    """
    if bank_line_id is not None:
        line = lock_row(session, BankLine, bank_line_id)
        if line is None:
            raise BankLineNotFound()
        if line.state is BankLineState.MATCHED:
            raise LineExplained()
        line.state, amount_won = BankLineState.IN_CASE, line.amount_won
    if (known := _find_open(session, bank_line_id, processor_row_id)) is not None:
        return known
    case = DiscrepancyCase(
        kind=kind,
        title=title[:160],
        amount_won=amount_won,
        bank_line_id=bank_line_id,
        processor_row_id=processor_row_id,
        state=CaseState.OPEN,
        owner_id=actor_id,
        due_on=due_on or seoul_day(now) + timedelta(days=DUE_DAYS),
        opened_at=now,
        proposal="",
    )
    session.add(case)
    session.flush()
    record(
        session,
        actor_id=actor_id,
        action="case.opened",
        subject=("discrepancy_case", case.id),
        after={"kind": kind, "amount_won": amount_won, "due_on": case.due_on.isoformat()},
        reason=title,
        now=now,
    )
    return case.id


def propose_explanation(session: Session, *, case_id: int, explanation: str, account: str, actor_id: int, now: datetime) -> None:
    """Say what happened and where the money belongs. Raises: CaseNotFound, ExplanationEmpty, MoveRefused."""
    case = _lock(session, case_id)
    if not explanation.strip() or account not in EXPLANATIONS:
        raise ExplanationEmpty()
    _move(session, case, CaseState.PROPOSED, "case.proposed", actor_id, now, explanation)
    case.proposal, case.proposal_account, case.proposed_by = explanation.strip()[:500], account, actor_id
    session.flush()


def send_back(session: Session, *, case_id: int, reason: str, actor_id: int, now: datetime) -> None:
    """Refuse a proposal: the case is open again. Raises: CaseNotFound, MoveRefused."""
    case = _lock(session, case_id)
    _move(session, case, CaseState.OPEN, "case.sent_back", actor_id, now, reason)
    case.proposed_by = case.proposal_account = None
    session.flush()


def close_case(session: Session, *, case_id: int, actor_id: int, now: datetime) -> None:
    """Approve another person's proposal and book it.

    Raises:
        CaseNotFound, ProposedBySame, NoMoneySide, MoveRefused
    """
    case = _lock(session, case_id)
    if case.proposed_by == actor_id:
        raise ProposedBySame()
    if case.state is CaseState.OPEN:
        raise ExplanationEmpty()
    _move(session, case, CaseState.CLOSED, "case.closed", actor_id, now, case.proposal)
    case.closed_by, case.closed_at = actor_id, now
    session.flush()
    _book(session, case, actor_id, now)


def _book(session: Session, case: DiscrepancyCase, actor_id: int, now: datetime) -> None:
    assert case.proposal_account is not None
    line = lock_row(session, BankLine, case.bank_line_id) if case.bank_line_id else None
    row = lock_row(session, ProcessorRow, case.processor_row_id) if case.processor_row_id else None
    reference = free_reference(session, f"case:{case.id}")
    if line is not None:
        account = session.get(BankAccount, line.account_id)
        assert account is not None
        asset, amount = accounts.bank(account.code), line.amount_won
        line.state = BankLineState.MATCHED
        session.add(
            Match(
                bank_line_id=line.id,
                target_kind=MatchTarget.CASE,
                target_id=case.id,
                amount_won=amount,
                made_at=now,
                made_by=actor_id,
                entry_reference=reference,
            )
        )
    elif row is not None:
        asset, amount = accounts.processor(row.provider), row.net_won
        row.entry_reference = reference
    else:
        raise NoMoneySide()
    session.flush()
    sides = (
        [debit(asset, amount), credit(case.proposal_account, amount)]
        if amount > 0
        else [credit(asset, -amount), debit(case.proposal_account, -amount)]
    )
    post_entry(session, Entry.of(reference, kind="case", effective_on=seoul_day(now), lines=sides, memo=case.title), now=now)


def _find_open(session: Session, bank_line_id: int | None, processor_row_id: int | None) -> int | None:
    query = select(DiscrepancyCase.id).where(DiscrepancyCase.state != CaseState.CLOSED)
    if bank_line_id is not None:
        return session.scalar(query.where(DiscrepancyCase.bank_line_id == bank_line_id))
    if processor_row_id is not None:
        return session.scalar(query.where(DiscrepancyCase.processor_row_id == processor_row_id))
    return None


def _move(session: Session, case: DiscrepancyCase, to: CaseState, action: str, actor_id: int, now: datetime, reason: str) -> None:
    was = advance(case, to, CASE_TRANSITIONS)
    record(
        session,
        actor_id=actor_id,
        action=action,
        subject=("discrepancy_case", case.id),
        before={"state": was.value},
        after={"state": to.value},
        reason=reason,
        now=now,
    )


def _lock(session: Session, case_id: int) -> DiscrepancyCase:
    case = lock_row(session, DiscrepancyCase, case_id)
    if case is None:
        raise CaseNotFound()
    return case
