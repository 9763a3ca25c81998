from datetime import date, timedelta

import pytest

from shop.impact.money_trail import trace_order
from shop.ledger import accounts
from shop.ledger.queries import balance_of, sum_postings, trial_balance
from shop.payments.refunding import cancel_order, refund_line
from shop.reconciliation.matching import match_automatically
from shop.reconciliation.processor import sync_rows
from shop.settlements.payouts import approve_payout, prepare_payouts
from tests.conftest import NOON
from tests.reconciliation.builders import bring_lines
from tests.reconciliation.test_processor import Processor, payout, row
from tests.settlements.builders import make_approved_statements
from tests.settlements.two_makers import deliver_and_confirm, pay_by_card, place_two_makers

NEXT_DAY = NOON + timedelta(days=1)


@pytest.fixture
def made(unit, cast):
    with unit() as session:
        return place_two_makers(session, cast.vendor, cast.rival, now=NOON)


def trace(unit, made):
    with unit() as session:
        return trace_order(session, made.order_id)


def test_before_the_money_came_the_trail_says_what_was_agreed(unit, made):
    trail = trace(unit, made)
    assert (trail.paid_won, trail.paid_at, trail.makers_won) == (0, None, 29_700)
    assert all(maker.is_expected for maker in trail.makers)


def test_the_worked_order_to_the_won(app, unit, cast, made):
    with unit() as session:
        pay_by_card(session, made, now=NOON)
    trail = trace(unit, made)
    assert (trail.paid_won, trail.adds_up, trail.makers[0].is_expected) == (30_000, True, True)
    with unit() as session:
        deliver_and_confirm(session, made, cast.vendor, cast.rival, now=NOON)
    with app.app_context():
        sync_rows(
            Processor(
                [row("t1", "charge", 30_000, 1_020, "ch_1", "po_1"), row("t2", "payout", -28_980, 0, "po_1", "po_1")],
                [payout("po_1", 28_980)],
            ),
            NOON,
        )
    with unit() as session:
        make_approved_statements(session, now=NOON, actor_id=cast.manager)
        payouts = prepare_payouts(session, actor_id=cast.accountant, now=NOON).payout_ids
        assert [approve_payout(session, payout_id=p, actor_id=cast.manager, now=NOON).amount_won for p in payouts] == [
            24_360,
            5_340,
        ]
        bring_lines(session, [(NEXT_DAY, 28_980, "STRIPE"), (NEXT_DAY, -24_360, "한땀공방")], now=NEXT_DAY)
        assert len(match_automatically(session, now=NEXT_DAY)) == 2
    trail = trace(unit, made)
    assert (trail.paid_won, trail.makers_won, trail.commission_won, trail.vat_won, trail.discount_won, trail.card_fee_won) == (
        30_000,
        29_700,
        3_000,
        300,
        3_000,
        1_020,
    )
    maker_a, maker_b = trail.makers
    assert (maker_a.owed_won, maker_a.dong, maker_a.paid_on) == (24_360, "풍남동", date(2026, 11, 19))
    assert (maker_b.owed_won, maker_b.dong, maker_b.paid_on, maker_b.approved_at) == (5_340, "송천1동", None, NOON)
    assert trail.adds_up
    assert not trail.is_returned
    with unit() as session:
        refund_line(session, order_line_id=made.line_a, quantity=1, reason="마음이 바뀜", actor_id=cast.manager, now=NEXT_DAY)
        assert balance_of(session, accounts.vendor_debt(cast.vendor)) == 10_680
        assert sum(total.balance_won for total in trial_balance(session)) == 0
    trail = trace(unit, made)
    assert (trail.returned_won, trail.commission_won, trail.vat_won, trail.discount_won) == (10_800, 1_800, 180, 1_800)
    assert (trail.makers[0].owed_won, trail.makers[0].taken_back_won) == (13_680, 10_680)
    assert trail.is_returned
    assert trail.adds_up
    with unit() as session:
        booked = -sum_postings(session, account_prefix=accounts.COMMISSION)
        assert booked == trail.commission_won


def test_a_refund_before_the_confirmation_leaves_the_trail_whole(unit, cast, made):
    from shop.orders.fulfilment import confirm_purchase, ship

    with unit() as session:
        pay_by_card(session, made, now=NOON)
        ship(
            session,
            vendor_order_id=made.part_a,
            vendor_id=cast.vendor,
            courier="epost",
            tracking_number="1234567890123",
            actor_id=None,
            now=NOON,
        )
        refund_line(session, order_line_id=made.line_a, quantity=1, reason="흠", actor_id=cast.manager, now=NOON)
    trail = trace(unit, made)
    assert (trail.returned_won, trail.adds_up) == (10_800, True)
    with unit() as session:
        confirm_purchase(session, vendor_order_id=made.part_a, order_id=made.order_id, now=NOON)
        make_approved_statements(session, now=NOON, actor_id=cast.manager)
        (payout_id,) = prepare_payouts(session, actor_id=cast.accountant, now=NOON).payout_ids
        assert approve_payout(session, payout_id=payout_id, actor_id=cast.manager, now=NOON).amount_won == 13_680
    trail = trace(unit, made)
    assert (trail.makers[0].owed_won, trail.makers[0].taken_back_won, trail.adds_up) == (13_680, 0, True)


def test_a_canceled_order_leaves_nothing_with_anybody(unit, cast, made):
    with unit() as session:
        pay_by_card(session, made, now=NOON)
        cancel_order(session, order_id=made.order_id, reason="변심", actor_id=cast.shopper, now=NOON)
    trail = trace(unit, made)
    assert (trail.paid_won, trail.returned_won, trail.makers_won, trail.commission_won, trail.adds_up) == (
        30_000,
        30_000,
        0,
        0,
        True,
    )
    assert all(maker.is_canceled for maker in trail.makers)


def test_an_order_that_is_not_there_has_no_trail(unit):
    with unit() as session:
        assert trace_order(session, 99) is None
