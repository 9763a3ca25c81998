"""The record of scheduled work: one row for each run, and one row a job that only one runner may hold."""

from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.kernel.db import Id, Instant, Model, state_column


class Outcome(StrEnum):
    """How a run ended."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    POSTPONED = "postponed"  # something outside did not answer; the next run asks again
    LOST = "lost"  # its process died; found when the next run took the slot


class JobRun(Model):
    """One run of one job."""

    __tablename__ = "job_run"
    __table_args__ = (Index("ix__job_run__job", "job", "id"),)

    id: Mapped[Id]
    job: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[Instant]
    finished_at: Mapped[Instant | None]
    outcome: Mapped[Outcome] = mapped_column(state_column(Outcome), default=Outcome.RUNNING)
    result: Mapped[str] = mapped_column(String(200), default="")
    error: Mapped[str] = mapped_column(String(500), default="")


class JobSlot(Model):
    """The one place a job runs in: whoever holds it until `held_until` is the only runner, on any number of machines."""

    __tablename__ = "job_slot"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    held_until: Mapped[Instant | None]
    run_id: Mapped[int | None]
