"""Rows by the ten thousand: executemany on SQLite, COPY on PostgreSQL, ids taken beforehand. For imports only."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table, func, select, text
from sqlalchemy.orm import Session

from shop.kernel.db import is_sqlite


def insert_many(session: Session, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of Python values, in the given column order; every column without a database default must be named."""
    connection = session.connection()
    dialect = connection.dialect
    processors = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns]
    busy = [(i, process) for i, process in enumerate(processors) if process is not None]

    def prepared() -> Iterable[Sequence[Any]]:
        for row in rows:
            values = list(row)
            for i, process in busy:
                values[i] = process(values[i])
            yield values

    names = ", ".join(dialect.identifier_preparer.quote(name) for name in columns)
    target = dialect.identifier_preparer.format_table(table)
    driver = connection.connection.driver_connection
    assert driver is not None
    if is_sqlite(session):
        marks = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {target} ({names}) VALUES ({marks})", prepared())  # noqa: S608
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {target} ({names}) FROM STDIN") as copy:
        for row in prepared():
            copy.write_row(row)


def take_ids(session: Session, table: Table, count: int) -> range | list[int]:
    """Reserve `count` primary keys of a table for rows that will be inserted in this transaction, ascending."""
    if count == 0:
        return []
    if is_sqlite(session):  # the write unit excludes every other writer
        first = (session.scalar(select(func.max(table.c.id))) or 0) + 1
        return range(first, first + count)
    sequence = session.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": f'"{table.name}"'})
    drawn = session.scalars(text(f"SELECT nextval('{sequence}') FROM generate_series(1, :count)"), {"count": count})  # noqa: S608
    return sorted(drawn)
