"""UTC instants, Seoul days, and the one clock of the process, injected so that tests and the demo can set it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


class Clock(Protocol):
    """Anything that tells the present instant, timezone-aware in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        assert at.tzinfo is not None
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


_clock: Clock = SystemClock()


def set_clock(clock: Clock) -> None:
    """Replace the process's clock (tests, the demo)."""
    global _clock
    _clock = clock


def now() -> datetime:
    """The present instant in UTC. Only faces call this; use cases take `now` as an argument."""
    return _clock.now()


def seoul_day(at: datetime) -> date:
    """The calendar day in Seoul of an instant: the business day of every report and closing."""
    return at.astimezone(SEOUL).date()


def seoul_month(day: date) -> str:
    """A day's month as `YYYY-MM`."""
    return f"{day.year:04d}-{day.month:02d}"


def day_start(day: date) -> datetime:
    """The first instant (UTC) of a Seoul day."""
    return datetime.combine(day, time(), SEOUL).astimezone(UTC)


def month_bounds(month: str) -> tuple[date, date]:
    """First day of a `YYYY-MM` month and first day of the next."""
    year, number = (int(part) for part in month.split("-"))
    first = date(year, number, 1)
    return first, (first + timedelta(days=32)).replace(day=1)


def add_business_days(day: date, days: int) -> date:
    """`days` working days after `day`; Saturdays and Sundays do not count (public holidays are not known here)."""
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day
