"""Deliveries of the processor: proven ones are looked into once, forged ones refused, lost ones asked for again."""

import json

import pytest
from sqlalchemy import func, select

from shop.kernel.db import unit_of_work
from shop.orders.models import Order, OrderState
from shop.payments import card as cards
from shop.payments.models import ProviderEvent
from tests.fake_card import FakeCard, event
from tests.makers import facts, makers, order  # noqa: F401


@pytest.fixture
def card(app):
    app.extensions["card_provider"] = fake = FakeCard()
    yield fake
    app.extensions.pop("card_provider")


@pytest.fixture
def open_page(app, card, order, now):  # noqa: F811
    with app.app_context():
        cards.start_card_payment(card, payment_id=order.payment, public_url="http://127.0.0.1", now=now)
    return order


def deliver(client, body, signature="proven"):
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/webhooks/stripe", data=text, headers={"Stripe-Signature": signature} if signature else {})


def test_receive_settles_what_was_paid(client, card, open_page, unit):
    card.pay("cs_1")
    answer = deliver(client, event(1, "checkout.session.completed", session_id="cs_1"))
    assert (answer.status_code, answer.json["outcome"]) == (200, "settled")
    with unit() as session:
        assert session.scalars(select(Order)).one().state == OrderState.PAID


def test_receive_twice_changes_nothing_twice(client, card, open_page, unit):
    card.pay("cs_1")
    body = event(1, "checkout.session.completed", session_id="cs_1")
    deliver(client, body)
    with unit() as session:
        before = facts(session)
    assert deliver(client, body).json["outcome"] == "already handled"
    with unit() as session:
        assert facts(session) == before
        assert session.scalar(select(func.count()).select_from(ProviderEvent)) == 1


@pytest.mark.parametrize("signature", ["forged", "", None])
def test_receive_refuses_what_is_not_proven(client, card, open_page, unit, signature):
    card.pay("cs_1")
    assert deliver(client, event(1, "checkout.session.completed", session_id="cs_1"), signature).status_code == 400
    with unit() as session:
        assert session.scalars(select(Order)).one().state == OrderState.AWAITING_PAYMENT
        assert session.scalar(select(func.count()).select_from(ProviderEvent)) == 0


def test_receive_without_a_fake_refuses_a_forged_signature(client):
    assert deliver(client, b"{}", "t=1,v1=abc").status_code == 400
    assert deliver(client, b"\xff\xfe", "t=1,v1=abc").status_code == 400


def test_receive_while_the_processor_is_down_asks_to_send_again(client, card, open_page, unit):
    card.pay("cs_1")
    card.down = True
    body = event(1, "checkout.session.completed", session_id="cs_1")
    assert deliver(client, body).status_code == 503
    card.down = False
    assert deliver(client, body).json["outcome"] == "settled"


def test_receive_needs_no_form_token(app, client, card, open_page):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert deliver(client, event(1, "customer.created")).status_code == 200
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_receive_stores_unknown_kinds_and_ignores_them(app, client, card, open_page):
    assert deliver(client, event(1, "customer.created")).json["outcome"] == "ignored"
    with app.app_context(), unit_of_work() as session:
        assert session.scalars(select(ProviderEvent)).one().kind == "customer.created"
