"""The double's own SQLite file: objects as JSON, remembered answers, webhook deliveries and dials.

Shared by every worker process, safe against kill -9: an answer and its work are one transaction.
"""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from .problems import invalid, missing

_TABLES = """
CREATE TABLE IF NOT EXISTS object (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    created INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS object_kind ON object (kind, seq);
CREATE TABLE IF NOT EXISTS answer (idempotency_key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER NOT NULL,
    body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS delivery (seq INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, due REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'due', claimed_until REAL NOT NULL DEFAULT 0,
    last_status INTEGER, tamper TEXT);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (state, due);
CREATE TABLE IF NOT EXISTS dial (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def public(body: dict[str, Any]) -> dict[str, Any]:
    """What the API shows: everything but keys that begin with an underscore."""
    return {key: value for key, value in body.items() if not key.startswith("_")}


class State:
    """Opens short units on the file; holds no connection between them."""

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_TABLES)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return connection

    @contextmanager
    def unit(self) -> Iterator["Unit"]:
        """One transaction, alone in the file; an exception undoes it."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Unit(connection)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


class Unit:
    """Reads and writes inside one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.db = connection

    def new_id(self, prefix: str) -> str:
        """An unguessable id in the API's manner."""
        return f"{prefix}_{secrets.token_hex(14)}"

    def add(self, body: dict[str, Any]) -> dict[str, Any]:
        """Store a new object."""
        self.db.execute(
            "INSERT INTO object (id, kind, created, body) VALUES (?, ?, ?, ?)",
            (body["id"], body["object"], body.get("created", 0), json.dumps(body)),
        )
        return body

    def save(self, body: dict[str, Any]) -> dict[str, Any]:
        """Store a changed object."""
        self.db.execute("UPDATE object SET body = ? WHERE id = ?", (json.dumps(body), body["id"]))
        return body

    def get(self, kind: str, identifier: str, param: str = "id") -> dict[str, Any]:
        """Raises: Problem (404) when there is none."""
        row = self.db.execute("SELECT body FROM object WHERE id = ? AND kind = ?", (identifier, kind)).fetchone()
        if row is None:
            raise missing(kind.replace(".", " "), identifier, param)
        return json.loads(row["body"])

    def find(self, identifier: str) -> dict[str, Any] | None:
        """An object of any kind."""
        row = self.db.execute("SELECT body FROM object WHERE id = ?", (identifier,)).fetchone()
        return json.loads(row["body"]) if row else None

    def every(self, kind: str, **fields: Any) -> list[dict[str, Any]]:
        """All of a kind whose fields equal these, oldest first."""
        where, values = self._where(kind, fields)
        rows = self.db.execute(f"SELECT body FROM object WHERE {where} ORDER BY seq", values)  # noqa: S608 (names are ours)
        return [json.loads(row["body"]) for row in rows]

    def page(self, kind: str, params: dict[str, Any], **fields: Any) -> tuple[list[dict[str, Any]], bool]:
        """Newest first, with the API's `limit`, cursors and `created`; and whether more follow."""
        where, values = self._where(kind, {name: value for name, value in fields.items() if value is not None})
        backwards = "ending_before" in params
        for cursor, compare in (("starting_after", "<"), ("ending_before", ">")):
            if cursor in params:
                where += f" AND seq {compare} ?"
                values.append(self._place(kind, params[cursor], cursor))
        for compare, bound in _created_bounds(params.get("created")):
            where += f" AND created {compare} ?"
            values.append(bound)
        limit = params.get("limit", 10)
        order = "ASC" if backwards else "DESC"
        rows = self.db.execute(f"SELECT body FROM object WHERE {where} ORDER BY seq {order} LIMIT ?", [*values, limit + 1])  # noqa: S608
        found = [json.loads(row["body"]) for row in rows]
        kept = found[:limit]
        return (kept[::-1] if backwards else kept), len(found) > limit

    def _where(self, kind: str, fields: dict[str, Any]) -> tuple[str, list[Any]]:
        clauses = ["kind = ?", *(f"json_extract(body, '$.{name}') IS ?" for name in fields)]
        return " AND ".join(clauses), [kind, *fields.values()]

    def _place(self, kind: str, identifier: str, param: str) -> int:
        row = self.db.execute("SELECT seq FROM object WHERE id = ? AND kind = ?", (identifier, kind)).fetchone()
        if row is None:
            raise missing(kind, identifier, param)
        return row["seq"]

    def dial(self, name: str, default: Any) -> Any:
        """A setting of the control API."""
        row = self.db.execute("SELECT value FROM dial WHERE name = ?", (name,)).fetchone()
        return json.loads(row["value"]) if row else default

    def turn(self, name: str, value: Any) -> None:
        """Set a dial."""
        self.db.execute(
            "INSERT INTO dial VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, json.dumps(value))
        )


def _created_bounds(created: Any) -> list[tuple[str, int]]:
    signs = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
    if created is None:
        return []
    if isinstance(created, int):
        return [("=", created)]
    if not created:
        raise invalid("Invalid object", param="created")
    return [(signs[name], bound) for name, bound in created.items()]
