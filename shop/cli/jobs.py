"""`flask jobs`: run one job, list them, or serve as the consumer that runs all of them on time."""

import logging
import sys
import threading

import click
from flask import current_app
from flask.cli import AppGroup

from shop.jobs.models import Outcome
from shop.jobs.queries import last_runs
from shop.jobs.queue import get_queue
from shop.jobs.registry import JOBS
from shop.jobs.running import run_job
from shop.kernel.db import read_session

cli = AppGroup("jobs", help="Scheduled work: mail, expiry, settlement, verification.")
POSTMAN_SECONDS = 5


@cli.command("list")
def list_jobs() -> None:
    """List the jobs with their last run."""
    runs = last_runs(read_session())
    for name, job in JOBS.items():
        run = runs.get(name)
        when = f"{run.started_at:%Y-%m-%d %H:%M}Z {run.outcome.value} {run.result or run.error}" if run else "never"
        click.echo(f"{name:24} {job.title!s:30} {when}")


@cli.command("run")
@click.argument("name", type=click.Choice(list(JOBS)))
def run(name: str) -> None:
    """Run one job now and say how it ended."""
    report = run_job(name)
    if report is None:
        click.echo(f"{name} is running elsewhere", err=True)
        sys.exit(3)
    click.echo(f"{name}: {report.outcome.value} {report.result or report.error}")
    sys.exit(0 if report.outcome is Outcome.DONE else 1)


@cli.command("consume")
@click.option("--workers", default=2, show_default=True, help="Threads that run jobs.")
def consume(workers: int) -> None:
    """Run jobs on time until SIGTERM, which lets running ones finish."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    queue = get_queue(app)
    logging.getLogger("huey").setLevel(logging.WARNING)
    over = threading.Event()

    def look_for_mail() -> None:
        while not over.wait(POSTMAN_SECONDS):
            try:
                queue.wake_postman()
            except Exception:  # the database is away for a moment: look again later
                logging.getLogger(__name__).exception("postman")

    threading.Thread(target=look_for_mail, name="postman", daemon=True).start()
    try:
        queue.huey.create_consumer(workers=workers, worker_type="thread", periodic=True, graceful_signal="TERM").run()
    finally:
        over.set()
