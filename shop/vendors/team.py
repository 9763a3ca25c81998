"""Who works for an organisation, and what each may do. There is always at least one owner."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.kernel import locks
from shop.kernel.errors import Conflict, Invalid, NotFound
from shop.people import audit
from shop.people.models import User
from shop.vendors.models import Membership, TeamRole
from shop.vendors.onboarding import lock_vendor


class PersonUnknown(Invalid):
    """No account has this e-mail address."""


class AlreadyMember(Conflict):
    """The person is of the team already."""


class LastOwner(Conflict):
    """A team keeps at least one owner."""


class MemberUnknown(NotFound):
    """Nobody of this team."""


def add_member(session: Session, *, vendor_id: int, email: str, role: TeamRole, actor_id: int, now: datetime) -> Membership:
    """Take a person with an account into the team; whoever has not proven the address is not yet that person.

    Raises:
        PersonUnknown, AlreadyMember.
    """
    lock_vendor(session, vendor_id)
    proven = select(User).where(func.lower(User.email) == email.strip().lower(), User.active, User.confirmed_at.is_not(None))
    person = session.scalar(proven)
    if person is None:
        raise PersonUnknown(email=email.strip())
    if any(member.user_id == person.id for member in _lock_team(session, vendor_id)):
        raise AlreadyMember(email=person.email)
    member = Membership(vendor_id=vendor_id, user_id=person.id, role=role)
    session.add(member)
    session.flush()
    _record(session, "member.added", vendor_id, actor_id, None, {"user_id": person.id, "role": role.value}, now)
    return member


def change_role(
    session: Session, *, vendor_id: int, membership_id: int, role: TeamRole, actor_id: int, now: datetime,
) -> Membership:
    """Change what a member may do.

    Raises:
        MemberUnknown, LastOwner.
    """
    member = _find_member(session, vendor_id, membership_id, stays_owner=role is TeamRole.OWNER)
    before = member.role
    if before is not role:
        member.role = role
        _record(session, "member.role_changed", vendor_id, actor_id, {"user_id": member.user_id, "role": before.value},
                {"user_id": member.user_id, "role": role.value}, now)
    session.flush()
    return member


def remove_member(session: Session, *, vendor_id: int, membership_id: int, actor_id: int, now: datetime) -> None:
    """Let a member go.

    Raises:
        MemberUnknown, LastOwner.
    """
    member = _find_member(session, vendor_id, membership_id, stays_owner=False)
    session.delete(member)
    _record(session, "member.removed", vendor_id, actor_id, {"user_id": member.user_id, "role": member.role.value}, None, now)
    session.flush()


def _find_member(session: Session, vendor_id: int, membership_id: int, *, stays_owner: bool) -> Membership:
    lock_vendor(session, vendor_id)
    team = _lock_team(session, vendor_id)
    member = next((m for m in team if m.id == membership_id), None)
    if member is None:
        raise MemberUnknown()
    owners = [m for m in team if m.role is TeamRole.OWNER]
    if owners == [member] and not stays_owner:
        raise LastOwner()
    return member


def _lock_team(session: Session, vendor_id: int) -> list[Membership]:
    return locks.lock_all(session, select(Membership).where(Membership.vendor_id == vendor_id).order_by(Membership.id))


def _record(session: Session, action: str, vendor_id: int, actor_id: int, before: dict | None, after: dict | None,
            now: datetime) -> None:
    audit.record(session, actor_id=actor_id, action=action, subject=("vendor", vendor_id), before=before, after=after, now=now)
