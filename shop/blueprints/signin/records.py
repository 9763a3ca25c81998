"""What sign-in leaves behind: audit lines of account changes, a log line of every failed attempt."""

from typing import Any

from flask import Flask
from flask_babel import get_locale
from flask_security import (
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    user_confirmed,
    user_registered,
    wan_deleted,
    wan_registered,
)
from flask_security.signals import user_failed_authn

from shop.kernel import clock
from shop.kernel.crypto import lookup_key
from shop.kernel.db import db
from shop.kernel.logs import get_logger
from shop.people import audit

log = get_logger(__name__)

CHANGES = {
    "account.password_changed": (password_changed, password_reset),
    "account.second_factor_set": (tf_profile_changed,),
    "account.second_factor_removed": (tf_disabled,),
    "account.passkey_added": (wan_registered,),
    "account.passkey_removed": (wan_deleted,),
    "account.email_confirmed": (user_confirmed,),
}


def init_records(app: Flask) -> None:
    """Listen to the library's signals; a line is written in the transaction of its cause."""
    for action, signals in CHANGES.items():
        for signal in signals:
            signal.connect(_writer(action), app, weak=False)

    @user_registered.connect_via(app)
    def opened(_app: Flask, user: Any, **_rest: Any) -> None:
        user.locale = str(get_locale())
        db.session.flush()
        audit.record(db.session(), actor_id=user.id, action="account.opened", subject=("user", user.id), now=clock.now())

    @user_authenticated.connect_via(app)
    def entered(_app: Flask, user: Any, authn_via: Any = None, **_rest: Any) -> None:
        log.info("signed in", user_id=user.id, by=authn_via)

    @user_failed_authn.connect_via(app)
    def failed(_app: Flask, user: Any = None, **rest: Any) -> None:
        account = lookup_key(user.email)[:12] if user is not None else None
        log.warning("sign-in failed", account=account, kind=str(rest.get("auth_type", "")))


def _writer(action: str) -> Any:
    def write(_app: Flask, user: Any, **_rest: Any) -> None:
        db.session.flush()
        audit.record(db.session(), actor_id=user.id, action=action, subject=("user", user.id), now=clock.now())

    return write
