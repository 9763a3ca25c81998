"""Counts SQL statements of work done inside this process; BEGIN, COMMIT and savepoints are left out."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import event

from shop.kernel.db import db

LEFT_OUT = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")
WRITES = ("INSERT", "UPDATE", "DELETE")


def count_statements(app: Flask, work: Callable[[], object]) -> tuple[int, int]:
    """(statements, of them writes) of one piece of work."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(LEFT_OUT):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen), sum(statement.lstrip().upper().startswith(WRITES) for statement in seen)
