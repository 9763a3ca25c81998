"""Pricing: the worked basket, the rules of the parcel, and that every split sums to the won."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.catalog.models import TaxClass
from shop.kernel.money import vat_inside
from shop.pricing.basket import BasketLine, DeliveryRule, DiscountTooLarge, price_basket

RULE = DeliveryRule(3000, 30000)


def line(key, vendor, price, quantity=1, *, parcel=True, tax=TaxClass.TAXABLE):
    return BasketLine(key, vendor, price, quantity, tax, parcel)


def test_the_two_makers_basket_is_priced_as_the_books_say():
    basket = price_basket(
        [line(1, 10, 12000, 2), line(2, 20, 2000, 3, parcel=False, tax=TaxClass.EXEMPT)],
        {10: DeliveryRule(3000), 20: DeliveryRule(3000)}, 3000,
    )
    assert (basket.goods_won, basket.parcel_won, basket.discount_won, basket.total_won) == (30000, 3000, 3000, 30000)
    assert [part.discount_won for part in basket.vendors.values()] == [2400, 600]
    assert [part.total_won for part in basket.vendors.values()] == [24600, 5400]
    assert (basket.line(1).vat_won, basket.line(2).vat_won) == (vat_inside(24000), 0)


def test_a_parcel_is_charged_once_a_vendor_and_only_for_its_parcel_lines():
    basket = price_basket([line(1, 10, 5000), line(2, 10, 4000), line(3, 10, 90000, parcel=False)], {10: RULE})
    part = basket.vendors[10]
    assert (part.parcel_goods_won, part.parcel_won, part.left_to_free_won) == (9000, 3000, 21000)


@pytest.mark.parametrize(("goods", "fee", "left"), [(29999, 3000, 1), (30000, 0, 0), (30001, 0, 0)])
def test_a_parcel_is_free_from_the_threshold_on(goods, fee, left):
    part = price_basket([line(1, 10, goods)], {10: RULE}).vendors[10]
    assert (part.parcel_won, part.left_to_free_won) == (fee, left)


def test_a_vendor_without_a_threshold_never_promises_a_free_parcel():
    part = price_basket([line(1, 10, 900000)], {10: DeliveryRule(4000)}).vendors[10]
    assert (part.parcel_won, part.left_to_free_won) == (4000, 0)


def test_goods_collected_in_the_hall_cost_no_parcel():
    assert price_basket([line(1, 10, 5000, parcel=False)], {10: RULE}).total_won == 5000


def test_an_empty_basket_costs_nothing():
    assert price_basket([], {}).total_won == 0


def test_a_discount_above_the_goods_is_refused():
    with pytest.raises(DiscountTooLarge):
        price_basket([line(1, 10, 5000)], {10: RULE}, 5001)


lines = st.lists(
    st.tuples(st.integers(1, 5), st.integers(1, 3_000_000), st.integers(1, 99), st.booleans(), st.sampled_from(list(TaxClass))),
    min_size=1, max_size=12,
).map(lambda rows: [BasketLine(i, v, p, q, t, by) for i, (v, p, q, by, t) in enumerate(rows)])
rules = st.fixed_dictionaries({
    v: st.builds(DeliveryRule, st.integers(0, 10000), st.none() | st.integers(0, 10**7)) for v in range(1, 6)
})


@given(lines, rules, st.integers(0, 10_000))
def test_every_basket_sums_to_the_won(given_lines, given_rules, discount_bps):
    goods = sum(one.unit_price_won * one.quantity for one in given_lines)
    discount = goods * discount_bps // 10_000
    basket = price_basket(given_lines, given_rules, discount)
    assert basket.discount_won == discount
    assert basket.goods_won == goods
    assert sum(part.total_won for part in basket.vendors.values()) == basket.total_won
    assert sum(one.paid_won for one in basket.lines) + basket.parcel_won == basket.total_won
    for part in basket.vendors.values():
        own = [one for one in basket.lines if one.vendor_id == part.vendor_id]
        assert sum(one.list_won for one in own) == part.goods_won
        assert sum(one.discount_won for one in own) == part.discount_won
    assert all(0 <= one.discount_won <= one.list_won for one in basket.lines)
    assert all(0 <= one.vat_won <= one.list_won for one in basket.lines)
