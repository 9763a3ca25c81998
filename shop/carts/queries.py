"""Reads of carts: the lines with their goods, what has changed since they were put in, and the priced basket."""

from dataclasses import dataclass, field, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.carts.models import Cart, CartLine, DeliveryWay
from shop.carts.rules import ways_of
from shop.catalog.models import ListingState, Product, ProductImage, Variant
from shop.pricing.basket import Basket, BasketLine, DeliveryRule, VendorPart, price_basket
from shop.stock.queries import available_by_variant
from shop.vendors.models import Vendor, VendorState


@dataclass(frozen=True)
class CartItem:
    """One line of a cart with its goods as they are now; `available` is None where stock was not asked for."""

    line: CartLine
    variant: Variant
    product: Product
    vendor: Vendor
    available: int | None = None
    picture: ProductImage | None = None

    @property
    def ways(self) -> list[DeliveryWay]:
        """How these goods may travel."""
        return ways_of(by_parcel=self.product.by_parcel, by_pickup=self.product.by_pickup)

    @property
    def is_sold(self) -> bool:
        """Whether the shop still sells this at all."""
        return (self.variant.is_active and self.product.state == ListingState.PUBLISHED
                and self.vendor.state == VendorState.APPROVED and self.line.way in self.ways)

    @property
    def price_changed(self) -> bool:
        """Whether the price is another one than its shopper last saw."""
        return self.line.price_seen_won != self.variant.price_won

    @property
    def is_short(self) -> bool:
        """Whether fewer units are free than the line asks for."""
        return self.available is not None and self.available < self.line.quantity

    @property
    def can_be_ordered(self) -> bool:
        """Whether an order could take this line as it stands."""
        return self.is_sold and not self.is_short


@dataclass(frozen=True)
class CartGroup:
    """What a cart holds of one vendor; `part` is None where none of it is sold any more."""

    vendor: Vendor
    items: list[CartItem]
    part: VendorPart | None


@dataclass(frozen=True)
class CartBasket:
    """A cart priced at today's prices; lines that are not sold any more stay in it and cost nothing."""

    items: list[CartItem]
    priced: Basket
    groups: list[CartGroup] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self.items

    @property
    def can_be_ordered(self) -> bool:
        """Whether every line can be ordered as it stands."""
        return bool(self.items) and all(item.can_be_ordered for item in self.items)

    @property
    def unit_count(self) -> int:
        """Units in it."""
        return sum(item.line.quantity for item in self.items)

    @property
    def has_parcels(self) -> bool:
        """Whether anything of it is sent."""
        return any(item.line.way == DeliveryWay.PARCEL for item in self.items)

    @property
    def has_pickups(self) -> bool:
        """Whether anything of it waits in the hall."""
        return any(item.line.way == DeliveryWay.PICKUP for item in self.items)


def find_cart(session: Session, token: str | None) -> Cart | None:
    """The cart of a token."""
    return session.scalar(select(Cart).where(Cart.token == token)) if token else None


def find_user_cart(session: Session, user_id: int) -> Cart | None:
    """A person's own open cart, the one touched last."""
    mine = select(Cart).where(Cart.user_id == user_id, Cart.order_id.is_(None)).order_by(Cart.touched_at.desc(), Cart.id.desc())
    return session.scalars(mine.limit(1)).first()


def count_units(session: Session, cart_id: int) -> int:
    """Units in a cart."""
    return session.scalar(select(func.coalesce(func.sum(CartLine.quantity), 0)).where(CartLine.cart_id == cart_id)) or 0


def load_basket(session: Session, cart_id: int, *, discount_won: int = 0, stock: bool = True,
                pictures: bool = False) -> CartBasket:
    """A cart priced now, in the order things were put in: one statement, one more for its stock, one for its pictures."""
    rows = session.execute(
        select(CartLine, Variant, Product, Vendor)
        .join(Variant, Variant.id == CartLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .join(Vendor, Vendor.id == Product.vendor_id)
        .where(CartLine.cart_id == cart_id)
        .order_by(CartLine.id)
        .execution_options(populate_existing=True)
    ).all()
    items = [CartItem(*row) for row in rows]
    if stock and items:
        free = available_by_variant(session, [item.variant.id for item in items])
        items = [replace(item, available=free[item.variant.id][item.line.way.value]) for item in items]
    if pictures and items:
        items = _with_pictures(session, items)
    return _price(items, discount_won)


def _with_pictures(session: Session, items: list[CartItem]) -> list[CartItem]:
    images = session.scalars(
        select(ProductImage).where(ProductImage.product_id.in_({item.product.id for item in items}))
        .order_by(ProductImage.position.desc(), ProductImage.id.desc())
    )
    pictures = {image.product_id: image for image in images}  # the first one is written last
    return [replace(item, picture=pictures.get(item.product.id)) for item in items]


def _price(items: list[CartItem], discount_won: int) -> CartBasket:
    vendors = {item.vendor.id: item.vendor for item in items}
    priced = price_basket(
        [BasketLine(item.line.id, item.vendor.id, item.variant.price_won, item.line.quantity, item.product.tax_class,
                    item.line.way == DeliveryWay.PARCEL) for item in items if item.is_sold],
        {vendor.id: DeliveryRule(vendor.parcel_fee_won, vendor.free_parcel_from_won) for vendor in vendors.values()},
        discount_won,
    )
    groups = [CartGroup(vendor, [item for item in items if item.vendor.id == vendor.id], priced.vendors.get(vendor.id))
              for vendor in vendors.values()]
    return CartBasket(items, priced, groups)
