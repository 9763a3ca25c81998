"""A card provider in memory: pages that a test pays, lets lapse or makes unreachable; refunds that succeed or fail."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from shop.payments.providers import (
    CheckoutStart,
    CheckoutStatus,
    ProviderEvent,
    ProviderRefund,
    ProviderRejected,
    ProviderUnavailable,
    WebhookRefused,
)

AT = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)


class FakeCard:
    """Answers like a processor; `down` makes it unreachable, `refuse_refunds` makes it say no."""

    name = "stripe"

    def __init__(self) -> None:
        self.down = self.refuse_refunds = False
        self.pages: dict[str, CheckoutStatus] = {}
        self.by_key: dict[str, str] = {}
        self.asked: list[dict[str, Any]] = []
        self.refunds: dict[str, ProviderRefund] = {}
        self.refund_keys: dict[str, str] = {}
        self._lock = Lock()

    def _answer(self) -> None:
        if self.down:
            raise ProviderUnavailable(provider=self.name)

    def start_checkout(self, *, order_number: str, amount_won: int, idempotency_key: str, **rest: Any) -> CheckoutStart:
        self._answer()
        with self._lock:
            self.asked.append({"order_number": order_number, "amount_won": amount_won, "idempotency_key": idempotency_key,
                               **rest})
            session_id = self.by_key.setdefault(idempotency_key, f"cs_{len(self.by_key) + 1}")
            url = f"https://checkout.stripe.com/c/{session_id}"
            self.pages.setdefault(session_id, CheckoutStatus(session_id, False, False, amount_won, order_number, url=url))
        return CheckoutStart(session_id, url)

    def get_checkout(self, session_id: str) -> CheckoutStatus:
        self._answer()
        if session_id not in self.pages:
            raise ProviderRejected(provider_code="resource_missing")
        return self.pages[session_id]

    def expire_checkout(self, session_id: str) -> CheckoutStatus:
        page = self.get_checkout(session_id)
        if not page.paid:
            self.pages[session_id] = replace(page, expired=True, url=None)
        return self.pages[session_id]

    def pay(self, session_id: str, amount_won: int | None = None) -> None:
        """The shopper pays on the hosted page."""
        page = self.pages[session_id]
        assert page.open
        self.pages[session_id] = replace(page, paid=True, url=None, amount_won=amount_won or page.amount_won,
                                         intent_id=f"pi_{session_id}", charge_id=f"ch_{session_id}")

    def refund(self, *, intent_id: str, amount_won: int, idempotency_key: str, reason: str) -> ProviderRefund:
        self._answer()
        if self.refuse_refunds:
            raise ProviderRejected(provider_code="charge_disputed")
        with self._lock:
            refund_id = self.refund_keys.setdefault(idempotency_key, f"re_{len(self.refund_keys) + 1}")
            return self.refunds.setdefault(refund_id, ProviderRefund(refund_id, intent_id, amount_won, "succeeded", AT))

    def get_refund(self, refund_id: str) -> ProviderRefund:
        self._answer()
        return self.refunds[refund_id]

    def fail_refund(self, refund_id: str) -> None:
        """The bank sends a refund back days later."""
        self.refunds[refund_id] = replace(self.refunds[refund_id], status="failed", failure_reason="lost_or_stolen_card")

    def parse_webhook(self, body: bytes, signature_header: str | None) -> ProviderEvent:
        if signature_header != "proven":
            raise WebhookRefused(reason="signature")
        return ProviderEvent(**{"created_at": AT, "session_id": None, "intent_id": None, "order_number": None,
                                "object_kind": "checkout.session", "object_id": "", "raw": {}, **json.loads(body)})


def event(number: int, kind: str, **facts: Any) -> Mapping[str, Any]:
    """The body of a webhook as FakeCard reads it."""
    return {"id": f"evt_{number}", "type": kind, **facts}
