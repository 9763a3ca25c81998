"""The v1 API over HTTP: fault dial, key, version, parameters, idempotency, work, answer: in that order."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request

from . import machine, objects, params
from .machine import World
from .objects import Body
from .problems import Problem, invalid, unknown_url
from .state import State, public

_TIMES = params.either(
    params.integer(0), params.shape(gt=params.integer(0), gte=params.integer(0), lt=params.integer(0), lte=params.integer(0))
)
_PAGE = {
    "limit": params.integer(1, 100),
    "starting_after": params.text(200),
    "ending_before": params.text(200),
}
_EXPAND = {"expand": params.many(params.text(200), 20)}
_GOODS = params.shape(
    ("currency", "product_data", "unit_amount"),
    currency=params.choice(objects.CURRENCY),
    product_data=params.shape(("name",), name=params.text(250), description=params.text(500)),
    unit_amount=params.integer(0, objects.LARGEST_WON),
)
_SESSION = params.shape(
    ("line_items", "mode", "success_url"),
    cancel_url=params.web_address,
    client_reference_id=params.text(200),
    expires_at=params.integer(0),
    line_items=params.many(params.shape(("price_data", "quantity"), price_data=_GOODS, quantity=params.integer(1, 999_999)), 100),
    locale=params.choice("auto", "ko", "en"),
    metadata=params.metadata,
    mode=params.choice("payment"),
    payment_intent_data=params.shape(description=params.text(1000), metadata=params.metadata),
    success_url=params.web_address,
    **_EXPAND,
)
_REFUND = params.shape(
    amount=params.integer(1, objects.LARGEST_WON),
    charge=params.text(200),
    metadata=params.metadata,
    payment_intent=params.text(200),
    reason=params.choice("duplicate", "fraudulent", "requested_by_customer"),
    **_EXPAND,
)
_CANCEL = params.shape(
    cancellation_reason=params.choice("abandoned", "duplicate", "fraudulent", "requested_by_customer"), **_EXPAND
)
_ONE = params.shape(**_EXPAND)
_ROWS = params.shape(
    created=_TIMES, currency=params.choice(objects.CURRENCY), payout=params.text(200), source=params.text(200), type=params.text(50), **_PAGE
)
_EXPANDABLE = {
    "checkout.session": {"payment_intent"},
    "payment_intent": {"latest_charge"},
    "charge": {"balance_transaction", "payment_intent"},
    "refund": {"balance_transaction", "charge", "payment_intent"},
    "balance_transaction": {"source"},
    "payout": {"balance_transaction"},
}


@dataclass(frozen=True)
class Operation:
    """One verb on one address."""

    verb: str
    path: str
    shape: params.Reader
    work: Callable[..., Body]


def _retrieve(kind: str) -> Callable[..., Body]:
    return lambda world, given, id: world.unit.get(kind, id)


def _list(kind: str, url: str, **filters: str) -> Callable[..., Body]:
    def work(world: World, given: Body) -> Body:
        chosen = {column: given.get(name) for name, column in filters.items()}
        found, more = world.unit.page(kind, given, **chosen)
        return {"object": "list", "data": [shown(world, body) for body in found], "has_more": more, "url": url}

    return work


def _session(world: World, given: Body, id: str) -> Body:
    return machine.lapse(world, world.unit.get("checkout.session", id))


def _expire_session(world: World, given: Body, id: str) -> Body:
    return machine.expire_session(world, _session(world, given, id))


def _cancel_intent(world: World, given: Body, id: str) -> Body:
    return machine.cancel_intent(world, world.unit.get("payment_intent", id))


_SESSIONS, _INTENTS, _ROW_URL = "/v1/checkout/sessions", "/v1/payment_intents", "/v1/balance_transactions"
OPERATIONS = (
    Operation("POST", _SESSIONS, _SESSION, machine.open_session),
    Operation("GET", _SESSIONS, params.shape(created=_TIMES, payment_intent=params.text(200), status=params.choice("open", "complete", "expired"), **_PAGE),
              _list("checkout.session", _SESSIONS, payment_intent="payment_intent", status="status")),
    Operation("GET", f"{_SESSIONS}/<id>", _ONE, _session),
    Operation("POST", f"{_SESSIONS}/<id>/expire", _ONE, _expire_session),
    Operation("GET", f"{_INTENTS}/<id>", _ONE, _retrieve("payment_intent")),
    Operation("POST", f"{_INTENTS}/<id>/cancel", _CANCEL, _cancel_intent),
    Operation("GET", "/v1/charges/<id>", _ONE, _retrieve("charge")),
    Operation("POST", "/v1/refunds", _REFUND, machine.refund),
    Operation("GET", "/v1/refunds", params.shape(created=_TIMES, charge=params.text(200), payment_intent=params.text(200), **_PAGE),
              _list("refund", "/v1/refunds", charge="charge", payment_intent="payment_intent")),
    Operation("GET", "/v1/refunds/<id>", _ONE, _retrieve("refund")),
    Operation("GET", _ROW_URL, _ROWS, _list("balance_transaction", _ROW_URL, currency="currency", payout="_payout", source="source", type="type")),
    Operation("GET", f"{_ROW_URL}/<id>", _ONE, _retrieve("balance_transaction")),
    Operation("GET", "/v1/balance", _ONE, lambda world, given: machine.balance(world)),
    Operation("GET", "/v1/payouts", params.shape(arrival_date=_TIMES, created=_TIMES, status=params.choice("pending", "paid", "failed", "canceled"), **_PAGE),
              _list("payout", "/v1/payouts", status="status")),
    Operation("GET", "/v1/payouts/<id>", _ONE, _retrieve("payout")),
    Operation("GET", "/v1/events", params.shape(created=_TIMES, type=params.text(100), **_PAGE), _list("event", "/v1/events", type="type")),
    Operation("GET", "/v1/events/<id>", _ONE, _retrieve("event")),
)  # fmt: skip


def shown(world: World, body: Body, expand: list[str] | None = None) -> Body:
    """The public JSON of an object, with the ids named by `expand` replaced by what they stand for."""
    answer = public(body)
    if body["object"] == "balance_transaction":
        answer["status"] = "available" if body["available_on"] <= world.now else "pending"
    for path in expand or []:
        name, _, rest = path.partition(".")
        if name not in _EXPANDABLE.get(body["object"], set()):
            raise invalid(f"This property cannot be expanded ({name}).", param="expand")
        target = world.unit.find(body[name]) if body.get(name) else None
        if target:
            answer[name] = shown(world, target, [rest] if rest else None)
    return answer


class Api:
    """Mounts the operations on a Flask application."""

    def __init__(self, app: Flask, state: State, *, secret_key: str, clock: Callable[[], float], public_base_url: str, wake: Callable[[], None]) -> None:  # fmt: skip
        self.state, self.secret_key, self.clock, self.public_base_url, self.wake = state, secret_key, clock, public_base_url, wake
        for operation in OPERATIONS:
            app.add_url_rule(
                operation.path, f"{operation.verb} {operation.path}", self._view(operation), methods=[operation.verb], provide_automatic_options=False
            )
        app.add_url_rule("/v1/<path:rest>", "unknown", self._view(None), methods=["GET", "POST", "DELETE", "PUT", "PATCH"])

    def _view(self, operation: Operation | None) -> Callable[..., Response]:
        def view(**ids: str) -> Response:
            number = f"req_{secrets.token_hex(7)}"
            fault = self._fault()
            if fault.get("kind") == "delay":
                time.sleep(fault["seconds"])
            if fault.get("kind") in _FAULTS:
                return _answer(*_FAULTS[fault["kind"]], number)
            if fault.get("kind") == "cut":
                return _cut(_answer(503, {}, {}, number))
            try:
                response = _answer(*self._work(operation, ids, number), number)
            except Problem as problem:
                response = _answer(problem.status, problem.body, {}, number)
            self.wake()
            return _cut(response) if fault.get("kind") == "drop" else response

        return view

    def _fault(self) -> Body:
        """The next dialled fault for this request, used up."""
        here = f"{request.method} {request.path}"
        with self.state.unit() as unit:
            faults = unit.dial("faults", [])
            for fault in faults:
                if fault["times"] > 0 and here.startswith(fault.get("match", "")):
                    fault["times"] -= 1
                    unit.turn("faults", [left for left in faults if left["times"] > 0])
                    return fault
        return {}

    def _work(self, operation: Operation | None, ids: dict[str, str], number: str) -> tuple[int, Body, dict[str, str]]:
        self._check_caller()
        if operation is None:
            raise unknown_url(request.method, request.path)
        posting = operation.verb == "POST"
        pairs = (request.form if posting else request.args).items(multi=True)
        given = operation.shape("", params.decode(pairs))
        key = request.headers.get("Idempotency-Key") if posting else None
        if key is not None and not 0 < len(key) <= 255:
            raise invalid("Idempotency keys hold 1 to 255 characters")
        with self.state.unit() as unit:
            world = World(unit, int(self.clock()), self.public_base_url, number, key)
            seen = self._remembered(world, key, given) if key else None
            if seen:
                return seen
            status, body = self._do(operation, world, given, ids)
            if key:
                values = (key, self._fingerprint(given), status, json.dumps(body))
                unit.db.execute("INSERT INTO answer VALUES (?, ?, ?, ?)", values)
        return status, body, {}

    def _do(self, operation: Operation, world: World, given: Body, ids: dict[str, str]) -> tuple[int, Body]:
        sent = {name: value for name, value in given.items() if name != "expand"}
        try:
            body = operation.work(world, sent, **ids)
        except Problem as problem:
            if not problem.stored:
                raise
            return problem.status, problem.body
        return 200, body if body["object"] in ("list", "balance") else shown(world, body, given.get("expand"))

    def _check_caller(self) -> None:
        scheme, _, word = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            word = base64.b64decode(word + "==").decode("utf-8", "replace").partition(":")[0]
        if not word:
            raise invalid("You did not provide an API key.", status=401)
        if not secrets.compare_digest(word.encode(), self.secret_key.encode()):
            raise invalid("Invalid API Key provided", code="api_key_invalid", status=401)
        version = request.headers.get("Stripe-Version", objects.API_VERSION)
        if version != objects.API_VERSION:
            raise invalid(f"Invalid Stripe API version: {version}. This stand-in speaks {objects.API_VERSION} only.")

    def _fingerprint(self, given: Body) -> str:
        return hashlib.sha256(json.dumps([request.method, request.path, given], sort_keys=True).encode()).hexdigest()

    def _remembered(self, world: World, key: str, given: Body) -> tuple[int, Body, dict[str, str]] | None:
        row = world.unit.db.execute("SELECT * FROM answer WHERE idempotency_key = ?", (key,)).fetchone()
        if row is None:
            return None
        if row["fingerprint"] != self._fingerprint(given):
            message = "Keys for idempotent requests can only be used with the same parameters they were first used with."
            raise Problem(400, "idempotency_error", message)
        return row["status"], json.loads(row["body"]), {"Idempotent-Replayed": "true"}


def _error(kind: str, message: str, **more: str) -> Body:
    return {"error": {"type": kind, "message": message, **more}}


_FAULTS: dict[str, tuple[int, Body | str, dict[str, str]]] = {
    "500": (500, _error("api_error", "An unknown error occurred"), {}),
    "502": (502, "<html><body>Bad Gateway</body></html>", {}),
    "429": (429, _error("invalid_request_error", "Request rate limit exceeded", code="rate_limit"), {}),
    "409": (409, _error("idempotency_error", "There is currently another in-progress request using this key", code="idempotency_key_in_use"), {}),
    "402": (402, _error("card_error", "Your card was declined.", code="card_declined", decline_code="generic_decline"), {}),
}  # fmt: skip
FAULT_KINDS = frozenset({*_FAULTS, "cut", "delay", "drop"})


def _answer(status: int, body: Body | str, headers: dict[str, str], number: str) -> Response:
    html = isinstance(body, str)
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    response = Response(text, status, mimetype="text/html" if html else "application/json")
    response.headers.update({"Request-Id": number, "Stripe-Version": objects.API_VERSION, "Cache-Control": "no-store", **headers})
    return response


def _cut(response: Response) -> Response:
    """Break the connection after the work, before the answer."""
    wire: Any = request.environ.get("werkzeug.socket") or request.environ.get("gunicorn.socket")
    if wire is not None:
        wire.shutdown(2)
    return response
