"""Steps of paying that the checkout, the order page and the pay page share."""

from flask import Response, current_app, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from shop.blueprints.headers import CSP
from shop.kernel import clock
from shop.kernel.db import read_session
from shop.orders.models import Order
from shop.payments import card
from shop.payments.models import Payment, PaymentMethod
from shop.payments.providers import CardDeclined, ProviderRejected, ProviderUnavailable
from shop.payments.providers.choosing import get_card_provider
from shop.reconciliation.queries import list_bank_accounts

HOSTED_PAGE = "https://checkout.stripe.com"


def shown_bank() -> dict[str, str] | None:
    """The centre's account to which shoppers transfer."""
    account = next(iter(list_bank_accounts(read_session())), None)
    return {"bank": account.bank, "number": account.number, "holder": account.holder} if account else None


def allow_hosted_page(response: Response) -> Response:
    """Let a form of this page end at the processor's own page: browsers hold redirects of a form to its policy too."""
    response.headers["Content-Security-Policy"] = CSP.replace("form-action 'self'", f"form-action 'self' {HOSTED_PAGE}")
    return response


def see_order(order: Order) -> AnyResponse:
    """To the order's page."""
    return redirect(url_for("cart.orders.show", number=order.number, token=order.token), 303)


def start_paying(order: Order, payment: Payment) -> AnyResponse:
    """To the processor's page for a card, else to the order's page, which says what to do next.

    Where the processor does not answer, the order stays as it is and a page offers to try again.
    """
    if payment.method != PaymentMethod.CARD:
        return see_order(order)
    try:
        url = card.start_card_payment(get_card_provider(), payment_id=payment.id, public_url=current_app.config["PUBLIC_URL"],
                                      now=clock.now())
    except (ProviderUnavailable, ProviderRejected, CardDeclined):
        return redirect(url_for("cart.payments.new", number=order.number, token=order.token, failed="1"), 303)
    return redirect(url, 303)
