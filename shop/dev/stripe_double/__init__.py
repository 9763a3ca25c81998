"""A stand-in for Stripe's v1 API and hosted payment page, for the demo and the tests: spoken to by the real SDK over loopback HTTP.

Free-standing: imports nothing of the shop. Mount it at any path, e.g. with werkzeug's DispatcherMiddleware; give the SDK
`base_addresses={"api": public_base_url}`. The server needs at least two threads, since the shop calls it while serving a request.
Why it exists and what it cannot prove: docs/adr/0005-stripe-double.md.
"""

from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from .api import Api
from .control import Control
from .courier import Courier
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

ENVIRONMENTS = ("demo", "test")


def create_double(
    state_path: str | Path,
    *,
    secret_key: str,
    webhook_secret: str,
    webhook_url: str,
    clock: Callable[[], datetime],
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
        return clock().timestamp()

    courier = Courier(state, webhook_url=webhook_url, webhook_secret=webhook_secret, clock=seconds)
    wake = courier.wake if deliver and webhook_url else lambda: None
    Api(app, state, secret_key=secret_key, clock=seconds, public_base_url=public_base_url.rstrip("/"), wake=wake)
    Page(app, state, clock=seconds, wake=wake)
    Control(app, state, courier, secret_key=secret_key, clock=seconds, wake=wake)
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
