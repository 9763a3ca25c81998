"""The settings of Flask-Security, each a decision of this house; any may be overridden by the app's configuration."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, request
from werkzeug.local import LocalProxy

from shop.kernel.clock import now
from shop.kernel.crypto import derive_keys


def signin_settings(app: Flask) -> dict[str, Any]:
    """Every SECURITY_ setting that differs from the library's default."""
    strict = app.config["APP_ENV"] == "production"
    return _addresses() | _passwords(app) | _second_factor(app) | {
        "SECOND_FACTOR_REQUIRED": strict,
        "OFFICE_IDLE_MINUTES": 30 if strict else 0,  # 0: never
        "SECURITY_REGISTERABLE": True,
        "SECURITY_CONFIRMABLE": True,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        # An unconfirmed e-mail does not stop anybody from signing in; but opening an account signs nobody in, because that answer
        # would tell a new address from a known one.
        "SECURITY_LOGIN_WITHOUT_CONFIRMATION": LocalProxy(_may_enter_unconfirmed),
        "SECURITY_CONFIRM_EMAIL_WITHIN": timedelta(days=7),
        "SECURITY_RESET_PASSWORD_WITHIN": timedelta(hours=2),
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_EMAIL_PLAINTEXT": False,  # mails are written by our outbox, in the reader's language
        "SECURITY_EMAIL_HTML": False,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": not strict},
        "SECURITY_I18N_DIRNAME": ["builtin", str(Path(app.root_path) / "translations" / "flask_security")],
        "SECURITY_INPUT_NORMALIZE_FORM": "NFC",
        "SECURITY_DATETIME_FACTORY": lambda: now().replace(tzinfo=None),
    }


def _may_enter_unconfirmed() -> bool:
    return request.endpoint != "security.register"


def _addresses() -> dict[str, Any]:
    return {
        "SECURITY_URL_PREFIX": "/account",
        "SECURITY_POST_LOGIN_VIEW": "/account/enter",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_POST_REGISTER_VIEW": "/account/login",
        "SECURITY_POST_CHANGE_VIEW": "/account",
        "SECURITY_POST_RESET_VIEW": "/account/login",
        "SECURITY_POST_CONFIRM_VIEW": "/account/enter",
        "SECURITY_CONFIRM_ERROR_VIEW": "/account/login",
        "SECURITY_POST_VERIFY_VIEW": "/account",
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/account",
        "SECURITY_WAN_POST_REGISTER_VIEW": "/account",
        "SECURITY_STATIC_FOLDER_URL": "/sign-in-static",
    }


def _passwords(app: Flask) -> dict[str, Any]:
    return {
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2", "plaintext"] if app.testing else ["argon2"],
        # Source: OWASP Password Storage Cheat Sheet (2024), argon2id m=19 MiB t=2 p=1
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__type": "ID", "argon2__memory_cost": 19_456, "argon2__time_cost": 2, "argon2__parallelism": 1,
        },
        # No second hash keyed by a secret: passwords must survive a change of SECRET_KEY.
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2", "plaintext"],
        "SECURITY_PASSWORD_SALT": "not used: every scheme is hashed once",
        "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKD",
        # What signed links hold of an e-mail or a password's hash; the library's default takes most of a second, inside a write.
        "SECURITY_HASHING_SCHEMES": ["hex_sha256"],
        "SECURITY_DEPRECATED_HASHING_SCHEMES": [],
        "SECURITY_PASSWORD_CONFIRM_REQUIRED": False,
    }


def _second_factor(app: Flask) -> dict[str, Any]:
    names = derive_keys("one-time-codes")
    return {
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,  # one step to either side
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,  # a code by e-mail would make the mailbox the second factor
        "SECURITY_TWO_FACTOR_RESCUE_MAIL": app.config["MAIL_DEFAULT_SENDER"],
        "SECURITY_TOTP_SECRETS": {name: key.hex() for name, key in names.items()},
        "SECURITY_TOTP_ISSUER": "온고을장터",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [urlsafe_b64encode(k) for k in derive_keys("recovery-codes").values()],
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": "온고을장터",
        "SECURITY_WAN_ALLOW_USER_HINTS": False,  # no identity is asked, so none can be probed
        "SECURITY_WAN_SIGNIN_WITHIN": timedelta(minutes=3),
    }
