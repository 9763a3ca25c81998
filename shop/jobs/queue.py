"""The Huey queue: SqliteHuey beside the database file, PostgresHuey in PostgreSQL, at once in tests.

Huey loses a task when its process dies, so a task is never the only record of work: every task only says "run this job",
and a job finds its work in the tables.
"""

from typing import Any

from flask import Flask
from huey import MemoryHuey, PostgresHuey, SqliteHuey, crontab
from huey.api import Huey
from huey.serializer import SignedSerializer
from sqlalchemy import make_url

from shop.jobs.running import due_jobs, run_job
from shop.kernel import clock
from shop.kernel.db import read_session
from shop.messages.sending import has_due


class Queue:
    """One app's Huey with its two tasks: run a job, and tick once a minute."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.huey = _build(app)
        self.run = self.huey.task(name="run")(self._run)
        self.tick = self.huey.periodic_task(crontab(minute="*"), name="tick")(self._tick)

    def wake_postman(self) -> bool:
        """Ask for the mail to be sent where any is due."""
        with self.app.app_context():
            due = has_due(read_session(), clock.now())
        if due:
            self.run("send_messages", False)
        return due

    def _run(self, name: str, only_if_due: bool = True) -> None:
        with self.app.app_context():
            run_job(name, only_if_due=only_if_due)

    def _tick(self) -> None:
        with self.app.app_context():
            names = due_jobs(read_session(), clock.now())
        for name in names:
            self.run(name)


def get_queue(app: Flask) -> Queue:
    """The app's queue, opened when first asked for."""
    if "jobs" not in app.extensions:
        app.extensions["jobs"] = Queue(app)
    return app.extensions["jobs"]


def _build(app: Flask) -> Huey:
    shared: dict[str, Any] = {"serializer": SignedSerializer(secret=app.config["SECRET_KEY"]), "results": False}
    if app.testing:
        return MemoryHuey("ongoeul", immediate=True, **shared)
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "postgresql":
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return PostgresHuey("ongoeul", dsn=dsn, **shared)
    return SqliteHuey("ongoeul", filename=str(app.config["INSTANCE"] / "jobs.sqlite3"), **shared)
