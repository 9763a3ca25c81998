"""Months close softly, with dated exceptions, and then for ever; a correction posts today."""

from datetime import date, timedelta

import pytest

from shop.kernel.states import MoveRefused, unreachable
from shop.ledger.entries import Entry
from shop.ledger.models import Period, PeriodState
from shop.ledger.periods import (
    TRANSITIONS,
    MonthNotOver,
    NoSuchException,
    PeriodClosed,
    allow_exception,
    list_periods,
    move_period,
)
from shop.ledger.posting import post_entries, post_entry
from shop.ledger.queries import get_head
from tests.ledger.test_posting import sale

OCTOBER = date(2026, 10, 20)


def close(session, now, to=PeriodState.SOFT, month="2026-10"):
    return move_period(session, month=month, to=to, actor_id=None, now=now)


def test_closing_softly_refuses_entries_of_that_month_and_no_other(session, now):
    changed = close(session, now)
    assert (changed["before"]["state"], changed["after"]["state"]) == ("open", "soft")
    with pytest.raises(PeriodClosed) as refusal:
        post_entries(session, [sale(1), sale(2, day=OCTOBER)], now=now)
    assert refusal.value.data == {"month": "2026-10", "state": "soft"}
    assert get_head(session)[0] == 0
    assert post_entries(session, [sale(1), sale(3, day=date(2026, 9, 30))], now=now) == [1, 2]


def test_an_exception_lets_entries_in_until_its_end(session, now):
    close(session, now)
    until = now + timedelta(hours=2)
    allow_exception(session, month="2026-10", until=until, reason="늦게 온 카드 내역", actor_id=None, now=now)
    assert post_entry(session, sale(1, day=OCTOBER), now=until - timedelta(seconds=1)) == 1
    with pytest.raises(PeriodClosed):
        post_entry(session, sale(2, day=OCTOBER), now=until)


def test_closing_for_ever_ends_every_exception(session, now):
    close(session, now)
    allow_exception(session, month="2026-10", until=now + timedelta(days=9), reason="늦은 내역", actor_id=None, now=now)
    close(session, now, PeriodState.HARD)
    with pytest.raises(PeriodClosed):
        post_entry(session, sale(1, day=OCTOBER), now=now)
    session.get(Period, "2026-10").exception_until = now + timedelta(days=9)  # even one left in the row
    session.flush()
    with pytest.raises(PeriodClosed):
        post_entry(session, sale(1, day=OCTOBER), now=now)


def test_a_correction_to_a_closed_month_posts_today_and_names_it(session, now):
    close(session, now)
    close(session, now, PeriodState.HARD)
    today = sale(1)
    correction = Entry(today.reference, "correction", today.effective_on, today.lines, "10월 정정", "2026-10")
    assert post_entry(session, correction, now=now) == 1


def test_an_entry_that_already_stands_is_returned_from_a_closed_month(session, now):
    first = post_entry(session, sale(1, day=OCTOBER), now=now)
    close(session, now)
    assert post_entry(session, sale(1, day=OCTOBER), now=now) == first


def test_a_soft_month_opens_again_and_a_hard_one_never(session, now):
    close(session, now)
    close(session, now, PeriodState.OPEN)
    assert post_entry(session, sale(1, day=OCTOBER), now=now) == 1
    with pytest.raises(MoveRefused):
        close(session, now, PeriodState.HARD)  # not without the soft one first
    close(session, now)
    close(session, now, PeriodState.HARD)
    for to in (PeriodState.OPEN, PeriodState.SOFT):
        with pytest.raises(MoveRefused):
            close(session, now, to)
    assert close(session, now, PeriodState.HARD)["before"]["state"] == "hard"


def test_a_month_that_is_not_over_in_seoul_stays_open(session, now):
    for month in ("2026-11", "2027-01"):
        with pytest.raises(MonthNotOver):
            close(session, now, month=month)
    first_minute_of_december = now.replace(month=11, day=30, hour=15, minute=0)
    assert close(session, first_minute_of_december, month="2026-11")["after"]["state"] == "soft"


@pytest.mark.parametrize(("state", "hours", "reason"), [
    (PeriodState.OPEN, 1, "늦은 내역"), (PeriodState.SOFT, 0, "늦은 내역"),
    (PeriodState.SOFT, 1, "  "), (PeriodState.HARD, 1, "늦은 내역"),
])
def test_an_exception_without_a_soft_month_a_future_or_a_reason_is_refused(session, now, state, hours, reason):
    session.add(Period(month="2026-10", state=state, changed_at=now))
    session.flush()
    with pytest.raises(NoSuchException):
        allow_exception(session, month="2026-10", until=now + timedelta(hours=hours), reason=reason, actor_id=None, now=now)
    assert session.get(Period, "2026-10").exception_until is None


def test_months_are_listed_from_the_first_entry_to_today(session, now):
    assert [period.month for period in list_periods(session, today=date(2026, 11, 18))] == ["2026-11"]
    post_entry(session, sale(1, day=date(2026, 8, 3)), now=now)
    close(session, now)
    periods = list_periods(session, today=date(2026, 11, 18))
    assert [(period.month, period.state.value) for period in periods] == [
        ("2026-11", "open"), ("2026-10", "soft"), ("2026-09", "open"), ("2026-08", "open"),
    ]
    assert list(session.new) == []


def test_every_state_can_be_reached():
    assert unreachable(TRANSITIONS, PeriodState.OPEN) == set()
