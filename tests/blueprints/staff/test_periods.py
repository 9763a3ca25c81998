"""Months closed and opened by those who may, each move in the audit trail."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from shop.ledger.models import Period, PeriodState
from shop.ledger.posting import post_entry
from shop.people.models import AuditEvent
from tests.ledger.two_makers import DAY, capture

OCTOBER = "/staff/periods/2026-10"


@pytest.fixture
def state(unit):
    def read(month="2026-10"):
        with unit() as session:
            period = session.get(Period, month)
            return period.state.value if period else "open"

    return read


@pytest.fixture
def closed(unit, now, cast):
    with unit() as session:
        session.add(Period(month="2026-10", state=PeriodState.SOFT, changed_at=now))
    return cast


def trail(unit):
    with unit() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.subject_kind == "period").order_by(AuditEvent.id))
        return [(e.action, e.subject_id, e.actor_label, e.reason) for e in events]


def test_index_lists_the_months_from_the_first_entry(unit, now, cast, sign_in):
    with unit() as session:
        first = capture()
        post_entry(session, type(first)(first.reference, first.kind, DAY.replace(month=9), first.lines), now=now)
    page = sign_in(cast.auditor).get("/staff/periods").text
    assert page.index("2026년 11월") < page.index("2026년 10월") < page.index("2026년 9월")
    assert "<form method=\"post\" action=\"/staff/periods" not in page
    assert "/staff/periods/2026-09/close" in sign_in(cast.accountant).get("/staff/periods").text


@pytest.mark.parametrize(("path", "roles"), [
    ("/close", {"accountant", "manager"}), ("/exception", {"accountant", "manager"}),
    ("/lock", {"manager"}), ("/reopen", {"manager"}),
])
@pytest.mark.parametrize("role", ["accountant", "manager", "auditor", "cashier", "merchandiser", "vendor_owner", "shopper"])
def test_only_those_who_may_move_a_month(closed, sign_in, state, path, roles, role):
    answer = sign_in(getattr(closed, role)).post(OCTOBER + path, data={"hours": "2", "reason": "늦은 내역"})
    assert answer.status_code == (303 if role in roles else 403)
    if role not in roles:
        assert state() == "soft"


def test_close_closes_softly_and_writes_the_trail(cast, sign_in, state, unit):
    answer = sign_in(cast.accountant).post(OCTOBER + "/close")
    assert (answer.status_code, answer.location) == (303, "/staff/periods")
    assert state() == "soft"
    assert trail(unit) == [("period.soft", "2026-10", "accountant", "")]


def test_close_twice_changes_nothing_and_writes_once(cast, sign_in, unit):
    client = sign_in(cast.manager)
    client.post(OCTOBER + "/close")
    client.post(OCTOBER + "/close")
    assert len(trail(unit)) == 1


def test_close_of_a_month_that_is_not_over_is_refused_in_words(cast, sign_in, state, unit):
    page = sign_in(cast.manager).post("/staff/periods/2026-11/close", follow_redirects=True).text
    assert "아직 끝나지 않아" in page
    assert state("2026-11") == "open"
    assert trail(unit) == []


def test_lock_says_what_it_means_then_closes_for_ever(closed, sign_in, state, unit):
    client = sign_in(closed.manager)
    assert "되돌릴 수 없습니다" in client.get(OCTOBER + "/lock").text
    client.post(OCTOBER + "/lock")
    assert state() == "hard"
    page = client.post(OCTOBER + "/reopen", follow_redirects=True).text
    assert "지금 상태에서는" in page
    assert state() == "hard"
    assert [action for action, *_ in trail(unit)] == ["period.hard"]


def test_reopen_opens_a_softly_closed_month(closed, sign_in, state):
    sign_in(closed.manager).post(OCTOBER + "/reopen")
    assert state() == "open"


def test_exception_opens_a_month_for_a_while_with_its_reason(closed, sign_in, unit, now):
    client = sign_in(closed.accountant)
    assert client.get(OCTOBER + "/exception").status_code == 200
    assert client.post(OCTOBER + "/exception", data={"hours": "24", "reason": "늦은 카드 내역"}).status_code == 303
    with unit() as session:
        assert session.get(Period, "2026-10").exception_until == now + timedelta(hours=24)
    assert trail(unit) == [("period.excepted", "2026-10", "accountant", "늦은 카드 내역")]
    assert "늦은 카드 내역" in client.get("/staff/periods").text


@pytest.mark.parametrize("data", [
    {"hours": "24", "reason": " "}, {"hours": "9999", "reason": "x"}, {"hours": "2", "reason": "가" * 301},
])
def test_exception_keeps_what_was_typed_when_it_is_refused(closed, sign_in, unit, data):
    answer = sign_in(closed.accountant).post(OCTOBER + "/exception", data=data)
    assert answer.status_code == 422
    assert data["reason"].strip() in answer.text
    with unit() as session:
        assert session.get(Period, "2026-10").exception_until is None


def test_exception_of_an_open_month_is_refused_in_words(cast, sign_in):
    page = sign_in(cast.accountant).post(OCTOBER + "/exception", data={"hours": "2", "reason": "x"}, follow_redirects=True).text
    assert "잠정 마감한 달에만" in page


@pytest.mark.parametrize("month", ["2026-13", "october", "2026-1"])
def test_a_month_that_is_none_is_not_found(cast, sign_in, month):
    client = sign_in(cast.manager)
    assert client.post(f"/staff/periods/{month}/close").status_code == 404
    assert client.get(f"/staff/periods/{month}/exception").status_code == 404
    assert client.get(f"/staff/periods/{month}/lock").status_code == 404
