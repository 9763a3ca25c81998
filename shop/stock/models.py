"""Tables of what lies where."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.kernel.db import Id, Instant, Model, state_column


class LocationKind(StrEnum):
    """Where goods can lie."""

    VENDOR_SHELF = "vendor_shelf"  # parcels leave from here
    HALL = "hall"  # the sales hall: pick-up and till
    EXHIBITION = "exhibition"
    OLD_TILL = "old_till"  # another till's past: movements without a level, never part of today's stock


class Location(Model):
    """A shelf: one for each vendor, one hall, exhibition rooms."""

    __tablename__ = "location"
    __table_args__ = (UniqueConstraint("kind", "vendor_id"),)

    id: Mapped[Id]
    kind: Mapped[LocationKind] = mapped_column(state_column(LocationKind))
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendor.id"))
    name: Mapped[str] = mapped_column(String(80))


class StockLevel(Model):
    """Units of one variant at one location: on hand, and of them reserved for open orders."""

    __tablename__ = "stock_level"
    __table_args__ = (
        UniqueConstraint("variant_id", "location_id"),
        CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved_within_on_hand"),
    )

    id: Mapped[Id]
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)


class HoldState(StrEnum):
    """A hold reserves units for an order until they leave or the order lapses."""

    HELD = "held"
    CONSUMED = "consumed"
    RELEASED = "released"


class Hold(Model):
    """Units reserved at a location for one order line."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index("ix__hold__order", "order_id", "state"),
    )

    id: Mapped[Id]
    order_id: Mapped[int]
    order_line_id: Mapped[int]
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), index=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    quantity: Mapped[int]
    state: Mapped[HoldState] = mapped_column(state_column(HoldState), default=HoldState.HELD)
    created_at: Mapped[Instant]


class MovementKind(StrEnum):
    """Why units moved."""

    RECEIPT = "receipt"
    SALE = "sale"
    RETURN = "return"
    TRANSFER = "transfer"
    CORRECTION = "correction"
    LOSS = "loss"


class StockMovement(Model):
    """One signed change of one level, once for each reference."""

    __tablename__ = "stock_movement"

    id: Mapped[Id]
    at: Mapped[Instant]
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), index=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    kind: Mapped[MovementKind] = mapped_column(state_column(MovementKind))
    quantity: Mapped[int]
    reference: Mapped[str] = mapped_column(String(80), unique=True)
    reason: Mapped[str] = mapped_column(String(200), default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
