"""The database session, and the only place that commits.

SQLite: a write unit begins with BEGIN IMMEDIATE (a deferred one oversells or dies with "database is locked"),
a read begins DEFERRED and never takes the write lock. PostgreSQL: plain transactions, row locks in `locks.py`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Engine, Enum, Integer, MetaData, event
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.types import TypeDecorator

try:  # SQLite newer than the system's: no WAL-reset bug, right answers on trigram LIKE of short Hangul
    from pysqlite3 import dbapi2 as sqlite_driver  # pyright: ignore
except ImportError:
    import sqlite3 as sqlite_driver

NAMING = {
    "ix": "ix__%(table_name)s__%(column_0_N_name)s",
    "uq": "uq__%(table_name)s__%(column_0_N_name)s",
    "ck": "ck__%(table_name)s__%(constraint_name)s",
    "fk": "fk__%(table_name)s__%(column_0_N_name)s",
    "pk": "pk__%(table_name)s",
}

BigInt = BigInteger().with_variant(Integer, "sqlite")
Id = Annotated[int, mapped_column(BigInt, primary_key=True)]
Won = Annotated[int, mapped_column(BigInteger)]


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: timezone-aware UTC in Python on both databases; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        if value is None:
            return None
        assert value.tzinfo is not None, "an instant needs its timezone"
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def state_column(kind: type[StrEnum]) -> Enum:
    """A column of words from a StrEnum, kept as text with a length of 32."""
    return Enum(kind, native_enum=False, length=32, values_callable=lambda e: [m.value for m in e], validate_strings=True,
                create_constraint=False)


Instant = Annotated[datetime, mapped_column(UTCDateTime)]


class Base(DeclarativeBase):
    """Mother of all tables."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, engine_options={})
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

_write_intent: ContextVar[bool] = ContextVar("write_intent", default=False)


def intend_write(on: bool) -> None:
    """Make the request's own session begin as a writer (only for library views that write through it)."""
    _write_intent.set(on)


def engine_options(url: str) -> dict[str, Any]:
    """Engine settings for a database URL: driver and pool for SQLite, time limits and pre-ping for PostgreSQL."""
    if url.startswith("sqlite"):
        return {"module": sqlite_driver, "connect_args": {"timeout": 15}}
    limits = "-c statement_timeout=60000 -c lock_timeout=15000 -c timezone=UTC"
    return {"pool_pre_ping": True, "pool_recycle": 1800, "pool_size": 10, "connect_args": {"options": limits}}


def prepare_engine(engine: Engine) -> None:
    """Attach the SQLite connection pragmas and the explicit BEGIN to an engine."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000",
                       "cache_size=-20000", "temp_store=MEMORY", "mmap_size=134217728"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("write") or _write_intent.get()
        if writes:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # never waits and never fails; the short way, as every page takes it
            connection.connection.driver_connection.execute("BEGIN")


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Commit everything the block did, or nothing of it. A session of its own, never the request's."""
    with Session(db.engine.execution_options(write=True), expire_on_commit=False) as session:
        try:
            yield session
        except BaseException:
            session.rollback()
            raise
        session.commit()


def read_session() -> Session:
    """The request's read session; it never takes the write lock."""
    return db.session()


def is_sqlite(session: Session) -> bool:
    """Whether this session speaks to SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def commit_library_writes() -> None:
    """Commit what a library's view wrote through the request's own session (sign-in; our own views use `unit_of_work`)."""
    db.session.commit()
