"""Statements: what one vendor is owed for one month. The stamp on a line is the claim on it, made in the same transaction."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, cast, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.kernel.clock import month_bounds, seoul_day, seoul_month
from shop.kernel.errors import Conflict, Invalid, NotFound
from shop.kernel.locks import lock_row, lock_rows
from shop.kernel.states import advance
from shop.messages.outbox import enqueue
from shop.people.audit import record
from shop.settlements.models import STATEMENT_TRANSITIONS, SettlementLine, Statement, StatementState
from shop.vendors.models import Vendor, VendorState

OBJECTION_DAYS = 7


class StatementNotFound(NotFound):
    """No such statement, or it is another vendor's."""


class ObjectionWindowOpen(Conflict):
    """The vendor may still object; approving before `object_until` needs a reason."""


class ObjectionWindowClosed(Conflict):
    """The day until which the vendor could object has passed, or the statement was accepted."""


class StatementInPayout(Conflict):
    """The statement is part of a payout; cancel that first."""


class ObjectionEmpty(Invalid):
    """An objection says what is wrong."""


class _NothingToClaim(Exception):
    """Undo the savepoint: there is nothing left to state."""


def issue_statements(
    session: Session,
    *,
    month: str,
    now: datetime,
    vendor_ids: Iterable[int] | None = None,
    again: bool = False,
    actor_id: int | None = None,
) -> list[int]:
    """Issue a statement to every vendor with unclaimed lines effective in `month` or before it; returns their ids.

    A vendor that already has a statement of the month gets none, its late lines wait for the next month's; `again` issues a
    further one all the same. Two runs at once: every line is claimed by one of them.
    """
    end = month_bounds(month)[1]
    issued = (
        _issue(session, vendor_id, month, end, now, actor_id)
        for vendor_id in _vendors_to_issue(session, month, end, vendor_ids, again)
    )
    return [number for number in issued if number is not None]


def months_to_issue(session: Session, *, through: str) -> Iterator[str]:
    """The months from the oldest unclaimed line up to `through`, ascending."""
    oldest = session.scalar(select(func.min(SettlementLine.effective_on)).where(SettlementLine.statement_id.is_(None)))
    month = seoul_month(oldest) if oldest else "9999-12"
    while month <= through:
        yield month
        month = seoul_month(month_bounds(month)[1])


def claim_lines(session: Session, *, statement_id: int, vendor_id: int, before: date) -> int:
    """Stamp a vendor's unclaimed lines effective before a day with a statement; returns how many this call won."""
    claim = (
        update(SettlementLine)
        .where(SettlementLine.vendor_id == vendor_id, SettlementLine.statement_id.is_(None), SettlementLine.effective_on < before)
        .values(statement_id=statement_id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(claim).rowcount  # type: ignore[attr-defined]


def approve_statements(session: Session, *, statement_ids: Iterable[int], actor_id: int, now: datetime, reason: str = "") -> int:
    """Approve issued statements for payment; those already approved are passed over. Returns how many were approved now.

    Raises:
        ObjectionWindowOpen: the vendor may still object and no `reason` is given. MoveRefused.
    """
    count = 0
    for statement in lock_rows(session, Statement, statement_ids).values():
        if statement.state is StatementState.APPROVED:
            continue
        if statement.object_until >= seoul_day(now) and not reason.strip():
            raise ObjectionWindowOpen(number=statement.number, until=statement.object_until.isoformat())
        _move(session, statement, StatementState.APPROVED, "statement.approved", actor_id, now, reason=reason)
        count += 1
    return count


def object_to_statement(session: Session, *, statement_id: int, vendor_id: int, text: str, actor_id: int, now: datetime) -> None:
    """A vendor says what is wrong: the statement is held until staff answer.

    Raises:
        StatementNotFound, ObjectionEmpty, ObjectionWindowClosed, StatementInPayout, MoveRefused
    """
    statement = _lock_own(session, statement_id, vendor_id)
    if not text.strip():
        raise ObjectionEmpty()
    _refuse_in_payout(statement)
    if statement.object_until < seoul_day(now):
        raise ObjectionWindowClosed(number=statement.number)
    statement.objection = text.strip()[:500]
    _move(session, statement, StatementState.HELD, "statement.objected", actor_id, now, reason=text)


def accept_statement(session: Session, *, statement_id: int, vendor_id: int, actor_id: int, now: datetime) -> None:
    """A vendor agrees before the window ends: the window closes now and staff need not wait for it.

    Raises:
        StatementNotFound, MoveRefused
    """
    statement = _lock_own(session, statement_id, vendor_id)
    if statement.state is not StatementState.ISSUED or statement.object_until < seoul_day(now):
        return
    before = statement.object_until
    statement.object_until = seoul_day(now) - timedelta(days=1)
    record(
        session,
        actor_id=actor_id,
        action="statement.accepted",
        subject=("statement", statement.id),
        before={"object_until": before.isoformat()},
        after={"object_until": statement.object_until.isoformat()},
        now=now,
    )
    session.flush()


def hold_statement(session: Session, *, statement_id: int, actor_id: int, reason: str, now: datetime) -> None:
    """Stop an issued or approved statement from being paid. Raises: StatementNotFound, MoveRefused."""
    statement = _lock(session, statement_id)
    _refuse_in_payout(statement)
    _move(session, statement, StatementState.HELD, "statement.held", actor_id, now, reason=reason)


def release_statement(session: Session, *, statement_id: int, actor_id: int, reason: str, now: datetime) -> None:
    """Answer an objection or lift a hold: the statement is issued again. Raises: StatementNotFound, MoveRefused."""
    statement = _lock(session, statement_id)
    statement.object_until = max(statement.object_until, seoul_day(now) + timedelta(days=OBJECTION_DAYS))
    _move(session, statement, StatementState.ISSUED, "statement.released", actor_id, now, reason=reason)


def cancel_statement(session: Session, *, statement_id: int, actor_id: int, reason: str, now: datetime) -> None:
    """Withdraw a statement that is not approved: its lines are free for another. Raises: StatementNotFound, MoveRefused."""
    statement = _lock(session, statement_id)
    _move(session, statement, StatementState.CANCELED, "statement.canceled", actor_id, now, reason=reason)
    session.execute(
        update(SettlementLine)
        .where(SettlementLine.statement_id == statement.id)
        .values(statement_id=None)
        .execution_options(synchronize_session=False)
    )


def _refuse_in_payout(statement: Statement) -> None:
    if statement.payout_id is not None:
        raise StatementInPayout(number=statement.number)


def _vendors_to_issue(session: Session, month: str, end: date, vendor_ids: Iterable[int] | None, again: bool) -> list[int]:
    waiting = select(SettlementLine.vendor_id).where(SettlementLine.statement_id.is_(None), SettlementLine.effective_on < end)
    query = select(Vendor.id).where(Vendor.id.in_(waiting)).order_by(Vendor.id)
    if vendor_ids is not None:
        query = query.where(Vendor.id.in_(sorted(vendor_ids)))
    if not again:
        has_one = select(Statement.vendor_id).where(Statement.month == month, Statement.state != StatementState.CANCELED)
        query = query.where(Vendor.id.not_in(has_one))
    return list(session.scalars(query))


def _issue(session: Session, vendor_id: int, month: str, end: date, now: datetime, actor_id: int | None) -> int | None:
    """One statement, or None where another run claimed the lines first (its number or its stamp was faster)."""
    try:
        with session.begin_nested():
            statement = _empty_statement(session, vendor_id, month, now)
            session.add(statement)
            session.flush()
            if not claim_lines(session, statement_id=statement.id, vendor_id=vendor_id, before=end):
                raise _NothingToClaim
            _sum_up(session, statement)
    except (_NothingToClaim, IntegrityError):
        return None
    _tell(session, statement, actor_id, now)
    return statement.id


def _empty_statement(session: Session, vendor_id: int, month: str, now: datetime) -> Statement:
    earlier = session.scalar(select(func.count()).where(Statement.vendor_id == vendor_id, Statement.month == month)) or 0
    return Statement(
        number=f"{month.replace('-', '')}-{vendor_id:04d}-{earlier + 1}",
        vendor_id=vendor_id,
        month=month,
        state=StatementState.ISSUED,
        line_count=0,
        list_won=0,
        commission_won=0,
        commission_vat_won=0,
        net_won=0,
        issued_at=now,
        object_until=seoul_day(now) + timedelta(days=OBJECTION_DAYS),
        objection="",
    )


def _sum_up(session: Session, statement: Statement) -> None:
    def total(column: Any) -> Any:
        return cast(func.coalesce(func.sum(column), 0), BigInteger)

    line = SettlementLine
    sums = select(
        func.count(), total(line.list_won), total(line.commission_won), total(line.commission_vat_won), total(line.net_won)
    )
    count, listed, commission, vat, net = session.execute(sums.where(line.statement_id == statement.id)).one()
    statement.line_count, statement.list_won, statement.commission_won = count, listed, commission
    statement.commission_vat_won, statement.net_won = vat, net
    session.flush()


def _tell(session: Session, statement: Statement, actor_id: int | None, now: datetime) -> None:
    vendor = session.get(Vendor, statement.vendor_id)
    assert vendor is not None
    record(
        session,
        actor_id=actor_id,
        action="statement.issued",
        subject=("statement", statement.id),
        after={"number": statement.number, "net_won": statement.net_won, "lines": statement.line_count},
        now=now,
    )
    if vendor.state is VendorState.APPROVED and vendor.email:
        enqueue(
            session,
            template="statement_issued",
            to=vendor.email,
            locale="ko",
            now=now,
            dedupe=f"statement_issued:{statement.id}",
            context={"vendor_name": vendor.name, "month": statement.month, "payable_won": statement.net_won},
        )


def _move(
    session: Session,
    statement: Statement,
    to: StatementState,
    action: str,
    actor_id: int | None,
    now: datetime,
    *,
    reason: str = "",
) -> None:
    was = advance(statement, to, STATEMENT_TRANSITIONS)
    record(
        session,
        actor_id=actor_id,
        action=action,
        subject=("statement", statement.id),
        before={"state": was.value},
        after={"state": to.value},
        reason=reason,
        now=now,
    )
    session.flush()


def _lock(session: Session, statement_id: int) -> Statement:
    statement = lock_row(session, Statement, statement_id)
    if statement is None:
        raise StatementNotFound()
    return statement


def _lock_own(session: Session, statement_id: int, vendor_id: int) -> Statement:
    statement = _lock(session, statement_id)
    if statement.vendor_id != vendor_id:
        raise StatementNotFound()
    return statement
