"""Databases of the tests: a SQLite file restored by copying, or a private PostgreSQL cluster restored from a template."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Protocol

import psycopg
from flask import Flask

from shop.kernel.db import db


class TestDatabase(Protocol):
    """A database that can be put back to its template between tests."""

    __test__ = False
    url: str

    def keep_template(self) -> None: ...
    def restore(self) -> None: ...
    def close(self) -> None: ...


class SqliteDatabase:
    """One file; the template is a copy beside it."""

    def __init__(self, folder: Path) -> None:
        self.path, self.template = folder / "test.sqlite3", folder / "template.sqlite3"
        self.url = f"sqlite:///{self.path}"

    def keep_template(self) -> None:
        from shop.kernel.db import sqlite_driver

        connection = sqlite_driver.connect(str(self.path))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copyfile(self.path, self.template)

    def restore(self) -> None:
        for suffix in ("-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.template, self.path)

    def close(self) -> None:
        pass


def postgres_bin() -> Path | None:
    """The folder of PostgreSQL's server programs, or None where the machine has none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    found = next((f for f in folders if (f / "initdb").exists()), None)
    on_path = shutil.which("initdb")
    return found or (Path(on_path).parent if on_path else None)


FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=64MB"  # a test's rows need not survive
DURABLE = "-c shared_buffers=256MB"  # the server's own defaults: every commit reaches the disk


class PostgresDatabase:
    """A private cluster in a temporary folder on a free loopback port, run by an unprivileged user."""

    def __init__(self, _folder: Path, settings: str = FAST) -> None:
        self.bin = postgres_bin()
        assert self.bin, "PostgreSQL is not installed"
        # Not under pytest's own folder: that is shut to other users, and PostgreSQL runs as one.
        self.folder = Path(tempfile.mkdtemp(prefix="ongoeul-postgres-"))
        self.user = _unprivileged_user()
        if self.user:
            shutil.chown(self.folder, self.user, None)
        self.port = _free_port()
        self._run("initdb", "-D", str(self.folder), "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=120 {settings}"
        self._run("pg_ctl", "-D", str(self.folder), "-w", "-l", str(self.folder / "log"), "-o", options, "start")
        self.server = f"host=127.0.0.1 port={self.port} user=test"
        self._sql("CREATE DATABASE hall")
        self.url = f"postgresql+psycopg://test@127.0.0.1:{self.port}/hall"

    def keep_template(self) -> None:
        self._sql("CREATE DATABASE hall_template TEMPLATE hall")

    def restore(self) -> None:
        self._sql("DROP DATABASE hall WITH (FORCE)")
        self._sql("CREATE DATABASE hall TEMPLATE hall_template")

    def close(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _sql(self, statement: str) -> None:
        with psycopg.connect(f"{self.server} dbname=postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        assert self.bin
        result = subprocess.run([str(self.bin / program), *arguments], user=self.user, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, cwd="/tmp", check=False, stdin=subprocess.DEVNULL,
                                extra_groups=[] if self.user else None)
        assert result.returncode == 0, result.stderr.decode()


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root: name another user when we are root."""
    if os.geteuid() != 0:
        return None
    names = [entry.pw_name for entry in pwd.getpwall()]
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def build_schema(app: Flask) -> None:
    """Build the tables as a deployment does: by the migrations."""
    if list(Path(app.root_path).parent.glob("migrations/versions/*.py")):
        from flask_migrate import upgrade

        upgrade(directory=str(Path(app.root_path).parent / "migrations"))
    else:
        db.create_all()
