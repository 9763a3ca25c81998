"""Taking a match back: what it booked is reversed, its lines are unexplained again, nothing is deleted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.kernel.clock import seoul_day
from shop.kernel.errors import Conflict
from shop.kernel.locks import lock_all, lock_row, lock_rows
from shop.kernel.states import advance
from shop.ledger.posting import reverse_entry
from shop.payments.models import REFUND_TRANSITIONS, Refund, RefundState
from shop.payments.unsettling import unsettle_payment
from shop.people.audit import record
from shop.reconciliation.models import CASE_TRANSITIONS, BankLine, BankLineState, CaseState, DiscrepancyCase, Match, MatchTarget
from shop.settlements.models import Payout, PayoutState
from shop.settlements.payouts import unmark_payout_paid

UNDONE = "match undone"


class NothingToUndo(Conflict):
    """The line has no live match."""


class CannotUndo(Conflict):
    """What followed from this match cannot be taken back: money was sent back, or the payout has moved on."""


def undo_match(session: Session, *, bank_line_id: int, actor_id: int | None, reason: str = "", now: datetime) -> list[int]:
    """Undo everything that a line's matches hold together; returns the lines that are unexplained again.

    Raises:
        NothingToUndo, CannotUndo, and `payments.unsettling`'s refusals where goods have left already.
    """
    matches = _whole_group(session, bank_line_id)
    if not matches:
        raise NothingToUndo()
    lines = lock_rows(session, BankLine, {match.bank_line_id for match in matches})
    matches = lock_all(
        session, select(Match).where(Match.id.in_([m.id for m in matches]), Match.undone_at.is_(None)).order_by(Match.id)
    )
    if not matches:
        raise NothingToUndo()
    _release_targets(session, matches, reason or UNDONE, now)
    for match in matches:
        match.undone_at, match.undone_by = now, actor_id
    in_case = {match.bank_line_id for match in matches if match.target_kind is MatchTarget.CASE}  # whose case is open again
    for line in lines.values():
        line.state = BankLineState.IN_CASE if line.id in in_case else BankLineState.UNEXPLAINED
        record(
            session,
            actor_id=actor_id,
            action="bank_line.match_undone",
            subject=("bank_line", line.id),
            reason=reason,
            now=now,
            after={
                "targets": [f"{m.target_kind.value}:{m.target_id}={m.amount_won}" for m in matches if m.bank_line_id == line.id]
            },
        )
    session.flush()
    for reference in sorted({match.entry_reference for match in matches if match.entry_reference}):
        reverse_entry(session, reference=reference, reason=reason or UNDONE, effective_on=seoul_day(now), now=now)
    return sorted(line.id for line in lines.values())


def _whole_group(session: Session, bank_line_id: int) -> list[Match]:
    """The line's live matches, and those of other lines that share a target with them."""
    lines, found = {bank_line_id}, dict[int, Match]()
    while True:
        live = session.scalars(select(Match).where(Match.bank_line_id.in_(lines), Match.undone_at.is_(None)))
        found |= {match.id: match for match in live}
        shared = {(m.target_kind, m.target_id) for m in found.values() if m.target_id is not None and m.target_kind in _OWN}
        siblings = select(Match).where(Match.undone_at.is_(None), Match.target_id.in_({i for _, i in shared}))
        more = {m.bank_line_id for m in session.scalars(siblings) if (m.target_kind, m.target_id) in shared}
        if more <= lines:
            return list(found.values())
        lines |= more


_OWN = (MatchTarget.PAYMENT, MatchTarget.PAYOUT, MatchTarget.REFUND, MatchTarget.PROCESSOR_PAYOUT)


def _release_targets(session: Session, matches: Sequence[Match], reason: str, now: datetime) -> None:
    """Payments last: they take the lock of the books."""
    for kind, target_id in sorted(
        {(m.target_kind, m.target_id or 0) for m in matches}, key=lambda t: (t[0] is MatchTarget.PAYMENT, t)
    ):
        if kind is MatchTarget.PAYMENT:
            unsettle_payment(session, payment_id=target_id, reason=reason, now=now)
        elif kind is MatchTarget.PAYOUT:
            payout = lock_row(session, Payout, target_id)
            if payout is None or payout.state is not PayoutState.PAID:
                raise CannotUndo()
            unmark_payout_paid(session, payout_id=target_id, now=now)
        elif kind is MatchTarget.REFUND:
            refund = lock_row(session, Refund, target_id)
            assert refund is not None
            advance(refund, RefundState.FAILED, REFUND_TRANSITIONS)  # still owed
            refund.sent_at = None
        elif kind is MatchTarget.CASE:
            case = lock_row(session, DiscrepancyCase, target_id)
            assert case is not None
            advance(case, CaseState.OPEN, CASE_TRANSITIONS)
            case.closed_by = case.closed_at = case.proposed_by = None
