"""What a row of another till becomes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.hall.rules import Fate, TillRow, amount_of, judge

CODES = {"85048", "79323P"}


def row(invoice="489434", code="85048", quantity=1, price="6.95"):
    at = datetime(2009, 12, 1, tzinfo=UTC)
    return TillRow(1, invoice, code, "", quantity, at, "2009-12", price, amount_of(quantity, price))


@pytest.mark.parametrize(("fields", "fate", "reason"), [
    ({}, Fate.SALE, ""),
    ({"invoice": "C489449", "quantity": -1}, Fate.RETURN, ""),
    ({"code": "POST"}, Fate.SERVICE, "postage"),
    ({"code": "DOT"}, Fate.SERVICE, "postage"),
    ({"invoice": "C489449", "code": "POST", "quantity": -1}, Fate.SERVICE, "postage"),
    ({"price": "0"}, Fate.STOCK, "zero_price"),
    ({"price": "0.00", "quantity": -240}, Fate.STOCK, "zero_price"),
    ({"invoice": "A506401", "code": "B", "price": "-53594.36"}, Fate.SET_ASIDE, "bad_debt"),
    ({"invoice": "A506401"}, Fate.SET_ASIDE, "bad_debt"),
    ({"code": "M"}, Fate.SET_ASIDE, "manual"),
    ({"code": "m"}, Fate.SET_ASIDE, "manual"),
    ({"code": "gift_0001_30"}, Fate.SET_ASIDE, "voucher"),
    ({"code": "TEST001"}, Fate.SET_ASIDE, "test"),
    ({"code": "AMAZONFEE", "price": "-11.5"}, Fate.SET_ASIDE, "marketplace_fee"),
    ({"code": "nobody-knows"}, Fate.SET_ASIDE, "code_without_vendor"),
    ({"code": "nobody-knows", "price": "0"}, Fate.SET_ASIDE, "zero_amount"),
    ({"price": "0.001"}, Fate.SET_ASIDE, "below_one_won"),
    ({"quantity": -1}, Fate.SET_ASIDE, "sign_contradicts_invoice"),
    ({"invoice": "C489449"}, Fate.SET_ASIDE, "sign_contradicts_invoice"),
])
def test_a_row_has_one_fate(fields, fate, reason):
    assert judge(row(**fields), CODES) == (fate, reason)


@pytest.mark.parametrize(("quantity", "price", "won"), [
    (12, "6.95", 8340), (1, "0.005", 1), (1, "0.004", 0), (-1, "0.005", -1), (1, "-53594.36", -5359436),
    (3, "0.001", 0), (5, "0.001", 1),
])
def test_an_amount_is_exact_and_halves_go_away_from_zero(quantity, price, won):
    assert amount_of(quantity, price) == won


@given(quantity=st.integers(-80_000, 80_000), pence=st.integers(0, 10_000_000))
def test_an_amount_of_two_decimals_is_never_rounded(quantity, pence):
    assert amount_of(quantity, f"{pence // 100}.{pence % 100:02d}") == quantity * pence
