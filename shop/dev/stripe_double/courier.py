"""Webhook delivery by HTTP POST: at least once, in no promised order, with a fresh signature at every attempt.

Failed deliveries are tried again on a compressed clock.
"""

import hashlib
import hmac
import json
import logging
import os
import random
import threading
from collections.abc import Callable
from typing import Any

import requests

from . import machine, objects
from .machine import World
from .state import State

# Real retries are spread over three days; the demo's over about ten minutes.
RETRY_AFTER_SECONDS = (2, 10, 60, 300, 300)
CLAIM_SECONDS = 30
log = logging.getLogger(__name__)


def signature(body: bytes, secret: str, at: int) -> str:
    """The `Stripe-Signature` header. Source: docs.stripe.com/webhooks#verify-manually."""
    return f"t={at},v1={hmac.new(secret.encode(), f'{at}.'.encode() + body, hashlib.sha256).hexdigest()}"


class Courier:
    """Delivers what is due; one per worker process, any number may run on one state file."""

    def __init__(self, state: State, *, webhook_url: str, webhook_secret: str, clock: Callable[[], float]) -> None:
        self.state, self.url, self.secret, self.clock = state, webhook_url, webhook_secret, clock
        self._bell = threading.Event()
        self._pid: int | None = None

    def wake(self) -> None:
        """Look at the queue now; starts this process's thread the first time (after any fork)."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            threading.Thread(target=self._run, name="stripe-double-courier", daemon=True).start()
        self._bell.set()

    def _run(self) -> None:
        while True:
            self._bell.wait(1.0)
            self._bell.clear()
            try:
                self.deliver()
            except Exception:  # the thread must outlive a full disk or a deleted file
                log.exception("stripe double: delivery round failed")

    def deliver(self, *, everything: bool = False) -> dict[str, int]:
        """One round: what is due, or with `everything` the whole queue at once, held or not. Answers counts."""
        counts = {"delivered": 0, "failed": 0}
        for row in self._claim(everything):
            status = self._post(row)
            arrived = 200 <= status < 300
            self._note(row, status, arrived)
            counts["delivered" if arrived else "failed"] += 1
        return counts

    def _claim(self, everything: bool) -> list[dict[str, Any]]:
        now = self.clock()
        with self.state.unit() as unit:
            machine.lapse_all(World(unit, int(now)))
            dial = unit.dial("webhooks", {})
            if dial.get("hold") and not everything:
                return []
            limits = (float("inf"), float("inf")) if everything else (now, now)
            rows = unit.db.execute(
                "SELECT d.*, o.body FROM delivery d JOIN object o ON o.id = d.event_id"
                " WHERE d.state = 'due' AND d.due <= ? AND d.claimed_until <= ? ORDER BY d.seq LIMIT 200",
                limits,
            ).fetchall()
            for row in rows:
                unit.db.execute("UPDATE delivery SET claimed_until = ? WHERE seq = ?", (now + CLAIM_SECONDS, row["seq"]))
        batch = [dict(row) for row in rows]
        if dial.get("shuffle") is not None:
            random.Random(dial["shuffle"]).shuffle(batch)
        return batch

    def _post(self, row: dict[str, Any]) -> int:
        event = json.loads(row["body"])
        tamper, at, secret = row["tamper"], int(self.clock()), self.secret
        if tamper == "other_version":
            event["api_version"] = "2020-08-27"
        if tamper == "forged":
            secret = "whsec_somebody_else"
        at += {"old": -301, "future": 86_400}.get(tamper, 0)
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature(body, secret, at)}
        headers["User-Agent"] = f"Stripe/1.0 (stand-in; {objects.API_VERSION})"
        try:
            with requests.post(self.url, data=body, headers=headers, timeout=10, allow_redirects=False) as answer:
                return answer.status_code
        except requests.RequestException as problem:
            log.info("stripe double: webhook not delivered: %s", type(problem).__name__)
            return 0

    def _note(self, row: dict[str, Any], status: int, arrived: bool) -> None:
        attempts = row["attempts"] + 1
        given_up = attempts > len(RETRY_AFTER_SECONDS)
        state = "delivered" if arrived else "given_up" if given_up else "due"
        due = row["due"] if state != "due" else self.clock() + RETRY_AFTER_SECONDS[attempts - 1]
        with self.state.unit() as unit:
            unit.db.execute(
                "UPDATE delivery SET state = ?, attempts = ?, due = ?, claimed_until = 0, last_status = ? WHERE seq = ?",
                (state, attempts, due, status, row["seq"]),
            )
            if state == "delivered":
                event = unit.get("event", row["event_id"])
                unit.save(event | {"pending_webhooks": 0})
