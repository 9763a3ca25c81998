"""Settings from the environment, with safe refusals: the demo runs with nothing set, production with nothing forgotten."""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from shop.kernel.db import engine_options

DEMO_SECRET = "demo-only-secret-key-that-production-refuses"
DEMO_WEBHOOK_SECRET = "whsec_demo"
ROOT = Path(__file__).resolve().parent


class BadSetting(RuntimeError):
    """A setting is missing or dangerous; the message says which and what to do."""


def load_config(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Read settings from an environment.

    APP_ENV is `production` (default), `demo` or `test`. INSTANCE is the folder of the SQLite database and uploads,
    DATABASE_URL chooses PostgreSQL.

    Raises:
        BadSetting: a secret is missing or is the demo's own outside the demo; hosts are not named in production.
    """
    env = environ.get("APP_ENV", "production")
    if env not in ("production", "demo", "test"):
        raise BadSetting(f"APP_ENV is {env!r}; it must be production, demo or test")
    instance = Path(environ.get("INSTANCE", ROOT / "instance")).absolute()
    instance.mkdir(parents=True, exist_ok=True)
    url = database_url(environ.get("DATABASE_URL", ""), instance)
    secret = _secret(environ, "SECRET_KEY", env)
    port = environ.get("PORT", "8000")
    base = environ.get("PUBLIC_URL", f"http://127.0.0.1:{port}")
    return {
        "APP_ENV": env,
        "INSTANCE": instance,
        "SECRET_KEY": secret,
        "SECRET_KEY_FALLBACKS": _secrets(environ, "SECRET_KEY_FALLBACKS", env),
        "DATA_KEYS": _secrets(environ, "DATA_KEYS", env) or [_secret(environ, "DATA_KEY", env)],
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(url),
        "PUBLIC_URL": base,
        "TRUSTED_HOSTS": _hosts(environ, env),
        "PROXY_HOPS": int(environ.get("PROXY_HOPS", "0")),
        "MAX_CONTENT_LENGTH": 12 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        "MAX_FORM_PARTS": 300,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=14),
        "SESSION_REFRESH_EACH_REQUEST": False,  # a page that changes nothing must not write back an older cookie
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": env == "production",
        "SESSION_COOKIE_NAME": "__Host-session" if env == "production" else "session",
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "ko",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Seoul",
        "LANGUAGES": ["ko", "en"],
        "JSON_AS_ASCII": False,
        "S3_BUCKET": environ.get("S3_BUCKET", ""),
        "S3_OPTIONS": {k[3:].lower(): v for k, v in environ.items() if k.startswith("S3_") and k != "S3_BUCKET"},
        "MAIL_BACKEND": environ.get("MAIL_BACKEND", "smtp" if environ.get("MAIL_SERVER") else "dummy"),
        "MAIL_SERVER": environ.get("MAIL_SERVER", "localhost"),
        "MAIL_PORT": int(environ.get("MAIL_PORT", "25")),
        "MAIL_USERNAME": environ.get("MAIL_USERNAME"),
        "MAIL_PASSWORD": environ.get("MAIL_PASSWORD"),
        "MAIL_USE_TLS": environ.get("MAIL_USE_TLS") == "1",
        "MAIL_DEFAULT_SENDER": environ.get("MAIL_SENDER", "hall@example.com"),
        "STRIPE_SECRET_KEY": environ.get("STRIPE_SECRET_KEY", "sk_test_demo" if env != "production" else ""),
        "STRIPE_WEBHOOK_SECRET": _webhook_secret(environ, env),
        "STRIPE_API_BASE": environ.get("STRIPE_API_BASE", f"{base}/dev/stripe" if env != "production" else ""),
        "LOG_LEVEL": environ.get("LOG_LEVEL", "INFO"),
    }


def database_url(given: str, instance: Path) -> str:
    """The SQLAlchemy URL: PostgreSQL through psycopg 3 where one is given, else a SQLite file in the instance folder."""
    if not given:
        return f"sqlite:///{instance / 'hall.sqlite3'}"
    for prefix in ("postgresql://", "postgres://"):
        if given.startswith(prefix):
            return "postgresql+psycopg://" + given.removeprefix(prefix)
    return given


def _secret(environ: Mapping[str, str], name: str, env: str) -> str:
    return _check_secret(name, environ.get(name, "" if env == "production" else DEMO_SECRET), env)


def _secrets(environ: Mapping[str, str], name: str, env: str) -> list[str]:
    return [_check_secret(name, value, env) for value in _words(environ.get(name, ""))]


def _check_secret(name: str, value: str, env: str) -> str:
    if env == "production" and (len(value) < 32 or value == DEMO_SECRET):
        raise BadSetting(f"{name} must be set to a secret of at least 32 characters outside the demo")
    return value


def _webhook_secret(environ: Mapping[str, str], env: str) -> str:
    """With an empty or known secret anybody could sign events."""
    value = environ.get("STRIPE_WEBHOOK_SECRET", DEMO_WEBHOOK_SECRET if env != "production" else "")
    if env == "production" and environ.get("STRIPE_SECRET_KEY") and value in ("", DEMO_WEBHOOK_SECRET):
        raise BadSetting("STRIPE_WEBHOOK_SECRET must be set where STRIPE_SECRET_KEY is")
    return value


def _hosts(environ: Mapping[str, str], env: str) -> list[str]:
    hosts = _words(environ.get("TRUSTED_HOSTS", ""))
    if not hosts and env == "production":
        raise BadSetting("TRUSTED_HOSTS must name the shop's host names, separated by commas")
    return hosts or ["127.0.0.1", "localhost", "[::1]"]


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
