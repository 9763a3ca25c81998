"""Twenty posters at once: one chain without gaps, each reference once, each reversal once, no won taken twice.

The negative control takes the guard away (the chain's lock on PostgreSQL, BEGIN IMMEDIATE on SQLite) and must see it break.
"""

from itertools import chain
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shop.kernel.db import db, unit_of_work
from shop.ledger import accounts as chart
from shop.ledger import posting
from shop.ledger.models import ChainHead, JournalEntry, PeriodState
from shop.ledger.periods import PeriodClosed, move_period
from shop.ledger.posting import PayableOverdrawn, ReferenceReused, post_entries, post_entry, reverse_entry
from shop.ledger.queries import balance_of, get_head
from shop.ledger.verifying import verify
from tests.conftest import NOON
from tests.ledger.test_posting import DAY, sale
from tests.ledger.two_makers import move

pytestmark = pytest.mark.race
POSTERS = 20
UNGUARDED = 8  # fewer than the pool has connections: all of them must have read the head before one writes


def race(app, jobs):
    """Start all jobs at once, each in an app context of its own; each one's answer or exception, in the order of the jobs."""
    answers = [None] * len(jobs)
    start = Barrier(len(jobs))

    def run(index, job):
        with app.app_context():
            start.wait(30)
            try:
                answers[index] = job()
            except Exception as failure:
                answers[index] = failure

    threads = [Thread(target=run, args=(index, job)) for index, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads), "a racer never came back"
    return answers


def posts(*entries):
    """A job that posts these entries in one unit of work."""

    def job():
        with unit_of_work() as session:
            return post_entries(session, entries, now=NOON)

    return job


def check_books(unit, entries):
    with unit() as session:
        assert verify(session).broken is None
        assert get_head(session)[0] == session.scalar(select(func.count()).select_from(JournalEntry)) == entries


def failures(answers):
    return [answer for answer in answers if isinstance(answer, Exception)]


def test_different_references_stand_in_one_chain_without_gaps(app, unit):
    answers = race(app, [posts(sale(2 * n), sale(2 * n + 1)) for n in range(POSTERS)])
    assert failures(answers) == []
    assert sorted(chain.from_iterable(answers)) == list(range(1, 2 * POSTERS + 1))
    check_books(unit, 2 * POSTERS)


def test_the_same_entry_from_twenty_posters_stands_once_and_all_are_told_its_number(app, unit):
    answers = race(app, [posts(sale(1))] * POSTERS)
    assert answers == [[1]] * POSTERS
    check_books(unit, 1)


def test_of_twenty_entries_under_one_reference_one_wins_and_the_others_are_told(app, unit):
    answers = race(app, [posts(sale(1, won=100 + n)) for n in range(POSTERS)])
    assert answers.count([1]) == 1
    assert [type(failure) for failure in failures(answers)] == [ReferenceReused] * (POSTERS - 1)
    check_books(unit, 1)


def test_twenty_reversals_of_one_entry_make_one(app, unit):
    with unit() as session:
        post_entry(session, sale(1), now=NOON)

    def job():
        with unit_of_work() as session:
            return reverse_entry(session, reference="sale:1", reason="", effective_on=DAY, now=NOON)

    assert race(app, [job] * POSTERS) == [2] * POSTERS
    check_books(unit, 2)


def test_twenty_payouts_of_the_same_money_pay_it_once(app, unit):
    with unit() as session:
        post_entry(session, sale(1), now=NOON)
    answers = race(app, [
        posts(move(f"payout:{n}", chart.vendor_payable(7), chart.PAYOUTS_IN_TRANSIT, 1_000, 7)) for n in range(POSTERS)])
    assert [type(failure) for failure in failures(answers)] == [PayableOverdrawn] * (POSTERS - 1)
    with unit() as session:
        assert balance_of(session, chart.vendor_payable(7)) == 0
    check_books(unit, 2)


def test_a_month_closed_beside_posters_has_no_entry_recorded_after_its_close(app, unit):
    october = DAY.replace(month=10)
    counted = []

    def close():
        with unit_of_work() as session:
            move_period(session, month="2026-10", to=PeriodState.SOFT, actor_id=None, now=NOON)
            counted.append(get_head(session)[0])

    answers = race(app, [close, *(posts(sale(n, day=october)) for n in range(1, POSTERS))])
    assert {type(failure) for failure in failures(answers)} <= {PeriodClosed}
    check_books(unit, counted[0])


def test_without_the_guard_the_books_break(app, unit, monkeypatch):
    with unit() as session:
        post_entry(session, sale(99), now=NOON)  # the accounts are open: only the chain itself is left to collide on
    read_together = Barrier(UNGUARDED)

    def unlocked(session):
        head = session.get(ChainHead, 1)
        if "met" not in session.info:
            session.info["met"] = read_together.wait(30)
        return head

    monkeypatch.setattr(posting, "lock_chain", unlocked)

    def unguarded(number):
        def job():
            with Session(db.engine) as session:  # on SQLite a deferred BEGIN
                post_entry(session, sale(number), now=NOON)
                session.commit()

        return job

    answers = race(app, [unguarded(n) for n in range(UNGUARDED)])
    assert failures(answers), "every unguarded poster came through: this race proves nothing"
    assert all(isinstance(failure, DBAPIError) for failure in failures(answers))
    with pytest.raises(AssertionError):
        check_books(unit, 1 + UNGUARDED)
