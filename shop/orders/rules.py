"""Decisions about orders: who may do what in which state, and how a line's money divides over its units. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shop.carts.models import DeliveryWay
from shop.kernel.money import cumulative_share
from shop.orders.models import FulfilmentState, Order, OrderLine, OrderState, VendorOrder

CONFIRM_AFTER = timedelta(days=7)  # the withdrawal period of 전자상거래법 §17①
BUYER_SHOWN_FOR = timedelta(days=90)  # after confirmation; then the purpose is over
SHIP_WITHIN_DAYS = 3  # business days after payment. Source: 전자상거래법 §15①


@dataclass(frozen=True)
class Share:
    """What of a line's money falls to some of its units."""

    quantity: int
    list_won: int
    discount_won: int
    commission_won: int
    commission_vat_won: int

    @property
    def paid_won(self) -> int:
        """What the shopper paid for them."""
        return self.list_won - self.discount_won

    @property
    def net_won(self) -> int:
        """What the vendor earns by them."""
        return self.list_won - self.commission_won - self.commission_vat_won


def share_of(line: OrderLine, quantity: int, *, before: int) -> Share:
    """The money of units `before`+1 … `before`+`quantity` of a line; the shares of all its units sum to the line."""

    def part(total_won: int) -> int:
        return cumulative_share(total_won, quantity, line.quantity, before=before)

    return Share(quantity, part(line.list_won), part(line.discount_won), part(line.commission_won), part(line.commission_vat_won))


def kept_share(line: OrderLine) -> Share:
    """The money of the units that were not given back."""
    return share_of(line, line.quantity - line.returned_quantity, before=line.returned_quantity)


ACTIONS = {
    FulfilmentState.WAITING: set(),
    FulfilmentState.PREPARING: {"cancel"},
    FulfilmentState.SHIPPED: {"confirm"},
    FulfilmentState.HANDED_OVER: {"confirm"},
    FulfilmentState.CONFIRMED: set(),
    FulfilmentState.CANCELED: set(),
}


def shopper_actions(vendor_order: VendorOrder) -> set[str]:
    """What the shopper may do with one vendor's part; page and use case read the same table."""
    return ACTIONS[vendor_order.state]


def may_cancel(order: Order, vendor_orders: list[VendorOrder]) -> bool:
    """Whether the shopper may cancel the whole order: until the first part of it has left."""
    if order.state == OrderState.AWAITING_PAYMENT:
        return True
    open_parts = [part for part in vendor_orders if part.state != FulfilmentState.CANCELED]
    return order.state == OrderState.PAID and bool(open_parts) and all("cancel" in shopper_actions(part) for part in open_parts)


def may_see_buyer(vendor_order: VendorOrder, now: datetime) -> bool:
    """Whether the vendor still needs the buyer's name, telephone and address."""
    if vendor_order.state in (FulfilmentState.WAITING, FulfilmentState.CANCELED):
        return False
    return vendor_order.confirmed_at is None or now < vendor_order.confirmed_at + BUYER_SHOWN_FOR


def mask_name(name: str | None) -> str:
    """`김하늘` → `김*늘`; two letters → `김*`."""
    if not name:
        return ""
    return name[0] + "*" * max(len(name) - 2, 1) + (name[-1] if len(name) > 2 else "")


def mask_phone(phone: str | None) -> str:
    """`010-1234-5678` → `010-****-5678`."""
    if not phone:
        return ""
    parts = phone.split("-")
    return "-".join([parts[0], "*" * len(parts[1]), *parts[2:]]) if len(parts) > 1 else "****"


@dataclass(frozen=True)
class Buyer:
    """The buyer as a vendor may see them now."""

    name: str
    recipient: str
    phone: str
    postcode: str
    address: str
    note: str
    is_masked: bool


def buyer_for_vendor(order: Order, vendor_order: VendorOrder, now: datetime) -> Buyer:
    """The buyer's data as far as the vendor's purpose reaches: whole while it ships or answers, masked before and after.

    Goods collected in the hall need no address.
    """
    if not may_see_buyer(vendor_order, now):
        return Buyer(mask_name(order.shopper_name), mask_name(order.recipient or order.shopper_name),
                     mask_phone(order.shopper_phone), "", "", "", True)
    parcel = vendor_order.way == DeliveryWay.PARCEL
    return Buyer(order.shopper_name or "", order.recipient or order.shopper_name or "", order.shopper_phone or "",
                 order.postcode or "" if parcel else "", order.address or "" if parcel else "", order.delivery_note or "", False)
