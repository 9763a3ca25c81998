"""The cart: what is in it, by maker; adding, changing, taking out. Works without scripts."""

from datetime import datetime

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import PUBLIC, access
from shop.blueprints.cart.cookies import cart_token, keep_cart
from shop.blueprints.refusals import sentence
from shop.carts import queries, use
from shop.carts.models import DeliveryWay
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.kernel.errors import ShopError

bp = Blueprint("cart", __name__)


@bp.get("/cart")
@access(PUBLIC)
def show() -> ResponseReturnValue:
    """What is in the cart, by maker, at today's prices."""
    cart = queries.find_cart(read_session(), cart_token())
    if current_user.is_authenticated and (cart is None or cart.user_id is None) and _has_something_to_claim(cart):
        return _claim(clock.now())
    if cart is None or cart.order_id is not None:
        return render_template("cart/cart/show.html", basket=None)
    basket = queries.load_basket(read_session(), cart.id, pictures=True)
    response = make_response(render_template("cart/cart/show.html", basket=basket))
    if request.cookies.get("cart_count") != str(basket.unit_count):
        keep_cart(response, cart.token, basket.unit_count)
    return response


@bp.post("/cart/lines")
@access(PUBLIC)
def add() -> ResponseReturnValue:
    """Put units of a variant into the cart."""
    form, now = request.form, clock.now()
    try:
        with unit_of_work() as session:
            cart = use.open_cart(session, token=cart_token(), user_id=_user_id(), now=now)
            use.add_line(session, cart_id=cart.id, variant_id=form.get("variant_id", 0, type=int), way=_way(),
                         quantity=form.get("quantity", 1, type=int), now=now)
            units = queries.count_units(session, cart.id)
    except ShopError as refusal:
        flash(sentence(refusal), "bad")
        return redirect(_back() or url_for("cart.cart.show"), 303)
    flash(_("장바구니에 담았습니다."), "ok")
    return keep_cart(_see_cart(), cart.token, units)


@bp.post("/cart/lines/<int:line_id>")
@access(PUBLIC)
def change(line_id: int) -> ResponseReturnValue:
    """Change how many, or how they travel; or take the line out."""
    form, now, cart = request.form, clock.now(), queries.find_cart(read_session(), cart_token())
    if cart is None:
        return _see_cart()
    try:
        with unit_of_work() as session:
            if "remove" in form:
                use.remove_line(session, cart_id=cart.id, line_id=line_id, now=now)
            else:
                use.set_quantity(session, cart_id=cart.id, line_id=line_id, quantity=form.get("quantity", 0, type=int), now=now)
                if way := _way():
                    use.set_way(session, cart_id=cart.id, line_id=line_id, way=way, now=now)
            units = queries.count_units(session, cart.id)
    except ShopError as refusal:
        flash(sentence(refusal), "bad")
        return _see_cart()
    return keep_cart(_see_cart(), cart.token, units)


def _has_something_to_claim(cart: queries.Cart | None) -> bool:
    return cart is not None or queries.find_user_cart(read_session(), current_user.id) is not None


def _claim(now: datetime) -> Response:
    """After signing in, this browser's cart and the person's own become one."""
    with unit_of_work() as session:
        cart = use.claim_cart(session, token=cart_token(), user_id=current_user.id, now=now)
        units = queries.count_units(session, cart.id)
    return keep_cart(_see_cart(), cart.token, units)


def _see_cart() -> Response:
    return make_response(redirect(url_for("cart.cart.show"), 303))


def _user_id() -> int | None:
    return current_user.id if current_user.is_authenticated else None


def _way() -> DeliveryWay | None:
    word = request.form.get("way", "")
    return DeliveryWay(word) if word in set(DeliveryWay) else None


def _back() -> str | None:
    """The page of this shop that the form stood on."""
    back = request.form.get("next", "")
    safe = back.startswith("/") and not back.startswith(("//", "/\\")) and all(ord(letter) >= 32 for letter in back)
    return back if safe else None
