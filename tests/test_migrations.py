"""The migrations build exactly the models, on the database under test, and can be run again."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import upgrade
from sqlalchemy import text

from shop.kernel.db import db

BY_HAND = ("product_search_fts", "ix__product_search__")


def is_compared(_object, name, _kind, _reflected, _compare_to):
    return not (name or "").startswith(BY_HAND) and name != "alembic_version"


def test_migrations_match_the_models(app):
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_compared, "compare_type": True})
        differences = compare_metadata(context, db.metadata)
    assert differences == []


def test_running_the_migrations_again_changes_nothing(app):
    with app.app_context():
        upgrade(directory="migrations")
        with db.engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1


def test_the_books_are_guarded_by_the_database(app):
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            names = set(connection.execute(text("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")).scalars())
        else:
            names = set(connection.execute(text("SELECT event_object_table FROM information_schema.triggers")).scalars())
    assert {"journal_entry", "posting"} <= names
