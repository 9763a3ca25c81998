"""The control API of tests and the demo: faults, delivery dials, time-saving moves. Asks for the secret key like the rest.

POST /control/<what> with a JSON object:
    faults        {"kind", "times"=1, "match"="POST /v1/refunds", "seconds"}
                  kinds: 500 502 429 409 402, delay, drop (work, then no answer), cut (no work, no answer)
    webhooks      {"drop", "duplicate", "shuffle", "hold", "tamper"}: replaces the dial
                  tamper: forged, old, future, other_version
    deliver       {}: the whole queue now, in this request
    hold_seconds  {"seconds"}: how long a charge stays pending
    payout        {"settle": true}: run an automatic payout, with `settle` of the pending rows too
    payouts/<id>/fail, refunds/<id>/fail, reset (faults and dials)
GET /control/deliveries lists the queue.
"""

import json
import secrets
from typing import Any

from flask import Flask, Response, request

from . import machine
from .api import FAULT_KINDS, shown
from .courier import Courier
from .machine import Desk, World
from .problems import Problem, invalid, missing

_QUEUE = "SELECT d.*, json_extract(o.body, '$.type') AS type FROM delivery d JOIN object o ON o.id = d.event_id ORDER BY d.seq"
_WEBHOOK_DIAL = {"drop": int, "duplicate": int, "shuffle": int, "hold": bool, "tamper": str}


class Control:
    """Mounts the control API."""

    def __init__(self, app: Flask, desk: Desk, courier: Courier) -> None:
        self.desk, self.courier = desk, courier
        app.add_url_rule("/control/<path:what>", "control", self.view, methods=["GET", "POST"])

    def view(self, what: str) -> Response:
        """Answer one control call."""
        try:
            body, status = self._answer(what), 200
        except Problem as problem:
            body, status = problem.body, problem.status
        self.desk.wake()
        return Response(json.dumps(body), status, mimetype="application/json")

    def _answer(self, what: str) -> Any:
        key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not secrets.compare_digest(key.encode(), self.desk.secret_key.encode()):
            raise invalid("Invalid API Key provided", status=401)
        if what == "deliver":
            return self.courier.deliver(everything=True)
        given = request.get_json(silent=True) or {}
        with self.desk.world() as world:
            if request.method == "GET" and what == "deliveries":
                return [dict(row) for row in world.unit.db.execute(_QUEUE)]
            return self._move(world, what, given)

    def _move(self, world: World, what: str, given: dict[str, Any]) -> Any:
        unit = world.unit
        match what.split("/"):
            case ["faults"]:
                unit.turn("faults", [*unit.dial("faults", []), _fault(given)])
            case ["webhooks"]:
                if any(not isinstance(value, _WEBHOOK_DIAL.get(name, type(None))) for name, value in given.items()):
                    raise invalid(f"A webhook dial holds {_WEBHOOK_DIAL}")
                unit.turn("webhooks", given)
            case ["hold_seconds"]:
                unit.turn("hold_seconds", int(given["seconds"]))
            case ["reset"]:
                unit.db.execute("DELETE FROM dial")
            case ["payout"]:
                return shown(world, machine.run_payout(world, settle=bool(given.get("settle"))))
            case ["payouts", identifier, "fail"]:
                return shown(world, machine.fail_payout(world, unit.get("payout", identifier)))
            case ["refunds", identifier, "fail"]:
                return shown(world, machine.fail_refund(world, unit.get("refund", identifier)))
            case _:
                raise missing("control", what)
        return {"ok": True}


def _fault(given: dict[str, Any]) -> dict[str, Any]:
    fault = {"times": 1, "match": "", "seconds": 0, **given}
    if str(fault.get("kind")) not in FAULT_KINDS or not isinstance(fault["times"], int):
        raise invalid(f"A fault is one of {sorted(FAULT_KINDS)} with a whole number of times")
    return {**fault, "kind": str(fault["kind"])}
