"""Alembic under Flask-Migrate: the same migrations run on SQLite and PostgreSQL.

SQLite: foreign keys are switched off around the run (a batch copy of a parent would delete its children) and checked after it.
"""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from shop.kernel.db import db

# Made by hand in migrations, unknown to the models: full-text tables and trigram indexes of the search.
BY_HAND = ("product_search_fts", "ix__product_search__")


def include_object(_object: Any, name: str | None, _kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Whether autogenerate compares an object."""
    return not (name or "").startswith(BY_HAND)


def run(connection: Connection) -> None:
    """Run the migrations on a connection."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("COMMIT")  # foreign keys can only be switched outside a transaction
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    given = current_app.extensions["migrate"].configure_args
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        include_object=include_object,
        render_as_batch=sqlite,
        compare_server_default=False,
        **{k: v for k, v in given.items() if k not in ("render_as_batch", "compare_type")},
    )
    with context.begin_transaction():
        context.run_migrations()
    if sqlite:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        assert not broken, f"rows without their parent after the migration: {broken[:5]}"


with db.engine.connect() as connection:
    run(connection)
    connection.commit()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("COMMIT") if connection.in_transaction() else None
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
