"""Reads of the jobs' record for staff."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.jobs.models import JobRun


def last_runs(session: Session) -> dict[str, JobRun]:
    """The last run of every job that ever ran."""
    newest = select(func.max(JobRun.id)).group_by(JobRun.job)
    return {run.job: run for run in session.scalars(select(JobRun).where(JobRun.id.in_(newest)))}


def list_runs(session: Session, *, job: str = "", before_id: int | None = None, limit: int = 50) -> list[JobRun]:
    """Runs, newest first, of one job or of all."""
    query = select(JobRun).order_by(JobRun.id.desc()).limit(limit)
    if job:
        query = query.where(JobRun.job == job)
    if before_id:
        query = query.where(JobRun.id < before_id)
    return list(session.scalars(query))
