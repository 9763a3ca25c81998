"""Fixtures of every test: one app on SQLite or a PostgreSQL of its own, a fresh database a test, a fixed cast, a fixed clock."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from shop import create_app
from shop.kernel import cache, clock
from shop.kernel.db import db, unit_of_work
from shop.reference import add_reference
from tests import databases, factories

os.environ["APP_ENV"] = "test"
pytest_plugins = ("tests.payments.stripe.contract", "tests.payments.stripe.running")

NOON = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)  # a Wednesday, noon in Seoul


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", default="sqlite", choices=["sqlite", "postgresql"], help="the database the tests run on")


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[databases.TestDatabase]:
    """The database of the session: a SQLite file, or a private PostgreSQL cluster that is gone afterwards."""
    folder = tmp_path_factory.mktemp("database")
    kind = databases.SqliteDatabase if request.config.getoption("--db") == "sqlite" else databases.PostgresDatabase
    test_database = kind(folder)
    yield test_database
    test_database.close()


@pytest.fixture(scope="session")
def whole_app(database: databases.TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The app, built once; tests use `app`, which starts each from the same fresh database."""
    from shop.kernel.db import engine_options

    app = create_app({
        "TESTING": True,
        "SQLALCHEMY_DATABASE_URI": database.url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(database.url),
        "INSTANCE": tmp_path_factory.mktemp("instance"),
        "WTF_CSRF_ENABLED": False,
        "MAIL_BACKEND": "locmem",
        "LOG_LEVEL": "ERROR",
        "SECURITY_PASSWORD_HASH": "plaintext",
        "SECURITY_PASSWORD_SCHEMES": ["plaintext", "argon2"],
    })
    with app.app_context():
        databases.build_schema(app)
        with unit_of_work() as session:
            add_reference(session)
        db.engine.dispose()
    database.keep_template()
    return app


@pytest.fixture
def app(whole_app: Flask, database: databases.TestDatabase) -> Iterator[Flask]:
    """The app on a fresh database holding reference rows only, at NOON."""
    with whole_app.app_context():
        db.engine.dispose()
    database.restore()
    cache.forget_all()
    clock.set_clock(clock.FixedClock(NOON))
    yield whole_app
    clock.set_clock(clock.SystemClock())
    with whole_app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A write session inside an app context, for tests of rooms (use `unit` beside a client: a shared context leaks `g`)."""
    with app.app_context(), unit_of_work() as session:
        yield session
        session.rollback()


@pytest.fixture
def unit(app: Flask):
    """`with unit() as session:` a committed unit of work in an app context of its own."""

    @contextmanager
    def open_unit() -> Iterator[Session]:
        with app.app_context(), unit_of_work() as session:
            yield session

    return open_unit


@pytest.fixture
def cast(unit) -> SimpleNamespace:
    """The fixed cast, as ids: two vendors with owners, two shoppers, one of each staff role."""
    with unit() as session:
        return factories.make_cast(session, now=NOON)


@pytest.fixture
def sign_in(client: FlaskClient, app: Flask):
    """`sign_in(user_id)` puts the test client in that person's session."""

    def enter(user_id: int, on: FlaskClient | None = None) -> FlaskClient:
        return factories.sign_in(app, on or client, user_id)

    return enter


Unit = AbstractContextManager[Session]
DATA = Path(os.environ.get("ONGOEUL_DATA", "/nonexistent"))
