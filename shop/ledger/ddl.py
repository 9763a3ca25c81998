"""The append-only rule of the books, said three times: a trigger on SQLite, triggers on PostgreSQL, a refusal in the ORM.

The texts are named strings, so that the migration that builds the tables runs the very same ones.
"""

from typing import Any

from sqlalchemy import DDL, event
from sqlalchemy.orm import ORMExecuteState, Session

from shop.kernel.errors import Conflict

TABLES = ("journal_entry", "posting")

SQLITE = {
    f"{table}_no_{change.lower()}": (
        f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
    )
    for table in TABLES for change in ("UPDATE", "DELETE")
} | {  # INSERT OR REPLACE deletes without firing the triggers above
    "journal_entry_no_replace": (
        "CREATE TRIGGER journal_entry_no_replace BEFORE INSERT ON journal_entry WHEN EXISTS "
        "(SELECT 1 FROM journal_entry WHERE id = NEW.id OR reference = NEW.reference OR hash = NEW.hash "
        "OR reverses_id = NEW.reverses_id) BEGIN SELECT RAISE(ABORT, 'append-only: journal_entry'); END"
    ),
    "posting_no_replace": (
        "CREATE TRIGGER posting_no_replace BEFORE INSERT ON posting WHEN EXISTS "
        "(SELECT 1 FROM posting WHERE id = NEW.id OR (entry_id = NEW.entry_id AND position = NEW.position)) "
        "BEGIN SELECT RAISE(ABORT, 'append-only: posting'); END"
    ),
}

POSTGRESQL_FUNCTION = (
    "CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END $$"
)
POSTGRESQL = {
    f"{table}_append_only": (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()"
    )
    for table in TABLES
}


class AppendOnly(Conflict):
    """Somebody tried to change or delete what is written in the books."""


def attach(*models: Any) -> None:
    """Guard these models: triggers when their tables are made, refusals when the ORM would change or delete a row."""
    for model in models:
        table = model.__tablename__
        for name, text in SQLITE.items():
            if name.startswith(table):
                _run_after_create(model, text, "sqlite")
        _run_after_create(model, POSTGRESQL_FUNCTION, "postgresql")
        _run_after_create(model, POSTGRESQL[f"{table}_append_only"], "postgresql")
    _guard_orm(models)


def _run_after_create(model: Any, text: str, dialect: str) -> None:
    event.listen(model.__table__, "after_create", DDL(text.replace("%", "%%")).execute_if(dialect=dialect))


def _guard_orm(models: tuple[Any, ...]) -> None:
    @event.listens_for(Session, "before_flush")
    def _refuse_changed_rows(session: Session, _context: Any, _instances: Any) -> None:
        for row in (*session.dirty, *session.deleted):
            if isinstance(row, models) and (row in session.deleted or session.is_modified(row)):
                raise AppendOnly(table=row.__tablename__)

    @event.listens_for(Session, "do_orm_execute")
    def _refuse_bulk_changes(state: ORMExecuteState) -> None:
        if (state.is_update or state.is_delete) and state.bind_mapper and issubclass(state.bind_mapper.class_, models):
            raise AppendOnly(table=state.bind_mapper.class_.__tablename__)
