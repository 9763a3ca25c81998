"""Workers racing for the outbox, for a job's place and for one recovery code: each is had once. Real threads, real database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shop.jobs import running
from shop.jobs.models import JobRun
from shop.jobs.registry import Every, Job
from shop.jobs.running import run_job
from shop.kernel.db import unit_of_work
from shop.messages import sending
from shop.messages.models import Message, MessageState
from shop.messages.outbox import enqueue
from shop.messages.sending import send_due

pytestmark = pytest.mark.race
CONTEXT = {"vendor_name": "한땀공방"}


def put(app, now, dedupe):
    with app.app_context(), unit_of_work() as session:
        return enqueue(
            session, template="vendor_approved", to="maker@example.com", locale="ko", context=CONTEXT, dedupe=dedupe, now=now
        )


def send(app, now):
    with app.app_context():
        return send_due(now, limit=5).sent


def race(app, now, workers=6, messages=30):
    for number in range(messages):
        put(app, now, f"m:{number}")
    app.extensions["mailman"].outbox = []
    with ThreadPoolExecutor(workers) as pool:
        for _ in range(messages // 5 + 2):
            list(pool.map(lambda _: send(app, now), range(workers)))
    return len(app.extensions["mailman"].outbox)


def test_senders_at_once_send_each_message_once(app, now):
    assert race(app, now) == 30
    with app.app_context(), unit_of_work() as session:
        assert session.scalar(select(func.count()).where(Message.state == MessageState.SENT)) == 30


def test_without_the_claim_messages_go_twice(app, now, monkeypatch):
    """Negative control: the claim made a plain read, with no lease."""

    def read_only(at, limit):
        with unit_of_work() as session:
            due = (
                select(Message)
                .where(Message.state == MessageState.WAITING, Message.next_at <= at)
                .order_by(Message.id)
                .limit(limit)
            )
            return list(session.scalars(due))

    monkeypatch.setattr(sending, "_claim", read_only)
    assert race(app, now) > 30


def test_writers_at_once_write_one_message(app, now):
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: put(app, now, "the-same"), range(24)))
    assert len(set(ids)) == 1


def test_consumers_at_once_run_a_due_job_once(app, monkeypatch):
    ran = []
    monkeypatch.setattr(running, "JOBS", {"count": Job("세기", Every(timedelta(minutes=5)), ran.append)})

    def run(_):
        with app.app_context():
            run_job("count", only_if_due=True)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(24)))
    assert len(ran) == 1
    with app.app_context(), unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(JobRun)) == 1
