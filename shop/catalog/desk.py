"""Reads of listings for those who write and review them (`queries.py` reads for shoppers)."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from shop.catalog.models import Category, ListingState, Product, ProductImage, Variant
from shop.vendors.models import Vendor

PAGE = 50


def list_categories(session: Session) -> list[Category]:
    """All categories in their order."""
    return list(session.scalars(select(Category).order_by(Category.position, Category.id)))


def list_listings(
    session: Session, *, vendor_id: int, state: ListingState | None = None, before_id: int | None = None, limit: int = PAGE,
) -> list[Product]:
    """A vendor's listings, the newest first, keyset by id."""
    query = select(Product).where(Product.vendor_id == vendor_id).order_by(Product.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Product.state == state)
    if before_id is not None:
        query = query.where(Product.id < before_id)
    return list(session.scalars(query))


def count_listings(session: Session, vendor_id: int) -> dict[ListingState, int]:
    """How many listings of a vendor are in each state."""
    rows = session.execute(
        select(Product.state, func.count()).where(Product.vendor_id == vendor_id).group_by(Product.state))
    return {row[0]: row[1] for row in rows}


class Listing(NamedTuple):
    """One listing with its variants and pictures."""

    product: Product
    vendor: Vendor
    category: Category
    variants: list[Variant]
    images: list[ProductImage]


def get_listing(session: Session, product_id: int, *, vendor_id: int | None = None) -> Listing | None:
    """One whole listing; None where it is not this vendor's. `vendor_id` None is for the merchandiser."""
    query = (
        select(Product, Vendor, Category).join(Vendor, Vendor.id == Product.vendor_id)
        .join(Category, Category.id == Product.category_id).where(Product.id == product_id)
    )
    if vendor_id is not None:
        query = query.where(Product.vendor_id == vendor_id)
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    variants = select(Variant).where(Variant.product_id == product_id).order_by(Variant.position, Variant.id)
    images = select(ProductImage).where(ProductImage.product_id == product_id).order_by(ProductImage.position, ProductImage.id)
    return Listing(*row, variants=list(session.scalars(variants)), images=list(session.scalars(images)))


def list_submitted(
    session: Session, *, after: tuple[datetime, int] | None = None, limit: int = PAGE,
) -> list[Row[Product, str]]:
    """Listings that wait for the merchandiser with their vendor's name, the longest waiting first; keyset (submitted_at, id)."""
    query = (
        select(Product, Vendor.name).join(Vendor, Vendor.id == Product.vendor_id)
        .where(Product.state == ListingState.SUBMITTED).order_by(Product.submitted_at, Product.id).limit(limit)
    )
    if after:
        query = query.where(or_(Product.submitted_at > after[0], (Product.submitted_at == after[0]) & (Product.id > after[1])))
    return list(session.execute(query))


def count_submitted(session: Session) -> int:
    """How many listings wait for the merchandiser."""
    return session.scalar(select(func.count()).select_from(Product).where(Product.state == ListingState.SUBMITTED)) or 0
