"""Placing an order: the cart becomes frozen copies, one part for each vendor and way, with every unit held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.carts.models import Cart, DeliveryWay
from shop.carts.queries import CartBasket, CartItem, load_basket
from shop.carts.use import CartGone
from shop.kernel import locks
from shop.kernel.crypto import lookup_key
from shop.kernel.errors import Conflict, Invalid
from shop.kernel.money import share_bps, vat_on
from shop.orders.models import Channel, FulfilmentState, Order, OrderLine, OrderState, VendorOrder
from shop.orders.numbers import make_number, make_token
from shop.people.models import Consent
from shop.pricing.basket import Basket
from shop.stock.holds import Want, take_holds
from shop.stock.queries import get_hall_id, get_shelf_ids
from shop.vendors import rules as agreements
from shop.vendors.commissions import load_agreements
from shop.vendors.models import CommissionAgreement, Vendor

TERMS_VERSION = "2026-11-01"


class PriceChanged(Conflict):
    """The total is not the one its shopper agreed to; carries `total_won` and `expected_won`."""


class CartEmpty(Invalid):
    """There is nothing to order."""


class LinesGone(Conflict):
    """Goods of the cart are not sold any more; `names` says which."""


class AddressMissing(Invalid):
    """A parcel needs a postcode and an address."""


@dataclass(frozen=True)
class CheckoutDetails:
    """What a shopper types at the checkout, already in normal form; an empty recipient is the shopper."""

    name: str
    phone: str
    email: str = ""
    recipient: str = ""
    postcode: str = ""
    address: str = ""
    note: str = ""
    locale: str = "ko"
    user_id: int | None = None
    wants_news: bool = False


def place_order(
    session: Session, *, cart_id: int, details: CheckoutDetails, expected_total_won: int, discount_won: int = 0, now: datetime,
) -> Order:
    """Turn a cart into an order awaiting payment and hold its units; a cart already ordered answers with its order.

    Locks the cart, then stock levels in id order. `discount_won` is paid by the centre.

    Raises:
        CartGone, CartEmpty, LinesGone, AddressMissing, PriceChanged, OutOfStock (stock.levels)
    """
    cart = locks.lock_row(session, Cart, cart_id)
    if cart is None:
        raise CartGone()
    if cart.order_id is not None:
        order = session.get(Order, cart.order_id)
        assert order is not None
        return order
    basket = load_basket(session, cart_id, discount_won=discount_won, stock=False)
    _check_basket(basket, details, expected_total_won)
    order = _add_order(session, basket.priced, details, now)
    parts = _add_parts(session, order, basket)
    lines = _add_lines(session, basket, parts, load_agreements(session, now))
    take_holds(session, order_id=order.id, wants=_wants(session, basket, lines), now=now)
    session.execute(insert(Consent), _consents(order, details, now))
    cart.order_id = order.id
    session.flush()
    return order


def _check_basket(basket: CartBasket, details: CheckoutDetails, expected_total_won: int) -> None:
    if basket.is_empty:
        raise CartEmpty()
    if gone := [item.product.name for item in basket.items if not item.is_sold]:
        raise LinesGone(names=", ".join(gone))
    if basket.has_parcels and not (details.postcode and details.address):
        raise AddressMissing()
    if basket.priced.total_won != expected_total_won:
        raise PriceChanged(total_won=basket.priced.total_won, expected_won=expected_total_won)


def _add_order(session: Session, priced: Basket, details: CheckoutDetails, now: datetime) -> Order:
    """Insert under a fresh number; the rare number that is taken already is drawn again."""
    for _attempt in range(8):
        order = Order(
            number=make_number(now), token=make_token(), channel=Channel.WEB, state=OrderState.AWAITING_PAYMENT,
            user_id=details.user_id, locale=details.locale, goods_won=priced.goods_won, parcel_won=priced.parcel_won,
            discount_won=priced.discount_won, total_won=priced.total_won, shopper_name=details.name, shopper_phone=details.phone,
            shopper_email=details.email or None, lookup_hash=lookup_key(details.phone),
            name_hash=lookup_key(details.name), recipient=details.recipient or None,
            postcode=details.postcode or None, address=details.address or None, delivery_note=details.note or None,
            placed_at=now,
        )
        try:
            with session.begin_nested():
                session.add(order)
        except IntegrityError as error:
            if "number" not in str(error.orig):
                raise
        else:
            return order
    raise AssertionError("eight numbers in a row were taken")


Part = tuple[int, DeliveryWay]


def _add_parts(session: Session, order: Order, basket: CartBasket) -> dict[Part, VendorOrder]:
    """One vendor order for each vendor and way; the parcel fee belongs to the parcel."""
    parts: dict[Part, VendorOrder] = {}
    for item in basket.items:
        way = item.line.way
        parcel_won = basket.priced.vendors[item.vendor.id].parcel_won if way == DeliveryWay.PARCEL else 0
        part = parts.setdefault((item.vendor.id, way), VendorOrder(
            order_id=order.id, vendor_id=item.vendor.id, way=way, state=FulfilmentState.WAITING, parcel_won=parcel_won,
            discount_won=0, total_won=parcel_won, seller=seller_identity(item.vendor),
        ))
        priced = basket.priced.line(item.line.id)
        part.discount_won += priced.discount_won
        part.total_won += priced.paid_won
    session.add_all(parts.values())
    session.flush()
    return parts


def seller_identity(vendor: Vendor) -> dict[str, str]:
    """A vendor's legal identity as it is shown before an order and kept with it.

    Source: 전자상거래법 §20② (identity of the seller who asked for the intermediation).
    """
    return {
        "name": vendor.name, "name_en": vendor.name_en, "code": vendor.code, "representative": vendor.representative,
        "brn": vendor.brn, "mail_order_no": vendor.mail_order_no, "address": vendor.address, "phone": vendor.phone,
        "email": vendor.email,
    }


def _add_lines(
    session: Session, basket: CartBasket, parts: dict[Part, VendorOrder], in_force: Sequence[CommissionAgreement],
) -> list[OrderLine]:
    """Insert every line in one statement and read them back in another, in the cart's order."""
    rows = []
    for item in basket.items:
        agreement = agreements.pick(in_force, item.vendor.id, item.product.category_id,  # type: ignore[type-var]
                                    Channel.WEB.value)
        rows.append(_freeze(item, basket.priced, parts[item.vendor.id, item.line.way], agreement))
    session.execute(insert(OrderLine), rows)
    ids = [part.id for part in parts.values()]
    return list(session.scalars(select(OrderLine).where(OrderLine.vendor_order_id.in_(ids)).order_by(OrderLine.id)))


def _freeze(item: CartItem, priced: Basket, part: VendorOrder, agreement: CommissionAgreement) -> dict[str, Any]:
    """A line as it will stay: commission is rounded once, the vendor gets the exact remainder."""
    money = priced.line(item.line.id)
    commission_won = share_bps(money.list_won, agreement.bps)
    commission_vat_won = vat_on(commission_won)
    return {
        "vendor_order_id": part.id, "vendor_id": item.vendor.id, "variant_id": item.variant.id,
        "product_code": item.product.code, "name": item.product.name, "name_en": item.product.name_en,
        "label": item.variant.label, "quantity": money.quantity, "unit_price_won": money.unit_price_won,
        "list_won": money.list_won, "discount_won": money.discount_won, "tax_class": item.product.tax_class,
        "vat_won": money.vat_won, "agreement_id": agreement.id, "commission_bps": agreement.bps,
        "commission_won": commission_won, "commission_vat_won": commission_vat_won,
        "net_won": money.list_won - commission_won - commission_vat_won, "returned_quantity": 0,
    }


def _wants(session: Session, basket: CartBasket, lines: Sequence[OrderLine]) -> list[Want]:
    """Parcels leave from the vendor's shelf, collected goods from the hall."""
    senders = {item.vendor.id for item in basket.items if item.line.way == DeliveryWay.PARCEL}
    shelves = get_shelf_ids(session, senders) if senders else {}
    hall_id = get_hall_id(session) if basket.has_pickups else 0
    return [
        Want(line.id, item.variant.id, shelves.get(item.vendor.id, 0) if item.line.way == DeliveryWay.PARCEL else hall_id,
             line.quantity)
        for item, line in zip(basket.items, lines, strict=True)
    ]


def _consents(order: Order, details: CheckoutDetails, now: datetime) -> list[dict[str, Any]]:
    given = {"terms": True, "news": details.wants_news}
    same = {"at": now, "user_id": details.user_id, "order_number": order.number, "version": TERMS_VERSION}
    return [{**same, "kind": kind, "given": yes} for kind, yes in given.items()]
