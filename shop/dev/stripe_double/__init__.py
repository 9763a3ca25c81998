"""A stand-in for Stripe's v1 API and hosted payment page for demo and tests, spoken to by the real SDK over loopback HTTP.

Free-standing: imports nothing of the shop. Mount it at any path, e.g. with werkzeug's DispatcherMiddleware; give the SDK
`base_addresses={"api": public_base_url}`. The server needs at least two threads, since the shop calls it while serving a request.
Why it exists and what it cannot prove: docs/adr/0005-stripe-double.md.
"""

from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from flask import Flask

from .api import Api
from .control import Control
from .courier import Courier
from .machine import Desk
from .objects import API_VERSION
from .page import Page
from .problems import DoubleRefused, EnvironmentRefused, LiveKeyRefused, PublicAddressRefused
from .state import State

__all__ = [
    "API_VERSION",
    "DoubleRefused",
    "EnvironmentRefused",
    "LiveKeyRefused",
    "PublicAddressRefused",
    "create_double",
]


class Clock(Protocol):
    """Tells the present instant, timezone-aware."""

    def now(self) -> datetime: ...


ENVIRONMENTS = ("demo", "test")


def create_double(
    state_path: str | Path,
    *,
    secret_key: str,
    webhook_secret: str,
    webhook_url: str,
    clock: Clock,
    public_base_url: str,
    environment: str,
    deliver: bool = True,
) -> Flask:
    """A WSGI application; several processes may share one `state_path`.

    `webhook_url` may be empty: nothing is delivered then. With `deliver=False` webhooks wait for `POST /control/deliver`.

    Raises:
        LiveKeyRefused, EnvironmentRefused, PublicAddressRefused: it must not run with these settings.
    """
    _refuse_to_start(secret_key, environment, public_base_url, webhook_url)
    app = Flask("stripe_double", root_path=str(Path(__file__).parent), template_folder="page", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    state = State(state_path)

    def seconds() -> float:
        return clock.now().timestamp()

    courier = Courier(state, webhook_url=webhook_url, webhook_secret=webhook_secret, clock=seconds)
    wake = courier.wake if deliver and webhook_url else lambda: None
    desk = Desk(state, secret_key, seconds, public_base_url.rstrip("/"), wake)
    Api(app, desk)
    Page(app, desk)
    Control(app, desk, courier)
    return app


def _refuse_to_start(secret_key: str, environment: str, *addresses: str) -> None:
    if not secret_key.startswith("sk_test_"):
        raise LiveKeyRefused("the stand-in for Stripe takes a key that begins with sk_test_")
    if environment not in ENVIRONMENTS:
        raise EnvironmentRefused(f"the stand-in for Stripe runs in {' or '.join(ENVIRONMENTS)}, not in {environment!r}")
    for address in addresses:
        if address and not _loopback(urlsplit(address).hostname):
            raise PublicAddressRefused(f"the stand-in for Stripe stays on this machine, and {address} does not")


def _loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
