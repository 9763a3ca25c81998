"""Reads of what banks and processors said: unexplained won and its age, lines and their explanations, payouts, cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, cast, func, select, tuple_
from sqlalchemy.orm import Session

from shop.kernel.clock import seoul_day
from shop.orders.models import Order
from shop.payments.models import Payment, Refund
from shop.people.models import AuditEvent
from shop.reconciliation.models import (
    BankAccount,
    BankImport,
    BankLine,
    BankLineState,
    CaseState,
    DiscrepancyCase,
    Match,
    MatchTarget,
    ProcessorPayout,
    ProcessorRow,
)
from shop.reconciliation.processor import PAYOUTS
from shop.settlements.models import Payout


@dataclass(frozen=True)
class Unexplained:
    """The number to bring to 0: won on bank lines, on processor rows and in open cases, each once; `oldest_at` is its age."""

    bank_won: int
    bank_count: int
    processor_won: int
    processor_count: int
    case_won: int
    case_count: int
    oldest_at: datetime | None

    @property
    def won(self) -> int:
        return self.bank_won + self.processor_won + self.case_won

    def days_old(self, today: date) -> int:
        """Age in Seoul days of the oldest part."""
        return (today - seoul_day(self.oldest_at)).days if self.oldest_at else 0


def sum_unexplained(session: Session) -> Unexplained:
    """Sizes of what nothing explains yet. A line or row that is in a case counts with the case."""
    in_case = select(DiscrepancyCase.processor_row_id).where(
        DiscrepancyCase.state != CaseState.CLOSED, DiscrepancyCase.processor_row_id.is_not(None)
    )
    bank = select(_size(BankLine.amount_won), func.count(), func.min(BankLine.occurred_at)).where(
        BankLine.state == BankLineState.UNEXPLAINED
    )
    rows = select(_size(ProcessorRow.net_won), func.count(), func.min(ProcessorRow.created_at)).where(
        ProcessorRow.entry_reference.is_(None), ProcessorRow.kind.not_in(PAYOUTS), ProcessorRow.id.not_in(in_case)
    )
    cases = select(_size(DiscrepancyCase.amount_won), func.count(), func.min(DiscrepancyCase.opened_at)).where(
        DiscrepancyCase.state != CaseState.CLOSED
    )
    (bank_won, banks, first), (row_won, row_count, second), (case_won, case_count, third) = (
        session.execute(query).one() for query in (bank, rows, cases)
    )
    oldest = min((at for at in (first, second, third) if at), default=None)
    return Unexplained(bank_won, banks, row_won, row_count, case_won, case_count, oldest)


def _size(column):  # type: ignore[no-untyped-def]
    return cast(func.coalesce(func.sum(func.abs(column)), 0), BigInteger)


def list_lines(
    session: Session, *, state: BankLineState | None = None, before: tuple[datetime, int] | None = None, limit: int = 50
) -> list[BankLine]:
    """Bank lines newest first, after a (moment, id)."""
    query = select(BankLine).order_by(BankLine.occurred_at.desc(), BankLine.id.desc()).limit(limit)
    if state is not None:
        query = query.where(BankLine.state == state)
    if before is not None:
        query = query.where(tuple_(BankLine.occurred_at, BankLine.id) < tuple_(*before))
    return list(session.scalars(query))


@dataclass(frozen=True)
class Explanation:
    """What one live match says, with the word that names its target."""

    kind: MatchTarget
    target_id: int | None
    amount_won: int
    code: str
    name: str
    is_automatic: bool
    entry_reference: str | None


def list_explanations(session: Session, line_ids: Sequence[int]) -> dict[int, list[Explanation]]:
    """Live matches by line, their targets named, in a fixed number of queries."""
    live = select(Match).where(Match.bank_line_id.in_(line_ids), Match.undone_at.is_(None)).order_by(Match.id)
    matches = list(session.scalars(live))
    names = _name_targets(session, matches)
    found: dict[int, list[Explanation]] = {line_id: [] for line_id in line_ids}
    for m in matches:
        code, name = names.get((m.target_kind, m.target_id), ("", ""))
        found[m.bank_line_id].append(
            Explanation(m.target_kind, m.target_id, m.amount_won, code, name, m.is_automatic, m.entry_reference)
        )
    return found


def _name_targets(session: Session, matches: Sequence[Match]) -> dict[tuple[MatchTarget, int | None], tuple[str, str]]:
    def ids(*kinds: MatchTarget) -> list[int]:
        return sorted({m.target_id for m in matches if m.target_kind in kinds and m.target_id is not None})

    names: dict[tuple[MatchTarget, int | None], tuple[str, str]] = {}
    if wanted := ids(MatchTarget.PAYMENT, MatchTarget.SURPLUS):
        orders = select(Payment.id, Order.number, Payment.payer_name).join(Order, Order.id == Payment.order_id)
        for number, code, name in session.execute(orders.where(Payment.id.in_(wanted))):
            names[MatchTarget.PAYMENT, number] = names[MatchTarget.SURPLUS, number] = (code, name or "")
    if wanted := ids(MatchTarget.PAYOUT):
        for number, code, name in session.execute(select(Payout.id, Payout.number, Payout.holder).where(Payout.id.in_(wanted))):
            names[MatchTarget.PAYOUT, number] = (code, name or "")
    if wanted := ids(MatchTarget.PROCESSOR_PAYOUT):
        payouts = select(ProcessorPayout.id, ProcessorPayout.provider_id).where(ProcessorPayout.id.in_(wanted))
        names |= {(MatchTarget.PROCESSOR_PAYOUT, number): (code, "") for number, code in session.execute(payouts)}
    if wanted := ids(MatchTarget.REFUND):
        refunds = (
            select(Refund.id, Order.number)
            .join(Payment, Payment.id == Refund.payment_id)
            .join(Order, Order.id == Payment.order_id)
            .where(Refund.id.in_(wanted))
        )
        names |= {(MatchTarget.REFUND, number): (code, "") for number, code in session.execute(refunds)}
    if wanted := ids(MatchTarget.CASE):
        cases = select(DiscrepancyCase.id, DiscrepancyCase.title).where(DiscrepancyCase.id.in_(wanted))
        names |= {(MatchTarget.CASE, number): (f"#{number}", title) for number, title in session.execute(cases)}
    return names


def list_bank_accounts(session: Session) -> list[BankAccount]:
    """The centre's own accounts."""
    return list(session.scalars(select(BankAccount).order_by(BankAccount.id)))


def list_imports(session: Session, *, limit: int = 8) -> list[BankImport]:
    """The newest statement files."""
    return list(session.scalars(select(BankImport).order_by(BankImport.id.desc()).limit(limit)))


@dataclass(frozen=True)
class ProcessorPayoutRow:
    """A processor's payout, how many rows prove it, and the bank line that brought it."""

    payout: ProcessorPayout
    row_count: int
    bank_line_id: int | None


def list_processor_payouts(session: Session, *, before_id: int | None = None, limit: int = 50) -> list[ProcessorPayoutRow]:
    """Payouts newest first."""
    query = select(ProcessorPayout).order_by(ProcessorPayout.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(ProcessorPayout.id < before_id)
    payouts = list(session.scalars(query))
    counts = select(ProcessorRow.payout_provider_id, func.count()).where(
        ProcessorRow.payout_provider_id.in_([p.provider_id for p in payouts]), ProcessorRow.kind.not_in(PAYOUTS)
    )
    count_by = dict(session.execute(counts.group_by(ProcessorRow.payout_provider_id)).all())
    matched = select(Match.target_id, Match.bank_line_id).where(
        Match.target_kind == MatchTarget.PROCESSOR_PAYOUT, Match.target_id.in_([p.id for p in payouts]), Match.undone_at.is_(None)
    )
    line_by = dict(session.execute(matched).all())
    return [ProcessorPayoutRow(p, count_by.get(p.provider_id, 0), line_by.get(p.id)) for p in payouts]


def list_processor_rows(
    session: Session,
    *,
    payout_provider_id: str | None = None,
    unbooked: bool = False,
    before_id: int | None = None,
    limit: int = 50,
) -> list[ProcessorRow]:
    """Rows newest first: of one payout, or only those that nothing explains."""
    query = select(ProcessorRow).order_by(ProcessorRow.id.desc()).limit(limit)
    if payout_provider_id is not None:
        query = query.where(ProcessorRow.payout_provider_id == payout_provider_id)
    if unbooked:
        query = query.where(ProcessorRow.entry_reference.is_(None), ProcessorRow.kind.not_in(PAYOUTS))
    return list(session.scalars(query if before_id is None else query.where(ProcessorRow.id < before_id)))


def list_cases(session: Session, *, closed: bool = False, before_id: int | None = None, limit: int = 50) -> list[DiscrepancyCase]:
    """Open cases by due day, or closed ones newest first."""
    query = select(DiscrepancyCase).limit(limit)
    if closed:
        query = query.where(DiscrepancyCase.state == CaseState.CLOSED).order_by(DiscrepancyCase.id.desc())
        return list(session.scalars(query if before_id is None else query.where(DiscrepancyCase.id < before_id)))
    return list(
        session.scalars(
            query.where(DiscrepancyCase.state != CaseState.CLOSED).order_by(DiscrepancyCase.due_on, DiscrepancyCase.id)
        )
    )


def list_history(session: Session, kind: str, subject_id: int) -> list[AuditEvent]:
    """What was done to a thing, oldest first."""
    query = select(AuditEvent).where(AuditEvent.subject_kind == kind, AuditEvent.subject_id == str(subject_id))
    return list(session.scalars(query.order_by(AuditEvent.id).limit(200)))


def count_lines(session: Session) -> dict[BankLineState, int]:
    """How many bank lines are in each state."""
    return dict(session.execute(select(BankLine.state, func.count()).group_by(BankLine.state)).all())
