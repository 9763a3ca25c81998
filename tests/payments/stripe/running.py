"""The stand-in for Stripe on a loopback port, mounted below a path as in the demo, and an inbox for its webhooks."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from shop.dev.stripe_double import create_double
from shop.kernel.clock import Clock, FixedClock
from shop.payments.providers.stripe import StripeProvider

SECRET_KEY, WEBHOOK_SECRET = "sk_test_stand_in", "whsec_stand_in"
AT = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


class Served:
    """A WSGI application on a free loopback port until closed."""

    def __init__(self, app: Callable[..., Any] | None = None) -> None:
        self._server = make_server("127.0.0.1", 0, app or NotFound(), threaded=True, request_handler=_Quiet)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def serve(self, app: Callable[..., Any]) -> None:
        """Replace the application."""
        self._server.app = app

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@dataclass(frozen=True)
class Delivered:
    """One webhook as it arrived."""

    body: bytes
    signature: str


class Inbox:
    """Takes webhooks; `answers` are the statuses of the next ones, 200 after that."""

    def __init__(self) -> None:
        self.got: list[Delivered] = []
        self.answers: list[int] = []
        self.arrived = threading.Event()
        self._served = Served(self._take)
        self.url = f"{self._served.address}/webhooks/stripe"
        self.close = self._served.close

    def _take(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        self.got.append(Delivered(request.get_data(), request.headers["Stripe-Signature"]))
        self.arrived.set()
        return Response(status=self.answers.pop(0) if self.answers else 200)(environ, start_response)


class RunningDouble:
    """The stand-in over real HTTP. Webhooks wait for `deliver()` unless `deliver_alone`."""

    def __init__(self, folder: Path, clock: Clock, *, webhook_url: str = "", deliver_alone: bool = False) -> None:
        self._served = Served()
        self.clock = clock
        self.base_url = f"{self._served.address}/dev/stripe"
        self.app = create_double(
            folder / "stripe_double.sqlite3",
            secret_key=SECRET_KEY,
            webhook_secret=WEBHOOK_SECRET,
            webhook_url=webhook_url,
            clock=clock,
            public_base_url=self.base_url,
            environment="test",
            deliver=deliver_alone,
        )
        self._served.serve(DispatcherMiddleware(NotFound(), {"/dev/stripe": self.app}))
        self._providers: list[StripeProvider] = []

    def provider(self) -> StripeProvider:
        """The shop's adapter, pointed here."""
        provider = StripeProvider(SECRET_KEY, WEBHOOK_SECRET, api_base=self.base_url, clock=self.clock.now)
        self._providers.append(provider)
        return provider

    def act(self, session_id: str, act: str = "pay", lang: str = "ko") -> requests.Response:
        """Press a button of the payment page: pay, decline, pay_and_close, pay_lose_webhook."""
        address = f"{self.base_url}/pay/{session_id}"
        return requests.post(address, params={"lang": lang}, data={"act": act}, allow_redirects=False, timeout=10)

    def page(self, session_id: str, **query: str) -> requests.Response:
        """Look at the payment page."""
        return requests.get(f"{self.base_url}/pay/{session_id}", params=query, timeout=10)

    def call(self, verb: str, path: str, *, key: str = SECRET_KEY, headers: dict[str, str] | None = None, **form: Any) -> Any:
        """A raw API call, past the SDK and past the contract."""
        sent = {"params": form} if verb == "GET" else {"data": form}
        headers = {"Authorization": f"Bearer {key}", **(headers or {})}
        return requests.request(verb, f"{self.base_url}{path}", headers=headers, timeout=10, **sent)

    def control(self, what: str, **given: Any) -> Any:
        """Turn a dial or make a move; see shop/dev/stripe_double/control.py."""
        headers = {"Authorization": f"Bearer {SECRET_KEY}"}
        answer = requests.post(f"{self.base_url}/control/{what}", json=given, headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def deliver(self) -> dict[str, int]:
        """Post every queued webhook now."""
        return self.control("deliver")

    def close(self) -> None:
        """Stop."""
        for provider in self._providers:
            provider.close()
        self._served.close()


@pytest.fixture
def stripe_clock() -> FixedClock:
    """The stand-in's clock, and the adapter's."""
    return FixedClock(AT)


@pytest.fixture
def stripe_inbox() -> Iterator[Inbox]:
    """Where the stand-in's webhooks arrive."""
    inbox = Inbox()
    yield inbox
    inbox.close()


@pytest.fixture
def stripe_double(
    tmp_path: Path, stripe_clock: FixedClock, stripe_inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningDouble]:
    """A fresh stand-in; the SDK does not pause between attempts."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.001)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.001)
    double = RunningDouble(tmp_path, stripe_clock, webhook_url=stripe_inbox.url)
    yield double
    double.close()


@pytest.fixture
def provider(stripe_double: RunningDouble) -> StripeProvider:
    """The adapter under test."""
    return stripe_double.provider()
