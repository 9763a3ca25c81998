"""Reads: any day as known at any instant, sums under a prefix, the list of entries."""

from datetime import date, timedelta

import pytest

from shop.ledger import accounts as chart
from shop.ledger.entries import Entry, credit, debit
from shop.ledger.posting import post_entries, post_entry, reverse_entry
from shop.ledger.queries import (
    account_codes,
    balance_of,
    balances_of,
    find_entry,
    find_reversal_id,
    list_accounts,
    list_entries,
    sum_postings,
    trial_balance,
)
from tests.ledger import two_makers
from tests.ledger.test_posting import sale

OCTOBER, NOVEMBER = date(2026, 10, 30), date(2026, 11, 5)


@pytest.fixture
def books(session, now):
    """An October sale, known on the 5th of November, undone on the 10th."""
    post_entry(session, sale(1, day=OCTOBER), now=now)
    post_entry(session, sale(2, won=500, day=NOVEMBER), now=now + timedelta(days=1))
    reverse_entry(session, reference="sale:1", reason="", effective_on=NOVEMBER, now=now + timedelta(days=2))
    return session


def drawer(totals):
    return {total.account: total.balance_won for total in totals}.get("assets:cash:drawer:1", 0)


def test_the_trial_balance_is_of_a_day_as_known_at_an_instant(books, now):
    assert drawer(trial_balance(books)) == 500
    assert drawer(trial_balance(books, as_of=OCTOBER)) == 1_000
    assert drawer(trial_balance(books, as_of=date(2026, 10, 29))) == 0
    assert drawer(trial_balance(books, known_at=now)) == 1_000
    assert drawer(trial_balance(books, known_at=now + timedelta(days=1))) == 1_500
    assert drawer(trial_balance(books, as_of=OCTOBER, known_at=now + timedelta(days=9))) == 1_000
    assert drawer(trial_balance(books, as_of=NOVEMBER, known_at=now)) == 1_000
    assert trial_balance(books, known_at=now - timedelta(seconds=1)) == []


def test_every_trial_balance_sums_to_0(books, now):
    for as_of in (None, OCTOBER, NOVEMBER):
        for known_at in (None, now, now + timedelta(days=1)):
            totals = trial_balance(books, as_of=as_of, known_at=known_at)
            assert sum(total.balance_won for total in totals) == 0
            assert all(total.debit_won >= 0 and total.credit_won >= 0 for total in totals)


def test_totals_come_in_the_order_of_the_chart(session, now):
    post_entries(session, [*two_makers.until_payout(), sale(1, vendor=9), sale(2, vendor=10)], now=now)
    codes = [total.account for total in trial_balance(session)]
    assert codes == list_accounts(session)
    assert (codes[0], codes[-1]) == ("assets:bank:jb1", "expenses:promotions")
    assert codes.index(chart.vendor_payable(9)) < codes.index(chart.vendor_payable(10)) < codes.index(chart.vendor_payable(101))


def test_sums_take_a_prefix_of_whole_words_a_vendor_and_half_open_days(session, now):
    post_entries(session, [sale(1, vendor=7, day=OCTOBER), sale(2, won=10, vendor=70, day=NOVEMBER)], now=now)
    post_entry(session, Entry.of("x:1", kind="x", effective_on=NOVEMBER, lines=[
        debit("assets:cash:drawerx:1", 3), credit(chart.COMMISSION, 3)]), now=now)
    assert sum_postings(session, account_prefix="liabilities:vendor_payable") == -1_010
    assert sum_postings(session, account_prefix="liabilities:vendor_payable:") == -1_010
    assert sum_postings(session, account_prefix="liabilities:vendor_payable:7") == -1_000
    assert sum_postings(session, account_prefix="liabilities:vendor_payable", vendor_id=70) == -10
    assert sum_postings(session, account_prefix="assets:cash:drawer") == 1_010
    assert sum_postings(session, account_prefix="assets:cash") == 1_013
    assert sum_postings(session, account_prefix="assets:cash", since=NOVEMBER) == 13
    assert sum_postings(session, account_prefix="assets:cash", until=NOVEMBER) == 1_000
    assert sum_postings(session, account_prefix="income:own_sales") == 0


def test_balances_of_owned_and_other_accounts(books):
    assert balance_of(books, chart.vendor_payable(7)) == -500
    assert balance_of(books, chart.drawer("1")) == 500
    assert balance_of(books, chart.CASH_SAFE) == 0
    assert balances_of(books, chart.PAYABLE_PREFIX) == {chart.vendor_payable(7): -500}
    assert isinstance(balance_of(books, chart.drawer("1")), int)


def test_entries_are_listed_newest_first_by_key(books):
    rows = list_entries(books, limit=2)
    assert [(row.id, row.reference, row.amount_won) for row in rows] == [(3, "reverse:sale:1", 1_000), (2, "sale:2", 500)]
    assert [row.id for row in list_entries(books, before_id=2, limit=2)] == [1]
    assert list_entries(books, before_id=1) == []


def test_entries_are_found_by_account_reference_and_vendor(session, now):
    post_entries(session, [*two_makers.until_payout(), sale(1)], now=now)
    assert [row.reference for row in list_entries(session, account=chart.bank("jb1"))] == ["bank_line:2", "bank_line:1"]
    assert [row.reference for row in list_entries(session, account="assets:cash")] == ["sale:1"]
    assert [row.reference for row in list_entries(session, reference="confirm:")] == ["confirm:102", "confirm:101"]
    assert list_entries(session, reference="confirm_") == []
    assert [row.reference for row in list_entries(session, vendor_id=7)] == ["sale:1"]
    assert [row.reference for row in list_entries(session, account=chart.COMMISSION, vendor_id=102)] == ["confirm:102"]
    assert [row.reference for row in list_entries(session, account=chart.COMMISSION, reference="confirm:101")] == ["confirm:101"]


def test_listing_takes_the_same_queries_however_many_rows(session, now, count_queries):
    post_entries(session, [sale(n) for n in range(1, 60)], now=now)
    with count_queries() as one:
        list_entries(session, account="assets:cash", limit=1)
    with count_queries() as many:
        list_entries(session, account="assets:cash", limit=50)
    assert len(one) == len(many) == 2


def test_an_entry_shows_its_postings_and_what_undid_it(books):
    entry = find_entry(books, 1)
    codes = account_codes(books, {posting.account_id for posting in entry.postings})
    assert [codes[posting.account_id] for posting in entry.postings] == [chart.drawer("1"), chart.vendor_payable(7)]
    assert (find_reversal_id(books, 1), find_reversal_id(books, 2), find_entry(books, 99)) == (3, None, None)
