"""Card payments of the demo's past: the provider's stand-in on a loopback port, at the hour of each purchase, over real HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import requests
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server

from shop.dev.stripe_double import create_double
from shop.kernel.clock import FixedClock
from shop.payments.card import learn_checkout, start_card_payment
from shop.payments.providers.stripe import StripeProvider


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


class CardHouse:
    """The stand-in and the shop's own adapter, both at the same pretended hour."""

    def __init__(self, state: Path, *, secret_key: str, webhook_secret: str, at: datetime) -> None:
        self.clock = FixedClock(at)
        self.secret_key = secret_key
        self.server = make_server("127.0.0.1", 0, NotFound(), threaded=True, request_handler=_Quiet)
        self.base = f"http://127.0.0.1:{self.server.server_port}/dev/stripe"
        double = create_double(state, secret_key=secret_key, webhook_secret=webhook_secret, webhook_url="", clock=self.clock,
                               public_base_url=self.base, environment="demo", deliver=False)
        self.server.app = DispatcherMiddleware(NotFound(), {"/dev/stripe": double})
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.provider = StripeProvider(secret_key, webhook_secret, api_base=self.base, clock=self.clock.now)

    def pay(self, payment_id: int, now: datetime) -> None:
        """Open the card page of a payment, press "pay" on it, and come back to the shop."""
        self.clock.at = now
        url = start_card_payment(self.provider, payment_id=payment_id, public_url="http://127.0.0.1:8000", now=now)
        session_id = url.split("?")[0].rstrip("/").rsplit("/", 1)[1]
        self.clock.at = now + timedelta(minutes=2)
        requests.post(f"{self.base}/pay/{session_id}", data={"act": "pay"}, allow_redirects=False, timeout=10).raise_for_status()
        learn_checkout(self.provider, session_id=session_id, now=self.clock.at)

    def pay_out(self, now: datetime) -> int:
        """Run the processor's automatic payout; returns the won on their way to the bank, 0 where there was nothing."""
        self.clock.at = now
        answer = requests.post(f"{self.base}/control/payout", json={"settle": True}, timeout=10,
                               headers={"Authorization": f"Bearer {self.secret_key}"})
        return int(answer.json().get("amount", 0)) if answer.ok else 0

    def close(self) -> None:
        """Stop listening."""
        self.provider.close()
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def open_card_house(config: dict, at: datetime) -> Iterator[CardHouse]:
    """A card house on the instance's own stand-in, so that the running demo goes on where the past ends."""
    house = CardHouse(config["INSTANCE"] / "stripe_double.sqlite3", secret_key=config["STRIPE_SECRET_KEY"],
                      webhook_secret=config["STRIPE_WEBHOOK_SECRET"], at=at)
    try:
        yield house
    finally:
        house.close()
