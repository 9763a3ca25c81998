"""Writes of carts: open, add, change, remove, merge. A line is never lost but by its shopper's own hand."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.carts.models import Cart, CartLine, DeliveryWay
from shop.carts.rules import MAX_QUANTITY, check_quantity, choose_way, ways_of
from shop.catalog.models import ListingState, Product, Variant
from shop.kernel import locks
from shop.kernel.errors import Conflict, NotFound


class GoodsGone(NotFound):
    """There is no such variant on sale."""


class CartGone(NotFound):
    """There is no such cart, or no such line in it."""


class CartOrdered(Conflict):
    """This cart has become an order; carries `order_id`."""


def open_cart(session: Session, *, token: str | None, user_id: int | None, now: datetime) -> Cart:
    """The open cart of a token, locked; a new one where there is none or it has been ordered."""
    cart = _lock_token(session, token)
    if cart is None or cart.order_id is not None:
        cart = Cart(token=secrets.token_urlsafe(32), user_id=user_id, created_at=now, touched_at=now)
        session.add(cart)
        session.flush()
    return cart


def add_line(session: Session, *, cart_id: int, variant_id: int, quantity: int = 1, way: DeliveryWay | None = None,
             now: datetime) -> CartLine:
    """Put units into a cart; units of a variant that is in it already are added to its line, up to 99.

    Raises:
        GoodsGone: not on sale. QuantityRefused, WayRefused: not possible. CartGone, CartOrdered.
    """
    check_quantity(quantity)
    _lock_open(session, cart_id, now)
    variant, product = _find_goods(session, variant_id)
    line = session.scalar(select(CartLine).where(CartLine.cart_id == cart_id, CartLine.variant_id == variant_id))
    allowed = ways_of(by_parcel=product.by_parcel, by_pickup=product.by_pickup)
    if line is None:
        line = CartLine(cart_id=cart_id, variant_id=variant_id, quantity=quantity, way=choose_way(way, allowed),
                        price_seen_won=variant.price_won, added_at=now)
        session.add(line)
    else:
        line.quantity = min(line.quantity + quantity, MAX_QUANTITY)
        line.way = choose_way(way or line.way, allowed)
        line.price_seen_won = variant.price_won
    session.flush()
    return line


def set_quantity(session: Session, *, cart_id: int, line_id: int, quantity: int, now: datetime) -> CartLine:
    """Change a line's units; its shopper has then seen today's price.

    Raises:
        QuantityRefused, CartGone, CartOrdered.
    """
    check_quantity(quantity)
    line, variant, _product = _lock_line(session, cart_id, line_id, now)
    line.quantity = quantity
    line.price_seen_won = variant.price_won
    session.flush()
    return line


def set_way(session: Session, *, cart_id: int, line_id: int, way: DeliveryWay, now: datetime) -> CartLine:
    """Change how a line's goods travel.

    Raises:
        WayRefused, CartGone, CartOrdered.
    """
    line, _variant, product = _lock_line(session, cart_id, line_id, now)
    line.way = choose_way(way, ways_of(by_parcel=product.by_parcel, by_pickup=product.by_pickup))
    session.flush()
    return line


def remove_line(session: Session, *, cart_id: int, line_id: int, now: datetime) -> None:
    """Take a line out; one that is out already is no error.

    Raises:
        CartGone, CartOrdered.
    """
    _lock_open(session, cart_id, now)
    line = session.get(CartLine, line_id)
    if line is not None and line.cart_id == cart_id:
        session.delete(line)
        session.flush()


def claim_cart(session: Session, *, token: str | None, user_id: int, now: datetime) -> Cart:
    """A person's own cart after signing in: this browser's lines join it, of each variant the larger quantity stays.

    Safe to call again: the second time there is nothing left to join.
    """
    mine = session.scalars(select(Cart.id).where(Cart.user_id == user_id, Cart.order_id.is_(None)).order_by(Cart.id)).all()
    theirs = session.scalar(select(Cart.id).where(Cart.token == token)) if token else None
    carts = locks.lock_rows(session, Cart, [*mine, *([theirs] if theirs else [])])
    brought = carts.get(theirs) if theirs else None
    if brought and (brought.order_id is not None or brought.user_id not in (None, user_id)):
        brought = None
    own = next((cart for key, cart in carts.items() if key in mine), brought)
    if own is None:
        return open_cart(session, token=None, user_id=user_id, now=now)
    own.user_id, own.touched_at = user_id, now
    if brought is not None and brought is not own:
        _join(session, own, brought)
    session.flush()
    return own


def _join(session: Session, own: Cart, brought: Cart) -> None:
    lines = list(session.scalars(select(CartLine).where(CartLine.cart_id.in_([own.id, brought.id])).order_by(CartLine.id)))
    kept = {line.variant_id: line for line in lines if line.cart_id == own.id}
    for line in [line for line in lines if line.cart_id == brought.id]:
        if (same := kept.get(line.variant_id)) is not None:
            same.quantity = max(same.quantity, line.quantity)
            session.delete(line)
        else:
            line.cart_id = own.id


def _lock_token(session: Session, token: str | None) -> Cart | None:
    if not token:
        return None
    found = locks.lock_all(session, select(Cart).where(Cart.token == token).order_by(Cart.id))
    return found[0] if found else None


def _lock_open(session: Session, cart_id: int, now: datetime) -> Cart:
    cart = locks.lock_row(session, Cart, cart_id)
    if cart is None:
        raise CartGone()
    if cart.order_id is not None:
        raise CartOrdered(order_id=cart.order_id)
    cart.touched_at = now
    return cart


def _find_goods(session: Session, variant_id: int) -> tuple[Variant, Product]:
    found = session.execute(
        select(Variant, Product).join(Product, Product.id == Variant.product_id)
        .where(Variant.id == variant_id, Variant.is_active, Product.state == ListingState.PUBLISHED)
    ).one_or_none()
    if found is None:
        raise GoodsGone()
    return found[0], found[1]


def _lock_line(session: Session, cart_id: int, line_id: int, now: datetime) -> tuple[CartLine, Variant, Product]:
    _lock_open(session, cart_id, now)
    found = session.execute(
        select(CartLine, Variant, Product)
        .join(Variant, Variant.id == CartLine.variant_id).join(Product, Product.id == Variant.product_id)
        .where(CartLine.id == line_id, CartLine.cart_id == cart_id)
    ).one_or_none()
    if found is None:
        raise CartGone()
    return found[0], found[1], found[2]
