import csv
import io

import pytest
from sqlalchemy import select

from shop.kernel.clock import seoul_day
from shop.settlements.lines import pull_lines
from shop.settlements.models import Payout, Statement, StatementState
from shop.settlements.payouts import approve_payout, prepare_payouts
from shop.settlements.statements import approve_statements, issue_statements
from tests.conftest import NOON
from tests.settlements.builders import make_refund, make_sale


@pytest.fixture
def statement(unit, cast):
    with unit() as session:
        sale = make_sale(session, cast.vendor, at=NOON, prices=(12_000, 3_000), parcel=3_000)
        make_refund(session, sale, at=NOON, won=1_000)
        make_sale(session, cast.rival, at=NOON, prices=(7_770,))
        make_sale(session, cast.vendor, at=NOON, prices=(40_000,), confirmed=False)
        pull_lines(session, through=seoul_day(NOON), now=NOON)
        return issue_statements(session, month="2026-11", now=NOON)


def test_the_balance_and_own_statements_only(client, cast, sign_in, statement):
    sign_in(cast.vendor_owner)
    text = client.get("/vendor/money").text
    assert "15,460원" in text  # 13,350 + 3,000 - 890
    assert "35,600원" in text  # shipped, not confirmed
    assert f"202611-{cast.vendor:04d}-1" in text
    assert f"202611-{cast.rival:04d}-1" not in text


def test_a_statement_shows_its_lines_and_sums(client, cast, sign_in, statement):
    sign_in(cast.vendor_owner)
    text = client.get(f"/vendor/money/statements/{statement[0]}").text
    for word in ("전주한지 수제노트", "반품", "택배비", "15,460원", "이대로 좋습니다"):
        assert word in text
    assert client.get(f"/vendor/money/statements/{statement[0]}?after=2").status_code == 200


def test_the_csv_sums_to_the_net(client, cast, sign_in, statement):
    sign_in(cast.vendor_owner)
    rows = list(csv.DictReader(io.StringIO(client.get(f"/vendor/money/statements/{statement[0]}.csv").data.decode("utf-8-sig"))))
    assert sum(int(row["net_won"]) for row in rows) == 15_460
    assert len(rows) == 4


def test_another_vendors_statement_is_not_there(client, cast, sign_in, statement):
    sign_in(cast.rival_owner)
    for path in (f"statements/{statement[0]}", f"statements/{statement[0]}.csv", "payouts/1"):
        assert client.get(f"/vendor/money/{path}").status_code == 404
    for move in ("accept", "object"):
        assert client.post(f"/vendor/money/statements/{statement[0]}/{move}", data={"text": "x"}).status_code == 404


def test_the_owner_accepts(client, unit, cast, sign_in, statement):
    sign_in(cast.vendor_owner)
    assert "받아들였습니다" in client.post(f"/vendor/money/statements/{statement[0]}/accept", follow_redirects=True).text
    with unit() as session:
        assert session.get(Statement, statement[0]).object_until < seoul_day(NOON)


def test_the_owner_objects(client, unit, cast, sign_in, statement):
    sign_in(cast.vendor_owner)
    path = f"/vendor/money/statements/{statement[0]}/object"
    assert "무엇이 다른지" in client.post(path, follow_redirects=True).text
    assert "이의를 보냈습니다" in client.post(path, data={"text": "한 줄이 빠졌어요"}, follow_redirects=True).text
    with unit() as session:
        assert session.get(Statement, statement[0]).state is StatementState.HELD


def test_a_payout_is_shown_down_to_its_statements(client, unit, cast, sign_in, statement):
    with unit() as session:
        approve_statements(session, statement_ids=statement, actor_id=cast.manager, now=NOON, reason="x")
        for payout_id in prepare_payouts(session, actor_id=cast.accountant, now=NOON).payout_ids:
            approve_payout(session, payout_id=payout_id, actor_id=cast.manager, now=NOON)
        mine = session.scalar(select(Payout).where(Payout.vendor_id == cast.vendor))
        other = session.scalar(select(Payout.id).where(Payout.vendor_id == cast.rival))
    sign_in(cast.vendor_owner)
    text = client.get(f"/vendor/money/payouts/{mine.id}").text
    assert f"202611-{cast.vendor:04d}-1" in text
    assert mine.account_number not in text
    assert mine.account_number[-4:] in text
    assert client.get(f"/vendor/money/payouts/{other}").status_code == 404
    assert "15,460원" in client.get("/vendor/money").text


def test_an_empty_page_says_what_will_be_there(client, cast, sign_in):
    sign_in(cast.vendor_owner)
    assert "아직 정산서가 없습니다" in client.get("/vendor/money").text


def test_others_stay_outside(client, cast, sign_in):
    assert client.get("/vendor/money").status_code == 303
    for person in (cast.shopper, cast.manager):
        sign_in(person)
        assert client.get("/vendor/money").status_code == 403
