"""Reads of people: staff, the audit trail, the access records. Lists go by keyset, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from shop.people.models import AccessRecord, AuditEvent, EndedSession, Role, User


def find_user_by_email(session: Session, email: str) -> User | None:
    """The account of an e-mail address."""
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def list_staff(session: Session) -> list[User]:
    """Everybody with a staff role, by name; a centre has tens of them."""
    query = select(User).join(User.roles).options(selectinload(User.roles)).order_by(User.name, User.id).distinct()
    return list(session.scalars(query).unique())


def get_staff_member(session: Session, user_id: int) -> User | None:
    """One person with roles and passkeys."""
    return session.get(User, user_id, options=[selectinload(User.roles), selectinload(User.webauthn)])


def list_audit_events(
    session: Session, *, before_id: int | None = None, limit: int = 50, subject: tuple[str, str] | None = None, action: str = "",
) -> list[AuditEvent]:
    """Entries of the audit trail, newest first, of one subject or one kind of action."""
    query = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(limit)
    if before_id:
        query = query.where(AuditEvent.id < before_id)
    if subject:
        query = query.where(AuditEvent.subject_kind == subject[0], AuditEvent.subject_id == subject[1])
    if action:
        query = query.where(AuditEvent.action.startswith(action, autoescape=True))
    return list(session.scalars(query))


def list_events(session: Session, subjects: Sequence[tuple[str, object]], *, limit: int = 100) -> list[AuditEvent]:
    """The audit lines of several subjects together, newest first: the history shown on a page of its own."""
    meant = or_(*((AuditEvent.subject_kind == kind) & (AuditEvent.subject_id == str(key)) for kind, key in subjects))
    return list(session.scalars(select(AuditEvent).where(meant).order_by(AuditEvent.id.desc()).limit(limit)))


@dataclass(frozen=True)
class Reading:
    """One reading of personal data with the reader's name."""

    id: int
    at: datetime
    reader: str
    vendor_id: int | None
    ip: str
    action: str
    subject_kind: str
    subject_id: str


def list_access_records(session: Session, *, before_id: int | None = None, limit: int = 50) -> list[Reading]:
    """Who read whose data, newest first."""
    columns = (AccessRecord.id, AccessRecord.at, User.name, AccessRecord.vendor_id, AccessRecord.ip, AccessRecord.action,
               AccessRecord.subject_kind, AccessRecord.subject_id)
    query = select(*columns).outerjoin(User, User.id == AccessRecord.user_id).order_by(AccessRecord.id.desc()).limit(limit)
    if before_id:
        query = query.where(AccessRecord.id < before_id)
    return [Reading(*row[:2], row[2] or "", *row[3:]) for row in session.execute(query)]


def has_ended(session: Session, session_key: str) -> bool:
    """Whether this session was signed out of."""
    return session.get(EndedSession, session_key) is not None


def list_roles(session: Session) -> list[str]:
    """The names of all staff roles."""
    return list(session.scalars(select(Role.name).order_by(Role.id)))
