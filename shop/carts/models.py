"""Tables of carts."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.kernel.db import Id, Instant, Model, Won, state_column


class DeliveryWay(StrEnum):
    """How goods reach the shopper."""

    PARCEL = "parcel"
    PICKUP = "pickup"  # in the hall


class Cart(Model):
    """A cart of one browser, known by its token; becomes one order at most."""

    __tablename__ = "cart"

    id: Mapped[Id]
    token: Mapped[str] = mapped_column(String(43), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[Instant]
    touched_at: Mapped[Instant]
    order_id: Mapped[int | None]  # set once the cart has been ordered


class CartLine(Model):
    """A variant in a cart, with the price its shopper last saw."""

    __tablename__ = "cart_line"
    __table_args__ = (
        UniqueConstraint("cart_id", "variant_id"),
        CheckConstraint("quantity BETWEEN 1 AND 99", name="quantity_in_bounds"),
    )

    id: Mapped[Id]
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id", ondelete="CASCADE"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    quantity: Mapped[int]
    way: Mapped[DeliveryWay] = mapped_column(state_column(DeliveryWay), default=DeliveryWay.PARCEL)
    price_seen_won: Mapped[Won]
    added_at: Mapped[Instant]
