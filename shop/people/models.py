"""Tables of people: users and roles (Flask-Security's columns), passkeys, consents, audit trail, access records."""

from enum import StrEnum
from typing import Any

from flask_security.models import sqla as fs
from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.kernel.db import Id, Instant, Model

fs.FsModels.set_db_info(base_model=Model, user_table_name="users", role_table_name="roles")


class StaffRole(StrEnum):
    """What a member of the centre's staff may do; a person may hold several."""

    CASHIER = "cashier"  # hall counter: takes payment, hands over
    MERCHANDISER = "merchandiser"  # reviews vendors and listings
    ACCOUNTANT = "accountant"  # reconciles, prepares statements and payouts
    MANAGER = "manager"  # approves, sets agreements, people
    AUDITOR = "auditor"  # sees everything of money, changes nothing


class Role(Model, fs.FsRoleMixin):
    __tablename__ = "roles"


class User(Model, fs.FsUserMixin):
    """A person who can sign in. Vendor rights come from memberships, staff rights from roles."""

    __tablename__ = "users"

    name: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str | None] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(5), default="ko")
    is_demo: Mapped[bool] = mapped_column(default=False)
    tf_last_counter: Mapped[int | None] = mapped_column(BigInteger)  # of the last code used; none older passes again


class WebAuthn(Model, fs.FsWebAuthnMixin):
    __tablename__ = "webauthn"


class AuditEvent(Model):
    """One change by one person: who, what, before, after, why."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix__audit_event__subject", "subject_kind", "subject_id"),)

    id: Mapped[Id]
    at: Mapped[Instant] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    actor_label: Mapped[str] = mapped_column(String(80), default="")
    action: Mapped[str] = mapped_column(String(80))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(64))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(500), default="")
    request_id: Mapped[str] = mapped_column(String(40), default="")


class AccessRecord(Model):
    """One reading of somebody's personal data: who, when, from where, whose, why. Kept at least a year."""

    __tablename__ = "access_record"

    id: Mapped[Id]
    at: Mapped[Instant] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    vendor_id: Mapped[int | None]
    ip: Mapped[str] = mapped_column(String(45), default="")
    action: Mapped[str] = mapped_column(String(80))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(64))


class Consent(Model):
    """A consent given or withdrawn, with the version of the text it was given to."""

    __tablename__ = "consent"

    id: Mapped[Id]
    at: Mapped[Instant]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    order_number: Mapped[str | None] = mapped_column(String(24), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(20))
    given: Mapped[bool]


class EndedSession(Model):
    """A session that was signed out of before its cookie ran out: a copy of the cookie is worth nothing."""

    __tablename__ = "ended_session"

    session_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    ended_at: Mapped[Instant] = mapped_column(index=True)


class Attempt(Model):
    """How often something was tried within a window of time. The key is a keyed hash: no address or e-mail is kept."""

    __tablename__ = "attempt"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    expires_ms: Mapped[int] = mapped_column(BigInteger, index=True)
