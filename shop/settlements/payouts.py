"""Payouts: prepared by one person, approved by another, sent in a file, and paid only when the bank's statement says so.

A vendor is never paid more than the books owe it: refunds that came after a statement are netted by a further statement first.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.kernel.clock import seoul_day
from shop.kernel.errors import Conflict, NotFound
from shop.kernel.locks import lock_all, lock_row
from shop.kernel.states import advance
from shop.ledger import accounts
from shop.ledger.entries import Entry, credit, debit
from shop.ledger.posting import post_entry, reverse_entry, split_vendor_claim
from shop.ledger.queries import balance_of, balances_of
from shop.messages.outbox import enqueue
from shop.people.audit import record
from shop.settlements.models import (
    PAYOUT_TRANSITIONS,
    STATEMENT_TRANSITIONS,
    Payout,
    PayoutState,
    Statement,
    StatementState,
)
from shop.vendors.models import BankDetail, Vendor

SMALLEST_WON = 1_000  # less than this is carried to the next payout: the transfer would cost more than it moves


class PayoutNotFound(NotFound):
    """No such payout."""


class SamePerson(Conflict):
    """Who prepared or proposed something does not approve it."""


class BankDetailUnverified(Conflict):
    """The vendor's newest bank account has not been verified, or there is none: the payout waits."""


class PayableTooSmall(Conflict):
    """The books owe the vendor less than the payout: a refund came in between. Cancel it and prepare anew."""


@dataclass(frozen=True)
class Carried:
    """A vendor whose approved statements are not paid now: `negative`, `tiny`, or `refunds` not yet in a statement."""

    vendor_id: int
    amount_won: int
    reason: str


@dataclass
class Prepared:
    """What `prepare_payouts` made and what it carried forward."""

    payout_ids: list[int] = field(default_factory=list)
    carried: list[Carried] = field(default_factory=list)


def prepare_payouts(session: Session, *, actor_id: int | None, now: datetime) -> Prepared:
    """Gather the approved, unpaid statements of every vendor into one payout each; twice makes nothing twice."""
    waiting = select(Statement).where(Statement.state == StatementState.APPROVED, Statement.payout_id.is_(None))
    by_vendor: dict[int, list[Statement]] = {}
    for statement in lock_all(session, waiting.order_by(Statement.id)):
        if statement.payout_id is None:
            by_vendor.setdefault(statement.vendor_id, []).append(statement)
    positions = vendor_positions(session)
    prepared = Prepared()
    for vendor_id, statements in sorted(by_vendor.items()):
        amount = sum(statement.net_won for statement in statements)
        if reason := _why_carried(amount, positions.get(vendor_id, 0)):
            prepared.carried.append(Carried(vendor_id, amount, reason))
        else:
            prepared.payout_ids.append(_prepare(session, vendor_id, statements, amount, actor_id, now))
    return prepared


def vendor_positions(session: Session) -> dict[int, int]:
    """What the books owe each vendor: its payable less its debt."""
    positions: dict[int, int] = {}
    for prefix in accounts.OWNED_PREFIXES:
        for code, balance in balances_of(session, prefix).items():
            vendor_id = int(code.rsplit(":", 1)[1])
            positions[vendor_id] = positions.get(vendor_id, 0) - balance
    return positions


def approve_payout(session: Session, *, payout_id: int, actor_id: int, now: datetime) -> Payout:
    """Copy the verified bank details and book the money as on its way. A failed payout is approved again as a new attempt.

    Raises:
        SamePerson, BankDetailUnverified, PayableTooSmall, MoveRefused, PayoutNotFound
    """
    payout = _lock(session, payout_id)
    if actor_id == payout.prepared_by:
        raise SamePerson(number=payout.number)
    detail = _verified_detail(session, payout)
    was = advance(payout, PayoutState.APPROVED, PAYOUT_TRANSITIONS)
    if was is PayoutState.FAILED:
        payout.attempt += 1
        payout.file_id = None
    payout.bank, payout.account_number, payout.holder = detail.bank, detail.account_number, detail.holder
    payout.approved_by, payout.approved_at = actor_id, now
    _audit(session, payout, "payout.approved", was, actor_id, now)
    session.flush()
    _post(session, payout, now)
    return payout


def cancel_payout(session: Session, *, payout_id: int, actor_id: int, reason: str, now: datetime) -> None:
    """Withdraw a prepared payout; its statements wait for the next. Raises: PayoutNotFound, MoveRefused."""
    payout = _lock(session, payout_id)
    was = advance(payout, PayoutState.CANCELED, PAYOUT_TRANSITIONS)
    for statement in _statements(session, payout):
        statement.payout_id = None
    _audit(session, payout, "payout.canceled", was, actor_id, now, reason)
    session.flush()


def fail_payout(session: Session, *, payout_id: int, actor_id: int | None, reason: str, now: datetime) -> None:
    """The bank could not transfer: the money is owed again, the payout keeps its statements and waits to be approved anew.

    Raises:
        PayoutNotFound, MoveRefused
    """
    payout = _lock(session, payout_id)
    was = advance(payout, PayoutState.FAILED, PAYOUT_TRANSITIONS)
    _move_statements(session, payout, StatementState.APPROVED)
    payout.paid_on = None
    _audit(session, payout, "payout.failed", was, actor_id, now, reason)
    session.flush()
    reverse_entry(
        session, reference=payout_reference(payout), reason=reason or "transfer failed", effective_on=seoul_day(now), now=now
    )


def mark_payout_paid(session: Session, *, payout_id: int, paid_on: date, now: datetime) -> None:
    """The bank line was found: the payout and its statements are paid, the vendor is told. Only reconciliation calls this.

    Raises:
        PayoutNotFound, MoveRefused
    """
    payout = _lock(session, payout_id)
    was = advance(payout, PayoutState.PAID, PAYOUT_TRANSITIONS)
    payout.paid_on = paid_on
    statements = _move_statements(session, payout, StatementState.PAID)
    _audit(session, payout, "payout.paid", was, None, now)
    vendor = session.get(Vendor, payout.vendor_id)
    assert vendor is not None
    if vendor.email:
        enqueue(
            session,
            template="payout_paid",
            to=vendor.email,
            locale="ko",
            now=now,
            dedupe=f"payout_paid:{payout.id}:{payout.attempt}",
            context={"vendor_name": vendor.name, "month": max(s.month for s in statements), "amount_won": payout.amount_won},
        )
    session.flush()


def unmark_payout_paid(session: Session, *, payout_id: int, now: datetime) -> None:
    """The bank line's match was undone: the payout is on its way again. Raises: PayoutNotFound, MoveRefused."""
    payout = _lock(session, payout_id)
    was = advance(payout, PayoutState.SENT, PAYOUT_TRANSITIONS)
    payout.paid_on = None
    _move_statements(session, payout, StatementState.APPROVED)
    _audit(session, payout, "payout.unmatched", was, None, now)
    session.flush()


def payout_reference(payout: Payout) -> str:
    """The ledger reference of the present attempt: `payout:<id>`, then `payout:<id>:2`."""
    return f"payout:{payout.id}" if payout.attempt == 1 else f"payout:{payout.id}:{payout.attempt}"


def _why_carried(amount_won: int, position_won: int) -> str:
    if amount_won < 0:
        return "negative"
    if amount_won < SMALLEST_WON:
        return "tiny"
    return "refunds" if amount_won > position_won else ""


def _prepare(
    session: Session, vendor_id: int, statements: list[Statement], amount_won: int, actor_id: int | None, now: datetime
) -> int:
    newest = session.scalar(select(func.max(Payout.id))) or 0
    payout = Payout(
        number=f"new-{newest}-{vendor_id}",
        vendor_id=vendor_id,
        state=PayoutState.PREPARED,
        amount_won=amount_won,
        attempt=1,
        prepared_by=actor_id,
        prepared_at=now,
    )
    session.add(payout)
    session.flush()
    payout.number = f"P{seoul_day(now):%y%m}-{payout.id:04d}"
    for statement in statements:
        statement.payout_id = payout.id
    record(
        session,
        actor_id=actor_id,
        action="payout.prepared",
        subject=("payout", payout.id),
        after={"number": payout.number, "amount_won": amount_won, "statements": [s.number for s in statements]},
        now=now,
    )
    session.flush()
    return payout.id


def _verified_detail(session: Session, payout: Payout) -> BankDetail:
    newest = select(BankDetail).where(BankDetail.vendor_id == payout.vendor_id, BankDetail.retired_at.is_(None))
    detail = session.scalar(newest.order_by(BankDetail.id.desc()).limit(1))
    if detail is None or detail.verified_at is None:
        raise BankDetailUnverified(number=payout.number)
    return detail


def _post(session: Session, payout: Payout, now: datetime) -> None:
    """Debit what is owed, let it first settle the vendor's debt, credit the rest as on its way to the bank."""
    payable, debt = accounts.vendor_payable(payout.vendor_id), accounts.vendor_debt(payout.vendor_id)
    split_vendor_claim(session, payout.vendor_id, 0)  # from here to the end nobody else moves the two balances
    owing = max(0, balance_of(session, debt))
    if -balance_of(session, payable) < payout.amount_won + owing:
        raise PayableTooSmall(number=payout.number)
    lines = [
        debit(payable, payout.amount_won + owing, payout.vendor_id),
        credit(debt, owing, payout.vendor_id),
        credit(accounts.PAYOUTS_IN_TRANSIT, payout.amount_won, payout.vendor_id),
    ]
    post_entry(
        session,
        Entry.of(payout_reference(payout), kind="payout", effective_on=seoul_day(now), lines=lines, memo=payout.number),
        now=now,
    )


def _statements(session: Session, payout: Payout) -> list[Statement]:
    return lock_all(session, select(Statement).where(Statement.payout_id == payout.id).order_by(Statement.id))


def _move_statements(session: Session, payout: Payout, to: StatementState) -> list[Statement]:
    statements = _statements(session, payout)
    for statement in statements:
        if statement.state is not to:
            advance(statement, to, STATEMENT_TRANSITIONS)
    return statements


def _audit(
    session: Session, payout: Payout, action: str, was: PayoutState, actor_id: int | None, now: datetime, reason: str = ""
) -> None:
    record(
        session,
        actor_id=actor_id,
        action=action,
        subject=("payout", payout.id),
        before={"state": was.value},
        after={"state": payout.state.value, "amount_won": payout.amount_won, "attempt": payout.attempt},
        reason=reason,
        now=now,
    )


def _lock(session: Session, payout_id: int) -> Payout:
    payout = lock_row(session, Payout, payout_id)
    if payout is None:
        raise PayoutNotFound()
    return payout
