"""The trial balance folded for reading loses no won."""

from hypothesis import given
from hypothesis import strategies as st

from shop.ledger import accounts as chart
from shop.ledger.queries import AccountTotal
from shop.ledger.rules import fold, sum_up

owned = [owner(vendor) for owner in (chart.vendor_payable, chart.vendor_debt) for vendor in range(4)]
codes = st.sampled_from([chart.CASH_SAFE, chart.COMMISSION, *owned])
won = st.integers(0, 10**9)
totals = st.lists(st.builds(AccountTotal, codes, won, won), unique_by=lambda total: total.account)


@given(totals, st.sampled_from(["", "liabilities:vendor_payable", "assets:vendor_debt", "nothing"]))
def test_a_folded_table_has_the_sums_of_the_unfolded_one(rows, unfold):
    foot = sum_up(fold(rows, unfold=unfold))
    assert foot.accounts == len(rows)
    assert foot.debit_won == sum(row.debit_won for row in rows)
    assert foot.credit_won == sum(row.credit_won for row in rows)
    assert foot.debit_balance_won - foot.credit_balance_won == sum(row.balance_won for row in rows)


def test_vendors_are_one_line_a_kind_and_no_debit_hides_another_vendors_credit():
    debts = [AccountTotal(chart.vendor_debt(1), 100, 0), AccountTotal(chart.vendor_debt(2), 0, 30)]
    rows = [*debts, AccountTotal(chart.CASH_SAFE, 5, 0)]
    debt, safe = fold(rows)
    assert (debt.account, debt.accounts, debt.debit_balance_won, debt.credit_balance_won) == ("assets:vendor_debt", 2, 100, 30)
    assert safe.account == chart.CASH_SAFE
    assert [row.account for row in fold(rows, unfold="assets:vendor_debt")] == [row.account for row in rows]
