"""Counting statements, and books to tamper with."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from sqlalchemy import event

from shop.kernel.db import db
from shop.ledger import ddl


@pytest.fixture
def count_queries(app):
    """`with count_queries() as seen: …` then `seen.count`."""

    @contextmanager
    def counting():
        seen = SimpleNamespace(count=0)

        def note(*_arguments):
            seen.count += 1

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def disarm():
    """`disarm(session)` drops the append-only triggers, as somebody with the database's password could."""

    def drop(session):
        connection = session.connection()
        if connection.dialect.name == "sqlite":
            for name in ddl.SQLITE:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            for name in ddl.POSTGRESQL:
                connection.exec_driver_sql(f"DROP TRIGGER {name} ON {name.removesuffix('_append_only')}")

    return drop
