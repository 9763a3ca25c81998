"""Commission agreements: proposed by one person, approved by another, never edited once in force."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.kernel import locks
from shop.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from shop.people import audit
from shop.people.models import User
from shop.vendors import rules
from shop.vendors.models import AgreementState, CommissionAgreement, Vendor

MAX_BPS = 5000


class AgreementUnknown(NotFound):
    """There is no such agreement."""


class AgreementSettled(Conflict):
    """The agreement was already approved or rejected."""


class SamePersonAgreement(Forbidden):
    """Whoever proposes an agreement does not approve it; carries the proposer's `name`."""


class AgreementRetroactive(Invalid):
    """An agreement begins after the instant of its approval: what was sold keeps what applied then."""


class ScopeBroken(Invalid):
    """A scope that names a vendor or channel which does not exist; it is refused, never widened."""


class RateWrong(Invalid):
    """A rate outside 0 to 50 %."""


@dataclass(frozen=True)
class Dated:
    """An agreement as far as its scope and its time go, detached from its row."""

    id: int
    rank: int
    vendor_id: int | None
    category_id: int | None
    channel: str | None
    bps: int
    valid_from: datetime
    valid_to: datetime | None

    def holds_at(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


def propose_agreement(
    session: Session, *, title: str, bps: int, rank: int, vendor_id: int | None, category_id: int | None, channel: str | None,
    valid_from: datetime, valid_to: datetime | None = None, actor_id: int, now: datetime,
) -> CommissionAgreement:
    """Write down a proposed agreement; nothing applies until another person approves it.

    Raises:
        RateWrong, ScopeBroken, AgreementRetroactive; AgreementsBroken: with it the list would not be usable.
    """
    if not 0 <= bps <= MAX_BPS:
        raise RateWrong(bps=bps)
    if channel is not None and channel not in rules.CHANNELS:
        raise ScopeBroken()
    if vendor_id is not None and session.get(Vendor, vendor_id) is None:
        raise ScopeBroken()
    if valid_from <= now or (valid_to is not None and valid_to <= valid_from):
        raise AgreementRetroactive()
    row = CommissionAgreement(title=title, bps=bps, rank=rank, vendor_id=vendor_id, category_id=category_id, channel=channel,
                              valid_from=valid_from, valid_to=valid_to, proposed_by=actor_id, state=AgreementState.PROPOSED)
    session.add(row)
    session.flush()
    apply_candidate(_approved(session), _dated(row))
    audit.record(session, actor_id=actor_id, action="agreement.proposed", subject=("commission_agreement", row.id),
                 after=_facts(row), now=now)
    return row


def approve_agreement(session: Session, *, agreement_id: int, actor_id: int, now: datetime) -> CommissionAgreement:
    """Put a proposed agreement in force and close its predecessor of the same scope on the instant it begins.

    Raises:
        AgreementUnknown, AgreementSettled, SamePersonAgreement, AgreementRetroactive, AgreementsBroken.
    """
    rows = {row.id: row for row in locks.lock_all(session, select(CommissionAgreement).order_by(CommissionAgreement.id))}
    row = _open_proposal(rows.get(agreement_id))
    if row.proposed_by == actor_id:
        person = session.get(User, actor_id)
        raise SamePersonAgreement(name=person.name if person else "")
    if row.valid_from <= now:
        raise AgreementRetroactive()
    approved = [_dated(other) for other in rows.values() if other.state is AgreementState.APPROVED]
    closed = {dated.id: dated.valid_to for dated in apply_candidate(approved, _dated(row))}
    for other in rows.values():
        if other.id in closed and other.id != row.id and other.valid_to != closed[other.id]:
            audit.record(session, actor_id=actor_id, action="agreement.closed", subject=("commission_agreement", other.id),
                         before=_facts(other), after={"succeeded_by": row.id}, now=now)
            other.valid_to = closed[other.id]
    row.state, row.approved_by, row.approved_at = AgreementState.APPROVED, actor_id, now
    audit.record(session, actor_id=actor_id, action="agreement.approved", subject=("commission_agreement", row.id),
                 after=_facts(row), now=now)
    session.flush()
    return row


def reject_agreement(session: Session, *, agreement_id: int, actor_id: int, reason: str, now: datetime) -> CommissionAgreement:
    """Lay a proposal aside; its proposer may do so too.

    Raises:
        AgreementUnknown, AgreementSettled.
    """
    row = _open_proposal(locks.lock_row(session, CommissionAgreement, agreement_id))
    row.state, row.approved_by = AgreementState.REJECTED, actor_id
    audit.record(session, actor_id=actor_id, action="agreement.rejected", subject=("commission_agreement", row.id),
                 before=_facts(row), reason=reason, now=now)
    session.flush()
    return row


def apply_candidate(approved: Iterable[Dated], candidate: Dated) -> list[Dated]:
    """The agreements as they would stand with the candidate: its predecessor closed, every later instant still usable.

    Raises:
        AgreementsBroken: `problem` is overlap where an approved agreement of the same scope begins later still.
    """
    after = [_close(agreement, candidate) for agreement in approved] + [candidate]
    after.sort(key=lambda agreement: (agreement.rank, agreement.id))
    edges = {edge for agreement in after for edge in (agreement.valid_from, agreement.valid_to) if edge is not None}
    for instant in sorted(edge for edge in edges if edge >= candidate.valid_from):
        rules.check_agreements([agreement for agreement in after if agreement.holds_at(instant)])
    return after


def preview(session: Session, candidate: CommissionAgreement) -> list[Dated]:
    """The agreements in force once a proposal begins, in the order they are asked.

    Raises:
        AgreementsBroken.
    """
    after = apply_candidate(_approved(session), _dated(candidate))
    return [agreement for agreement in after if agreement.holds_at(candidate.valid_from)]


def _close(agreement: Dated, candidate: Dated) -> Dated:
    same = (agreement.vendor_id, agreement.category_id, agreement.channel)
    if same != (candidate.vendor_id, candidate.category_id, candidate.channel):
        return agreement
    if agreement.valid_to is not None and agreement.valid_to <= candidate.valid_from:
        return agreement
    if agreement.valid_from >= candidate.valid_from:
        raise rules.AgreementsBroken(problem="overlap")
    return replace(agreement, valid_to=candidate.valid_from)


def _approved(session: Session) -> list[Dated]:
    return [_dated(row) for row in session.scalars(
        select(CommissionAgreement).where(CommissionAgreement.state == AgreementState.APPROVED).order_by(CommissionAgreement.id))]


def _dated(row: CommissionAgreement) -> Dated:
    return Dated(id=row.id, rank=row.rank, vendor_id=row.vendor_id, category_id=row.category_id, channel=row.channel, bps=row.bps,
                 valid_from=row.valid_from, valid_to=row.valid_to)


def _open_proposal(row: CommissionAgreement | None) -> CommissionAgreement:
    if row is None:
        raise AgreementUnknown()
    if row.state is not AgreementState.PROPOSED:
        raise AgreementSettled()
    return row


def _facts(row: CommissionAgreement) -> dict[str, object]:
    return {"title": row.title, "bps": row.bps, "rank": row.rank, "vendor_id": row.vendor_id, "category_id": row.category_id,
            "channel": row.channel, "valid_from": row.valid_from.isoformat(),
            "valid_to": row.valid_to.isoformat() if row.valid_to else None}
