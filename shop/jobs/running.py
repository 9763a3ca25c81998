"""Runs a job once at a time, however many consumers there are, and keeps a row of every run."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.jobs.models import JobRun, JobSlot, Outcome
from shop.jobs.registry import JOBS, Job
from shop.kernel import clock
from shop.kernel.db import unit_of_work
from shop.kernel.errors import Unavailable
from shop.kernel.locks import lock_row
from shop.kernel.logs import get_logger

log = get_logger(__name__)


@dataclass(frozen=True)
class Report:
    """How a run ended."""

    outcome: Outcome
    result: str
    error: str


def run_job(name: str, *, only_if_due: bool = False) -> Report | None:
    """Run one job now and return how it ended; None where it is running elsewhere, or is not due and was asked to be."""
    job = JOBS[name]
    now = clock.now()
    with unit_of_work() as session:
        run_id = _take_slot(session, name, job, now, only_if_due)
    if run_id is None:
        return None
    report = _run(name, job, now)
    with unit_of_work() as session:
        _leave_slot(session, name, run_id, report)
    return report


def due_jobs(session: Session, now: datetime) -> list[str]:
    """The jobs whose next run is due."""
    newest = select(JobRun.job, func.max(JobRun.started_at).label("at")).group_by(JobRun.job)
    last = {row.job: row.at for row in session.execute(newest)}
    return [name for name, job in JOBS.items() if job.schedule.is_due(last.get(name), now)]


def _run(name: str, job: Job, now: datetime) -> Report:
    try:
        result = job.run(now)
    except Unavailable as error:
        log.warning("job postponed", job=name, error=str(error))
        return Report(Outcome.POSTPONED, "", str(error)[:500])
    except Exception as error:  # a job must never take the consumer with it
        log.error("job failed", job=name, exc_info=error)
        return Report(Outcome.FAILED, "", f"{type(error).__name__}: {error}"[:500])
    log.info("job done", job=name, result=str(result))
    return Report(Outcome.DONE, str(result)[:200], "")


def _take_slot(session: Session, name: str, job: Job, now: datetime, only_if_due: bool) -> int | None:
    """Hold the job's one place for the length of its lease, or answer None where somebody else holds it."""
    _ensure_slot(session, name)
    slot = lock_row(session, JobSlot, name)
    assert slot is not None
    if slot.held_until is not None and slot.held_until > now:
        return None
    last = session.scalar(select(func.max(JobRun.started_at)).where(JobRun.job == name))
    if only_if_due and not job.schedule.is_due(last, now):
        return None
    if slot.run_id is not None and (before := session.get(JobRun, slot.run_id)) is not None and before.outcome is Outcome.RUNNING:
        before.outcome, before.finished_at = Outcome.LOST, now
    run = JobRun(job=name, started_at=now)
    session.add(run)
    session.flush()
    slot.held_until, slot.run_id = now + job.lease, run.id
    return run.id


def _ensure_slot(session: Session, name: str) -> None:
    if session.get(JobSlot, name) is not None:
        return
    try:
        with session.begin_nested():
            session.add(JobSlot(job=name))
    except IntegrityError:
        session.expire_all()  # another consumer made it


def _leave_slot(session: Session, name: str, run_id: int, report: Report) -> None:
    slot = lock_row(session, JobSlot, name)
    run = session.get(JobRun, run_id)
    assert slot is not None
    assert run is not None
    if slot.run_id == run_id:
        slot.held_until = None
    run.outcome, run.result, run.error, run.finished_at = report.outcome, report.result, report.error, clock.now()
