"""Reads of what lies where."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from shop.catalog.models import ListingState, Product, Variant
from shop.stock.models import Location, LocationKind, MovementKind, StockLevel, StockMovement

LOW = 3  # free units at which a shelf is called low
PAGE = 50


def available_by_variant(session: Session, variant_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Free units of each variant: `parcel` from its vendor's shelf, `pickup` in the hall. Every asked id is in the answer."""
    free = {variant_id: {"parcel": 0, "pickup": 0} for variant_id in variant_ids}
    if not free:
        return free
    rows = session.execute(
        select(StockLevel.variant_id, Location.kind, StockLevel.on_hand - StockLevel.reserved)
        .join(Location, Location.id == StockLevel.location_id)
        .where(StockLevel.variant_id.in_(sorted(free)))
    )
    ways = {LocationKind.VENDOR_SHELF: "parcel", LocationKind.HALL: "pickup"}
    for variant_id, kind, units in rows:
        if kind in ways:
            free[variant_id][ways[kind]] += units
    return free


def get_hall_id(session: Session) -> int:
    """The id of the sales hall's shelf."""
    hall = session.scalar(select(Location.id).where(Location.kind == LocationKind.HALL).order_by(Location.id).limit(1))
    assert hall is not None, "the reference rows hold the hall"
    return hall


def get_shelf_ids(session: Session, vendor_ids: Collection[int]) -> dict[int, int]:
    """The shelf's location id of each vendor that has one."""
    rows = session.execute(
        select(Location.vendor_id, Location.id)
        .where(Location.kind == LocationKind.VENDOR_SHELF, Location.vendor_id.in_(sorted(set(vendor_ids))))
    )
    return {vendor_id: location_id for vendor_id, location_id in rows if vendor_id is not None}


class Shelved(NamedTuple):
    """One variant with what lies on its vendor's shelf and in the hall; `low` says that one of them runs out."""

    variant_id: int
    sku: str
    product_id: int
    product: str
    label: str
    vendor_id: int
    is_active: bool
    state: ListingState
    product_en: str
    label_en: str
    shelf: tuple[int, int]  # on hand, reserved
    hall: tuple[int, int]

    @property
    def is_low(self) -> bool:
        on_hand, reserved = (a + b for a, b in zip(self.shelf, self.hall, strict=True))
        return self.is_active and self.state is ListingState.PUBLISHED and on_hand - reserved <= LOW


def list_shelved(
    session: Session, *, vendor_id: int | None = None, after_id: int = 0, limit: int = PAGE, text: str = "",
) -> list[Shelved]:
    """Variants with their stock, keyset by variant id; of one vendor, or of all where `vendor_id` is None."""
    query = _variants(vendor_id).where(Variant.id > after_id).order_by(Variant.id).limit(limit)
    if text:
        pattern = f"%{_plain(text)}%"
        query = query.where(or_(Product.name.like(pattern, escape="\\"), Variant.sku.like(pattern, escape="\\")))
    return _with_levels(session, query)


def get_shelved(session: Session, *, variant_id: int, vendor_id: int | None = None) -> Shelved | None:
    """One variant with its stock; None where it is not this vendor's."""
    rows = _with_levels(session, _variants(vendor_id).where(Variant.id == variant_id))
    return rows[0] if rows else None


def find_variant_by_sku(session: Session, sku: str) -> Shelved | None:
    """The variant of an exact SKU, whoever's it is."""
    rows = _with_levels(session, _variants(None).where(Variant.sku == sku.strip()))
    return rows[0] if rows else None


def count_low(session: Session, vendor_id: int) -> int:
    """How many published variants of a vendor have few free units left, shelf and hall together."""
    free = (
        select(func.coalesce(func.sum(StockLevel.on_hand - StockLevel.reserved), 0))
        .where(StockLevel.variant_id == Variant.id).scalar_subquery()
    )
    return session.scalar(
        select(func.count()).select_from(Variant).join(Product, Product.id == Variant.product_id)
        .where(Product.vendor_id == vendor_id, Product.state == ListingState.PUBLISHED, Variant.is_active, free <= LOW)
    ) or 0


class Moved(NamedTuple):
    """One movement as a list shows it."""

    id: int
    at: datetime
    kind: MovementKind
    quantity: int
    reason: str
    place: str
    product: str
    label: str
    sku: str
    product_en: str
    label_en: str


def list_movements(
    session: Session, *, vendor_id: int | None = None, location_id: int | None = None, before_id: int | None = None,
    limit: int = PAGE,
) -> list[Moved]:
    """Movements, the newest first, keyset by id: of one vendor's goods, at one location, or all."""
    query = (
        select(StockMovement.id, StockMovement.at, StockMovement.kind, StockMovement.quantity, StockMovement.reason,
               Location.name, Product.name, Variant.label, Variant.sku, Product.name_en, Variant.label_en)
        .join(Variant, Variant.id == StockMovement.variant_id).join(Product, Product.id == Variant.product_id)
        .join(Location, Location.id == StockMovement.location_id)
        .order_by(StockMovement.id.desc()).limit(limit)
    )
    if vendor_id is not None:
        query = query.where(Product.vendor_id == vendor_id)
    if location_id is not None:
        query = query.where(StockMovement.location_id == location_id)
    if before_id is not None:
        query = query.where(StockMovement.id < before_id)
    return [Moved(*row) for row in session.execute(query)]


def _variants(vendor_id: int | None) -> Select:
    query = select(Variant.id, Variant.sku, Product.id, Product.name, Variant.label, Product.vendor_id, Variant.is_active,
                   Product.state, Product.name_en, Variant.label_en).join(Product, Product.id == Variant.product_id)
    return query if vendor_id is None else query.where(Product.vendor_id == vendor_id)


def _with_levels(session: Session, query: Select) -> list[Shelved]:
    rows = session.execute(query).all()
    shelf: dict[int, tuple[int, int]] = {}
    hall: dict[int, tuple[int, int]] = {}
    levels = session.execute(
        select(StockLevel.variant_id, Location.kind, StockLevel.on_hand, StockLevel.reserved)
        .join(Location, Location.id == StockLevel.location_id).where(StockLevel.variant_id.in_([row[0] for row in rows]))
    )
    for variant_id, kind, on_hand, reserved in levels:
        if kind in (LocationKind.VENDOR_SHELF, LocationKind.HALL):
            (shelf if kind is LocationKind.VENDOR_SHELF else hall)[variant_id] = (on_hand, reserved)
    return [Shelved(*row, shelf=shelf.get(row[0], (0, 0)), hall=hall.get(row[0], (0, 0))) for row in rows]


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
