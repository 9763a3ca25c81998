"""Short ways to the raw API of the stand-in, past the SDK: open, pay, look."""

from typing import Any

from tests.payments.stripe.running import RunningDouble

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
