import csv
import io
from datetime import timedelta

import pytest

from shop.ledger import accounts
from shop.ledger.queries import sum_postings
from shop.settlements.payouts import mark_payout_paid
from shop.vendors.models import VendorKind
from tests import factories
from tests.conftest import NOON
from tests.settlements.builders import make_approved_payout, make_refund, make_sale


@pytest.fixture
def trade(unit, cast):
    """Eight organisations over three months, a refund and a payout; answers what the books say."""
    with unit() as session:
        for number, dong in enumerate(["풍남동"] * 3 + ["중앙동"] * 2 + ["효자1동"]):
            vendor = factories.make_vendor(session, f"가게{number}", dong=dong, kind=VendorKind.VILLAGE_ENTERPRISE)
            make_sale(session, vendor.id, at=NOON - timedelta(days=31 * (number % 3)), prices=(1_000 * (number + 1),))
        sale = make_sale(session, cast.rival, at=NOON, prices=(50_000,))
        make_refund(session, sale, at=NOON, won=10_000)
        payout_id = make_approved_payout(session, cast.vendor, now=NOON, preparer=cast.accountant, approver=cast.manager)
        mark_payout_paid(session, payout_id=payout_id, paid_on=NOON.date(), now=NOON)
    with unit() as session:
        owed = -sum(sum_postings(session, account_prefix=prefix) for prefix in accounts.OWNED_PREFIXES)
        paid = -sum_postings(session, account_prefix=accounts.PAYOUTS_IN_TRANSIT)
    return owed + paid


def test_the_page_says_the_sum_of_the_postings(client, trade):
    text = client.get("/local-return").text
    assert f"{trade:,}원" in text
    assert "풍남동" in text
    assert "그 밖의 동" in text
    assert "chart__column--returned" in text


def test_the_json_adds_up_in_every_division(client, trade):
    answer = client.get("/local-return.json").get_json()
    assert answer["total_won"] == trade
    for part in ("by_month", "by_kind", "by_dong"):
        assert sum(cell["won"] for cell in answer[part]) == trade
    assert answer["vendors"] == 8
    assert all(cell["vendors"] >= 3 for part in ("by_kind", "by_dong") for cell in answer[part])
    assert [cell["key"] for cell in answer["by_month"]] == ["2026-09", "2026-10", "2026-11"]


def test_the_csv_says_the_same(client, trade):
    rows = list(csv.DictReader(io.StringIO(client.get("/local-return.csv").data.decode("utf-8-sig"))))
    for section in ("total", "month", "kind", "dong"):
        assert sum(int(row["won"]) for row in rows if row["section"] == section) == trade


def test_the_english_page_is_written_in_english_names(client, trade):
    client.set_cookie("lang", "en")
    assert "Pungnam-dong" in client.get("/local-return").text


def test_nothing_yet_says_what_will_be_there(client):
    text = client.get("/local-return").text
    assert "아직 돌아온 돈이 없습니다" in text
    assert client.get("/local-return.json").get_json()["total_won"] == 0
    assert client.get("/local-return.csv").status_code == 200
