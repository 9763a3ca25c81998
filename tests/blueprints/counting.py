"""How many statements a piece of work sends to the database."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import event

from shop.kernel.db import db


def count_queries(app: Flask, work: Callable[[], object]) -> int:
    """Run `work` and count its statements."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)
