"""Stripe's JSON as the shop's words: plain dicts in, frozen values out. A currency that is not won is refused."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from shop.payments.providers import (
    CheckoutStatus,
    ProviderBalance,
    ProviderEvent,
    ProviderPayout,
    ProviderRefund,
    ProviderRejected,
    ProviderRow,
)

Raw = Mapping[str, Any]


def moment(seconds: int) -> datetime:
    """A Unix time as an instant."""
    return datetime.fromtimestamp(seconds, UTC)


def whole_won(raw: Raw) -> Raw:
    """The object itself, once its currency is known to be won: a zero-decimal currency, so amounts are never scaled."""
    if raw["currency"] != "krw":
        raise ProviderRejected(provider_code="currency_not_krw", currency=str(raw["currency"]), object_id=raw.get("id"))
    return raw


def id_of(value: str | Raw | None) -> str | None:
    """The id of a reference, expanded or not."""
    return value if value is None or isinstance(value, str) else value["id"]


def checkout_of(raw: Raw) -> CheckoutStatus:
    """A Checkout Session with its intent expanded."""
    whole_won(raw)
    intent = raw["payment_intent"]
    paid = raw["payment_status"] == "paid"
    return CheckoutStatus(
        session_id=raw["id"],
        paid=paid,
        expired=raw["status"] == "expired",
        amount_won=raw["amount_total"],
        order_number=(raw.get("metadata") or {}).get("order_number", ""),
        intent_id=id_of(intent),
        charge_id=id_of(intent["latest_charge"]) if paid and isinstance(intent, Mapping) else None,
        url=raw.get("url"),
    )


def refund_of(raw: Raw) -> ProviderRefund:
    """A Refund."""
    whole_won(raw)
    return ProviderRefund(
        refund_id=raw["id"],
        intent_id=id_of(raw.get("payment_intent")) or "",
        amount_won=raw["amount"],
        status=raw["status"],
        created_at=moment(raw["created"]),
        failure_reason=raw.get("failure_reason"),
    )


def row_of(raw: Raw, payout_id: str | None) -> ProviderRow:
    """A BalanceTransaction; it does not carry its payout, the list it was found in does."""
    whole_won(raw)
    return ProviderRow(
        id=raw["id"],
        type=raw["type"],
        gross_won=raw["amount"],
        fee_won=raw["fee"],
        net_won=raw["net"],
        source_id=id_of(raw.get("source")),
        payout_id=payout_id,
        available_on=moment(raw["available_on"]),
        created_at=moment(raw["created"]),
        raw=raw,
    )


def payout_of(raw: Raw) -> ProviderPayout:
    """A Payout; only an automatic one is ever itemised, and only once its reconciliation is complete."""
    whole_won(raw)
    return ProviderPayout(
        id=raw["id"],
        amount_won=raw["amount"],
        status=raw["status"],
        automatic=raw["automatic"],
        itemised=raw["automatic"] and raw["reconciliation_status"] == "completed",
        arrival_on=moment(raw["arrival_date"]),
        created_at=moment(raw["created"]),
        raw=raw,
    )


def balance_of(raw: Raw) -> ProviderBalance:
    """The Balance; other currencies are not ours to count."""
    held = {part: sum(row["amount"] for row in raw[part] if row["currency"] == "krw") for part in ("available", "pending")}
    return ProviderBalance(available_won=held["available"], pending_won=held["pending"])


def event_of(raw: Raw) -> ProviderEvent:
    """An Event. Raises: KeyError, TypeError or ValueError when it does not have an event's shape."""
    about = cast(Raw, raw["data"]["object"])
    kind = about["object"]
    intent = about["id"] if kind == "payment_intent" else id_of(about.get("payment_intent"))
    number = (about.get("metadata") or {}).get("order_number")
    return ProviderEvent(
        id=str(raw["id"]),
        type=str(raw["type"]),
        created_at=moment(raw["created"]),
        object_kind=str(kind),
        object_id=str(about.get("id", "")),
        session_id=about["id"] if kind == "checkout.session" else None,
        intent_id=intent,
        order_number=number,
        raw=raw,
    )
