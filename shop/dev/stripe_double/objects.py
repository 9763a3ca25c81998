"""The JSON of each object: every field the SDK's class requires, the ones the shop reads, and nothing unknown. Won throughout."""

from typing import Any

API_VERSION = "2026-10-28.endive"
CURRENCY = "krw"
SMALLEST_WON = 100
LARGEST_WON = 99_999_999

Body = dict[str, Any]


def fee_won(amount_won: int) -> int:
    """3.4 % of the charge, half a won rounded up. A plausible card fee, not a quoted one."""
    return (amount_won * 34 + 500) // 1000


def session(identifier: str, params: Body, amount_won: int, *, now: int, url: str) -> Body:
    """An open Checkout Session."""
    intent = params.get("payment_intent_data", {})
    return {
        "id": identifier,
        "object": "checkout.session",
        "amount_subtotal": amount_won,
        "amount_total": amount_won,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": now,
        "currency": CURRENCY,
        "custom_fields": [],
        "custom_text": {"after_submit": None, "shipping_address": None, "submit": None, "terms_of_service_acceptance": None},
        "customer": None,
        "expires_at": params["expires_at"],
        "livemode": False,
        "locale": params.get("locale", "auto"),
        "metadata": params.get("metadata", {}),
        "mode": "payment",
        "payment_intent": None,
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "success_url": params["success_url"],
        "ui_mode": "hosted_page",
        "url": url,
        "_intent_metadata": intent.get("metadata", {}),
        "_intent_description": intent.get("description"),
        "_description": params["line_items"][0]["price_data"]["product_data"]["name"],
    }


def payment_intent(identifier: str, checkout: Body, *, now: int) -> Body:
    """The intent a page makes at the first attempt to pay."""
    return {
        "id": identifier,
        "object": "payment_intent",
        "amount": checkout["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": None,
        "confirmation_method": "automatic",
        "created": now,
        "currency": CURRENCY,
        "description": checkout["_intent_description"],
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": checkout["_intent_metadata"],
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        "_session": checkout["id"],
    }


def charge(identifier: str, intent: Body, *, now: int, declined: bool) -> Body:
    """One attempt at the card."""
    return {
        "id": identifier,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0 if declined else intent["amount"],
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        "captured": not declined,
        "created": now,
        "currency": CURRENCY,
        "description": intent["description"],
        "disputed": False,
        "failure_code": "card_declined" if declined else None,
        "failure_message": "Your card was declined." if declined else None,
        "livemode": False,
        "metadata": intent["metadata"],
        "paid": not declined,
        "payment_intent": intent["id"],
        "payment_method": None,
        "receipt_url": None,
        "refunded": False,
        "status": "failed" if declined else "succeeded",
    }


def decline(charge_id: str) -> Body:
    """The error an intent keeps after its card was refused."""
    return {
        "type": "card_error",
        "code": "card_declined",
        "decline_code": "generic_decline",
        "message": "Your card was declined.",
        "charge": charge_id,
    }


def refund(identifier: str, of_charge: Body, amount_won: int, params: Body, *, now: int) -> Body:
    """A refund that succeeds at once; it may be failed later by the control API."""
    return {
        "id": identifier,
        "object": "refund",
        "amount": amount_won,
        "balance_transaction": None,
        "charge": of_charge["id"],
        "created": now,
        "currency": CURRENCY,
        "metadata": params.get("metadata", {}),
        "payment_intent": of_charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "status": "succeeded",
    }


_CATEGORY = {"payout_failure": "payout_reversal", "refund_failure": "refund_failure"}


def balance_transaction(
    identifier: str, kind: str, source: str, amount_won: int, *, fee: int, now: int, available_on: int
) -> Body:
    """One movement of what the processor holds."""
    detail = {
        "amount": fee,
        "application": None,
        "currency": CURRENCY,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
    return {
        "id": identifier,
        "object": "balance_transaction",
        "amount": amount_won,
        "available_on": available_on,
        "balance_type": "payments",
        "created": now,
        "currency": CURRENCY,
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [detail] if fee else [],
        "net": amount_won - fee,
        "reporting_category": _CATEGORY.get(kind, kind),
        "source": source,
        "status": "pending",
        "type": kind,
        "_payout": None,
    }


def payout(identifier: str, amount_won: int, *, now: int) -> Body:
    """An automatic payout that reached the bank."""
    return {
        "id": identifier,
        "object": "payout",
        "amount": amount_won,
        "arrival_date": now,
        "automatic": True,
        "balance_transaction": None,
        "created": now,
        "currency": CURRENCY,
        "description": "STRIPE PAYOUT",
        "destination": None,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": "completed",
        "source_type": "card",
        "statement_descriptor": None,
        "status": "paid",
        "type": "bank_account",
    }


def event(identifier: str, kind: str, about: Body, *, now: int, request: str | None, idempotency_key: str | None) -> Body:
    """A snapshot of an object at the moment something happened to it."""
    return {
        "id": identifier,
        "object": "event",
        "api_version": API_VERSION,
        "created": now,
        "data": {"object": about},
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": request, "idempotency_key": idempotency_key},
        "type": kind,
    }
