"""Mounts the card provider's stand-in at /dev/stripe, in the demo only."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from shop.kernel.clock import SystemClock


def mount_demo_parts(app: Flask) -> Callable[..., Any]:
    """The WSGI application to serve: the shop alone, or with the stand-in beside it."""
    if app.config["APP_ENV"] != "demo":
        return app
    from shop.dev.stripe_double import create_double

    base = app.config["PUBLIC_URL"]
    double = create_double(
        app.config["INSTANCE"] / "stripe_double.sqlite3",
        secret_key=app.config["STRIPE_SECRET_KEY"],
        webhook_secret=app.config["STRIPE_WEBHOOK_SECRET"],
        webhook_url=f"{base}/webhooks/stripe",
        clock=SystemClock(),
        public_base_url=app.config["STRIPE_API_BASE"],
        environment=app.config["APP_ENV"],
    )
    return DispatcherMiddleware(app, {"/dev/stripe": double})
