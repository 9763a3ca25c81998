"""The checkout: one page, guests first, the total in sight, nothing ticked beforehand."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import PUBLIC, access
from shop.blueprints.cart.cookies import cart_token, forget_cart
from shop.blueprints.cart.forms import CheckoutForm
from shop.blueprints.cart.paying import allow_hosted_page, shown_bank, start_paying
from shop.blueprints.refusals import sentence
from shop.carts.queries import CartBasket, find_cart, load_basket
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.kernel.errors import ShopError
from shop.orders.models import Order
from shop.orders.placing import LinesGone, PriceChanged, place_order
from shop.orders.queries import get_order
from shop.payments.models import Payment, PaymentMethod
from shop.payments.opening import open_payment
from shop.payments.rules import CardTooSmall
from shop.stock.levels import OutOfStock

bp = Blueprint("checkout", __name__, url_prefix="/checkout")


@bp.get("")
@access(PUBLIC)
def new() -> ResponseReturnValue:
    """The form beside what is ordered."""
    cart = find_cart(read_session(), cart_token())
    if cart is None or cart.order_id is not None:
        return redirect(url_for("cart.cart.show"), 303)
    basket = load_basket(read_session(), cart.id)
    if not basket.can_be_ordered:
        flash(_("지금 주문할 수 없는 것이 있습니다. 표시한 것을 고쳐 주세요."), "warn")
        return redirect(url_for("cart.cart.show"), 303)
    form = CheckoutForm(basket, cart=cart.token, expected_total=basket.priced.total_won, **_known())
    return _page(form, basket)


@bp.post("")
@access(PUBLIC)
def create() -> ResponseReturnValue:
    """Place the order, then go and pay. The same form sent twice is one order."""
    cart = find_cart(read_session(), request.form.get("cart") or cart_token())
    if cart is None:
        return redirect(url_for("cart.cart.show"), 303)
    if cart.order_id is not None:
        return _see_order(cart.order_id)
    form = CheckoutForm(load_basket(read_session(), cart.id, stock=False))
    if not form.validate():
        return _page(form, load_basket(read_session(), cart.id), 422)
    try:
        order, payment = _place(form, cart.id)
    except (PriceChanged, OutOfStock, LinesGone, CardTooSmall) as refusal:
        return _refuse(form, cart.id, refusal)
    answer = start_paying(order, payment)
    return forget_cart(make_response(answer))


def _place(form: CheckoutForm, cart_id: int) -> tuple[Order, Payment]:
    method, now = PaymentMethod(form.method.data), clock.now()
    bank = shown_bank() if method == PaymentMethod.BANK_TRANSFER else None
    details = form.details(locale=str(get_locale()), user_id=current_user.id if current_user.is_authenticated else None)
    with unit_of_work() as session:
        order = place_order(session, cart_id=cart_id, details=details, expected_total_won=form.expected_total_won, now=now)
        payment = open_payment(session, order_id=order.id, method=method, payer_name=form.payer_name.data or "", bank=bank,
                               now=now)
    return order, payment


def _refuse(form: CheckoutForm, cart_id: int, refusal: ShopError) -> ResponseReturnValue:
    """The page again with today's total; everything typed is kept."""
    read_session().rollback()
    basket = load_basket(read_session(), cart_id)
    form.expected_total.data = str(basket.priced.total_won)
    return _page(form, basket, refusal.status, refusal)


def _page(form: CheckoutForm, basket: CartBasket, status: int = 200, refusal: ShopError | None = None) -> ResponseReturnValue:
    page = render_template("cart/checkout/new.html", form=form, basket=basket, bank=shown_bank(),
                           refusal=sentence(refusal) if refusal else "")
    return allow_hosted_page(make_response(page, status))


def _see_order(order_id: int) -> Response:
    order = get_order(read_session(), order_id)
    assert order is not None
    return forget_cart(make_response(redirect(url_for("cart.orders.show", number=order.number, token=order.token), 303)))


def _known() -> dict[str, str]:
    """What a person signed in need not type."""
    if not current_user.is_authenticated:
        return {}
    return {"name": current_user.name or "", "phone": current_user.phone or "", "email": current_user.email or ""}
