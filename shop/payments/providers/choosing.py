"""Which card provider the shop speaks to, by its settings; one is made for each process."""

from flask import current_app

from shop.kernel import clock
from shop.payments.providers import CardProvider
from shop.payments.providers.stripe import StripeProvider


def get_card_provider() -> CardProvider:
    """The app's provider, made when first asked for; tests put their own under the same name."""
    known = current_app.extensions.get("card_provider")
    if known is None:
        config = current_app.config
        known = StripeProvider(config["STRIPE_SECRET_KEY"], config["STRIPE_WEBHOOK_SECRET"],
                               api_base=config["STRIPE_API_BASE"] or None, clock=clock.now)
        current_app.extensions["card_provider"] = known
    return known
