"""Months of the books and how firmly they are closed. A closed month refuses entries; a correction posts today.

Closing takes the chain's lock, so no poster can slip an entry in beside it. Functions return what changed, for the audit trail.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.kernel.clock import month_bounds, seoul_day, seoul_month
from shop.kernel.errors import Conflict, Invalid
from shop.kernel.locks import lock_row
from shop.kernel.states import advance
from shop.ledger.models import ChainHead, JournalEntry, Period, PeriodState

TRANSITIONS = {
    PeriodState.OPEN: {PeriodState.SOFT},
    PeriodState.SOFT: {PeriodState.OPEN, PeriodState.HARD},
    PeriodState.HARD: set(),
}


class PeriodClosed(Conflict):
    """The month of an entry's effective day is closed."""


class MonthNotOver(Conflict):
    """A month is closed only once it has ended."""


class NoSuchException(Invalid):
    """An exception needs a soft-closed month, an end in the future and a reason."""


def refuse_closed(session: Session, months: set[str], *, now: datetime) -> None:
    """Refuse entries into closed months; call under the chain's lock.

    Raises:
        PeriodClosed
    """
    closed = select(Period).where(Period.month.in_(sorted(months)), Period.state != PeriodState.OPEN).order_by(Period.month)
    for period in session.scalars(closed.execution_options(populate_existing=True)):
        excepted = period.state is PeriodState.SOFT and period.exception_until is not None and period.exception_until > now
        if not excepted:
            raise PeriodClosed(month=period.month, state=period.state.value)


def move_period(session: Session, *, month: str, to: PeriodState, actor_id: int | None, now: datetime) -> dict[str, Any]:
    """Close a month softly or for ever, or reopen a softly closed one; returns `{"before": …, "after": …}`.

    Asked for the state it already has, it changes nothing.

    Raises:
        MonthNotOver, MoveRefused
    """
    if to is not PeriodState.OPEN and seoul_day(now) < month_bounds(month)[1]:
        raise MonthNotOver(month=month)
    period = _lock_period(session, month, now)
    before = facts(period)
    if period.state is not to:
        advance(period, to, TRANSITIONS)
        period.exception_until, period.exception_reason = None, ""
        period.changed_at, period.changed_by = now, actor_id
    session.flush()
    return {"before": before, "after": facts(period)}


def allow_exception(session: Session, *, month: str, until: datetime, reason: str, actor_id: int | None,
                    now: datetime) -> dict[str, Any]:
    """Let entries into a softly closed month until an instant; returns `{"before": …, "after": …}`.

    Raises:
        NoSuchException
    """
    period = _lock_period(session, month, now)
    if period.state is not PeriodState.SOFT or until <= now or not reason.strip():
        raise NoSuchException(month=month, state=period.state.value)
    before = facts(period)
    period.exception_until, period.exception_reason = until, reason.strip()[:300]
    period.changed_at, period.changed_by = now, actor_id
    session.flush()
    return {"before": before, "after": facts(period)}


def list_periods(session: Session, *, today: date) -> list[Period]:
    """Every month from the first entry to today, newest first; a month without a row comes as an open one, not stored."""
    stored = {period.month: period for period in session.scalars(select(Period))}
    first = session.scalar(select(func.min(JournalEntry.effective_on))) or today
    month, last = min([seoul_month(first), seoul_month(today), *stored]), seoul_month(today)
    months: list[Period] = []
    while month <= last:
        months.append(stored.get(month) or Period(month=month, state=PeriodState.OPEN, exception_reason=""))
        month = seoul_month(month_bounds(month)[1])
    return months[::-1]


def facts(period: Period) -> dict[str, Any]:
    """A period as plain values."""
    until = period.exception_until
    return {"state": period.state.value, "exception_until": until.isoformat() if until else None,
            "exception_reason": period.exception_reason}


def _lock_period(session: Session, month: str, now: datetime) -> Period:
    lock_row(session, ChainHead, 1)
    period = session.get(Period, month, populate_existing=True)
    if period is None:
        period = Period(month=month, state=PeriodState.OPEN, exception_reason="", changed_at=now)
        session.add(period)
    return period
