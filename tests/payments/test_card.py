"""Talks with the processor: asked twice it opens one page; whoever says first that it is paid, the books are the same."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shop.kernel.db import unit_of_work
from shop.ledger import accounts
from shop.ledger.queries import balance_of
from shop.orders.models import Order, OrderState
from shop.payments import card as cards
from shop.payments.events import receive_event
from shop.payments.models import Payment, PaymentMethod, PaymentState, ProviderEvent, Refund, RefundState
from shop.payments.opening import open_payment
from shop.payments.providers import ProviderUnavailable
from shop.payments.refunding import cancel_order
from tests.fake_card import FakeCard, event
from tests.makers import STRIPE, facts

URL = "http://127.0.0.1:8000"


@pytest.fixture
def provider(app):
    with app.app_context():
        yield FakeCard()


def start(provider, order, now):
    return cards.start_card_payment(provider, payment_id=order.payment, public_url=URL, now=now)


def hear(provider, number, kind, now, **facts_of):
    body = {"session_id": "cs_1", **event(number, kind, **facts_of)}
    return receive_event(provider, provider.parse_webhook(json.dumps(body).encode(), "proven"), now=now)


def books():
    with unit_of_work() as session:
        return facts(session)


def row(table):
    with unit_of_work() as session:
        return session.scalars(select(table).order_by(table.id.desc()).limit(1)).one()


def balance(account):
    with unit_of_work() as session:
        return balance_of(session, account)


def test_starting_twice_opens_one_page_under_the_stored_key(provider, order, now):
    assert start(provider, order, now) == start(provider, order, now) == "https://checkout.stripe.com/c/cs_1"
    assert len(provider.asked) == 1
    payment = row(Payment)
    assert payment.session_id == "cs_1"
    assert provider.asked[0]["idempotency_key"] == payment.idempotency_key
    assert provider.asked[0]["expires_at"] == payment.pay_by


def test_an_answer_that_got_lost_is_asked_for_again_with_the_same_key(provider, order, now):
    provider.down = True
    with pytest.raises(ProviderUnavailable):
        start(provider, order, now)
    provider.down = False
    start(provider, order, now + timedelta(minutes=5))
    assert len(provider.by_key) == 1
    assert provider.asked[0]["expires_at"] - now == timedelta(minutes=60)


def test_a_page_that_closed_unpaid_is_followed_by_a_new_one(provider, order, now):
    start(provider, order, now)
    provider.expire_checkout("cs_1")
    assert start(provider, order, now + timedelta(minutes=10)).endswith("cs_2")
    assert row(Order).pay_by == now + timedelta(minutes=70)


def test_a_page_that_was_paid_leads_to_the_order(provider, order, now):
    start(provider, order, now)
    provider.pay("cs_1")
    assert start(provider, order, now) == f"{URL}/orders/{order.number}/{order.token}"
    assert row(Order).state == OrderState.PAID


@pytest.mark.parametrize("steps", [
    "land completed", "completed land", "expired completed land", "sweep completed expired", "completed completed2 land sweep",
    "land sweep expired completed2 completed", "completed2 expired sweep land completed land"])
def test_return_webhook_and_sweep_in_any_order_and_number_end_in_the_same_books(provider, order, now, steps):
    start(provider, order, now)
    provider.pay("cs_1")
    moves = {
        "land": lambda: cards.learn_checkout(provider, session_id="cs_1", now=now),
        "completed": lambda: hear(provider, 1, "checkout.session.completed", now),
        "completed2": lambda: hear(provider, 2, "checkout.session.completed", now),
        "expired": lambda: hear(provider, 3, "checkout.session.expired", now),
        "sweep": lambda: cards.close_overdue(provider, now=now + timedelta(hours=2)),
    }
    for step in steps.split() * 2:
        moves[step]()
    assert books()[-1] == [f"capture:{order.payment}"]
    assert balance(STRIPE) == 30000
    assert balance(accounts.ORDERS_IN_PROGRESS) == -30000
    assert (row(Order).state, row(Payment).state) == (OrderState.PAID, PaymentState.PAID)


def test_an_event_is_stored_once_and_only_its_ids(provider, order, now):
    start(provider, order, now)
    provider.pay("cs_1")
    assert hear(provider, 1, "checkout.session.completed", now, object_id="cs_1") == "settled"
    assert hear(provider, 1, "checkout.session.completed", now, object_id="cs_1") == "already handled"
    stored = row(ProviderEvent)
    assert (stored.kind, stored.outcome, stored.handled_at) == ("checkout.session.completed", "settled", now)
    assert set(stored.payload) == {"object", "object_id", "session_id", "intent_id", "order_number", "created_at"}


def test_an_unknown_kind_of_event_is_stored_and_ignored(provider, order, now):
    before = books()
    assert hear(provider, 1, "customer.created", now, session_id=None) == "ignored"
    assert books() == before
    assert row(ProviderEvent).outcome == "ignored"


def test_an_event_that_says_paid_of_a_page_that_is_not_changes_nothing(provider, order, now):
    start(provider, order, now)
    before = books()
    assert hear(provider, 1, "checkout.session.completed", now) == "nothing to take in"
    assert books() == before


def test_an_event_of_somebody_elses_page_changes_nothing(provider, order, now):
    before = books()
    assert hear(provider, 1, "checkout.session.completed", now, session_id="cs_9").startswith("unknown page")
    assert books() == before


def test_an_event_while_the_processor_is_down_is_tried_again(provider, order, now):
    start(provider, order, now)
    provider.pay("cs_1")
    provider.down = True
    with pytest.raises(ProviderUnavailable):
        hear(provider, 1, "checkout.session.completed", now)
    assert row(ProviderEvent).handled_at is None
    provider.down = False
    assert hear(provider, 1, "checkout.session.completed", now) == "settled"


def test_the_sweep_lets_an_unpaid_order_lapse_and_closes_its_page(provider, order, now):
    start(provider, order, now)
    assert cards.close_overdue(provider, now=now + timedelta(minutes=61)) == 1
    assert provider.pages["cs_1"].expired
    assert row(Order).state == OrderState.EXPIRED


def test_the_sweep_leaves_orders_alone_while_the_processor_is_down(provider, order, now):
    start(provider, order, now)
    provider.down = True
    assert cards.close_overdue(provider, now=now + timedelta(hours=2)) == 0
    assert row(Order).state == OrderState.AWAITING_PAYMENT


def test_a_page_whose_opening_was_never_answered_is_known_by_its_order(provider, order, now):
    start(provider, order, now)
    with unit_of_work() as session:
        session.get(Payment, order.payment).session_id = None
    provider.pay("cs_1")
    assert hear(provider, 1, "checkout.session.completed", now) == "settled"
    assert row(Payment).session_id == "cs_1"


def test_late_card_money_goes_straight_back(provider, order, now):
    start(provider, order, now)
    with unit_of_work() as session:
        cancel_order(session, order_id=order.id, reason="shopper", now=now)
    provider.pay("cs_1")
    cards.learn_checkout(provider, session_id="cs_1", now=now)
    refund = row(Refund)
    assert (refund.state, refund.provider_id, refund.amount_won) == (RefundState.SENT, "re_1", 30000)
    assert balance(STRIPE) == balance(accounts.REFUNDS_DUE) == 0


def test_a_refund_while_the_processor_is_down_stays_due_and_is_sent_by_the_sweep(provider, order, now):
    start(provider, order, now)
    provider.pay("cs_1")
    cards.learn_checkout(provider, session_id="cs_1", now=now)
    with unit_of_work() as session:
        refunds = cancel_order(session, order_id=order.id, reason="shopper", now=now).refund_ids
    provider.down = True
    assert cards.send_due_refunds(provider, now=now) == 0
    provider.down = False
    assert cards.send_due_refunds(provider, now=now) == len(refunds) == 2
    assert cards.send_due_refunds(provider, now=now) == 0
    assert len(provider.refunds) == 2


def test_a_refund_that_the_processor_refuses_is_still_owed(provider, order, now):
    start(provider, order, now)
    provider.pay("cs_1")
    cards.learn_checkout(provider, session_id="cs_1", now=now)
    with unit_of_work() as session:
        refund_id = cancel_order(session, order_id=order.id, reason="shopper", now=now).refund_ids[0]
    provider.refuse_refunds = True
    assert cards.send_refund(provider, refund_id=refund_id, now=now) == RefundState.FAILED
    assert balance(accounts.REFUNDS_DUE) == -24600
    assert balance(STRIPE) == 24600


def test_a_refund_that_comes_back_days_later_is_learnt_from_its_event(provider, order, now):
    start(provider, order, now)
    provider.pay("cs_1")
    cards.learn_checkout(provider, session_id="cs_1", now=now)
    with unit_of_work() as session:
        refund_id = cancel_order(session, order_id=order.id, reason="shopper", now=now).refund_ids[0]
    cards.send_refund(provider, refund_id=refund_id, now=now)
    provider.fail_refund("re_1")
    for number in (7, 7, 8):
        hear(provider, number, "refund.failed", now, object_kind="refund", object_id="re_1", session_id=None)
    assert balance(accounts.REFUNDS_DUE) == -24600
    with unit_of_work() as session:
        assert session.get(Refund, refund_id).state == RefundState.FAILED


def test_another_way_of_paying_after_the_card_page_was_left(provider, order, now):
    start(provider, order, now)
    with unit_of_work() as session:
        payment = session.get(Payment, order.payment)
    assert cards.close_page(provider, payment=payment, now=now) is None
    with unit_of_work() as session:
        transfer = open_payment(session, order_id=order.id, method=PaymentMethod.BANK_TRANSFER, now=now)
        assert session.get(Payment, order.payment).state == PaymentState.EXPIRED
        assert session.scalar(select(func.count()).select_from(Payment)) == 2
        assert session.get(Order, order.id).pay_by == transfer.pay_by
