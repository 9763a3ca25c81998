"""Deliveries as the stand-in makes them, and what the adapter lets in: our processor's current events and nothing else."""

import json
import random
from datetime import timedelta
from typing import Any

import pytest

from shop.dev.stripe_double.courier import signature
from shop.payments.providers import ProviderEvent, WebhookRefused
from shop.payments.providers.stripe import API_VERSION, StripeProvider
from tests.payments.stripe.running import AT, SECRET_KEY, WEBHOOK_SECRET, Inbox, RunningDouble
from tests.payments.stripe.test_adapter import start

SALE = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]
NOW = int(AT.timestamp())
EVENT = {
    "id": "evt_1",
    "object": "event",
    "api_version": API_VERSION,
    "created": NOW - 72 * 3600,
    "livemode": False,
    "type": "checkout.session.completed",
    "data": {
        "object": {"id": "cs_1", "object": "checkout.session", "payment_intent": "pi_1", "metadata": {"order_number": "OG-1"}}
    },
}


@pytest.fixture
def alone(stripe_clock) -> StripeProvider:
    """An adapter that never calls anybody."""
    return StripeProvider(SECRET_KEY, WEBHOOK_SECRET, clock=stripe_clock.now)


def signed(event: Any, *, secret: str = WEBHOOK_SECRET, at: int = NOW) -> tuple[bytes, str]:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    return body, signature(body, secret, at)


def pay(double: RunningDouble, provider: StripeProvider, number: int = 1) -> str:
    session_id = start(provider, idempotency_key=f"checkout:{number}").session_id
    double.act(session_id)
    return session_id


def read(provider: StripeProvider, inbox: Inbox) -> list[ProviderEvent]:
    return [provider.parse_webhook(delivered.body, delivered.signature) for delivered in inbox.got]


def refusal_of(provider: StripeProvider, body: bytes, header: str | None) -> str:
    with pytest.raises(WebhookRefused) as refusal:
        provider.parse_webhook(body, header)
    return refusal.value.data["reason"]


# Delivery


def test_a_sale_is_told_by_signed_webhooks(stripe_double, provider, stripe_inbox):
    session_id = pay(stripe_double, provider)
    assert stripe_double.deliver() == {"delivered": 4, "failed": 0}
    events = read(provider, stripe_inbox)
    assert [event.type for event in events] == SALE
    assert (events[-1].session_id, events[-1].order_number) == (session_id, "OG-1")
    assert provider.get_checkout(session_id).intent_id == events[-1].intent_id
    assert stripe_double.deliver() == {"delivered": 0, "failed": 0}


def test_a_refused_delivery_comes_again_later_with_a_fresh_signature(stripe_double, provider, stripe_inbox, stripe_clock):
    pay(stripe_double, provider)
    stripe_inbox.answers = [500, 200, 302]
    assert stripe_double.deliver() == {"delivered": 2, "failed": 2}
    stripe_clock.advance(timedelta(hours=1))
    assert stripe_double.deliver() == {"delivered": 2, "failed": 0}
    first, again = (delivered for delivered in stripe_inbox.got if b"payment_intent.created" in delivered.body)
    assert (first.body == again.body, first.signature == again.signature) == (True, False)
    assert provider.parse_webhook(again.body, again.signature).type == "payment_intent.created"


def test_a_delivery_is_given_up_after_six_attempts(stripe_double, provider, stripe_inbox):
    start(provider)
    stripe_double.act(start(provider).session_id, "pay_lose_webhook")
    stripe_double.control("payout", settle=True)
    stripe_inbox.answers = [500] * 18
    rounds = [stripe_double.deliver() for _ in range(7)]
    assert rounds == [{"delivered": 0, "failed": 3}] * 6 + [{"delivered": 0, "failed": 0}]


def test_webhooks_are_duplicated_shuffled_and_dropped_as_dialled(stripe_double, provider, stripe_inbox):
    stripe_double.control("webhooks", duplicate=2, shuffle=7, drop=1)
    pay(stripe_double, provider)
    stripe_double.deliver()
    kinds = [event.type for event in read(provider, stripe_inbox)]
    assert sorted(kinds) == sorted(SALE[1:] * 3)
    assert kinds != SALE[1:] * 3
    assert len({event.id for event in read(provider, stripe_inbox)}) == 3


@pytest.mark.parametrize(
    ("tamper", "reason"),
    [("forged", "signature"), ("old", "too_old"), ("future", "future"), ("other_version", "api_version")],
)
def test_a_tampered_delivery_is_refused(stripe_double, provider, stripe_inbox, tamper, reason):
    stripe_double.control("webhooks", tamper=tamper)
    pay(stripe_double, provider)
    stripe_double.deliver()
    assert {refusal_of(provider, delivered.body, delivered.signature) for delivered in stripe_inbox.got} == {reason}


def test_webhooks_leave_by_themselves_unless_held(tmp_path, stripe_double, stripe_clock, stripe_inbox):
    double = RunningDouble(tmp_path / "alone", stripe_clock, webhook_url=stripe_inbox.url, deliver_alone=True)
    double.control("webhooks", hold=True)
    pay(double, double.provider())
    assert stripe_inbox.arrived.wait(0.3) is False
    double.control("webhooks")
    assert stripe_inbox.arrived.wait(10) is True
    double.close()


def test_an_expired_page_tells_the_shop_by_itself(stripe_double, provider, stripe_inbox, stripe_clock):
    start(provider)
    stripe_clock.advance(timedelta(hours=1))
    stripe_double.deliver()
    assert [event.type for event in read(provider, stripe_inbox)] == ["checkout.session.expired"]


# Proof


def test_an_old_event_with_a_fresh_signature_is_let_in(alone):
    event = alone.parse_webhook(*signed(EVENT))
    assert (event.id, event.type, event.object_kind, event.object_id) == (
        "evt_1", "checkout.session.completed", "checkout.session", "cs_1",
    )  # fmt: skip
    assert (event.session_id, event.intent_id, event.order_number) == ("cs_1", "pi_1", "OG-1")


def test_an_unknown_kind_of_event_is_let_in_for_its_reader_to_park(alone):
    event = alone.parse_webhook(*signed({**EVENT, "type": "brand.new", "data": {"object": {"object": "balance"}}}))
    assert (event.type, event.object_kind, event.object_id, event.intent_id) == ("brand.new", "balance", "", None)


@pytest.mark.parametrize(
    ("at", "reason"),
    [(NOW - 300, None), (NOW - 301, "too_old"), (NOW + 300, None), (NOW + 301, "future"), (0, "too_old")],
)
def test_a_signature_is_good_for_five_minutes_on_either_side(alone, at, reason):
    if reason is None:
        assert alone.parse_webhook(*signed(EVENT, at=at)).id == "evt_1"
    else:
        assert refusal_of(alone, *signed(EVENT, at=at)) == reason


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({**EVENT, "api_version": "2020-08-27"}, "api_version"),
        ({**EVENT, "api_version": None}, "api_version"),
        ({**EVENT, "livemode": True}, "livemode"),
        ({**EVENT, "livemode": None}, "livemode"),
        ({**EVENT, "object": "v2.core.event"}, "shape"),
        ({**EVENT, "data": {}}, "shape"),
        ({**EVENT, "data": {"object": []}}, "shape"),
        ({**EVENT, "created": "soon"}, "shape"),
        ({**EVENT, "created": 10**30}, "shape"),
        ([EVENT], "shape"),
        ("event", "shape"),
        (b"not json", "body"),
        (b"[" * 100_000, "body"),
        ("\ud800".encode("utf-8", "surrogatepass"), "body"),
    ],
)
def test_a_signed_body_that_is_no_event_of_ours_is_refused(alone, event, reason):
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    header = f"t={NOW},v1=0" if b"\xed\xa0" in body else signature(body, WEBHOOK_SECRET, NOW)
    assert refusal_of(alone, body, header) == reason


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (None, "header"),
        ("", "header"),
        ("t=1,v1=é", "header"),
        ("t=１,v1=0", "header"),
        ("v1=0," * 100_000, "header"),
        ("t=,v1=0", "signature"),
        ("t=soon,v1=0", "signature"),
        ("v1=0", "signature"),
        (f"t={NOW}", "signature"),
        (f"t={NOW},v0=0", "signature"),
        (f"t={NOW},v1=0", "signature"),
        ("=,=,=", "signature"),
        ("t", "signature"),
    ],
)
def test_a_broken_signature_header_is_refused_and_never_an_accident(alone, header, reason):
    assert refusal_of(alone, json.dumps(EVENT).encode(), header) == reason


def test_a_header_that_only_holds_somebody_elses_signature_is_refused(alone):
    body, header = signed(EVENT, secret="whsec_other")
    assert refusal_of(alone, body, header) == "signature"
    assert refusal_of(alone, body, header.replace("v1=", "v0=")) == "signature"


def test_a_second_date_in_the_header_does_not_make_an_old_signature_young(alone):
    body, header = signed(EVENT, at=NOW - 1000)
    assert refusal_of(alone, body, f"{header},t={NOW}") == "too_old"
    assert refusal_of(alone, body, f"t={NOW},{header}") == "signature"


def test_two_thousand_flipped_bits_are_refused(alone):
    dice = random.Random(20261118)
    body, header = signed(EVENT)
    for _ in range(1_000):
        assert refusal_of(alone, _flipped(body, dice), header)
        start_of_hash = header.index("v1=") + 3
        mutant = header[:start_of_hash].encode() + _flipped(header[start_of_hash:].encode(), dice)
        assert refusal_of(alone, body, mutant.decode("latin-1"))


def _flipped(data: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << dice.randrange(8))]) + data[place + 1 :]
