"""Instants are UTC, business days are Seoul's."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.kernel import clock
from shop.kernel.clock import (
    FixedClock,
    SystemClock,
    add_business_days,
    day_start,
    month_bounds,
    seoul_day,
    seoul_month,
    set_clock,
)

days = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def test_the_seoul_day_turns_at_15_utc():
    assert seoul_day(datetime(2026, 11, 30, 14, 59, 59, tzinfo=UTC)) == date(2026, 11, 30)
    assert seoul_day(datetime(2026, 11, 30, 15, 0, tzinfo=UTC)) == date(2026, 12, 1)


@given(days)
def test_a_day_starts_in_its_own_day(day):
    assert seoul_day(day_start(day)) == day
    assert seoul_day(day_start(day) - timedelta(microseconds=1)) == day - timedelta(days=1)
    assert day_start(day).tzinfo is UTC


@given(days)
def test_a_day_is_inside_the_bounds_of_its_month(day):
    first, following = month_bounds(seoul_month(day))
    assert first <= day < following
    assert (first.day, following.day) == (1, 1)
    assert 28 <= (following - first).days <= 31


def test_months():
    assert seoul_month(date(2026, 3, 9)) == "2026-03"
    assert month_bounds("2026-12") == (date(2026, 12, 1), date(2027, 1, 1))
    assert month_bounds("2028-02") == (date(2028, 2, 1), date(2028, 3, 1))


def test_weekends_are_no_business_days():
    friday = date(2026, 11, 20)
    assert add_business_days(friday, 0) == friday
    assert add_business_days(friday, 1) == date(2026, 11, 23)
    assert add_business_days(friday, 5) == date(2026, 11, 27)
    assert add_business_days(date(2026, 11, 21), 1) == date(2026, 11, 23)


def test_a_fixed_clock_stands_until_it_is_moved():
    fixed = FixedClock(datetime(2026, 11, 18, 3, 0, tzinfo=UTC))
    set_clock(fixed)
    try:
        assert clock.now() == clock.now() == fixed.at
        fixed.advance(timedelta(hours=1))
        assert clock.now().hour == 4
    finally:
        set_clock(SystemClock())
    assert clock.now().tzinfo is UTC


def test_a_clock_needs_its_timezone():
    with pytest.raises(AssertionError):
        FixedClock(datetime(2026, 11, 18))  # noqa: DTZ001
