"""Accounts: opening one, its profile, its staff roles, its second factor, and ending all its sessions."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.kernel import korean
from shop.kernel.errors import Conflict, Invalid, NotFound
from shop.kernel.locks import lock_row
from shop.people import audit
from shop.people.models import Role, StaffRole, User
from shop.people.passwords import check_password, hash_new_password


class EmailTaken(Conflict):
    """An account with this e-mail exists."""


class AccountMissing(NotFound):
    """There is no such account."""


class OwnAccount(Conflict):
    """Nobody changes their own rights."""


class ReasonMissing(Invalid):
    """A change of somebody's rights needs a reason."""


class PhoneRefused(Invalid):
    """This cannot be a Korean phone number."""


class NameRefused(Invalid):
    """A name has 1 to 80 letters."""


def normal_email(email: str) -> str:
    """The form in which e-mail addresses are stored and compared."""
    return korean.normal(email).lower()


def create_user(
    session: Session, *, email: str, name: str, password: str, roles: Iterable[StaffRole] = (), now: datetime,
    locale: str = "ko", is_demo: bool = False, actor_id: int | None = None,
) -> int:
    """Open an account that can sign in at once; returns its id.

    Raises:
        EmailTaken: an account with this e-mail exists.
        PasswordRefused: the password is weak.
    """
    address = normal_email(email)
    if session.scalar(select(User.id).where(User.email == address)) is not None:
        raise EmailTaken()
    check_password(password, email=address)
    wanted = [role.value for role in roles]
    found = list(session.scalars(select(Role).where(Role.name.in_(wanted)))) if wanted else []
    assert len(found) == len(set(wanted)), "the reference rows hold every role"
    user = User(
        email=address, name=korean.normal(name)[:80], password=hash_new_password(password), active=True,
        confirmed_at=now.replace(tzinfo=None), fs_uniquifier=secrets.token_hex(32), roles=found, locale=locale, is_demo=is_demo,
    )
    session.add(user)
    session.flush()
    audit.record(session, actor_id=actor_id, action="account.opened", subject=("user", user.id),
                 after={"roles": sorted(wanted)}, now=now)
    return user.id


def update_profile(session: Session, *, user_id: int, name: str, phone: str, locale: str, now: datetime) -> None:
    """Change one's own name, phone and language; an empty phone removes it.

    Raises:
        NameRefused, PhoneRefused
    """
    user = _locked(session, user_id)
    tidy = korean.normal(name)
    if not 1 <= len(tidy) <= 80:
        raise NameRefused()
    number = korean.phone(phone) if phone.strip() else None
    if phone.strip() and number is None:
        raise PhoneRefused()
    user.name, user.phone, user.locale = tidy, number, locale if locale in ("ko", "en") else "ko"
    session.flush()
    audit.record(session, actor_id=user_id, action="account.profile_changed", subject=("user", user_id), now=now)


def change_roles(
    session: Session, *, user_id: int, roles: Iterable[StaffRole], actor_id: int, reason: str, now: datetime,
) -> None:
    """Set a person's staff roles; it holds from that person's next request.

    Raises:
        OwnAccount: the actor is that person. ReasonMissing: no reason was given.
    """
    if user_id == actor_id:
        raise OwnAccount()
    if not reason.strip():
        raise ReasonMissing()
    user = _locked(session, user_id)
    wanted = {role.value for role in roles}
    before = sorted(role.name for role in user.roles)
    if before == sorted(wanted):
        return
    user.roles = list(session.scalars(select(Role).where(Role.name.in_(wanted)).order_by(Role.id))) if wanted else []
    session.flush()
    audit.record(session, actor_id=actor_id, action="account.roles_changed", subject=("user", user_id),
                 before={"roles": before}, after={"roles": sorted(wanted)}, reason=reason, now=now)


def reset_second_factor(session: Session, *, user_id: int, actor_id: int, reason: str, now: datetime) -> None:
    """Take away a lost second factor and end the person's sessions; the next sign-in sets up a new one.

    Raises:
        OwnAccount, ReasonMissing
    """
    if user_id == actor_id:
        raise OwnAccount()
    if not reason.strip():
        raise ReasonMissing()
    user = _locked(session, user_id)
    user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = None
    user.mf_recovery_codes = []
    for passkey in list(user.webauthn):
        session.delete(passkey)
    user.fs_uniquifier = secrets.token_hex(32)
    session.flush()
    audit.record(session, actor_id=actor_id, action="account.second_factor_reset", subject=("user", user_id), reason=reason,
                 now=now)


def end_all_sessions(session: Session, *, user_id: int, now: datetime) -> str:
    """Sign a person out on every device; returns the new session name, with which one session may go on."""
    user = _locked(session, user_id)
    user.fs_uniquifier = secrets.token_hex(32)
    session.flush()
    audit.record(session, actor_id=user_id, action="account.sessions_ended", subject=("user", user_id), now=now)
    return user.fs_uniquifier


def _locked(session: Session, user_id: int) -> User:
    user = lock_row(session, User, user_id)
    if user is None:
        raise AccountMissing()
    return user
