"""Where Stripe's events arrive. Forged ones are refused; proven ones are stored, then looked into."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from shop.blueprints.access import PUBLIC, access
from shop.extensions import csrf
from shop.kernel import clock
from shop.payments.events import receive_event
from shop.payments.providers import ProviderUnavailable, WebhookRefused
from shop.payments.providers.choosing import get_card_provider

bp = Blueprint("stripe", __name__)
LARGEST = 512 * 1024


@bp.post("/stripe")
@access(PUBLIC)
@csrf.exempt
def receive() -> ResponseReturnValue:
    """400 for a delivery that proves nothing, 503 where Stripe must send it again, else 200."""
    if (request.content_length or 0) > LARGEST:
        return {"error": "too_large"}, 413
    provider = get_card_provider()
    try:
        event = provider.parse_webhook(request.get_data(), request.headers.get("Stripe-Signature"))
    except WebhookRefused as refusal:
        return {"error": refusal.code, "reason": refusal.data.get("reason", "")}, 400
    try:
        outcome = receive_event(provider, event, now=clock.now())
    except ProviderUnavailable:
        return {"error": "try_again"}, 503
    return {"received": event.id, "outcome": outcome}, 200
