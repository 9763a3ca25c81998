"""The worked example of the books, walked through the use cases from the cart to a return after the payout, to the won."""

import pytest
from sqlalchemy import func, select

from shop.kernel.clock import seoul_day
from shop.ledger import accounts, queries
from shop.ledger.entries import Entry, credit, debit
from shop.ledger.models import Posting
from shop.ledger.posting import post_entry
from shop.orders.models import OrderLine
from shop.payments.models import Refund
from shop.payments.refunding import OverRefund, refund_line
from tests.makers import STRIPE, by_account, entry_of, facts, pay, send_and_confirm


def give_back(session, order, now, quantity=1, line=None, **more):
    return refund_line(session, order_line_id=line or order.line_a, quantity=quantity, reason="마음이 바뀜", actor_id=None,
                       now=now, **more)


def pay_out(session, makers, now):
    post_entry(session, Entry.of("payout:1", kind="payout", effective_on=seoul_day(now), lines=[
        debit(accounts.vendor_payable(makers.a), 24360, makers.a), credit(accounts.PAYOUTS_IN_TRANSIT, 24360)]), now=now)


def test_payment_holds_each_makers_money_apart(makers, order, session, now):
    pay(session, order, now)
    assert entry_of(session, f"capture:{order.payment}") == {
        (STRIPE, None): 30000, (accounts.ORDERS_IN_PROGRESS, makers.a): -24600, (accounts.ORDERS_IN_PROGRESS, makers.b): -5400}


def test_confirmation_credits_the_maker_and_the_commission(makers, order, session, now):
    pay(session, order, now)
    send_and_confirm(session, makers, order, now)
    assert by_account(session, f"confirm:{order.part_a}") == {
        accounts.ORDERS_IN_PROGRESS: 24600, accounts.PROMOTIONS: 2400, accounts.vendor_payable(makers.a): -24360,
        accounts.COMMISSION: -2400, accounts.VAT_OUTPUT: -240}
    assert by_account(session, f"confirm:{order.part_b}") == {
        accounts.ORDERS_IN_PROGRESS: 5400, accounts.PROMOTIONS: 600, accounts.vendor_payable(makers.b): -5340,
        accounts.COMMISSION: -600, accounts.VAT_OUTPUT: -60}
    assert queries.balance_of(session, accounts.ORDERS_IN_PROGRESS) == 0


def test_a_return_after_the_payout_becomes_the_makers_debt(makers, order, session, now):
    pay(session, order, now)
    send_and_confirm(session, makers, order, now)
    pay_out(session, makers, now)
    refund = give_back(session, order, now)
    assert by_account(session, f"refund:{refund.id}") == {
        accounts.vendor_debt(makers.a): 10680, accounts.COMMISSION: 1200, accounts.VAT_OUTPUT: 120,
        accounts.PROMOTIONS: -1200, STRIPE: -10800}
    assert (refund.amount_won, refund.net_won, refund.was_confirmed) == (10800, 10680, True)


def test_a_return_before_the_payout_reduces_what_is_owed(makers, order, session, now):
    pay(session, order, now)
    send_and_confirm(session, makers, order, now)
    refund = give_back(session, order, now)
    assert by_account(session, f"refund:{refund.id}") == {
        accounts.vendor_payable(makers.a): 10680, accounts.COMMISSION: 1200, accounts.VAT_OUTPUT: 120,
        accounts.PROMOTIONS: -1200, STRIPE: -10800}


def test_a_return_before_confirmation_comes_out_of_the_money_held_apart(makers, order, session, now):
    from shop.orders import fulfilment

    pay(session, order, now)
    fulfilment.ship(session, vendor_order_id=order.part_a, vendor_id=makers.a, courier="cj", tracking_number="123456789012",
                    actor_id=None, now=now)
    refund = give_back(session, order, now)
    assert by_account(session, f"refund:{refund.id}") == {accounts.ORDERS_IN_PROGRESS: 10800, STRIPE: -10800}
    fulfilment.confirm_purchase(session, vendor_order_id=order.part_a, order_id=order.id, now=now)
    assert by_account(session, f"confirm:{order.part_a}") == {
        accounts.ORDERS_IN_PROGRESS: 13800, accounts.PROMOTIONS: 1200, accounts.vendor_payable(makers.a): -13680,
        accounts.COMMISSION: -1200, accounts.VAT_OUTPUT: -120}


def test_a_payable_that_is_too_small_is_emptied_before_the_debt_begins(makers, order, session, now):
    pay(session, order, now)
    send_and_confirm(session, makers, order, now)
    post_entry(session, Entry.of("payout:1", kind="payout", effective_on=seoul_day(now), lines=[
        debit(accounts.vendor_payable(makers.a), 20000, makers.a), credit(accounts.PAYOUTS_IN_TRANSIT, 20000)]), now=now)
    refund = give_back(session, order, now)
    taken = by_account(session, f"refund:{refund.id}")
    assert (taken[accounts.vendor_payable(makers.a)], taken[accounts.vendor_debt(makers.a)]) == (4360, 6320)


def test_partial_refunds_equal_one_full_refund_to_the_won(makers, order, session, now):
    pay(session, order, now)
    send_and_confirm(session, makers, order, now)
    line = session.get(OrderLine, order.line_b)
    for _ in range(3):
        give_back(session, order, now, line=order.line_b)
    sums = session.execute(select(func.sum(Refund.amount_won), func.sum(Refund.discount_won), func.sum(Refund.commission_won),
                                  func.sum(Refund.commission_vat_won), func.sum(Refund.net_won))).one()
    assert tuple(sums) == (5400, line.discount_won, line.commission_won, line.commission_vat_won, line.net_won)


def test_more_units_than_are_left_are_refused(makers, order, session, now):
    pay(session, order, now)
    send_and_confirm(session, makers, order, now)
    give_back(session, order, now)
    before = facts(session)
    with pytest.raises(OverRefund):
        give_back(session, order, now, quantity=2)
    assert facts(session) == before


def test_the_same_key_is_one_refund(makers, order, session, now):
    pay(session, order, now)
    send_and_confirm(session, makers, order, now)
    first = give_back(session, order, now, key="form-1")
    before = facts(session)
    assert give_back(session, order, now, key="form-1").id == first.id
    assert facts(session) == before


def test_after_everything_the_books_sum_to_nothing(makers, order, session, now):
    pay(session, order, now)
    send_and_confirm(session, makers, order, now)
    pay_out(session, makers, now)
    give_back(session, order, now)
    assert session.scalar(select(func.sum(Posting.amount_won))) == 0
