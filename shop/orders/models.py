"""Tables of orders. Order, payment and fulfilment are separate machines; what a shopper sees is derived."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.carts.models import DeliveryWay
from shop.catalog.models import TaxClass
from shop.kernel.crypto import SealedText
from shop.kernel.db import Id, Instant, Model, Won, state_column


class Channel(StrEnum):
    """Where the sale was made."""

    WEB = "web"
    HALL = "hall"


class OrderKind(StrEnum):
    """A sale, or a return without a reference to its sale (only from another till's history)."""

    SALE = "sale"
    RETURN = "return"


class OrderState(StrEnum):
    """The money side of an order as its shopper sees it."""

    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    CANCELED = "canceled"
    EXPIRED = "expired"


ORDER_TRANSITIONS: dict[OrderState, set[OrderState]] = {
    OrderState.AWAITING_PAYMENT: {OrderState.PAID, OrderState.CANCELED, OrderState.EXPIRED},
    OrderState.PAID: {OrderState.CANCELED, OrderState.AWAITING_PAYMENT},  # back only by `payments.unsettling`
    OrderState.EXPIRED: set(),
    OrderState.CANCELED: set(),
}


class FulfilmentState(StrEnum):
    """Where one vendor's part of an order stands."""

    WAITING = "waiting"  # not paid yet
    PREPARING = "preparing"  # paid, to be shipped or laid out within 3 business days
    SHIPPED = "shipped"
    HANDED_OVER = "handed_over"  # in the hall
    CONFIRMED = "confirmed"  # purchase confirmed by the shopper or after 7 days
    CANCELED = "canceled"


FULFILMENT_TRANSITIONS: dict[FulfilmentState, set[FulfilmentState]] = {
    FulfilmentState.WAITING: {FulfilmentState.PREPARING, FulfilmentState.CANCELED},
    FulfilmentState.PREPARING: {FulfilmentState.SHIPPED, FulfilmentState.HANDED_OVER, FulfilmentState.CANCELED,
                                FulfilmentState.WAITING},  # back to waiting only by `payments.unsettling`
    FulfilmentState.SHIPPED: {FulfilmentState.CONFIRMED},
    FulfilmentState.HANDED_OVER: {FulfilmentState.CONFIRMED},
    FulfilmentState.CONFIRMED: set(),
    FulfilmentState.CANCELED: set(),
}


class Order(Model):
    """What one shopper bought at one time, of one or several vendors."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("goods_won + parcel_won - discount_won = total_won", name="total_adds_up"),
        UniqueConstraint("source", "source_reference"),
        Index("ix__orders__placed", "placed_at", "id"),
        Index("ix__orders__state", "state", "pay_by"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    token: Mapped[str] = mapped_column(String(43))
    kind: Mapped[OrderKind] = mapped_column(state_column(OrderKind), default=OrderKind.SALE)
    channel: Mapped[Channel] = mapped_column(state_column(Channel))
    state: Mapped[OrderState] = mapped_column(state_column(OrderState), default=OrderState.AWAITING_PAYMENT)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    locale: Mapped[str] = mapped_column(String(5), default="ko")
    goods_won: Mapped[Won]  # list price of the lines
    parcel_won: Mapped[Won] = mapped_column(default=0)
    discount_won: Mapped[Won] = mapped_column(default=0)  # paid by the centre
    total_won: Mapped[Won]  # what the shopper pays
    shopper_name: Mapped[str | None] = mapped_column(SealedText)
    shopper_phone: Mapped[str | None] = mapped_column(SealedText)
    shopper_email: Mapped[str | None] = mapped_column(SealedText)
    lookup_hash: Mapped[str | None] = mapped_column(String(64), index=True)  # kernel.crypto.lookup_key of the phone
    name_hash: Mapped[str | None] = mapped_column(String(64), index=True)  # the same of the shopper's name
    recipient: Mapped[str | None] = mapped_column(SealedText)
    postcode: Mapped[str | None] = mapped_column(String(5))
    address: Mapped[str | None] = mapped_column(SealedText)
    delivery_note: Mapped[str | None] = mapped_column(SealedText)
    placed_at: Mapped[Instant]
    pay_by: Mapped[Instant | None]
    paid_at: Mapped[Instant | None]
    ended_at: Mapped[Instant | None]
    source: Mapped[str | None] = mapped_column(String(40))  # another till's history
    source_reference: Mapped[str | None] = mapped_column(String(40))


class VendorOrder(Model):
    """One vendor's part of an order: what it ships, and is paid for."""

    __tablename__ = "vendor_order"
    __table_args__ = (
        UniqueConstraint("order_id", "vendor_id", "way"),
        Index("ix__vendor_order__inbox", "vendor_id", "state", "id"),
        Index("ix__vendor_order__confirm", "state", "fulfilled_at"),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    way: Mapped[DeliveryWay] = mapped_column(state_column(DeliveryWay))
    state: Mapped[FulfilmentState] = mapped_column(state_column(FulfilmentState), default=FulfilmentState.WAITING)
    parcel_won: Mapped[Won] = mapped_column(default=0)
    discount_won: Mapped[Won] = mapped_column(default=0)
    total_won: Mapped[Won]  # goods + parcel - discount: what the shopper pays for this part
    seller: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # the vendor's legal identity at the sale
    ship_by: Mapped[date | None]
    courier: Mapped[str | None] = mapped_column(String(40))
    tracking_number: Mapped[str | None] = mapped_column(String(40))
    fulfilled_at: Mapped[Instant | None]
    confirmed_at: Mapped[Instant | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(16))  # shopper | deadline | till


class OrderLine(Model):
    """One variant of an order, frozen: names, price, tax and the commission agreed at the instant of sale.

    Amounts are signed: negative on a return. net_won = list_won - commission_won - commission_vat_won is what the vendor earns
    on the goods; a discount paid by the centre does not touch it.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("net_won = list_won - commission_won - commission_vat_won", name="net_adds_up"),
        Index("ix__order_line__variant", "variant_id"),
    )

    id: Mapped[Id]
    vendor_order_id: Mapped[int] = mapped_column(ForeignKey("vendor_order.id"), index=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"))
    product_code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(160))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    label: Mapped[str] = mapped_column(String(80), default="")
    quantity: Mapped[int]
    unit_price_won: Mapped[Won]
    list_won: Mapped[Won]
    discount_won: Mapped[Won] = mapped_column(default=0)
    tax_class: Mapped[TaxClass] = mapped_column(state_column(TaxClass))
    vat_won: Mapped[Won]
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("commission_agreement.id"))
    commission_bps: Mapped[int]
    commission_won: Mapped[Won]
    commission_vat_won: Mapped[Won]
    net_won: Mapped[Won]
    returned_quantity: Mapped[int] = mapped_column(default=0)
    source_row: Mapped[int | None] = mapped_column(BigInteger)
