"""The only place that says FOR UPDATE: rows are locked in id order and re-read, always.

Without the re-read a racer acts on the row it saw before it waited; in random order checkouts deadlock.
On SQLite the clause vanishes: the write unit's BEGIN IMMEDIATE already excludes every other writer.
"""

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shop.kernel.db import Base

M = TypeVar("M", bound=Base)


def lock_rows(session: Session, model: type[M], ids: Iterable[object]) -> dict[object, M]:
    """Lock and re-read rows by primary key, in key order; missing keys are absent from the answer."""
    key = model.__mapper__.primary_key[0]
    rows = lock_all(session, select(model).where(key.in_(sorted(set(ids)))).order_by(key))  # type: ignore[type-var]
    return {row.__mapper__.primary_key_from_instance(row)[0]: row for row in rows}


def lock_all(session: Session, query: Select[M]) -> list[M]:
    """Lock and re-read what a query selects; the query must order by id."""
    assert query._order_by_clauses, "rows are locked in a fixed order"
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def lock_row(session: Session, model: type[M], key: object) -> M | None:
    """Lock and re-read one row."""
    return lock_rows(session, model, [key]).get(key)


def claim_due(session: Session, query: Select[M]) -> list[M]:
    """Lock rows that nobody else holds, skipping the others (job queues)."""
    assert query._order_by_clauses, "rows are locked in a fixed order"
    return list(session.scalars(query.with_for_update(skip_locked=True).execution_options(populate_existing=True)))
