"""One order followed to the end: every row of the worked example, and what is left on every account."""

import pytest

from shop.ledger import accounts as chart
from shop.ledger.posting import PayableOverdrawn, post_entries, post_entry, split_vendor_claim
from shop.ledger.queries import balance_of, sum_postings, trial_balance
from shop.ledger.verifying import verify
from tests.ledger import two_makers as story
from tests.ledger.two_makers import A, B


def _won(entry):
    return [(line.account, line.amount_won) for line in entry.lines]


def test_the_shoppers_30000_is_held_apart_for_the_two_makers():
    assert _won(story.capture()) == [
        ("assets:processor:stripe", 30_000),
        ("liabilities:orders_in_progress", -24_600), ("liabilities:orders_in_progress", -5_400),
    ]


def test_confirming_pays_each_maker_its_exact_remainder():
    assert _won(story.confirm(A, story.GOODS_A, story.COUPON_A, story.PARCEL_A)) == [
        ("liabilities:orders_in_progress", 24_600), ("expenses:promotions", 2_400),
        ("liabilities:vendor_payable:101", -24_360), ("income:commission", -2_400), ("liabilities:vat_output", -240),
    ]
    assert _won(story.confirm(B, story.GOODS_B, story.COUPON_B, 0)) == [
        ("liabilities:orders_in_progress", 5_400), ("expenses:promotions", 600),
        ("liabilities:vendor_payable:102", -5_340), ("income:commission", -600), ("liabilities:vat_output", -60),
    ]


def test_after_the_payout_29700_is_owed_or_paid_to_the_makers_and_the_centre_gave_what_it_kept(session, now):
    post_entries(session, story.until_payout(), now=now)
    owed = -sum_postings(session, account_prefix=chart.PAYABLE_PREFIX)
    paid = 24_360
    assert owed + paid == 29_700
    assert -balance_of(session, chart.COMMISSION) == balance_of(session, chart.PROMOTIONS) == 3_000
    assert balance_of(session, chart.VAT_OUTPUT) == -300
    assert balance_of(session, chart.PROCESSOR_FEES) == 1_020
    assert balance_of(session, chart.ORDERS_IN_PROGRESS) == balance_of(session, chart.PAYOUTS_IN_TRANSIT) == 0


def test_a_notebook_returned_after_the_payout_becomes_the_makers_debt_and_every_account_is_right_to_the_won(session, now):
    post_entries(session, story.until_payout(), now=now)
    assert split_vendor_claim(session, A, 10_680) == (0, 10_680)
    refund = story.returned_notebook(0, 10_680)
    assert _won(refund) == [
        ("assets:vendor_debt:101", 10_680), ("income:commission", 1_200), ("liabilities:vat_output", 120),
        ("expenses:promotions", -1_200), ("assets:processor:stripe", -10_800),
    ]
    post_entry(session, refund, now=now)
    assert {total.account: total.balance_won for total in trial_balance(session)} == {
        "assets:bank:jb1": 4_620,
        "assets:processor:stripe": -10_800,
        "assets:vendor_debt:101": 10_680,
        "liabilities:orders_in_progress": 0,
        "liabilities:payouts_in_transit": 0,
        "liabilities:vat_output": -180,
        "liabilities:vendor_payable:101": 0,
        "liabilities:vendor_payable:102": -5_340,
        "income:commission": -1_800,
        "expenses:processor_fees": 1_020,
        "expenses:promotions": 1_800,
    }
    assert verify(session).broken is None


def test_a_notebook_returned_before_the_payout_comes_out_of_what_is_owed(session, now):
    post_entries(session, story.until_payout()[:3], now=now)
    assert split_vendor_claim(session, A, 10_680) == (10_680, 0)
    post_entry(session, story.returned_notebook(10_680, 0), now=now)
    assert balance_of(session, chart.vendor_payable(A)) == -13_680
    assert balance_of(session, chart.vendor_debt(A)) == 0


def test_a_claim_larger_than_what_is_owed_is_divided_and_taking_it_all_from_the_payable_is_refused(session, now):
    post_entries(session, story.until_payout()[:3], now=now)
    assert split_vendor_claim(session, B, 8_000) == (5_340, 2_660)
    assert split_vendor_claim(session, 999, 8_000) == (0, 8_000)
    before = trial_balance(session)
    with pytest.raises(PayableOverdrawn) as refusal:
        post_entry(session, story.move("refund:2", chart.vendor_payable(B), story.STRIPE, 8_000, B), now=now)
    assert refusal.value.data == {"account": "liabilities:vendor_payable:102", "over_won": 2_660, "reference": "refund:2"}
    assert trial_balance(session) == before
