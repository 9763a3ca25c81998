"""Splitting and rounding lose and invent nothing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.kernel.money import apportion, cumulative_share, divide_rounding, share_bps, vat_inside, vat_on

won = st.integers(0, 10**11)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(any)


@given(won, weights)
def test_the_parts_of_a_split_sum_to_the_whole(total, sizes):
    assert sum(apportion(total, sizes)) == total


@given(won, weights)
def test_each_part_is_its_exact_share_rounded_down_or_up(total, sizes):
    whole = sum(sizes)
    for part, size in zip(apportion(total, sizes), sizes, strict=True):
        assert 0 <= part * whole - (total * size // whole) * whole <= whole
        assert size or part == 0


@given(won, weights)
def test_a_larger_weight_never_gets_less(total, sizes):
    by_weight = sorted(zip(sizes, apportion(total, sizes), strict=True))
    assert all(one[1] <= other[1] for one, other in pairwise(by_weight) if one[0] < other[0])


@given(won, weights)
def test_a_negative_split_mirrors_the_positive_one(total, sizes):
    assert apportion(-total, sizes) == [-part for part in apportion(total, sizes)]


def test_ties_go_to_the_first():
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert apportion(-10, [1, 1, 1]) == [-4, -3, -3]
    assert apportion(2, [0, 5, 5, 5]) == [0, 1, 1, 0]
    assert apportion(3_000, [24_000, 6_000]) == [2_400, 600]
    assert apportion(0, [0, 0]) == [0, 0]


@pytest.mark.parametrize(("total", "sizes"), [(1, []), (1, [0, 0]), (1, [2, -1]), (0, [-1])])
def test_a_split_by_nothing_or_by_negative_weights_is_a_mistake(total, sizes):
    with pytest.raises(AssertionError):
        apportion(total, sizes)


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**9))
def test_division_goes_to_the_nearest_won_and_halves_away_from_zero(numerator, denominator):
    quotient = divide_rounding(numerator, denominator)
    assert 2 * abs(numerator - quotient * denominator) <= denominator
    assert divide_rounding(-numerator, denominator) == -quotient


def test_halves():
    assert [divide_rounding(n, 2) for n in (-3, -1, 1, 3)] == [-2, -1, 1, 2]
    assert share_bps(5, 1_000) == 1
    assert share_bps(4, 1_000) == 0
    assert share_bps(-5, 1_000) == -1


@given(won)
def test_the_vat_inside_a_price_is_a_tenth_of_its_supply(gross):
    tax = vat_inside(gross)
    assert 0 <= tax <= gross
    assert abs(10 * tax - (gross - tax)) <= 5


def test_worked_vat():
    assert [vat_inside(price) for price in (0, 1, 5, 6, 11, 110, 1_000, 11_000, 12_000)] == [0, 0, 0, 1, 1, 10, 91, 1_000, 1_091]
    assert (vat_on(2_400), vat_on(600), vat_on(5)) == (240, 60, 1)
    assert vat_inside(-11_000) == -1_000


@given(st.integers(-(10**11), 10**11), st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any))
def test_partial_refunds_together_equal_one_full_refund(total, parts):
    whole, before, given_back = sum(parts), 0, 0
    for part in parts:
        given_back += cumulative_share(total, part, whole, before=before)
        before += part
    assert given_back == total == cumulative_share(total, whole, whole)


@given(won, st.integers(1, 100))
def test_no_partial_refund_is_negative(total, units):
    assert all(cumulative_share(total, 1, units, before=n) >= 0 for n in range(units))


@pytest.mark.parametrize(("part", "whole", "before"), [(1, 0, 0), (2, 1, 0), (1, 1, 1), (-1, 2, 1)])
def test_more_units_than_there_are_is_a_mistake(part, whole, before):
    with pytest.raises(AssertionError):
        cumulative_share(100, part, whole, before=before)
