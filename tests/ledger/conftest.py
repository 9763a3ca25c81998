"""Counting statements, and books to tamper with."""

from functools import partial

import pytest

from shop.kernel.db import db
from shop.ledger import ddl
from tests.counting import count_statements


@pytest.fixture
def count_queries(app):
    """`with count_queries() as seen: …` then `len(seen)`."""

    with app.app_context():
        return partial(count_statements, db.engine)


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
