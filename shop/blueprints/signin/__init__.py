"""Sign-in by Flask-Security: its views under /account, bound to our tables, our words, our outbox and our limits.

The library's views write through the request's own session. `guards.py` makes that session a writer before they run.
"""

from flask import Flask
from flask_security import Security, SQLAlchemyUserDatastore

from shop.blueprints.signin import guards, limits, records
from shop.blueprints.signin.forms import OwnPasswordForm, RegisterForm
from shop.blueprints.signin.library import OneTimeCodes, OutboxMail, Passkeys, PasswordRules, RecoveryCodes
from shop.blueprints.signin.settings import signin_settings
from shop.kernel.db import db
from shop.people.models import Role, User, WebAuthn


def init_signin(app: Flask) -> None:
    """Wire Flask-Security to the user tables and put the house's rules around its views."""
    for name, value in signin_settings(app).items():
        app.config.setdefault(name, value)
    limits.init_limits(app)  # first: its short transaction must be over before a view's begins
    guards.init_guards(app)
    datastore = SQLAlchemyUserDatastore(db, User, Role, WebAuthn)
    security = Security(
        app, datastore, register_form=RegisterForm, change_password_form=OwnPasswordForm, mail_util_cls=OutboxMail,
        password_util_cls=PasswordRules, totp_cls=OneTimeCodes, mf_recovery_codes_util_cls=RecoveryCodes,
        webauthn_util_cls=Passkeys,
    )
    security.want_json(lambda _request: False)  # the pages are the only door
    guards.init_sessions(app)
    records.init_records(app)
