"""An entry is a value that cannot exist unbalanced or empty."""

from dataclasses import FrozenInstanceError
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.ledger import accounts as chart
from shop.ledger.accounts import CODE
from shop.ledger.entries import EmptyEntry, Entry, Line, UnbalancedEntry, credit, debit

DAY = date(2026, 11, 18)


def entry(*lines, **fields):
    return Entry.of("test:1", kind="test", effective_on=DAY, lines=lines, **fields)


def test_a_balanced_entry_keeps_its_lines_in_order():
    lines = (debit(chart.CASH_SAFE, 700), credit(chart.COMMISSION, 500), credit(chart.VAT_OUTPUT, 200))
    assert entry(*lines).lines == lines


def test_zero_lines_are_dropped():
    assert len(entry(debit(chart.CASH_SAFE, 5), credit(chart.COMMISSION, 5), debit(chart.PROMOTIONS, 0)).lines) == 2


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=6), st.integers(-(10**6), 10**6).filter(bool))
def test_an_unbalanced_entry_cannot_exist(parts, off):
    lines = [debit(chart.CASH_SAFE, part) for part in parts]
    with pytest.raises(UnbalancedEntry) as refusal:
        entry(*lines, Line(chart.COMMISSION, off - sum(parts)))
    assert refusal.value.data["off_by_won"] == off


def test_an_empty_entry_cannot_exist():
    for lines in ((), (debit(chart.CASH_SAFE, 0), credit(chart.COMMISSION, 0))):
        with pytest.raises(EmptyEntry):
            entry(*lines)


def test_an_entry_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        entry(debit(chart.CASH_SAFE, 5), credit(chart.COMMISSION, 5)).memo = "other"


@pytest.mark.parametrize("account", ["assets", "money:bank", "assets:bank:a b", "assets:", "assets::x", "assets:bank:a:b:c"])
def test_an_account_outside_the_chart_is_a_mistake(account):
    with pytest.raises(AssertionError):
        entry(debit(account, 5), credit(chart.COMMISSION, 5))


def test_every_account_of_the_chart_is_well_formed():
    named = [value for name, value in vars(chart).items() if name.isupper() and isinstance(value, str) and "PREFIX" not in name]
    made = [chart.bank("jb1"), chart.processor("stripe"), chart.acquirer("bc"), chart.drawer("1"), chart.old_till("pos-2024"),
            chart.vendor_payable(7), chart.vendor_debt(7)]
    assert len(named) > 15
    assert all(CODE.fullmatch(code) for code in named + made)


def test_a_vendors_own_account_carries_the_vendor_and_never_another():
    assert credit(chart.vendor_payable(7), 5).vendor_id == 7
    with pytest.raises(AssertionError):
        entry(debit(chart.CASH_SAFE, 5), credit(chart.vendor_payable(7), 5, vendor_id=8))


def test_money_held_apart_names_its_vendor():
    with pytest.raises(AssertionError):
        entry(debit(chart.CASH_SAFE, 5), credit(chart.ORDERS_IN_PROGRESS, 5))


def test_fractions_of_a_won_and_negative_sizes_are_mistakes():
    with pytest.raises(AssertionError):
        entry(debit(chart.CASH_SAFE, 5.0), credit(chart.COMMISSION, 5))
    with pytest.raises(AssertionError):
        debit(chart.CASH_SAFE, -5)
    with pytest.raises(AssertionError):
        credit(chart.CASH_SAFE, -5)


def test_a_long_memo_is_cut_and_a_wrong_month_is_a_mistake():
    assert len(entry(debit(chart.CASH_SAFE, 5), credit(chart.COMMISSION, 5), memo="가" * 500).memo) == 200
    with pytest.raises(AssertionError):
        entry(debit(chart.CASH_SAFE, 5), credit(chart.COMMISSION, 5), relates_to_period="2026-13")
