"""The seam to card processors: what the shop asks of one, in whole won, and the refusals it may answer with.

No provider's vocabulary passes this door except in `raw`. Nothing here opens a unit of work: callers record, call, record again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from shop.kernel.errors import Conflict, Invalid, Unavailable

RefundReason = Literal["requested_by_customer", "duplicate", "fraudulent"]


class ProviderUnavailable(Unavailable):
    """The processor did not answer usably; whether it did the work is unknown, so call again with the same idempotency key."""

    code = "provider_unavailable"


class ProviderRejected(Conflict):
    """The processor said no for good; `provider_code` names its reason. The same call again is answered the same."""

    code = "provider_rejected"


class CardDeclined(Conflict):
    """The card's issuer refused; `decline_code` is the issuer's word, never shown as it is."""

    code = "card_declined"


class WebhookRefused(Invalid):
    """The delivery is not proven to be a current event of our processor; `reason` is one of `WEBHOOK_REASONS`."""

    code = "webhook_refused"


WEBHOOK_REASONS = ("header", "body", "signature", "too_old", "future", "api_version", "livemode", "shape")


@dataclass(frozen=True, slots=True)
class CheckoutStart:
    """An open hosted payment page."""

    session_id: str
    url: str


@dataclass(frozen=True, slots=True)
class CheckoutStatus:
    """What the processor says of a hosted payment page now; `paid` and `amount_won` are the facts to settle on."""

    session_id: str
    paid: bool
    expired: bool
    amount_won: int
    order_number: str
    intent_id: str | None = None
    charge_id: str | None = None
    url: str | None = None

    @property
    def open(self) -> bool:
        """True while the shopper may still pay."""
        return not (self.paid or self.expired)


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    """One refund at the processor; `status` may move from succeeded to failed days later."""

    refund_id: str
    intent_id: str
    amount_won: int
    status: Literal["pending", "succeeded", "failed", "canceled", "requires_action"]
    created_at: datetime
    failure_reason: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """One balance transaction: signed won, net = gross - fee; `type` is open, an unknown one is a case and never skipped."""

    id: str
    type: str
    gross_won: int
    fee_won: int
    net_won: int
    source_id: str | None
    payout_id: str | None
    available_on: datetime
    created_at: datetime
    raw: Mapping[str, Any] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ProviderPayout:
    """Money the processor sent to the bank; `itemised` once its rows may be paged with `list_balance_rows(payout=...)`."""

    id: str
    amount_won: int
    status: Literal["pending", "in_transit", "paid", "failed", "canceled"]
    automatic: bool
    itemised: bool
    arrival_on: datetime
    created_at: datetime
    raw: Mapping[str, Any] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ProviderBalance:
    """What the processor holds for us."""

    available_won: int
    pending_won: int

    @property
    def total_won(self) -> int:
        """The figure the clearing account must equal."""
        return self.available_won + self.pending_won


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """A proven event: a reason to look, not a fact to book. The three ids are there when the event's object has them."""

    id: str
    type: str
    created_at: datetime
    object_kind: str
    object_id: str
    session_id: str | None
    intent_id: str | None
    order_number: str | None
    raw: Mapping[str, Any] = field(compare=False, repr=False)


class CardProvider(Protocol):
    """A processor of hosted card payments.

    Every method but `parse_webhook` goes over the network and raises `ProviderUnavailable` (try again with the same key) or
    `ProviderRejected`. A caller stores an idempotency key before the call, 255 characters at most, and always sends it with
    the same values.
    """

    name: str

    def start_checkout(
        self,
        *,
        order_number: str,
        amount_won: int,
        idempotency_key: str,
        success_url: str,
        cancel_url: str,
        expires_at: datetime,
        locale: str,
        description: str,
        metadata: Mapping[str, str] | None = None,
    ) -> CheckoutStart:
        """Open a hosted payment page. `expires_at` is 30 minutes to 24 hours away, stored beside the key (same key, same values);
        `metadata` may hold `METADATA_KEYS` only: no personal data leaves the shop."""
        ...

    def get_checkout(self, session_id: str) -> CheckoutStatus:
        """Ask what became of a hosted payment page."""
        ...

    def expire_checkout(self, session_id: str) -> CheckoutStatus:
        """Close an open page so that it can no longer be paid; its status may be `paid` when the shopper was faster."""
        ...

    def refund(self, *, intent_id: str, amount_won: int, idempotency_key: str, reason: RefundReason) -> ProviderRefund:
        """Send money of a payment back. Raises: ProviderRejected when more than what is left is asked for."""
        ...

    def get_refund(self, refund_id: str) -> ProviderRefund:
        """Ask what became of a refund."""
        ...

    def list_refunds(self, intent_id: str) -> Iterator[ProviderRefund]:
        """Every refund of one payment, newest first."""
        ...

    def list_balance_rows(self, *, since: datetime | None = None, payout: str | None = None) -> Iterator[ProviderRow]:
        """Balance transactions, newest first: those created at or after `since`, or all of one automatic payout (its own
        negative row included, so that they sum to zero). `payout_id` of a row is known in the second case only."""
        ...

    def list_payouts(self, *, since: datetime | None = None) -> Iterator[ProviderPayout]:
        """Payouts created at or after `since`, newest first."""
        ...

    def balance(self) -> ProviderBalance:
        """What the processor holds for us now."""
        ...

    def list_events(self, *, since: datetime) -> Iterator[ProviderEvent]:
        """Events since then, newest first: the way to catch up with lost deliveries."""
        ...

    def parse_webhook(self, body: bytes, signature_header: str | None) -> ProviderEvent:
        """Prove a delivery. Raises: WebhookRefused, and nothing else whatever the bytes are."""
        ...


METADATA_KEYS = frozenset({"order_number", "payment_id"})
