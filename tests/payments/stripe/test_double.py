"""The stand-in behaves like the real API: its page, its states, its balance, its refusals."""

import ast
import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import stripe
from stripe import checkout

from shop.dev import stripe_double as package
from shop.dev.stripe_double import API_VERSION, EnvironmentRefused, LiveKeyRefused, PublicAddressRefused, create_double
from shop.dev.stripe_double.objects import fee_won
from shop.kernel.clock import FixedClock
from tests.payments.stripe.running import AT, SECRET_KEY, WEBHOOK_SECRET, RunningDouble

UNIT = "line_items[0][price_data][unit_amount]"
GOODS = {
    "mode": "payment",
    "success_url": "http://127.0.0.1:9/back?session={CHECKOUT_SESSION_ID}",
    "cancel_url": "http://127.0.0.1:9/cart",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "krw",
    UNIT: "30000",
    "line_items[0][price_data][product_data][name]": "온고을장터 주문 OG-1",
    "metadata[order_number]": "OG-1",
}


def open_session(double: RunningDouble, **changes: Any) -> dict[str, Any]:
    answer = double.call("POST", "/v1/checkout/sessions", **{**GOODS, **changes})
    assert answer.status_code == 200, answer.text
    return answer.json()


def look(double: RunningDouble, path: str, **query: Any) -> dict[str, Any]:
    answer = double.call("GET", path, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def paid_session(double: RunningDouble, amount_won: int = 30_000) -> dict[str, Any]:
    session = open_session(double, **{UNIT: str(amount_won)})
    double.act(session["id"])
    return look(double, f"/v1/checkout/sessions/{session['id']}", **{"expand[]": "payment_intent.latest_charge"})


def error_of(answer: Any) -> dict[str, Any]:
    return answer.json()["error"]


# The page


def test_paying_on_the_page_sends_the_shopper_back_and_books_the_charge_less_the_fee(stripe_double):
    session = open_session(stripe_double)
    page = stripe_double.page(session["id"])
    answer = stripe_double.act(session["id"])
    after = look(stripe_double, f"/v1/checkout/sessions/{session['id']}", **{"expand[]": "payment_intent.latest_charge"})
    charge = after["payment_intent"]["latest_charge"]
    row = look(stripe_double, f"/v1/balance_transactions/{charge['balance_transaction']}")
    assert "시연용 결제입니다. 실제로 돈이 나가지 않습니다." in page.text
    assert "30,000원 결제하기" in page.text
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://127.0.0.1:9/back?session={session['id']}"
    assert (after["status"], after["payment_status"], after["url"]) == ("complete", "paid", None)
    assert (row["amount"], row["fee"], row["net"], row["source"]) == (30_000, 1_020, 28_980, charge["id"])


@pytest.mark.parametrize(("amount", "fee"), [(100, 3), (1_000, 34), (10_015, 341), (10_014, 340), (30_000, 1_020)])
def test_the_fee_is_three_point_four_percent_rounded(amount, fee):
    assert fee_won(amount) == fee


def test_a_declined_card_leaves_the_page_open_for_a_second_try(stripe_double):
    session = open_session(stripe_double)
    answer = stripe_double.act(session["id"], "decline", lang="en")
    page = stripe_double.page(session["id"])
    between = look(stripe_double, f"/v1/checkout/sessions/{session['id']}", **{"expand[]": "payment_intent"})
    stripe_double.act(session["id"])
    after = look(stripe_double, f"/v1/checkout/sessions/{session['id']}")
    assert answer.headers["Location"].endswith(f"/dev/stripe/pay/{session['id']}?lang=en")
    assert "카드사가 승인을 거절했습니다" in page.text
    assert between["payment_intent"]["last_payment_error"]["code"] == "card_declined"
    assert (between["status"], between["payment_status"]) == ("open", "unpaid")
    assert (after["payment_status"], after["payment_intent"]) == ("paid", between["payment_intent"]["id"])


def test_closing_the_tab_after_paying_pays_without_a_way_back(stripe_double):
    session = open_session(stripe_double)
    answer = stripe_double.act(session["id"], "pay_and_close")
    assert (answer.status_code, "창을 닫아도 됩니다" in answer.text) == (200, True)
    assert look(stripe_double, f"/v1/checkout/sessions/{session['id']}")["payment_status"] == "paid"


def test_pressing_pay_twice_charges_once(stripe_double):
    session = open_session(stripe_double)
    stripe_double.act(session["id"])
    again = stripe_double.act(session["id"])
    assert again.status_code == 303
    assert len(look(stripe_double, "/v1/balance_transactions")["data"]) == 1


def test_the_page_offers_the_way_back_without_paying(stripe_double):
    page = stripe_double.page(open_session(stripe_double)["id"])
    assert 'href="http://127.0.0.1:9/cart"' in page.text


def test_the_page_speaks_english_when_asked_or_when_the_session_says_so(stripe_double):
    session = open_session(stripe_double, locale="en")
    assert "Pay ₩30,000" in stripe_double.page(session["id"]).text
    assert "30,000원 결제하기" in stripe_double.page(session["id"], lang="ko").text
    assert "No money moves" in stripe_double.page(open_session(stripe_double)["id"], lang="en").text


def test_the_page_allows_no_script_and_forms_to_the_shop_only(stripe_double):
    page = stripe_double.page(open_session(stripe_double)["id"])
    assert page.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; form-action 'self' http://127.0.0.1:9; base-uri 'none'; frame-ancestors 'none'"
    )
    assert "<script" not in page.text
    assert "style=" not in page.text


def test_a_name_on_the_page_is_text_and_not_markup(stripe_double):
    session = open_session(stripe_double, **{"line_items[0][price_data][product_data][name]": "<b>한지</b>"})
    assert "&lt;b&gt;한지" in stripe_double.page(session["id"]).text


def test_an_expired_page_takes_no_money(stripe_double, stripe_clock):
    session = open_session(stripe_double, expires_at=int(AT.timestamp()) + 1800)
    stripe_clock.advance(timedelta(seconds=1800))
    answer = stripe_double.act(session["id"])
    assert (answer.status_code, "결제 시간이 지났습니다" in answer.text) == (200, True)
    assert look(stripe_double, f"/v1/checkout/sessions/{session['id']}")["status"] == "expired"
    assert look(stripe_double, "/v1/balance_transactions")["data"] == []


def test_an_unknown_page_is_not_found_and_an_unknown_button_is_refused(stripe_double):
    assert stripe_double.page("cs_test_none").status_code == 404
    assert stripe_double.act(open_session(stripe_double)["id"], "steal").status_code == 400


# Strictness


@pytest.mark.parametrize(
    ("changes", "param", "code"),
    [
        ({"payment_method_types[0]": "card"}, "payment_method_types", "payment_method_types_no_longer_supported"),
        ({"colour": "red"}, "colour", "parameter_unknown"),
        ({"line_items[0][price_data][weight]": "1"}, "line_items[0][price_data][weight]", "parameter_unknown"),
        ({"success_url": None}, "success_url", "parameter_missing"),
        ({UNIT: None}, UNIT, "parameter_missing"),
        (
            {UNIT: "15000.5"},
            UNIT,
            "parameter_invalid_integer",
        ),
        (
            {UNIT: "True"},
            UNIT,
            "parameter_invalid_integer",
        ),
        (
            {UNIT: "1e4"},
            UNIT,
            "parameter_invalid_integer",
        ),
        (
            {UNIT: "１２００"},
            UNIT,
            "parameter_invalid_integer",
        ),
        ({"line_items[0][price_data][currency]": "usd"}, "line_items[0][price_data][currency]", None),
        ({UNIT: "99"}, None, "amount_too_small"),
        ({"mode": "subscription"}, "mode", None),
        ({"success_url": "javascript:alert(1)"}, "success_url", "url_invalid"),
        ({"metadata[note]": "x" * 501}, "metadata[note]", None),
        ({"metadata": "x", "metadata[order_number]": None}, "metadata", None),
        ({"expires_at": str(int(AT.timestamp()) + 1799)}, "expires_at", None),
        ({"expires_at": str(int(AT.timestamp()) + 86_401)}, "expires_at", None),
        ({"expand[]": "customer"}, "expand", None),
    ],
)
def test_a_request_the_real_api_would_refuse_is_refused(stripe_double, changes, param, code):
    form = {key: value for key, value in {**GOODS, **changes}.items() if value is not None}
    answer = stripe_double.call("POST", "/v1/checkout/sessions", **form)
    assert answer.status_code == 400
    assert (error_of(answer)["type"], error_of(answer).get("param"), error_of(answer).get("code")) == (
        "invalid_request_error", param, code,
    )  # fmt: skip
    assert look(stripe_double, "/v1/checkout/sessions")["data"] == []


def test_a_wrong_key_a_missing_key_and_another_version_are_refused(stripe_double):
    assert stripe_double.call("GET", "/v1/balance", key="sk_test_other").status_code == 401
    assert stripe_double.call("GET", "/v1/balance", key="").status_code == 401
    assert stripe_double.call("GET", "/v1/balance", headers={"Stripe-Version": "2020-08-27"}).status_code == 400
    assert stripe_double.call("GET", "/v1/balance", headers={"Stripe-Version": API_VERSION}).status_code == 200


@pytest.mark.parametrize("path", ["checkout/sessions", "payment_intents", "charges", "refunds", "payouts", "events"])
def test_an_unknown_id_is_not_found(stripe_double, path):
    answer = stripe_double.call("GET", f"/v1/{path}/nothing")
    assert (answer.status_code, error_of(answer)["code"]) == (404, "resource_missing")


def test_an_address_the_api_does_not_have_is_not_found(stripe_double):
    assert "Unrecognized request URL" in error_of(stripe_double.call("POST", "/v1/transfers"))["message"]


# Idempotency


def test_the_same_key_and_values_get_the_first_answer_again(stripe_double):
    headers = {"Idempotency-Key": "checkout:1"}
    first = stripe_double.call("POST", "/v1/checkout/sessions", headers=headers, **GOODS)
    again = stripe_double.call("POST", "/v1/checkout/sessions", headers=headers, **GOODS)
    assert first.json() == again.json()
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert len(look(stripe_double, "/v1/checkout/sessions")["data"]) == 1


def test_the_same_key_with_other_values_is_an_idempotency_error(stripe_double):
    headers = {"Idempotency-Key": "checkout:1"}
    stripe_double.call("POST", "/v1/checkout/sessions", headers=headers, **GOODS)
    other = stripe_double.call("POST", "/v1/checkout/sessions", headers=headers, **{**GOODS, "locale": "en"})
    assert (other.status_code, error_of(other)["type"]) == (400, "idempotency_error")


def test_a_refused_parameter_is_not_remembered_but_a_refused_move_is(stripe_double):
    headers = {"Idempotency-Key": "k"}
    assert stripe_double.call("POST", "/v1/checkout/sessions", headers=headers, mode="payment").status_code == 400
    assert stripe_double.call("POST", "/v1/checkout/sessions", headers=headers, **GOODS).status_code == 200
    intent = paid_session(stripe_double)["payment_intent"]["id"]
    refund = {"payment_intent": intent, "amount": "30001"}
    for _ in range(2):
        answer = stripe_double.call("POST", "/v1/refunds", headers={"Idempotency-Key": "r"}, **refund)
    assert (answer.status_code, answer.headers["Idempotent-Replayed"]) == (400, "true")


def test_an_idempotency_key_has_255_characters_at_most(stripe_double):
    for length, status in ((255, 200), (256, 400)):
        answer = stripe_double.call("POST", "/v1/checkout/sessions", headers={"Idempotency-Key": "k" * length}, **GOODS)
        assert answer.status_code == status


def test_eight_calls_at_once_with_one_key_make_one_session(stripe_double):
    answers: list[str] = []

    def call() -> None:
        answer = stripe_double.call("POST", "/v1/checkout/sessions", headers={"Idempotency-Key": "k"}, **GOODS)
        answers.append(answer.json()["id"])

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(answers), len(set(answers))) == (8, 1)


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
