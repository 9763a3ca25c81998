"""A card order against the stand-in for Stripe over real HTTP: paid on its page, told by its signed webhooks, refunded there."""

import re

import pytest
from sqlalchemy import select

from shop.kernel import clock
from shop.ledger import accounts
from shop.ledger.queries import balance_of
from shop.orders.models import Order, OrderState
from shop.payments.models import Payment, ProviderEvent, Refund, RefundState
from tests.blueprints.cart.conftest import FORM
from tests.makers import makers  # noqa: F401
from tests.payments.stripe.running import Inbox, RunningDouble


@pytest.fixture
def inbox():
    box = Inbox()
    yield box
    box.close()


@pytest.fixture
def double(app, tmp_path, inbox):
    running = RunningDouble(tmp_path, clock._clock, webhook_url=inbox.url)
    app.extensions["card_provider"] = running.provider()
    yield running
    app.extensions.pop("card_provider")
    running.close()


@pytest.fixture
def page(client, makers, double):  # noqa: F811
    """Order by card; the id of the page the shopper was sent to."""
    client.post("/cart/lines", data={"variant_id": makers.notebook, "quantity": 2, "way": "parcel"})
    html = client.get("/checkout").text
    hidden = dict(re.findall(r'name="(cart|expected_total)"[^>]*value="([^"]*)"', html))
    answer = client.post("/checkout", data={**hidden, **FORM, "method": "card"})
    assert answer.location.startswith(double.base_url)
    return answer.location.rsplit("/", 1)[1].split("?")[0]


def tell(client, double, inbox):
    """Pass every webhook that the stand-in has sent on to the shop, twice; the statuses of the answers."""
    double.deliver()
    got, inbox.got = inbox.got, []
    return {client.post("/webhooks/stripe", data=one.body, headers={"Stripe-Signature": one.signature}).status_code
            for one in got * 2}


def state(unit):
    with unit() as session:
        return session.scalars(select(Order)).one().state


def test_paid_on_the_page_and_told_by_webhook_only(client, double, inbox, page, unit):
    double.act(page, "pay_and_close")
    assert state(unit) == OrderState.AWAITING_PAYMENT
    assert tell(client, double, inbox) == {200}
    assert state(unit) == OrderState.PAID
    with unit() as session:
        payment = session.scalars(select(Payment)).one()
        assert payment.intent_id
        assert payment.charge_id
        assert balance_of(session, accounts.processor("stripe")) == 27000
        assert "settled" in {row.outcome for row in session.scalars(select(ProviderEvent))}


def test_paid_on_the_page_with_the_webhook_lost_and_told_by_the_return(client, double, page, unit):
    answer = double.act(page, "pay_lose_webhook")
    assert f"session_id={page}" in answer.headers["Location"]
    client.get(f"/pay/return?session_id={page}")
    assert state(unit) == OrderState.PAID


def test_declined_and_paid_after_all(client, double, inbox, page, unit):
    double.act(page, "decline")
    tell(client, double, inbox)
    assert state(unit) == OrderState.AWAITING_PAYMENT
    double.act(page, "pay")
    client.get(f"/pay/return?session_id={page}")
    tell(client, double, inbox)
    assert state(unit) == OrderState.PAID
    with unit() as session:
        assert balance_of(session, accounts.processor("stripe")) == 27000


def test_canceled_after_payment_and_refunded_there(client, double, inbox, page, unit):
    double.act(page, "pay")
    client.get(f"/pay/return?session_id={page}")
    with unit() as session:
        order = session.scalars(select(Order)).one()
    client.post(f"/orders/{order.number}/{order.token}/cancel")
    assert tell(client, double, inbox) == {200}
    with unit() as session:
        refund = session.scalars(select(Refund)).one()
        assert (refund.state, refund.amount_won) == (RefundState.SENT, 27000)
        assert refund.provider_id.startswith("re_")
        assert balance_of(session, accounts.processor("stripe")) == 0


def test_the_page_cannot_be_paid_once_the_order_was_canceled(client, double, page, unit):
    with unit() as session:
        order = session.scalars(select(Order)).one()
    client.post(f"/orders/{order.number}/{order.token}/cancel")
    double.act(page, "pay")
    client.get(f"/pay/return?session_id={page}")
    assert state(unit) == OrderState.CANCELED
    with unit() as session:
        assert balance_of(session, accounts.processor("stripe")) == 0
