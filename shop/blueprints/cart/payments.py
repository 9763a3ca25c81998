"""Paying an order that waits for money: by card again, or by another way; and the landing page of the processor."""

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from shop.blueprints.access import PUBLIC, access
from shop.blueprints.cart.forms import offered_methods
from shop.blueprints.cart.paying import allow_hosted_page, see_order, shown_bank, start_paying
from shop.blueprints.cart.words import METHODS
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.orders.models import Order, OrderState
from shop.orders.queries import find_order, get_order
from shop.payments import card
from shop.payments.models import PaymentMethod
from shop.payments.opening import open_payment
from shop.payments.providers import ProviderRejected, ProviderUnavailable
from shop.payments.providers.choosing import get_card_provider
from shop.payments.queries import find_by_session, load_money

bp = Blueprint("payments", __name__, url_prefix="/pay")


@bp.get("/return")
@access(PUBLIC)
def land() -> ResponseReturnValue:
    """The processor sent the shopper back. What happened is asked of the processor, never read from this request."""
    session_id = request.args.get("session_id", "")[:120]
    payment = find_by_session(read_session(), session_id)
    if payment is None:
        abort(404)
    try:
        card.learn_checkout(get_card_provider(), session_id=session_id, now=clock.now())
    except (ProviderUnavailable, ProviderRejected):
        flash(_("카드사의 답을 기다리고 있습니다. 결제하셨다면 곧 이 화면에 나타납니다. 다시 결제하지 않으셔도 됩니다."), "warn")
    read_session().rollback()
    order = get_order(read_session(), payment.order_id)
    assert order is not None
    return see_order(order)


@bp.get("/<number>/<token>")
@access(PUBLIC)
def new(number: str, token: str) -> ResponseReturnValue:
    """Choose how to pay; the page to which a shopper comes back who did not pay by card."""
    order = _find(number, token)
    if order.state != OrderState.AWAITING_PAYMENT:
        return see_order(order)
    page = render_template("cart/payments/new.html", order=order, methods=METHODS, choices=_choices(),
                           failed="failed" in request.args, current=load_money(read_session(), order.id).current)
    return allow_hosted_page(make_response(page))


@bp.post("/<number>/<token>")
@access(PUBLIC)
def create(number: str, token: str) -> ResponseReturnValue:
    """Pay this way; a card page that was open for another way is closed first."""
    order, word = _find(number, token), request.form.get("method", "")
    if word not in _choices():
        return redirect(url_for("cart.payments.new", number=number, token=token), 303)
    if order.state != OrderState.AWAITING_PAYMENT:
        return see_order(order)
    method = PaymentMethod(word)
    if method != PaymentMethod.CARD and (paid := _leave_card(order)):
        return paid
    with unit_of_work() as session:
        payment = open_payment(session, order_id=order.id, method=method, bank=shown_bank(), now=clock.now())
    return start_paying(order, payment)


def _choices() -> list[PaymentMethod]:
    return [PaymentMethod(choice.value) for choice in offered_methods()]


def _leave_card(order: Order) -> Response | None:
    """Close an open card page before another way is chosen; the order's page where it has been paid meanwhile."""
    payment = load_money(read_session(), order.id).current
    if payment is None or payment.session_id is None:
        return None
    try:
        settled = card.close_page(get_card_provider(), payment=payment, now=clock.now())
    except (ProviderUnavailable, ProviderRejected):
        return None  # money that comes all the same is taken in, or owed back
    return see_order(order) if settled else None


def _find(number: str, token: str) -> Order:
    order = find_order(read_session(), number, token)
    if order is None:
        abort(404)
    return order
