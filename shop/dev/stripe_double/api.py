"""The v1 API over HTTP: fault dial, key, version, parameters, idempotency, work, answer: in that order."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request

from . import objects, params
from .machine import Desk, World
from .objects import Body
from .operations import OPERATIONS, Operation, shown
from .problems import Problem, invalid, unknown_url


class Api:
    """Mounts the operations on a Flask application."""

    def __init__(self, app: Flask, desk: Desk) -> None:
        self.desk = desk
        for operation in OPERATIONS:
            name = f"{operation.verb} {operation.path}"
            app.add_url_rule(
                operation.path, name, self._view(operation), methods=[operation.verb], provide_automatic_options=False
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
            self.desk.wake()
            return _cut(response) if fault.get("kind") == "drop" else response

        return view

    def _fault(self) -> Body:
        """The next dialled fault for this request, used up."""
        here = f"{request.method} {request.path}"
        with self.desk.state.unit() as unit:
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
        with self.desk.world(number, key) as world:
            seen = self._remembered(world, key, given) if key else None
            if seen:
                return seen
            status, body = self._do(operation, world, given, ids)
            if key:
                values = (key, self._fingerprint(given), status, json.dumps(body))
                world.unit.db.execute("INSERT INTO answer VALUES (?, ?, ?, ?)", values)
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
        if not secrets.compare_digest(word.encode(), self.desk.secret_key.encode()):
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


_BUSY = "There is currently another in-progress request using this key"
_FAULTS: dict[str, tuple[int, Body | str, dict[str, str]]] = {
    "500": (500, _error("api_error", "An unknown error occurred"), {}),
    "502": (502, "<html><body>Bad Gateway</body></html>", {}),
    "429": (429, _error("invalid_request_error", "Request rate limit exceeded", code="rate_limit"), {}),
    "409": (409, _error("idempotency_error", _BUSY, code="idempotency_key_in_use"), {}),
    "402": (402, _error("card_error", "Your card was declined.", code="card_declined", decline_code="generic_decline"), {}),
}
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
