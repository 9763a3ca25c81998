"""The books as the office reads them."""

import pytest

from shop.kernel.db import db
from shop.ledger import accounts as chart
from shop.ledger.entries import Entry, credit, debit
from shop.ledger.posting import post_entries, reverse_entry
from tests.counting import count_statements
from tests.ledger.two_makers import DAY

HANJI = "한땀공방"


@pytest.fixture
def books(unit, cast, now):
    """A hall sale of each vendor, a payout to the first, and a third sale undone."""
    def sale(number, vendor, won):
        return Entry.of(f"sale:{number}", kind="sale", effective_on=DAY.replace(month=9 + number), memo="판매장", lines=[
            debit(chart.drawer("1"), won, channel="hall"), credit(chart.vendor_payable(vendor), won, order_line_id=number)])

    with unit() as session:
        post_entries(session, [sale(1, cast.vendor, 10_000), sale(2, cast.rival, 5_000), sale(3, cast.rival, 700)], now=now)
        reverse_entry(session, reference="sale:3", reason="잘못 찍음", effective_on=DAY, now=now)
    return cast


@pytest.fixture
def accountant(client, books, sign_in):
    return sign_in(books.accountant)


@pytest.mark.parametrize("path", ["/staff/ledger", "/staff/ledger/entries", "/staff/ledger/entries/1"])
@pytest.mark.parametrize(("role", "status"), [
    ("accountant", 200), ("manager", 200), ("auditor", 200), ("cashier", 403), ("merchandiser", 403), ("vendor_owner", 403),
    ("shopper", 403),
])
def test_the_books_are_open_to_those_who_keep_and_audit_them(books, sign_in, path, role, status):
    assert sign_in(getattr(books, role)).get(path).status_code == status


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get("/staff/ledger").status_code == 303


def test_index_sums_both_sides_to_the_same_won_and_folds_vendors(accountant):
    page = accountant.get("/staff/ledger").text
    assert page.count("16,400") >= 1
    assert "2곳" in page
    assert HANJI not in page
    assert "차변과 대변이 1원까지 같습니다." in page


def test_index_unfolds_one_kind_to_its_vendors_by_name(accountant):
    page = accountant.get("/staff/ledger?unfold=liabilities:vendor_payable").text
    assert f"단체에 줄 돈 · {HANJI}" in page


def test_index_of_a_day_and_of_an_instant(accountant):
    october = accountant.get("/staff/ledger?as_of=2026-10-31").text
    assert "5,000" not in october
    assert "10,000" in october
    assert "2026년 10월 31일" in october
    assert "적힌 것이 없습니다" in accountant.get("/staff/ledger?known_at=2026-11-18T11:59").text
    assert "15,000" in accountant.get("/staff/ledger?known_at=2026-11-18T12:00&as_of=2026-11-30").text
    assert accountant.get("/staff/ledger?as_of=gestern&known_at=x").status_code == 200


def test_index_of_empty_books_says_so(cast, sign_in):
    assert "적힌 것이 없습니다" in sign_in(cast.auditor).get("/staff/ledger").text


def test_entries_are_listed_filtered_and_paged(accountant, monkeypatch, books):
    page = accountant.get("/staff/ledger/entries").text
    assert page.index("reverse:sale:3") < page.index("sale:2") < page.index("sale:1")
    assert "되돌림" in page
    own = accountant.get(f"/staff/ledger/entries?account=liabilities:vendor_payable:{books.vendor}").text
    assert "sale:1" in own
    assert "sale:2" not in own
    assert f"단체에 줄 돈 · {HANJI}" in own
    assert "sale:1" not in accountant.get("/staff/ledger/entries?reference=reverse:").text
    monkeypatch.setattr("shop.blueprints.staff.ledger.PAGE", 2)
    assert "after=3" in accountant.get("/staff/ledger/entries?account=assets:cash").text
    rest = accountant.get("/staff/ledger/entries?account=assets:cash&after=3").text
    assert "sale:1" in rest
    assert "reverse:sale:3" not in rest


@pytest.mark.parametrize("account", [
    chart.PAYABLE_PREFIX, chart.PAYABLE_PREFIX.rstrip(":"), chart.PAYABLE_PREFIX + "x", chart.PAYABLE_PREFIX + "9" * 30, "%", "0",
])
def test_entries_of_any_typed_account_answer(accountant, account):
    assert accountant.get("/staff/ledger/entries", query_string={"account": account}).status_code == 200


def test_entry_shows_both_sides_the_vendor_and_the_way_to_its_reversal(accountant):
    page = accountant.get("/staff/ledger/entries/1").text
    assert HANJI in page
    assert "계산대 현금 · 1" in page
    assert "/staff/ledger/entries/4" in accountant.get("/staff/ledger/entries/3").text
    undone = accountant.get("/staff/ledger/entries/4").text
    assert "/staff/ledger/entries/3" in undone
    assert "잘못 찍음" in undone
    assert "2026-12" in undone


def test_entry_that_does_not_stand_is_not_found(accountant):
    assert accountant.get("/staff/ledger/entries/99").status_code == 404


def test_pages_take_the_same_queries_however_many_rows(accountant, unit, now, books, app):
    def statements(path):
        with app.app_context():
            engine = db.engine
        with count_statements(engine) as seen:
            accountant.get(path)
        return len(seen)

    paths = ["/staff/ledger?unfold=liabilities:vendor_payable", "/staff/ledger/entries"]
    few = [statements(path) for path in paths]
    with unit() as session:
        post_entries(session, [Entry.of(f"more:{n}", kind="sale", effective_on=DAY, lines=[
            debit(chart.drawer("1"), 10), credit(chart.vendor_payable(n), 10)]) for n in range(100, 130)], now=now)
    assert [statements(path) for path in paths] == few
