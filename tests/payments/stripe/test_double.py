"""The stand-in's page, its strictness and its idempotency are those of the real API."""

import threading
from datetime import timedelta

import pytest

from shop.dev.stripe_double import API_VERSION
from shop.dev.stripe_double.objects import fee_won
from tests.payments.stripe.running import AT
from tests.payments.stripe.sessions import GOODS, UNIT, error_of, look, open_session, paid_session

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
