import pytest
from sqlalchemy import select

from shop.settlements.models import SettlementLine, Statement, StatementState
from tests.conftest import NOON
from tests.settlements.builders import make_refund, make_sale


@pytest.fixture
def issued(client, unit, cast, sign_in):
    with unit() as session:
        sale = make_sale(session, cast.vendor, at=NOON, prices=(12_000, 3_000), parcel=3_000)
        make_refund(session, sale, at=NOON, won=1_000)
        make_sale(session, cast.rival, at=NOON)
    sign_in(cast.accountant)
    text = client.post("/staff/statements", data={"month": "2026-11"}, follow_redirects=True).text
    assert "정산서 2장을 발행" in text
    with unit() as session:
        return session.scalars(select(Statement.id).order_by(Statement.id)).all()


def state_of(unit, statement_id):
    with unit() as session:
        return session.get(Statement, statement_id).state


def test_issuing_again_says_that_there_is_nothing(client, issued):
    assert "넣을 줄이 없습니다" in client.post("/staff/statements", data={"month": "2026-11"}, follow_redirects=True).text
    assert client.post("/staff/statements", data={"month": "November"}).status_code == 400


def test_statements_are_approved_with_a_reason_before_the_window_ends(client, unit, issued):
    text = client.post("/staff/statements/approve", data={"statement": issued}, follow_redirects=True).text
    assert "까닭을 적어 주세요" in text
    assert state_of(unit, issued[0]) is StatementState.ISSUED
    assert (
        "2장을 승인"
        in client.post(
            "/staff/statements/approve", data={"statement": issued, "reason": "만든 이와 통화"}, follow_redirects=True
        ).text
    )
    assert state_of(unit, issued[0]) is StatementState.APPROVED


def test_a_statement_is_held_released_and_canceled_with_a_reason(client, unit, issued):
    path = f"/staff/statements/{issued[0]}"
    assert "까닭을 적어 주세요" in client.post(f"{path}/hold", follow_redirects=True).text
    for move, state in (("hold", StatementState.HELD), ("release", StatementState.ISSUED), ("cancel", StatementState.CANCELED)):
        client.post(f"{path}/{move}", data={"reason": "확인"})
        assert state_of(unit, issued[0]) is state
    with unit() as session:
        assert session.scalar(select(SettlementLine.id).where(SettlementLine.statement_id == issued[0])) is None
    assert "지금 상태에서는" in client.post(f"{path}/hold", data={"reason": "x"}, follow_redirects=True).text
    assert client.post(f"{path}/burn", data={"reason": "x"}).status_code == 404


def test_lists_and_pages_render(client, issued, cast, sign_in):
    sign_in(cast.auditor)
    for path in ("", "?state=issued", "?state=paid", "?state=held", "?before=99", f"/{issued[0]}", f"/{issued[0]}?after=1"):
        assert client.get(f"/staff/statements{path}").status_code == 200
    text = client.get(f"/staff/statements/{issued[0]}").text
    assert "전주한지 수제노트" in text
    assert "반품" in text
    assert client.get("/staff/statements/999").status_code == 404
    assert client.post("/staff/statements", data={"month": "2026-11"}).status_code == 403
