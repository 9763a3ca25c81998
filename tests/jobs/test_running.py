"""Jobs: run on time, once at a time, recorded, and safe to run twice."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from shop.jobs import running
from shop.jobs.models import JobRun, JobSlot, Outcome
from shop.jobs.queue import get_queue
from shop.jobs.registry import JOBS, Daily, Every, Job
from shop.jobs.running import due_jobs, run_job
from shop.kernel import clock
from shop.kernel.db import unit_of_work
from shop.kernel.errors import Unavailable


@pytest.fixture
def jobs(app, monkeypatch):
    """A registry of one job that counts its runs, in an app context."""
    ran = []
    monkeypatch.setattr(
        running, "JOBS", {"count": Job("세기", Every(timedelta(minutes=5)), lambda now: ran.append(now) or len(ran))}
    )
    with app.app_context():
        yield ran


def runs():
    with unit_of_work() as session:
        return list(session.scalars(select(JobRun).order_by(JobRun.id)))


def test_a_run_is_recorded(jobs, now):
    report = run_job("count")
    assert report.outcome is Outcome.DONE
    (run,) = runs()
    assert (run.job, run.outcome, run.result, run.started_at, run.finished_at) == ("count", Outcome.DONE, "1", now, now)


def test_a_failure_is_recorded_and_frees_the_place(jobs, monkeypatch):
    def fail(_now):
        raise ValueError("broken")

    monkeypatch.setitem(running.JOBS, "count", Job("세기", Every(timedelta(minutes=5)), fail))
    assert run_job("count").outcome is Outcome.FAILED
    assert runs()[0].error == "ValueError: broken"
    assert run_job("count").outcome is Outcome.FAILED


def test_a_run_that_finds_nobody_outside_is_postponed(jobs, monkeypatch):
    class Away(Unavailable):
        pass

    def ask(_now):
        raise Away()

    monkeypatch.setitem(running.JOBS, "count", Job("세기", Every(timedelta(minutes=5)), ask))
    assert run_job("count").outcome is Outcome.POSTPONED


def test_a_job_that_is_running_is_not_run_beside_itself(jobs, now):
    with unit_of_work() as session:
        session.add(JobSlot(job="count", held_until=now + timedelta(minutes=1)))
    assert run_job("count") is None
    assert not jobs


def test_a_lost_run_gives_its_place_back_after_the_lease(jobs, now):
    with unit_of_work() as session:
        lost = JobRun(job="count", started_at=now - timedelta(hours=1))
        session.add(lost)
        session.flush()
        session.add(JobSlot(job="count", held_until=now - timedelta(minutes=1), run_id=lost.id))
    assert run_job("count").outcome is Outcome.DONE
    assert [run.outcome for run in runs()] == [Outcome.LOST, Outcome.DONE]


def test_a_second_wake_for_one_due_time_runs_nothing(jobs, now):
    assert run_job("count", only_if_due=True) is not None
    assert run_job("count", only_if_due=True) is None
    clock.set_clock(clock.FixedClock(now + timedelta(minutes=5)))
    assert run_job("count", only_if_due=True) is not None
    assert len(jobs) == 2


def test_due_jobs_are_those_whose_time_has_come(jobs, now):
    with unit_of_work() as session:
        assert due_jobs(session, now) == ["count"]
    run_job("count")
    with unit_of_work() as session:
        assert due_jobs(session, now + timedelta(minutes=4)) == []
        assert due_jobs(session, now + timedelta(minutes=5)) == ["count"]


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (None, True),
        (datetime(2026, 11, 17, 19, 0, tzinfo=UTC), False),  # today 04:00 in Seoul
        (datetime(2026, 11, 17, 18, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 10, 0, 0, tzinfo=UTC), True),
    ],
)
def test_a_daily_job_runs_once_a_day_and_is_caught_up_with(now, last, due):
    assert Daily(4).is_due(last, now) is due


def test_the_tick_wakes_every_due_job_through_the_queue(app):
    queue = get_queue(app)
    queue.tick()
    with app.app_context():
        assert {run.job for run in runs()} == set(JOBS)
        queue.tick()
        assert len(runs()) == len(JOBS)


class QuietProcessor:
    """A card processor at which nothing has happened."""

    name = "stripe"

    def list_payouts(self, **_):
        return []

    def list_balance_rows(self, **_):
        return []

    def balance(self):
        return SimpleNamespace(total_won=0)


@pytest.fixture(autouse=True)
def processor(app, monkeypatch):
    monkeypatch.setitem(app.extensions, "card_provider", QuietProcessor())


@pytest.mark.parametrize("name", sorted(JOBS))
def test_every_job_runs_twice_on_an_empty_hall(app, name):
    with app.app_context():
        for _ in range(2):
            report = run_job(name)
            assert report.outcome is Outcome.DONE, report.error


def test_the_command_runs_a_job_and_lists_them(app):
    runner = app.test_cli_runner()
    result = runner.invoke(args=["jobs", "run", "sweep"])
    assert result.exit_code == 0, result.output
    assert "sweep: done" in result.output
    assert "verify_ledger" in runner.invoke(args=["jobs", "list"]).output
