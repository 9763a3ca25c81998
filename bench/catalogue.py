"""Fills a database with N products of 100 makers: Korean names and descriptions, 1.6 variants each, stock, search index."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shop.catalog.models import Category, ListingState, Product, Variant
from shop.catalog.search import index_all
from shop.dev.demo.products import PRODUCTS, DemoProduct
from shop.dev.demo.vendors import VENDORS
from shop.kernel.bulk import insert_many, take_ids
from shop.kernel.db import db, unit_of_work
from shop.reference import add_reference
from shop.stock.models import Location, LocationKind, StockLevel
from shop.vendors.models import Certification, Dong, Vendor, VendorState

MAKERS = 100
VARIANTS = (1, 1, 2, 2, 2)  # 1.6 a product
LETTERS = 500  # of a description
ON_SHELF, IN_HALL = 100_000, 1_000  # no order of the benchmark fails for want of goods
NEWEST = datetime(2026, 11, 1, 9, tzinfo=UTC)
SIZES = ("작은 것", "큰 것")

PRODUCT_COLUMNS = (
    "id", "code", "vendor_id", "category_id", "zone", "name", "name_en", "summary", "summary_en", "description", "description_en",
    "tax_class", "notice_class", "notice", "origin", "drawing", "option_name", "option_name_en", "by_parcel", "by_pickup",
    "is_perishable", "state", "review_note", "min_price_won", "created_at", "published_at",
)


def fill(app: Flask, count: int) -> None:
    """Build the tables and load `count` products, then let the database do the housekeeping it would do by itself in a minute."""
    with app.app_context():
        db.create_all()
        with unit_of_work() as session:
            add_reference(session)
            vendors = _add_vendors(session)
            _add_products(session, vendors, count)
        with unit_of_work() as session:
            index_all(session)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("PRAGMA optimize" if db.engine.dialect.name == "sqlite" else "VACUUM ANALYZE"))
        db.engine.dispose()


def code_of(n: int) -> str:
    """The code of the nth product."""
    return f"bench-{n:06d}"


def _add_vendors(session: Session) -> list[int]:
    dongs = list(session.scalars(select(Dong.code).order_by(Dong.code)))
    vendors = [
        Vendor(
            code=f"maker-{n:03d}", name=f"{demo.name} {n + 1}", name_en=f"{demo.name_en} {n + 1}", kind=demo.kind,
            state=VendorState.APPROVED, brn=f"999-88-{n:05d}", vat_kind=demo.vat_kind, representative=demo.representative,
            dong_code=dongs[n % len(dongs)], address=demo.address, phone=demo.phone, email=demo.email, tagline=demo.tagline,
            tagline_en=demo.tagline_en, story=demo.story, story_en=demo.story_en, parcel_fee_won=demo.parcel_fee_won,
            free_parcel_from_won=demo.free_parcel_from_won, is_fictional=True, applied_at=NEWEST, decided_at=NEWEST,
        )
        for n, demo in enumerate(islice(cycle(VENDORS), MAKERS))
    ]
    session.add_all(vendors)
    session.flush()
    for vendor, demo in zip(vendors, cycle(VENDORS), strict=False):
        session.add(Location(kind=LocationKind.VENDOR_SHELF, vendor_id=vendor.id, name=vendor.name))
        session.add(Certification(vendor_id=vendor.id, title=demo.certification, title_en=demo.certification_en,
                                  number=demo.certificate_no, issued_on=demo.certified_on, verified_on=NEWEST.date()))
    session.flush()
    return [vendor.id for vendor in vendors]


def _add_products(session: Session, vendors: list[int], count: int) -> None:
    categories = {slug: (key, zone) for key, slug, zone in session.execute(select(Category.id, Category.slug, Category.zone))}
    slugs = sorted(categories)
    chance = random.Random(1)
    products = take_ids(session, Product.__table__, count)  # type: ignore[arg-type]
    shapes = [(n, product_id, PRODUCTS[n % len(PRODUCTS)], VARIANTS[n % len(VARIANTS)]) for n, product_id in enumerate(products)]
    prices = [chance.randrange(2_000, 90_000, 500) for _ in shapes]

    def product_rows() -> Iterator[tuple[Any, ...]]:
        for (n, product_id, demo, variants), price in zip(shapes, prices, strict=True):
            category_id, zone = categories[demo.category if n % 3 else slugs[n % len(slugs)]]
            published = NEWEST - timedelta(minutes=n)
            yield (
                product_id, code_of(n), vendors[n % MAKERS], category_id, zone, f"{demo.name} {n + 1}", f"{demo.name_en} {n + 1}",
                demo.summary, demo.summary_en, _description(n), demo.description_en, demo.tax_class, demo.notice_class,
                demo.notice, demo.origin, demo.drawing, *(("크기", "Size") if variants > 1 else ("", "")), True, True, False,
                ListingState.PUBLISHED, "", price, published, published,
            )

    insert_many(session, Product.__table__, PRODUCT_COLUMNS, product_rows())  # type: ignore[arg-type]
    _add_variants(session, shapes, prices, vendors)


def _add_variants(session: Session, shapes: list[tuple[int, int, DemoProduct, int]], prices: list[int],
                  vendors: list[int]) -> None:
    ids = iter(take_ids(session, Variant.__table__, sum(shape[3] for shape in shapes)))  # type: ignore[arg-type]
    rows = [
        (next(ids), product_id, f"{code_of(n)}-{at}", SIZES[at] if variants > 1 else "", "", price * (at + 1), at, True, n)
        for (n, product_id, _, variants), price in zip(shapes, prices, strict=True) for at in range(variants)
    ]
    columns = ("id", "product_id", "sku", "label", "label_en", "price_won", "position", "is_active")
    insert_many(session, Variant.__table__, columns, (row[:-1] for row in rows))  # type: ignore[arg-type]
    shelf_of = {vendor_id: key for key, vendor_id in session.execute(select(Location.id, Location.vendor_id))}
    hall = session.scalars(select(Location.id).where(Location.kind == LocationKind.HALL)).one()
    levels = [(row[0], shelf_of[vendors[row[-1] % MAKERS]], ON_SHELF, 0) for row in rows]
    levels += [(row[0], hall, IN_HALL, 0) for row in rows if row[-1] % 2 == 0]
    keys = take_ids(session, StockLevel.__table__, len(levels))  # type: ignore[arg-type]
    insert_many(session, StockLevel.__table__, ("id", "variant_id", "location_id", "on_hand", "reserved"),  # type: ignore[arg-type]
                ((key, *level) for key, level in zip(keys, levels, strict=True)))


def _description(n: int) -> str:
    """About 500 characters: the demo's own descriptions, one after another."""
    parts: list[str] = []
    while sum(map(len, parts)) < LETTERS:
        parts.append(PRODUCTS[(n + 7 * len(parts)) % len(PRODUCTS)].description)
    return "\n".join(parts)
