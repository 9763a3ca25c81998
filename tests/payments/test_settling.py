"""Money comes: once, late, twice, too little, too much. No won is lost and nothing is settled twice."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shop.ledger import accounts
from shop.ledger.models import Posting
from shop.ledger.queries import balance_of
from shop.messages.models import Message
from shop.orders.models import FulfilmentState, Order, OrderState, VendorOrder
from shop.payments import counter, expiring
from shop.payments.models import Payment, PaymentMethod, PaymentState, Refund, RefundState
from shop.payments.opening import NotPayable, open_payment
from shop.payments.paying_back import fail_refund, pay_refund
from shop.payments.refunding import cancel_order
from shop.payments.rules import CardTooSmall
from shop.payments.settling import Outcome, PaymentGone, settle_payment
from shop.stock.models import StockLevel
from tests.makers import STRIPE, by_account, facts, pay

BANK = accounts.bank("jb1")


def reserved(session):
    return session.scalar(select(func.sum(StockLevel.reserved)))


def test_settling_pays_the_order_and_starts_the_makers_clock(makers, order, session, now):
    settled = pay(session, order, now)
    assert settled.outcome == Outcome.SETTLED
    row = session.get(Order, order.id)
    assert (row.state, row.paid_at) == (OrderState.PAID, now)
    parts = list(session.scalars(select(VendorOrder)))
    assert {part.state for part in parts} == {FulfilmentState.PREPARING}
    assert {part.ship_by.isoformat() for part in parts} == {"2026-11-23"}  # Wednesday and three business days
    sent = sorted(message.template for message in session.scalars(select(Message)))
    assert sent == ["order_placed", "payment_received", "vendor_new_order", "vendor_new_order"]


def test_settling_again_changes_nothing(order, session, now):
    pay(session, order, now)
    before = facts(session)
    assert pay(session, order, now).outcome == Outcome.ALREADY
    assert facts(session) == before


def test_money_that_comes_after_the_deadline_is_owed_back(order, session, now):
    expiring.expire_unpaid(session, now=now + timedelta(hours=2))
    late = pay(session, order, now + timedelta(hours=3))
    assert late.outcome == Outcome.LATE
    assert session.get(Order, order.id).state == OrderState.EXPIRED
    assert by_account(session, f"capture:{order.payment}") == {STRIPE: 30000, accounts.REFUNDS_DUE: -30000}
    refund = session.get(Refund, late.refund_id)
    assert (refund.amount_won, refund.state, refund.reason) == (30000, RefundState.DUE, "late")


def test_money_that_comes_twice_is_owed_back_once(order, session, now):
    card = order.payment
    transfer = open_payment(session, order_id=order.id, method=PaymentMethod.BANK_TRANSFER, now=now)
    assert session.get(Payment, card).state == PaymentState.CANCELED
    first = settle_payment(session, payment_id=transfer.id, amount_won=30000, asset_account=BANK, now=now)
    assert first.outcome == Outcome.SETTLED
    second = settle_payment(session, payment_id=card, amount_won=30000, asset_account=STRIPE, now=now)
    assert second.outcome == Outcome.SECOND
    assert balance_of(session, accounts.REFUNDS_DUE) == -30000
    assert balance_of(session, accounts.ORDERS_IN_PROGRESS) == -30000


def test_money_for_a_way_of_paying_that_was_left_still_pays_the_waiting_order(order, session, now):
    open_payment(session, order_id=order.id, method=PaymentMethod.BANK_TRANSFER, now=now)
    assert pay(session, order, now).outcome == Outcome.SETTLED
    states = {row.method: row.state for row in session.scalars(select(Payment))}
    assert states == {PaymentMethod.CARD: PaymentState.PAID, PaymentMethod.BANK_TRANSFER: PaymentState.CANCELED}


def test_too_little_money_pays_nothing_and_is_owed_back(order, session, now):
    short = pay(session, order, now, amount=29999)
    assert short.outcome == Outcome.SHORT
    assert session.get(Order, order.id).state == OrderState.AWAITING_PAYMENT
    assert balance_of(session, accounts.REFUNDS_DUE) == -29999
    assert balance_of(session, accounts.ORDERS_IN_PROGRESS) == 0


def test_too_much_money_pays_and_the_rest_is_owed_back(order, session, now):
    over = pay(session, order, now, amount=31000)
    assert over.outcome == Outcome.SETTLED_OVER
    assert session.get(Refund, over.refund_id).amount_won == 1000
    assert balance_of(session, accounts.REFUNDS_DUE) == -1000
    assert balance_of(session, accounts.ORDERS_IN_PROGRESS) == -30000


def test_an_unknown_payment_is_refused(order, session, now):
    before = facts(session)
    with pytest.raises(PaymentGone):
        settle_payment(session, payment_id=999, amount_won=1, asset_account=STRIPE, now=now)
    assert facts(session) == before


def test_unpaid_orders_lapse_after_their_deadline_and_free_their_goods(makers, order, session, now):
    assert expiring.expire_unpaid(session, now=now + timedelta(minutes=59)) == []
    assert reserved(session) == 5
    assert expiring.expire_unpaid(session, now=now + timedelta(minutes=61)) == [order.id]
    assert (session.get(Order, order.id).state, reserved(session)) == (OrderState.EXPIRED, 0)
    assert expiring.expire_unpaid(session, now=now + timedelta(minutes=62)) == []


def test_a_bank_transfer_waits_three_days_and_a_card_page_is_asked_about_first(order, session, now):
    session.get(Payment, order.payment).session_id = "cs_1"
    session.flush()
    assert expiring.expire_unpaid(session, now=now + timedelta(days=1)) == []
    assert [row.id for row in expiring.list_overdue_pages(session, now=now + timedelta(days=1))] == [order.payment]
    open_payment(session, order_id=order.id, method=PaymentMethod.BANK_TRANSFER, now=now)
    assert expiring.expire_unpaid(session, now=now + timedelta(days=3)) == []
    assert expiring.expire_unpaid(session, now=now + timedelta(days=4)) == [order.id]


def test_a_paid_order_never_lapses(order, session, now):
    pay(session, order, now)
    assert expiring.expire_unpaid(session, now=now + timedelta(days=30)) == []
    assert session.get(Order, order.id).state == OrderState.PAID


def test_an_order_that_ended_takes_no_new_payment(order, session, now):
    cancel_order(session, order_id=order.id, reason="shopper", now=now)
    before = facts(session)
    with pytest.raises(NotPayable):
        open_payment(session, order_id=order.id, method=PaymentMethod.BANK_TRANSFER, now=now)
    assert facts(session) == before


def test_a_card_does_not_pay_less_than_a_hundred_won(order, session, now):
    row = session.get(Order, order.id)
    row.goods_won, row.parcel_won, row.discount_won, row.total_won = 99, 0, 0, 99
    session.flush()
    with pytest.raises(CardTooSmall):
        open_payment(session, order_id=order.id, method=PaymentMethod.CARD, now=now)


@pytest.mark.parametrize(("tender", "account"), [
    (counter.Tender.CASH, accounts.drawer("1")), (counter.Tender.CARD_SLIP, accounts.acquirer("hall")),
    (counter.Tender.LOCAL_CURRENCY, accounts.LOCAL_CURRENCY)])
def test_the_counter_takes_the_whole_amount_into_its_own_account(cast, order, session, now, tender, account):
    for _ in range(2):
        taken = counter.take_payment(session, order_id=order.id, tender=tender, actor_id=cast.cashier, now=now)
    assert taken.outcome == Outcome.ALREADY
    assert balance_of(session, account) == 30000
    assert session.get(Order, order.id).state == OrderState.PAID


def test_a_refund_of_cash_waits_until_somebody_pays_it(cast, order, session, now):
    counter.take_payment(session, order_id=order.id, tender=counter.Tender.CASH, actor_id=cast.cashier, now=now)
    refunds = cancel_order(session, order_id=order.id, reason="shopper", now=now).refund_ids
    assert balance_of(session, accounts.REFUNDS_DUE) == -30000
    for refund_id in refunds:
        for _ in range(2):
            pay_refund(session, refund_id=refund_id, from_account=accounts.drawer("1"), actor_id=cast.cashier, now=now)
    assert balance_of(session, accounts.REFUNDS_DUE) == 0
    assert balance_of(session, accounts.drawer("1")) == 0


def test_a_card_refund_that_fails_days_later_is_still_owed_and_can_be_paid_otherwise(order, session, now):
    pay(session, order, now)
    refunds = cancel_order(session, order_id=order.id, reason="shopper", now=now).refund_ids
    for refund_id in refunds:
        pay_refund(session, refund_id=refund_id, from_account=STRIPE, actor_id=None, provider_id=f"re_{refund_id}", now=now)
    assert balance_of(session, STRIPE) == 0
    for _ in range(2):
        fail_refund(session, refund_id=refunds[0], why="lost_or_stolen_card", now=now)
    assert balance_of(session, STRIPE) == 24600
    assert balance_of(session, accounts.REFUNDS_DUE) == -24600
    pay_refund(session, refund_id=refunds[0], from_account=BANK, actor_id=None, now=now)
    assert balance_of(session, accounts.REFUNDS_DUE) == 0
    assert session.scalar(select(func.sum(Posting.amount_won))) == 0
