"""Databases of the benchmark: a SQLite file, and a PostgreSQL cluster of its own that writes in earnest (fsync on)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from shop import create_app
from shop.kernel.db import engine_options
from tests.databases import DURABLE, PostgresDatabase


@dataclass(frozen=True)
class Filled:
    """One database of one size: the app on it, the environment of a server on it, the process of its database server."""

    app: Flask
    env: dict[str, str]
    database_pid: int | None


@contextmanager
def open_database(kind: str, folder: Path) -> Iterator[Filled]:
    """An empty database of this kind in a folder of its own, gone afterwards."""
    folder.mkdir(parents=True)
    env = {"APP_ENV": "production", "INSTANCE": str(folder), "SECRET_KEY": "bench" * 8, "DATA_KEY": "quiet" * 8,
           "TRUSTED_HOSTS": "127.0.0.1,localhost"}
    if kind == "sqlite":
        yield Filled(_app(f"sqlite:///{folder / 'hall.sqlite3'}", folder, env), env, None)
        return
    cluster = PostgresDatabase(folder, DURABLE)
    try:
        pid = int((cluster.folder / "postmaster.pid").read_text().splitlines()[0])
        address = cluster.url.replace("postgresql+psycopg", "postgresql")
        yield Filled(_app(cluster.url, folder, env), {**env, "DATABASE_URL": address}, pid)
    finally:
        cluster.close()


def _app(url: str, folder: Path, env: dict[str, str]) -> Flask:
    """The app in this process with the very settings of the server's, on this database."""
    os.environ.update(env)
    return create_app({"SQLALCHEMY_DATABASE_URI": url, "SQLALCHEMY_ENGINE_OPTIONS": engine_options(url), "INSTANCE": folder})
