"""From lines to a priced basket: parcel fee by vendor, the centre's discount over lines, VAT by line. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shop.catalog.models import TaxClass
from shop.kernel.errors import Invalid
from shop.kernel.money import apportion, vat_inside


class DiscountTooLarge(Invalid):
    """A discount on goods may not exceed the goods."""


@dataclass(frozen=True, slots=True)
class DeliveryRule:
    """What a vendor's parcel costs: one fee, or nothing from `free_from_won` of its parcel goods on."""

    fee_won: int
    free_from_won: int | None = None

    def fee_for(self, parcel_goods_won: int) -> int:
        """The fee for goods of this list price sent together; no goods, no parcel."""
        if parcel_goods_won == 0 or (self.free_from_won is not None and parcel_goods_won >= self.free_from_won):
            return 0
        return self.fee_won

    def left_to_free(self, parcel_goods_won: int) -> int:
        """Won of goods still missing for a free parcel; 0 where it is free already, or never will be."""
        if self.free_from_won is None or self.fee_for(parcel_goods_won) == 0:
            return 0
        return self.free_from_won - parcel_goods_won


@dataclass(frozen=True, slots=True)
class BasketLine:
    """Units of one variant as they are priced; `key` is the caller's own name for the line."""

    key: int
    vendor_id: int
    unit_price_won: int
    quantity: int
    tax_class: TaxClass
    by_parcel: bool


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its money. VAT lies inside the list price: a discount that the centre pays does not reduce the seller's supply.

    Source: 부가가치세법 §29⑤ (only a discount off the seller's own price reduces the tax base).
    """

    key: int
    vendor_id: int
    by_parcel: bool
    quantity: int
    unit_price_won: int
    list_won: int
    discount_won: int
    vat_won: int

    @property
    def paid_won(self) -> int:
        """What the shopper pays for the line."""
        return self.list_won - self.discount_won


@dataclass(frozen=True, slots=True)
class VendorPart:
    """One vendor's part of a basket; the parcel is charged once, for all its parcel lines together."""

    vendor_id: int
    goods_won: int
    parcel_goods_won: int
    parcel_won: int
    discount_won: int
    left_to_free_won: int

    @property
    def total_won(self) -> int:
        """What the shopper pays for this vendor's goods and parcel."""
        return self.goods_won + self.parcel_won - self.discount_won


@dataclass(frozen=True, slots=True)
class Basket:
    """A priced basket: lines in the order they came, parts by vendor in the order they first appear."""

    lines: tuple[PricedLine, ...]
    vendors: Mapping[int, VendorPart]

    @property
    def goods_won(self) -> int:
        """List price of all goods."""
        return sum(line.list_won for line in self.lines)

    @property
    def parcel_won(self) -> int:
        """All parcel fees."""
        return sum(part.parcel_won for part in self.vendors.values())

    @property
    def discount_won(self) -> int:
        """What the centre pays."""
        return sum(line.discount_won for line in self.lines)

    @property
    def total_won(self) -> int:
        """What the shopper pays."""
        return self.goods_won + self.parcel_won - self.discount_won

    def line(self, key: int) -> PricedLine:
        """The line of a key."""
        return next(line for line in self.lines if line.key == key)


def price_basket(lines: Sequence[BasketLine], vendors: Mapping[int, DeliveryRule], discount_won: int = 0) -> Basket:
    """Price lines: parcel fee by vendor, then the centre's discount over vendors by goods and over each vendor's lines.

    Raises:
        DiscountTooLarge: the discount exceeds the goods.
    """
    assert discount_won >= 0
    assert all(line.quantity > 0 for line in lines)
    goods = _sum_by_vendor(lines)
    if discount_won > sum(goods.values()):
        raise DiscountTooLarge(discount_won=discount_won, goods_won=sum(goods.values()))
    discounts = _share_discount(lines, goods, discount_won)
    priced = tuple(_price_line(line, discounts[line.key]) for line in lines)
    return Basket(priced, {vendor_id: _sum_vendor(vendor_id, vendors[vendor_id], priced) for vendor_id in goods})


def _list_won(line: BasketLine) -> int:
    return line.unit_price_won * line.quantity


def _sum_by_vendor(lines: Iterable[BasketLine]) -> dict[int, int]:
    goods: dict[int, int] = {}
    for line in lines:
        goods[line.vendor_id] = goods.get(line.vendor_id, 0) + _list_won(line)
    return goods


def _share_discount(lines: Sequence[BasketLine], goods: dict[int, int], discount_won: int) -> dict[int, int]:
    if discount_won == 0:
        return {line.key: 0 for line in lines}
    shares: dict[int, int] = {}
    for vendor_id, part_won in zip(goods, apportion(discount_won, list(goods.values())), strict=True):
        own = [line for line in lines if line.vendor_id == vendor_id]
        shares |= zip((line.key for line in own), apportion(part_won, [_list_won(line) for line in own]), strict=True)
    return shares


def _price_line(line: BasketLine, discount_won: int) -> PricedLine:
    list_won = _list_won(line)
    return PricedLine(key=line.key, vendor_id=line.vendor_id, by_parcel=line.by_parcel, quantity=line.quantity,
                      unit_price_won=line.unit_price_won, list_won=list_won, discount_won=discount_won,
                      vat_won=vat_inside(list_won) if line.tax_class == TaxClass.TAXABLE else 0)


def _sum_vendor(vendor_id: int, rule: DeliveryRule, priced: Sequence[PricedLine]) -> VendorPart:
    own = [line for line in priced if line.vendor_id == vendor_id]
    parcel_goods = sum(line.list_won for line in own if line.by_parcel)
    return VendorPart(
        vendor_id=vendor_id, goods_won=sum(line.list_won for line in own), parcel_goods_won=parcel_goods,
        parcel_won=rule.fee_for(parcel_goods), discount_won=sum(line.discount_won for line in own),
        left_to_free_won=rule.left_to_free(parcel_goods),
    )
