"""Sign-in by Flask-Security over Flask-Login: this module binds it to our tables and settings."""

from flask import Flask
from flask_security import SQLAlchemyUserDatastore

from shop.extensions import security
from shop.kernel.db import db
from shop.people.models import Role, User, WebAuthn


def init_signin(app: Flask) -> None:
    """Wire Flask-Security to the user tables."""
    app.config.setdefault("SECURITY_URL_PREFIX", "/account")
    app.config.setdefault("SECURITY_PASSWORD_SALT", app.config["SECRET_KEY"])
    datastore = SQLAlchemyUserDatastore(db, User, Role, WebAuthn)
    security.init_app(app, datastore)
