"""The stand-in's states, balance and payouts; the shape of its answers; where it refuses to start."""

import ast
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import stripe
from stripe import checkout

from shop.dev import stripe_double as package
from shop.dev.stripe_double import EnvironmentRefused, LiveKeyRefused, PublicAddressRefused, create_double
from shop.dev.stripe_double.objects import fee_won
from shop.kernel.clock import FixedClock
from tests.payments.stripe.running import AT, SECRET_KEY, WEBHOOK_SECRET, RunningDouble
from tests.payments.stripe.sessions import error_of, look, open_session, paid_session

# States


def test_only_an_open_session_can_be_expired(stripe_double):
    session = open_session(stripe_double)
    expired = stripe_double.call("POST", f"/v1/checkout/sessions/{session['id']}/expire")
    again = stripe_double.call("POST", f"/v1/checkout/sessions/{session['id']}/expire")
    paid = stripe_double.call("POST", f"/v1/checkout/sessions/{paid_session(stripe_double)['id']}/expire")
    assert expired.json()["status"] == "expired"
    assert (again.status_code, paid.status_code) == (400, 400)


def test_an_intent_of_a_hosted_page_cannot_be_canceled_by_itself(stripe_double):
    session = open_session(stripe_double)
    stripe_double.act(session["id"], "decline")
    intent = look(stripe_double, f"/v1/checkout/sessions/{session['id']}")["payment_intent"]
    answer = stripe_double.call("POST", f"/v1/payment_intents/{intent}/cancel")
    assert (answer.status_code, error_of(answer)["code"]) == (400, "payment_intent_unexpected_state")
    stripe_double.call("POST", f"/v1/checkout/sessions/{session['id']}/expire")
    assert look(stripe_double, f"/v1/payment_intents/{intent}")["status"] == "canceled"


def test_refunds_may_be_partial_and_never_exceed_the_charge(stripe_double):
    intent = paid_session(stripe_double)["payment_intent"]["id"]
    first = stripe_double.call("POST", "/v1/refunds", payment_intent=intent, amount="10800", reason="requested_by_customer")
    over = stripe_double.call("POST", "/v1/refunds", payment_intent=intent, amount="19201")
    rest = stripe_double.call("POST", "/v1/refunds", payment_intent=intent)
    none_left = stripe_double.call("POST", "/v1/refunds", payment_intent=intent)
    rows = look(stripe_double, "/v1/balance_transactions", type="refund")["data"]
    assert (first.json()["amount"], rest.json()["amount"]) == (10_800, 19_200)
    assert (error_of(over)["code"], error_of(none_left)["code"]) == ("amount_too_large", "charge_already_refunded")
    assert [(row["net"], row["fee"]) for row in rows] == [(-19_200, 0), (-10_800, 0)]
    assert look(stripe_double, f"/v1/charges/{first.json()['charge']}")["refunded"] is True


def test_an_unpaid_intent_cannot_be_refunded(stripe_double):
    session = open_session(stripe_double)
    stripe_double.act(session["id"], "decline")
    intent = look(stripe_double, f"/v1/checkout/sessions/{session['id']}")["payment_intent"]
    answer = stripe_double.call("POST", "/v1/refunds", payment_intent=intent)
    assert error_of(answer)["code"] == "payment_intent_unexpected_state"


def test_a_refund_that_fails_later_returns_its_money_to_the_balance(stripe_double):
    intent = paid_session(stripe_double)["payment_intent"]["id"]
    refund = stripe_double.call("POST", "/v1/refunds", payment_intent=intent, amount="10000").json()
    failed = stripe_double.control(f"refunds/{refund['id']}/fail")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "expired_or_canceled_card")
    assert sum(row["net"] for row in look(stripe_double, "/v1/balance_transactions")["data"]) == 28_980
    assert look(stripe_double, f"/v1/charges/{refund['charge']}")["amount_refunded"] == 0


# Balance and payouts


def test_a_charge_is_pending_for_two_days_then_available(stripe_double, stripe_clock):
    paid_session(stripe_double)
    before = look(stripe_double, "/v1/balance")
    stripe_clock.advance(timedelta(days=2))
    after = look(stripe_double, "/v1/balance")
    assert (before["available"][0]["amount"], before["pending"][0]["amount"]) == (0, 28_980)
    assert (after["available"][0]["amount"], after["pending"][0]["amount"]) == (28_980, 0)


def test_an_automatic_payout_takes_what_is_available_and_its_rows_sum_to_zero(stripe_double, stripe_clock):
    intent = paid_session(stripe_double)["payment_intent"]["id"]
    stripe_double.call("POST", "/v1/refunds", payment_intent=intent, amount="10800")
    stripe_clock.advance(timedelta(days=2))
    paid_session(stripe_double, 5_000)
    payout = stripe_double.control("payout")
    rows = look(stripe_double, "/v1/balance_transactions", payout=payout["id"])["data"]
    assert (payout["amount"], payout["status"], payout["reconciliation_status"]) == (18_180, "paid", "completed")
    assert [(row["type"], row["net"]) for row in rows] == [("payout", -18_180), ("refund", -10_800), ("charge", 28_980)]
    assert look(stripe_double, "/v1/balance")["pending"][0]["amount"] == 5_000 - fee_won(5_000)
    kinds = [event["type"] for event in look(stripe_double, "/v1/events", limit=3)["data"]]
    assert kinds == ["payout.reconciliation_completed", "payout.paid", "payout.created"]


def test_a_payout_of_everything_settles_pending_money_first(stripe_double):
    paid_session(stripe_double)
    assert stripe_double.control("payout", settle=True)["amount"] == 28_980
    assert look(stripe_double, "/v1/balance")["available"][0]["amount"] == 0


def test_a_payout_of_nothing_is_refused(stripe_double):
    with pytest.raises(AssertionError, match="balance_insufficient"):
        stripe_double.control("payout")


def test_a_paid_payout_may_still_fail_and_its_money_goes_out_with_the_next(stripe_double):
    paid_session(stripe_double)
    payout = stripe_double.control("payout", settle=True)
    failed = stripe_double.control(f"payouts/{payout['id']}/fail")
    again = stripe_double.control("payout")
    assert (failed["status"], failed["failure_code"]) == ("failed", "account_closed")
    assert again["amount"] == payout["amount"]


def test_lists_are_newest_first_and_pages_join_without_a_gap(stripe_double):
    for _ in range(5):
        paid_session(stripe_double)
    whole = [row["id"] for row in look(stripe_double, "/v1/balance_transactions")["data"]]
    first = look(stripe_double, "/v1/balance_transactions", limit=2)
    second = look(stripe_double, "/v1/balance_transactions", limit=2, starting_after=whole[1])
    back = look(stripe_double, "/v1/balance_transactions", limit=2, ending_before=whole[3])
    assert ([row["id"] for row in first["data"]], first["has_more"]) == (whole[:2], True)
    assert ([row["id"] for row in second["data"]], second["has_more"]) == (whole[2:4], True)
    assert ([row["id"] for row in back["data"]], back["has_more"]) == (whole[1:3], True)


def test_lists_are_bounded_in_time(stripe_double, stripe_clock):
    paid_session(stripe_double)
    stripe_clock.advance(timedelta(hours=1))
    paid_session(stripe_double, 5_000)
    since = int(stripe_clock.now().timestamp())
    rows = look(stripe_double, "/v1/balance_transactions", **{"created[gte]": since})["data"]
    older = look(stripe_double, "/v1/balance_transactions", **{"created[lt]": since})["data"]
    assert ([row["amount"] for row in rows], [row["amount"] for row in older]) == ([5_000], [30_000])


# Shape, state, start


def _faults(raw: Any, kind: type, path: str) -> list[str]:
    """Required fields of an SDK class that are absent, and fields it does not know."""
    known = {name: hint for name, hint in kind.__annotations__.items() if name != "OBJECT_NAME"}
    needed = {name for name, hint in known.items() if not re.search("Optional|NoneType", str(hint))}
    faults = [f"{path}.{name} is missing" for name in needed - raw.keys()]
    faults += [f"{path}.{name} is unknown" for name in raw.keys() - known.keys()]
    for name, hint in known.items():
        nested = isinstance(hint, type) and issubclass(hint, stripe.StripeObject) and hint.__annotations__
        if nested and isinstance(raw.get(name), dict):
            faults += _faults(raw[name], hint, f"{path}.{name}")
    return faults


def test_every_answer_holds_what_the_sdk_class_requires_and_nothing_unknown(stripe_double):
    session = paid_session(stripe_double)
    intent = session["payment_intent"]
    refund = stripe_double.call("POST", "/v1/refunds", payment_intent=intent["id"], amount="500").json()
    payout = stripe_double.control("payout", settle=True)
    samples = [
        (look(stripe_double, f"/v1/checkout/sessions/{session['id']}"), checkout.Session),
        (intent, stripe.PaymentIntent),
        (intent["latest_charge"], stripe.Charge),
        (refund, stripe.Refund),
        (stripe_double.control(f"refunds/{refund['id']}/fail"), stripe.Refund),
        (look(stripe_double, "/v1/balance_transactions")["data"][0], stripe.BalanceTransaction),
        (look(stripe_double, "/v1/balance"), stripe.Balance),
        (payout, stripe.Payout),
        (look(stripe_double, "/v1/events")["data"][0], stripe.Event),
    ]
    assert [fault for raw, kind in samples for fault in _faults(raw, kind, kind.__name__)] == []


def test_state_outlives_the_process_and_is_shared_by_workers(tmp_path, stripe_double):
    session = open_session(stripe_double)
    second = RunningDouble(tmp_path, FixedClock(AT))
    second.act(session["id"])
    second.close()
    assert look(stripe_double, f"/v1/checkout/sessions/{session['id']}")["payment_status"] == "paid"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"secret_key": "sk_live_1"}, LiveKeyRefused),
        ({"secret_key": "rk_live_1"}, LiveKeyRefused),
        ({"secret_key": ""}, LiveKeyRefused),
        ({"environment": "production"}, EnvironmentRefused),
        ({"environment": ""}, EnvironmentRefused),
        ({"public_base_url": "https://hall.example.com/dev/stripe"}, PublicAddressRefused),
        ({"public_base_url": "http://0.0.0.0:8000/dev/stripe"}, PublicAddressRefused),
        ({"public_base_url": "http://127.0.0.1.example.com/"}, PublicAddressRefused),
        ({"webhook_url": "https://hall.example.com/webhooks/stripe"}, PublicAddressRefused),
    ],
)
def test_it_refuses_to_start_where_real_money_or_strangers_could_be(tmp_path, changes, refusal):
    settings = {
        "secret_key": SECRET_KEY,
        "webhook_secret": WEBHOOK_SECRET,
        "webhook_url": "http://127.0.0.1:8000/webhooks/stripe",
        "clock": FixedClock(AT),
        "public_base_url": "http://localhost:8000/dev/stripe",
        "environment": "demo",
    }
    create_double(tmp_path / "fine.sqlite3", **settings)
    with pytest.raises(refusal):
        create_double(tmp_path / "refused.sqlite3", **{**settings, **changes})
    assert not (tmp_path / "refused.sqlite3").exists()


def test_it_imports_nothing_of_the_shop():
    for file in Path(package.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("shop"), file
