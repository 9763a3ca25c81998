"""Stripe as a `CardProvider`: hosted Checkout, refunds, the balance. The only module that calls the Stripe SDK over the network.

Every parameter sent here is held against the installed SDK by the contract check of tests/payments/stripe.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import stripe
from stripe.params import BalanceTransactionListParams

from shop.kernel import clock as process_clock
from shop.payments.providers import (
    METADATA_KEYS,
    CardDeclined,
    CheckoutStart,
    CheckoutStatus,
    ProviderBalance,
    ProviderEvent,
    ProviderPayout,
    ProviderRefund,
    ProviderRejected,
    ProviderRow,
    ProviderUnavailable,
    RefundReason,
)
from shop.payments.providers import stripe_reading as reading
from shop.payments.providers.stripe_webhooks import prove

API_VERSION = "2026-10-28.endive"  # raised by hand together with the SDK; a test compares the two
CONNECT_SECONDS, READ_SECONDS = 2.0, 7.0
RETRIES = 2
RETRY_WINDOW_SECONDS = 1.5
PAGE = 100
_LANGUAGES = ("ko", "en")
EPOCH = datetime.fromtimestamp(0, UTC)

# On by default: it writes an identifier into the home directory and sends the platform with every call.
stripe.enable_telemetry = False
log = logging.getLogger(__name__)


class PatientClient(stripe.RequestsClient):
    """Tries again only while the caller has hardly waited: one call holds a worker for some ten seconds at the very most."""

    def request_with_retries(self, *args: Any, **kwargs: Any) -> Any:
        """The SDK's loop, with its beginning noted."""
        self._thread_local.began = time.monotonic()
        return super().request_with_retries(*args, **kwargs)

    def _should_retry(self, response: Any, api_connection_error: Any, num_retries: int, max_network_retries: int | None) -> bool:
        if time.monotonic() - self._thread_local.began > RETRY_WINDOW_SECONDS:
            return False
        return super()._should_retry(response, api_connection_error, num_retries, max_network_retries)


@contextmanager
def _named_refusals(call: str) -> Iterator[None]:
    """The SDK's errors as the protocol's; nothing of a request or an answer is logged but its kind and its request id."""
    try:
        yield
    except stripe.CardError as error:
        details = getattr(error.error, "decline_code", None)
        raise CardDeclined(decline_code=details or error.code) from error
    except stripe.IdempotencyError as error:
        if error.http_status == 409:  # the first call with this key is still at work
            raise ProviderUnavailable(provider="stripe", call=call) from error
        raise ProviderRejected(provider_code="idempotency_key_reused", call=call) from error
    except stripe.InvalidRequestError as error:
        log.warning("stripe refused %s: %s (%s)", call, error.code, error.request_id)
        raise ProviderRejected(provider_code=error.code or "invalid_request", param=error.param, call=call) from error
    except stripe.StripeError as error:
        log.warning("stripe unavailable for %s: %s (%s)", call, type(error).__name__, error.request_id)
        raise ProviderUnavailable(provider="stripe", call=call) from error


class StripeProvider:
    """The one card provider of today. Safe to share between threads."""

    name = "stripe"

    def __init__(
        self,
        secret_key: str,
        webhook_secret: str,
        *,
        api_base: str | None = None,
        clock: Callable[[], datetime] = process_clock.now,
    ) -> None:
        """`api_base` is for the stand-in of the demo and the tests; `clock` only judges the age of webhooks."""
        self._http = PatientClient(timeout=(CONNECT_SECONDS, READ_SECONDS))
        client = stripe.StripeClient(
            secret_key,
            stripe_version=API_VERSION,
            base_addresses={"api": api_base} if api_base else None,
            max_network_retries=RETRIES,
            http_client=self._http,
        )
        self._v1 = client.v1
        self._webhook_secret = webhook_secret
        self._livemode = "_live_" in secret_key
        self._clock = clock

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
        """One line for the whole order, in won as they are: KRW has no minor unit. Stripe's settings choose the methods."""
        labels = {"order_number": order_number, **(metadata or {})}
        assert labels.keys() <= METADATA_KEYS, "no personal data leaves the shop"
        with _named_refusals("start_checkout"):
            session = self._v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {"currency": "krw", "unit_amount": amount_won, "product_data": {"name": description}},
                        }
                    ],
                    "client_reference_id": order_number,
                    "metadata": labels,
                    "payment_intent_data": {"description": description, "metadata": labels},
                    "success_url": success_url,
                    "cancel_url": cancel_url,
                    "expires_at": int(expires_at.timestamp()),
                    "locale": locale if locale in _LANGUAGES else "auto",
                },
                {"idempotency_key": _checked(idempotency_key)},
            )
        assert session.url, "an open hosted page has an address"
        return CheckoutStart(session_id=session.id, url=session.url)

    def get_checkout(self, session_id: str) -> CheckoutStatus:
        """The page and, once there was an attempt to pay, its intent, in one call."""
        with _named_refusals("get_checkout"):
            session = self._v1.checkout.sessions.retrieve(_named(session_id), {"expand": ["payment_intent"]})
        return reading.checkout_of(session.to_dict())

    def expire_checkout(self, session_id: str) -> CheckoutStatus:
        """Expire the page; where it was paid or had expired already, say so instead of refusing."""
        with _named_refusals("expire_checkout"):
            try:
                session = self._v1.checkout.sessions.expire(
                    _named(session_id), {"expand": ["payment_intent"]}, {"idempotency_key": f"expire:{session_id}"}
                )
            except stripe.InvalidRequestError as error:
                if error.code == "resource_missing":
                    raise
                return self.get_checkout(session_id)
        return reading.checkout_of(session.to_dict())

    def refund(self, *, intent_id: str, amount_won: int, idempotency_key: str, reason: RefundReason) -> ProviderRefund:
        """Refund part or all of an intent."""
        assert amount_won > 0
        with _named_refusals("refund"):
            answer = self._v1.refunds.create(
                {"payment_intent": _named(intent_id), "amount": amount_won, "reason": reason},
                {"idempotency_key": _checked(idempotency_key)},
            )
        return reading.refund_of(answer.to_dict())

    def get_refund(self, refund_id: str) -> ProviderRefund:
        """A refund as it stands now."""
        with _named_refusals("get_refund"):
            answer = self._v1.refunds.retrieve(_named(refund_id))
        return reading.refund_of(answer.to_dict())

    def list_refunds(self, intent_id: str) -> Iterator[ProviderRefund]:
        """Every refund of an intent."""
        with _named_refusals("list_refunds"):
            pages = self._v1.refunds.list({"payment_intent": _named(intent_id), "limit": PAGE})
            for refund in pages.auto_paging_iter():
                yield reading.refund_of(refund.to_dict())

    def list_balance_rows(self, *, since: datetime | None = None, payout: str | None = None) -> Iterator[ProviderRow]:
        """Pages as it is read; `payout_id` of a row is known only when asked by payout."""
        asked: BalanceTransactionListParams = {"limit": PAGE, "created": _from(since)}
        if payout is not None:
            asked["payout"] = _named(payout)
        with _named_refusals("list_balance_rows"):
            for row in self._v1.balance_transactions.list(asked).auto_paging_iter():
                yield reading.row_of(row.to_dict(), payout)

    def list_payouts(self, *, since: datetime | None = None) -> Iterator[ProviderPayout]:
        """Pages as it is read."""
        with _named_refusals("list_payouts"):
            for payout in self._v1.payouts.list({"limit": PAGE, "created": _from(since)}).auto_paging_iter():
                yield reading.payout_of(payout.to_dict())

    def balance(self) -> ProviderBalance:
        """Available and pending won."""
        with _named_refusals("balance"):
            return reading.balance_of(self._v1.balance.retrieve().to_dict())

    def list_events(self, *, since: datetime) -> Iterator[ProviderEvent]:
        """Stripe keeps events for 30 days."""
        with _named_refusals("list_events"):
            for event in self._v1.events.list({"limit": PAGE, "created": _from(since)}).auto_paging_iter():
                yield reading.event_of(event.to_dict())

    def parse_webhook(self, body: bytes, signature_header: str | None) -> ProviderEvent:
        """No network."""
        return prove(
            body, signature_header, self._webhook_secret, api_version=API_VERSION, livemode=self._livemode, now=self._clock()
        )

    def close(self) -> None:
        """Let go of this thread's connections."""
        self._http.close()


def _from(since: datetime | None) -> Any:
    return {"gte": int((since or EPOCH).timestamp())}


def _named(identifier: str) -> str:
    assert identifier, "an empty id would ask Stripe for the whole list"
    return identifier


def _checked(idempotency_key: str) -> str:
    assert 0 < len(idempotency_key) <= 255
    return idempotency_key
