"""The adapter over real loopback HTTP: success first, then every way a processor can say no or say nothing."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shop.payments.providers import CardDeclined, CheckoutStart, ProviderRejected, ProviderUnavailable
from shop.payments.providers import stripe as adapter
from shop.payments.providers import stripe_reading as reading
from shop.payments.providers.stripe import StripeProvider
from tests.payments.stripe.running import AT, SECRET_KEY, WEBHOOK_SECRET, RunningDouble


def start(provider: StripeProvider, **changes: Any) -> CheckoutStart:
    asked = {
        "order_number": "OG-1",
        "amount_won": 30_000,
        "idempotency_key": "checkout:1",
        "success_url": "http://127.0.0.1:9/pay/return?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/cart",
        "expires_at": AT + timedelta(minutes=40),
        "locale": "ko",
        "description": "온고을장터 주문 OG-1",
    }
    return provider.start_checkout(**{**asked, **changes})


def sell(double: RunningDouble, provider: StripeProvider, amount_won: int = 30_000, number: int = 1) -> str:
    """A paid checkout; its intent."""
    started = start(provider, amount_won=amount_won, idempotency_key=f"checkout:{number}")
    double.act(started.session_id)
    intent = provider.get_checkout(started.session_id).intent_id
    assert intent
    return intent


def sessions(double: RunningDouble) -> list[Any]:
    return double.call("GET", "/v1/checkout/sessions").json()["data"]


def test_a_checkout_is_opened_paid_and_read_back_in_whole_won(stripe_double, provider):
    started = start(provider)
    before = provider.get_checkout(started.session_id)
    stripe_double.act(started.session_id)
    after = provider.get_checkout(started.session_id)
    assert started.url == f"{stripe_double.base_url}/pay/{started.session_id}"
    assert (before.open, before.paid, before.intent_id, before.charge_id) == (True, False, None, None)
    assert (after.paid, after.expired, after.open, after.amount_won, after.order_number) == (True, False, False, 30_000, "OG-1")
    assert (after.intent_id or "").startswith("pi_")
    assert (after.charge_id or "").startswith("ch_")


def test_nothing_but_the_order_number_is_written_on_the_payment(stripe_double, provider, stripe_contract):
    started = start(provider)
    stripe_double.act(started.session_id)
    intent = stripe_double.call("GET", f"/v1/payment_intents/{provider.get_checkout(started.session_id).intent_id}").json()
    assert intent["metadata"] == {"order_number": "OG-1"}
    assert stripe_contract.keys == ["checkout:1"]


def test_a_label_that_could_be_personal_is_refused_before_it_is_sent(stripe_double, provider):
    with pytest.raises(AssertionError, match="personal"):
        start(provider, metadata={"buyer": "김전주"})
    assert sessions(stripe_double) == []


def test_the_same_checkout_asked_for_twice_is_one_checkout(stripe_double, provider):
    assert start(provider) == start(provider)
    assert len(sessions(stripe_double)) == 1


def test_a_key_used_again_with_another_amount_is_rejected(provider):
    start(provider)
    with pytest.raises(ProviderRejected) as refusal:
        start(provider, amount_won=31_000)
    assert refusal.value.data["provider_code"] == "idempotency_key_reused"


def test_a_checkout_that_would_close_too_soon_is_rejected(stripe_double, provider):
    with pytest.raises(ProviderRejected) as refusal:
        start(provider, expires_at=AT + timedelta(minutes=29))
    assert refusal.value.data["param"] == "expires_at"
    assert sessions(stripe_double) == []


def test_a_language_stripe_is_not_asked_for_is_left_to_the_browser(stripe_double, provider):
    start(provider, locale="de")
    assert sessions(stripe_double)[0]["locale"] == "auto"


def test_a_declined_attempt_is_neither_paid_nor_expired(stripe_double, provider):
    started = start(provider)
    stripe_double.act(started.session_id, "decline")
    status = provider.get_checkout(started.session_id)
    assert (status.open, status.paid, status.charge_id) == (True, False, None)


def test_expiring_closes_the_page_and_says_paid_when_the_shopper_was_faster(stripe_double, provider):
    slow, fast = start(provider), start(provider, idempotency_key="checkout:2")
    stripe_double.act(fast.session_id)
    assert [provider.expire_checkout(slow.session_id).expired for _ in range(2)] == [True, True]
    assert provider.expire_checkout(fast.session_id).paid is True
    stripe_double.act(slow.session_id)
    assert provider.get_checkout(slow.session_id).paid is False


@pytest.mark.parametrize("method", ["get_checkout", "expire_checkout", "get_refund"])
def test_an_unknown_id_is_rejected(provider, method):
    with pytest.raises(ProviderRejected) as refusal:
        getattr(provider, method)("nothing")
    assert refusal.value.data["provider_code"] == "resource_missing"


@pytest.mark.parametrize("method", ["get_checkout", "expire_checkout", "get_refund"])
def test_an_empty_id_never_leaves_the_shop(provider, method, stripe_contract):
    with pytest.raises(AssertionError):
        getattr(provider, method)("")
    assert stripe_contract.seen == []


def test_refunds_are_made_read_and_listed(stripe_double, provider):
    intent = sell(stripe_double, provider)
    first = provider.refund(intent_id=intent, amount_won=10_800, idempotency_key="refund:1", reason="requested_by_customer")
    again = provider.refund(intent_id=intent, amount_won=10_800, idempotency_key="refund:1", reason="requested_by_customer")
    second = provider.refund(intent_id=intent, amount_won=19_200, idempotency_key="refund:2", reason="duplicate")
    assert (first, first.amount_won, first.status, first.intent_id) == (again, 10_800, "succeeded", intent)
    assert list(provider.list_refunds(intent)) == [second, first]


def test_more_than_what_is_left_is_not_refunded(stripe_double, provider):
    intent = sell(stripe_double, provider)
    with pytest.raises(ProviderRejected) as refusal:
        provider.refund(intent_id=intent, amount_won=30_001, idempotency_key="refund:1", reason="duplicate")
    assert refusal.value.data["provider_code"] == "amount_too_large"
    assert list(provider.list_refunds(intent)) == []


def test_a_refund_that_fails_days_later_says_so(stripe_double, provider):
    intent = sell(stripe_double, provider)
    refund = provider.refund(intent_id=intent, amount_won=500, idempotency_key="refund:1", reason="duplicate")
    stripe_double.control(f"refunds/{refund.refund_id}/fail")
    failed = provider.get_refund(refund.refund_id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")


def test_balance_rows_payouts_and_balance_agree_to_the_won(stripe_double, provider, monkeypatch):
    monkeypatch.setattr(adapter, "PAGE", 2)
    for number, amount in enumerate((30_000, 5_000, 12_340)):
        intent = sell(stripe_double, provider, amount, number)
    provider.refund(intent_id=intent, amount_won=2_340, idempotency_key="refund:1", reason="requested_by_customer")
    rows = list(provider.list_balance_rows())
    balance = provider.balance()
    stripe_double.control("payout", settle=True)
    (payout,) = provider.list_payouts()
    paid_out = list(provider.list_balance_rows(payout=payout.id))
    assert [row.type for row in rows] == ["refund", "charge", "charge", "charge"]
    assert all(row.net_won == row.gross_won - row.fee_won for row in rows)
    assert sum(row.net_won for row in rows) == balance.total_won == payout.amount_won
    assert (payout.status, payout.automatic, payout.itemised) == ("paid", True, True)
    assert {row.payout_id for row in paid_out} == {payout.id}
    assert sum(row.net_won for row in paid_out) == 0
    assert [row for row in paid_out if row.type != "payout"] == [
        row.__class__(**{**{name: getattr(row, name) for name in row.__slots__}, "payout_id": payout.id, "available_on": AT})
        for row in rows
    ]
    assert provider.balance().total_won == 0


def test_rows_payouts_and_events_are_asked_for_since_an_instant(stripe_double, provider, stripe_clock):
    sell(stripe_double, provider)
    stripe_double.control("payout", settle=True)
    stripe_clock.advance(timedelta(days=1))
    since = stripe_clock.now()
    assert list(provider.list_balance_rows(since=since)) == []
    assert list(provider.list_payouts(since=since)) == []
    assert list(provider.list_events(since=since)) == []
    assert len(list(provider.list_payouts(since=AT))) == 1


def test_events_catch_up_with_a_lost_webhook(stripe_double, provider):
    started = start(provider)
    stripe_double.act(started.session_id, "pay_lose_webhook")
    events = {event.type: event for event in provider.list_events(since=AT)}
    completed = events["checkout.session.completed"]
    assert (completed.session_id, completed.order_number, completed.created_at) == (started.session_id, "OG-1", AT)
    assert completed.intent_id == events["payment_intent.succeeded"].intent_id == events["charge.succeeded"].intent_id
    assert stripe_double.deliver() == {"delivered": 0, "failed": 0}


def test_money_of_another_currency_is_refused_and_never_converted():
    row = {"id": "txn_1", "currency": "usd", "amount": 100, "fee": 3, "net": 97}
    with pytest.raises(ProviderRejected) as refusal:
        reading.row_of(row, None)
    assert refusal.value.data["provider_code"] == "currency_not_krw"


# Faults

CALLS: dict[str, Callable[[StripeProvider], Any]] = {
    "POST /dev/stripe/v1/checkout/sessions": lambda provider: start(provider),
    "GET /dev/stripe/v1/balance_transactions": lambda provider: list(provider.list_balance_rows()),
    "GET /dev/stripe/v1/balance": lambda provider: provider.balance(),
}


@pytest.mark.parametrize("kind", ["500", "502", "409", "cut", "drop"])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_a_fault_that_passes_is_not_noticed_and_the_work_is_done_once(stripe_double, provider, kind, call):
    stripe_double.control("faults", kind=kind, times=2)
    call(provider)
    assert len(sessions(stripe_double)) in (0, 1)


@pytest.mark.parametrize("kind", ["500", "502", "409", "429", "cut", "drop"])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_a_fault_that_stays_is_called_unavailable_and_the_same_key_finishes_later(stripe_double, provider, kind, call):
    stripe_double.control("faults", kind=kind, times=3)
    with pytest.raises(ProviderUnavailable):
        call(provider)
    stripe_double.control("reset")
    call(provider)
    assert len(sessions(stripe_double)) in (0, 1)


def test_an_answer_lost_after_the_work_does_not_refund_twice(stripe_double, provider):
    intent = sell(stripe_double, provider)
    stripe_double.control("faults", kind="drop", times=3, match="POST")
    with pytest.raises(ProviderUnavailable):
        provider.refund(intent_id=intent, amount_won=1_000, idempotency_key="refund:1", reason="duplicate")
    provider.refund(intent_id=intent, amount_won=1_000, idempotency_key="refund:1", reason="duplicate")
    assert len(list(provider.list_refunds(intent))) == 1


def test_a_limit_on_calls_is_not_answered_with_more_calls(stripe_double, provider, stripe_contract):
    stripe_double.control("faults", kind="429", times=5)
    with pytest.raises(ProviderUnavailable):
        provider.balance()
    assert len(stripe_contract.seen) == 1


def test_a_caller_who_has_waited_is_not_made_to_wait_for_another_attempt(stripe_double, provider, stripe_contract, monkeypatch):
    monkeypatch.setattr(adapter, "RETRY_WINDOW_SECONDS", -1)
    stripe_double.control("faults", kind="500", times=1)
    with pytest.raises(ProviderUnavailable):
        provider.balance()
    assert len(stripe_contract.seen) == 1


def test_a_silent_processor_is_given_up_on_well_before_the_worker_is(stripe_double, monkeypatch):
    monkeypatch.setattr(adapter, "READ_SECONDS", 0.2)
    monkeypatch.setattr(adapter, "RETRY_WINDOW_SECONDS", 0.1)
    stripe_double.control("faults", kind="delay", seconds=1, times=3)
    began = time.monotonic()
    with pytest.raises(ProviderUnavailable):
        stripe_double.provider().balance()
    assert time.monotonic() - began < 1
    assert adapter.CONNECT_SECONDS + adapter.READ_SECONDS < 8


def test_a_declined_card_is_named(stripe_double, provider):
    stripe_double.control("faults", kind="402")
    with pytest.raises(CardDeclined) as refusal:
        start(provider)
    assert refusal.value.data["decline_code"] == "generic_decline"


def test_a_wrong_key_is_unavailable_to_the_shopper(stripe_double):
    stranger = StripeProvider("sk_test_other", WEBHOOK_SECRET, api_base=stripe_double.base_url)
    with pytest.raises(ProviderUnavailable):
        stranger.balance()
    stranger.close()


def test_nobody_listening_is_unavailable(stripe_double):
    nobody = StripeProvider(SECRET_KEY, WEBHOOK_SECRET, api_base="http://127.0.0.1:1")
    with pytest.raises(ProviderUnavailable):
        nobody.balance()
    nobody.close()


def test_instants_are_utc():
    assert reading.moment(1_763_434_800) == datetime(2025, 11, 18, 3, 0, tzinfo=UTC)
