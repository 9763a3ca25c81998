"""Posting: once for each reference, in one gapless chain, within open months; reversing: once and in full."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from shop.ledger import accounts as chart
from shop.ledger.entries import Entry, credit, debit
from shop.ledger.models import Account, ChainHead, JournalEntry, Period, PeriodState, Posting
from shop.ledger.posting import (
    EntryNotFound,
    NotReversible,
    PayableOverdrawn,
    ReferenceReused,
    find_entry_id,
    post_entries,
    post_entry,
    reverse_entry,
)
from shop.ledger.queries import balance_of, find_entry, get_head, trial_balance
from shop.ledger.verifying import verify
from tests.ledger.two_makers import DAY, move

BANK = chart.bank("jb1")


def sale(number: int, won: int = 1_000, vendor: int = 7, day: date = DAY) -> Entry:
    return Entry.of(f"sale:{number}", kind="sale", effective_on=day, lines=[
        debit(chart.drawer("1"), won, channel="hall"),
        credit(chart.vendor_payable(vendor), won, order_line_id=number, channel="hall"),
    ])


def test_posting_returns_a_number_and_keeps_the_dimensions(session, now):
    number = post_entry(session, sale(1), now=now)
    entry = find_entry(session, number)
    assert (number, entry.reference, entry.recorded_at, entry.effective_on) == (1, "sale:1", now, DAY)
    assert [(p.position, p.amount_won, p.vendor_id, p.order_line_id, p.channel) for p in entry.postings] == [
        (0, 1_000, None, None, "hall"), (1, -1_000, 7, 1, "hall"),
    ]
    assert find_entry_id(session, "sale:1") == 1
    assert find_entry_id(session, "sale:2") is None


def test_the_same_entry_again_returns_the_first_even_on_a_later_day_and_in_another_order_of_lines(session, now):
    first = post_entry(session, sale(1), now=now)
    lines = tuple(reversed(sale(1).lines))
    again = Entry("sale:1", "sale", date(2026, 11, 20), lines)
    assert post_entry(session, again, now=now + timedelta(days=2)) == first
    assert session.scalar(select(func.count()).select_from(Posting)) == 2


@pytest.mark.parametrize("other", [
    sale(1, won=1_001), sale(1, vendor=8),
    move("sale:1", chart.drawer("2"), chart.vendor_payable(7), 1_000, 7),
])
def test_other_postings_under_a_reference_are_refused_and_nothing_changes(session, now, other):
    post_entry(session, sale(1), now=now)
    before = trial_balance(session), get_head(session)
    with pytest.raises(ReferenceReused) as refusal:
        post_entry(session, other, now=now)
    assert refusal.value.data == {"reference": "sale:1"}
    assert (trial_balance(session), get_head(session)) == before


def test_many_entries_at_once_number_like_one_by_one_and_known_ones_are_passed_over(session, now):
    post_entry(session, sale(2), now=now)
    numbers = post_entries(session, [sale(n) for n in (1, 2, 3, 3)], now=now)
    assert numbers == [2, 1, 3, 3]
    assert get_head(session)[0] == 3
    assert verify(session).broken is None


def test_a_repeated_reference_with_other_postings_inside_one_call_is_refused(session, now):
    with pytest.raises(ReferenceReused):
        post_entries(session, [sale(1), sale(1, won=5)], now=now)


def test_posting_nothing_is_nothing(session, now):
    assert post_entries(session, [], now=now) == []


def test_bulk_and_single_posting_make_the_same_chain(unit, now):
    entries = [sale(n, won=n * 10, vendor=n % 3) for n in range(1, 31)]
    with unit() as session:
        post_entries(session, entries, now=now)
        bulk = get_head(session)
        session.rollback()
    with unit() as session:
        for entry in entries:
            post_entry(session, entry, now=now)
        assert get_head(session) == bulk


def test_the_chains_bytes_are_pinned(session, now):
    """A change of the canonical bytes would orphan every book already written."""
    post_entry(session, sale(1), now=datetime(2026, 11, 18, 3, 0, tzinfo=UTC))
    written = (
        '["' + "0" * 64 + '","sale:1","sale","","2026-11-18","2026-11-18T03:00:00.000000+00:00",null,null,'
        '[[0,"assets:cash:drawer:1",1000,null,null,"hall"],[1,"liabilities:vendor_payable:7",-1000,7,1,"hall"]]]'
    )
    assert session.get(ChainHead, 1).hash == hashlib.sha256(written.encode()).hexdigest()


def test_the_number_of_queries_does_not_grow_with_the_entries(session, now, count_queries):
    post_entries(session, [sale(n) for n in range(1, 4)], now=now)
    with count_queries() as few:
        post_entries(session, [sale(n) for n in range(10, 12)], now=now)
    with count_queries() as many:
        post_entries(session, [sale(n) for n in range(100, 300)], now=now)
    assert len(many) <= len(few) <= 9


def test_a_payable_is_judged_entry_by_entry_inside_one_call(session, now):
    payout = move("payout:1", chart.vendor_payable(7), chart.PAYOUTS_IN_TRANSIT, 1_000, 7)
    with pytest.raises(PayableOverdrawn):
        post_entries(session, [payout, sale(1)], now=now)
    assert post_entries(session, [sale(1), payout], now=now) == [1, 2]
    assert balance_of(session, chart.vendor_payable(7)) == 0


def test_a_reversal_undoes_an_entry_in_full_and_once(session, now):
    post_entry(session, sale(1), now=now)
    number = reverse_entry(session, reference="sale:1", reason="잘못 찍음", effective_on=DAY, now=now)
    entry = find_entry(session, number)
    assert (entry.reference, entry.reverses_id, entry.memo, entry.relates_to_period) == ("reverse:sale:1", 1, "잘못 찍음", None)
    assert [(p.amount_won, p.vendor_id, p.order_line_id) for p in entry.postings] == [(-1_000, None, None), (1_000, 7, 1)]
    assert all(total.balance_won == 0 for total in trial_balance(session))
    assert reverse_entry(session, reference="sale:1", reason="또", effective_on=DAY, now=now) == number
    assert session.scalar(select(func.count()).select_from(JournalEntry)) == 2


def test_what_cannot_be_reversed_is_refused_and_nothing_changes(session, now):
    payout = move("payout:1", chart.vendor_payable(7), chart.PAYOUTS_IN_TRANSIT, 2_000, 7)
    post_entries(session, [sale(1), sale(2), payout], now=now)
    with pytest.raises(PayableOverdrawn):
        reverse_entry(session, reference="sale:1", reason="", effective_on=DAY, now=now)
    reverse_entry(session, reference="payout:1", reason="계좌 오류", effective_on=DAY, now=now)
    before = get_head(session)
    with pytest.raises(NotReversible):
        reverse_entry(session, reference="reverse:payout:1", reason="", effective_on=DAY, now=now)
    with pytest.raises(EntryNotFound):
        reverse_entry(session, reference="sale:99", reason="", effective_on=DAY, now=now)
    assert get_head(session) == before


def test_the_reversal_of_a_closed_months_entry_posts_today_and_says_which_month_it_corrects(session, now):
    october = date(2026, 10, 20)
    post_entry(session, sale(1, day=october), now=now)
    session.add(Period(month="2026-10", state=PeriodState.HARD, changed_at=now))
    number = reverse_entry(session, reference="sale:1", reason="", effective_on=DAY, now=now)
    assert session.get(JournalEntry, number).relates_to_period == "2026-10"


def test_accounts_open_when_first_posted_to_and_once(session, now):
    post_entries(session, [sale(n) for n in range(1, 4)], now=now)
    assert sorted(session.scalars(select(Account.code))) == ["assets:cash:drawer:1", "liabilities:vendor_payable:7"]
