"""The jobs of the house: what each is called, how often it runs, and the use case it calls. Every one is safe to run twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask_babel import lazy_gettext as _l

from shop.jobs import work
from shop.kernel.clock import SEOUL


@dataclass(frozen=True)
class Every:
    """At fixed intervals."""

    interval: timedelta

    def is_due(self, last: datetime | None, now: datetime) -> bool:
        """Whether the next run is due; half a minute early counts, since the clock ticks once a minute."""
        return last is None or now - last >= self.interval - timedelta(seconds=30)


@dataclass(frozen=True)
class Daily:
    """Once a day after an hour in Seoul; a day on which nobody was up is caught up with."""

    hour: int

    def is_due(self, last: datetime | None, now: datetime) -> bool:
        """Whether today's run, or yesterday's where its hour has not come, is still to be made."""
        here = now.astimezone(SEOUL)
        mark = datetime.combine(here.date(), time(self.hour), SEOUL)
        if here < mark:
            mark -= timedelta(days=1)
        return last is None or last < mark


@dataclass(frozen=True)
class Job:
    """One job. `lease` is how long a run may hold its place before it counts as lost."""

    title: object
    schedule: Every | Daily
    run: Callable[[datetime], object]
    lease: timedelta = timedelta(minutes=15)


JOBS: dict[str, Job] = {
    "send_messages": Job(_l("편지 보내기"), Every(timedelta(minutes=1)), work.send_messages),
    "expire_unpaid": Job(_l("입금 기한이 지난 주문 취소"), Every(timedelta(minutes=5)), work.expire_unpaid),
    "send_refunds": Job(_l("카드 환불 보내기"), Every(timedelta(minutes=5)), work.send_refunds),
    "sync_processor": Job(_l("카드사 거래 가져오기"), Every(timedelta(minutes=10)), work.sync_processor),
    "confirm_overdue": Job(_l("7일이 지난 구매 확정"), Every(timedelta(hours=1)), work.confirm_overdue),
    "pull_settlement_lines": Job(_l("정산할 줄 모으기"), Every(timedelta(hours=1)), work.pull_settlement_lines),
    "verify_ledger": Job(_l("장부 사슬 검사"), Daily(4), work.verify_ledger, timedelta(hours=2)),
    "sweep": Job(_l("오래된 장바구니와 기록 치우기"), Daily(3), work.sweep),
}
