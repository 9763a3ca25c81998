"""Proof of a Stripe delivery: the SDK's signature check and what the SDK lets pass or lets crash (measured on 16.1.0)."""

import json
from datetime import datetime
from typing import Any

import stripe

from shop.payments.providers import ProviderEvent, WebhookRefused
from shop.payments.providers.stripe_reading import event_of

TOLERANCE_SECONDS = 300
LONGEST_HEADER = 2_000


def prove(body: bytes, header: str | None, secret: str, *, api_version: str, livemode: bool, now: datetime) -> ProviderEvent:
    """The event, if the bytes were signed with our secret within five minutes of `now`, by an API of our version and mode.

    The body is read only after the signature holds. Raises: WebhookRefused.
    """
    _prove_signature(body, header, secret, now)
    try:
        raw: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise WebhookRefused(reason="body") from None
    if not isinstance(raw, dict) or raw.get("object") != "event":
        raise WebhookRefused(reason="shape")
    if raw.get("api_version") != api_version:
        raise WebhookRefused(reason="api_version", api_version=str(raw.get("api_version")))
    if raw.get("livemode") is not livemode:
        raise WebhookRefused(reason="livemode")
    try:
        return event_of(raw)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise WebhookRefused(reason="shape") from None


def _prove_signature(body: bytes, header: str | None, secret: str, now: datetime) -> None:
    """The SDK raises TypeError on a non-ASCII header and UnicodeDecodeError on a non-UTF-8 body, accepts future dates,
    and reads the machine's clock: so bytes are looked at first and the age is judged here."""
    if not header or not header.isascii() or len(header) > LONGEST_HEADER:
        raise WebhookRefused(reason="header")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise WebhookRefused(reason="body") from None
    try:
        stripe.WebhookSignature.verify_header(text, header, secret, tolerance=None)
        signed_at = next(int(part[2:]) for part in header.split(",") if part.startswith("t="))
    except (stripe.SignatureVerificationError, ValueError, StopIteration):
        raise WebhookRefused(reason="signature") from None
    age = now.timestamp() - signed_at
    if age > TOLERANCE_SECONDS:
        raise WebhookRefused(reason="too_old", age_seconds=int(age))
    if age < -TOLERANCE_SECONDS:
        raise WebhookRefused(reason="future", age_seconds=int(age))
