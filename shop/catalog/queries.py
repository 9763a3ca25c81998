"""Reads of the shop's own pages: cards and one product. Core rows of small columns, a fixed count of statements a page.

Where goods lie is the business of the stock room above; callers hand its expressions in (`place`, `parcel`, `pickup`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from shop.catalog.models import Category, ListingState, Product, ProductImage, TaxClass, Variant
from shop.catalog.shelves import ANYTHING, BANDS, Wanted, is_shown
from shop.kernel.cache import remember
from shop.vendors.models import Certification, Dong, Vendor, VendorKind, VendorState

PAGE = 24

product, vendor, dong, category = Product.__table__, Vendor.__table__, Dong.__table__, Category.__table__
image, variant, certificate = ProductImage.__table__, Variant.__table__, Certification.__table__

Statement = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]

NOWHERE: ColumnElement[int] = literal(1)  # the place of goods where the caller does not ask for one


class Card(NamedTuple):
    """A product as a list shows it. `place` is what the caller's expression said; `picture` is None where a drawing stands in."""

    id: int
    code: str
    name: str
    name_en: str
    price_won: int
    price_from: bool
    exempt: bool
    by_parcel: bool
    by_pickup: bool
    drawing: str
    published_at: datetime
    vendor_code: str
    vendor_name: str
    vendor_name_en: str
    vendor_kind: VendorKind
    dong: str | None
    dong_en: str | None
    picture_key: str | None
    picture_widths: list[int] | None
    picture_alt: str | None
    place: int | None


def select_cards(place: ColumnElement[int] = NOWHERE) -> Statement:
    """The columns of a card; conditions (`is_shown` above all) and order are the caller's."""
    dearer = exists().where(
        variant.c.product_id == product.c.id, variant.c.is_active, variant.c.price_won > product.c.min_price_won)
    lead = (
        select(image.c.id).where(image.c.product_id == product.c.id).order_by(image.c.position, image.c.id).limit(1)
        .correlate(product).scalar_subquery()
    )
    return (
        select(
            product.c.id, product.c.code, product.c.name, product.c.name_en, product.c.min_price_won, dearer,
            product.c.tax_class == TaxClass.EXEMPT, product.c.by_parcel, product.c.by_pickup, product.c.drawing,
            product.c.published_at,
            vendor.c.code, vendor.c.name, vendor.c.name_en, vendor.c.kind, dong.c.name, dong.c.name_en,
            image.c.key, image.c.widths, image.c.alt, place,
        )
        .join_from(product, vendor, vendor.c.id == product.c.vendor_id)
        .outerjoin(dong, dong.c.code == vendor.c.dong_code)
        .outerjoin(image, image.c.id == lead)
    )


def list_cards(
    session: Session, wanted: Wanted, *, place: ColumnElement[int] = NOWHERE, after: tuple[Any, int] | None = None,
    limit: int = PAGE,
) -> list[Card]:
    """Cards in the asked order, keyset after (published_at or price, id) of the last one seen."""
    values: dict[str, Any] = {"most": limit, **_values(wanted)}
    if after:
        values |= {"after_value": after[0], "after_id": after[1]}
    query = _wanted_cards(_shape(wanted), wanted.bands, tuple(sorted(wanted.ways)), wanted.sort, after is not None, place)
    return read_cards(session, query, values)


def list_vendor_cards(
    session: Session, vendor_id: int, *, place: ColumnElement[int] = NOWHERE, without_id: int = 0,
    after: tuple[datetime, int] | None = None, limit: int = PAGE,
) -> list[Card]:
    """One maker's goods, newest first, leaving out one product."""
    values = {"vendor": vendor_id, "without": without_id, "most": limit}
    if after:
        values |= {"after_value": after[0], "after_id": after[1]}
    return read_cards(session, _vendor_cards(after is not None, place), values)


def list_cards_by_ids(
    session: Session, ids: Sequence[int], *, wanted: Wanted = ANYTHING, place: ColumnElement[int] = NOWHERE,
) -> list[Card]:
    """Cards of these products in this order; those that are not shown or not wanted are left out."""
    query = _cards_by_ids(_shape(wanted), wanted.bands, wanted.ways, place)
    cards = {card.id: card for card in read_cards(session, query, {"ids": ids, **_values(wanted)})}
    return [cards[product_id] for product_id in ids if product_id in cards]


def read_cards(session: Session, query: Statement, values: Mapping[str, Any] | None = None) -> list[Card]:
    """Run a statement of `select_cards`."""
    return [Card._make(row) for row in session.connection().execute(query, values)]


def count_new(session: Session, since: datetime) -> dict[str, int]:
    """Goods published since an instant, by zone; at most a minute old."""
    return remember(("catalog.new", since), 60, lambda: {
        zone.value: goods for zone, goods in session.connection().execute(
            select(product.c.zone, func.count()).where(product.c.state == ListingState.PUBLISHED, product.c.published_at >= since)
            .group_by(product.c.zone))
    })


def list_categories(session: Session) -> list[AnyRow]:
    """Slug, zone and names of every category, in order; at most five minutes old."""
    return remember("catalog.categories", 300, lambda: list(session.connection().execute(
        select(category.c.slug, category.c.zone, category.c.name, category.c.name_en)
        .order_by(category.c.position, category.c.id))))


def list_dongs(session: Session) -> list[AnyRow]:
    """Code, gu and names of every dong, by gu and name; at most five minutes old."""
    return remember("catalog.dongs", 300, lambda: list(session.connection().execute(
        select(dong.c.code, dong.c.gu, dong.c.name, dong.c.name_en).order_by(dong.c.gu, dong.c.name))))


# --- one product ---

def get_product(session: Session, code: str) -> AnyRow | None:
    """A shown product with its maker's legal identity, dong and category, or None."""
    return session.connection().execute(_product_page(), {"code": code}).one_or_none()


def list_variants(
    session: Session, product_id: int, *, parcel: ColumnElement[int] = NOWHERE, pickup: ColumnElement[int] = NOWHERE,
) -> list[AnyRow]:
    """Active variants in order, with the free units of each way."""
    return list(session.connection().execute(_variants(parcel, pickup), {"product": product_id}))


def list_images(session: Session, product_id: int) -> list[AnyRow]:
    """Key, widths and description of a product's pictures, in order."""
    return list(session.connection().execute(_IMAGES, {"product": product_id}))


def list_verified_certificates(session: Session, vendor_id: int) -> list[AnyRow]:
    """A maker's certificates that somebody of the centre has seen, the newest first."""
    return list(session.connection().execute(_CERTIFICATES, {"vendor": vendor_id}))


# --- statements, built once for each shape ---

_IMAGES = (
    select(image.c.key, image.c.widths, image.c.alt).where(image.c.product_id == bindparam("product"))
    .order_by(image.c.position, image.c.id)
)
_CERTIFICATES = (
    select(certificate.c.title, certificate.c.title_en, certificate.c.number, certificate.c.issued_on, certificate.c.valid_to,
           certificate.c.verified_on)
    .where(certificate.c.vendor_id == bindparam("vendor"), certificate.c.verified_on.is_not(None))
    .order_by(certificate.c.verified_on.desc(), certificate.c.id.desc()).limit(5)
)


def _shape(wanted: Wanted) -> tuple[str, ...]:
    names = ("zone", "categories", "kinds", "dongs", "exempt", "in_hall")
    return tuple(name for name in names if getattr(wanted, name))


def _values(wanted: Wanted) -> dict[str, Any]:
    values = {"zone": wanted.zone, "categories": wanted.categories, "kinds": wanted.kinds, "dongs": wanted.dongs}
    return {name: value for name, value in values.items() if value}


def narrow(
    query: Statement, shape: tuple[str, ...], bands: tuple[int, ...], ways: tuple[str, ...], place: ColumnElement[int],
) -> Statement:
    """Add the conditions of a question's filled parts; their values are bound when the statement runs."""
    conditions: dict[str, ColumnElement[bool]] = {
        "zone": product.c.zone == bindparam("zone"),
        "categories": product.c.category_id.in_(
            select(category.c.id).where(category.c.slug.in_(bindparam("categories", expanding=True)))),
        "kinds": vendor.c.kind.in_(bindparam("kinds", expanding=True)),
        "dongs": vendor.c.dong_code.in_(bindparam("dongs", expanding=True)),
        "exempt": product.c.tax_class == TaxClass.EXEMPT,
        "in_hall": place == 2,
    }
    query = query.where(*(conditions[name] for name in shape))
    if bands:
        query = query.where(or_(*(_in_band(*BANDS[band]) for band in bands)))
    if ways:
        columns = {"parcel": product.c.by_parcel, "pickup": product.c.by_pickup}
        query = query.where(or_(*(columns[way] for way in ways)))
    return query


def narrow_by(query: Statement, wanted: Wanted, place: ColumnElement[int]) -> tuple[Statement, dict[str, Any]]:
    """A statement narrowed to a question, and the values to run it with."""
    return narrow(query, _shape(wanted), wanted.bands, wanted.ways, place), _values(wanted)


def _in_band(low: int, high: int | None) -> ColumnElement[bool]:
    above = product.c.min_price_won >= low
    return above if high is None else and_(above, product.c.min_price_won < high)


@lru_cache(maxsize=512)
def _wanted_cards(
    shape: tuple[str, ...], bands: tuple[int, ...], ways: tuple[str, ...], sort: str, goes_on: bool, place: ColumnElement[int],
) -> Statement:
    query = narrow(select_cards(place).where(is_shown()), shape, bands, ways, place)
    value = product.c.published_at if sort == "new" else product.c.min_price_won
    key, last = tuple_(value, product.c.id), tuple_(bindparam("after_value", type_=value.type), bindparam("after_id"))
    if goes_on:
        query = query.where(key > last if sort == "cheap" else key < last)
    order = (value, product.c.id) if sort == "cheap" else (value.desc(), product.c.id.desc())
    return query.order_by(*order).limit(bindparam("most"))


@lru_cache(maxsize=64)
def _cards_by_ids(
    shape: tuple[str, ...], bands: tuple[int, ...], ways: tuple[str, ...], place: ColumnElement[int],
) -> Statement:
    published = func.coalesce(product.c.state, "") == ListingState.PUBLISHED  # coalesce keeps SQLite from taking the index
    approved = func.coalesce(vendor.c.state, "") == VendorState.APPROVED  # of a state: the ids are the way in
    query = select_cards(place).where(product.c.id.in_(bindparam("ids", expanding=True)), published, approved)
    return narrow(query, shape, bands, ways, place)


@lru_cache(maxsize=8)
def _vendor_cards(goes_on: bool, place: ColumnElement[int]) -> Statement:
    query = select_cards(place).where(
        is_shown(), product.c.vendor_id == bindparam("vendor"), product.c.id != bindparam("without"))
    if goes_on:
        last = tuple_(bindparam("after_value", type_=product.c.published_at.type), bindparam("after_id"))
        query = query.where(tuple_(product.c.published_at, product.c.id) < last)
    return query.order_by(product.c.published_at.desc(), product.c.id.desc()).limit(bindparam("most"))


@lru_cache(maxsize=1)
def _product_page() -> Statement:
    p, v = product.c, vendor.c
    return (
        select(
            p.id, p.code, p.name, p.name_en, p.summary, p.summary_en, p.description, p.description_en, p.tax_class,
            p.notice_class, p.notice, p.origin, p.drawing, p.option_name, p.option_name_en, p.by_parcel, p.by_pickup,
            p.is_perishable, p.zone, p.category_id, p.min_price_won, category.c.slug.label("category_slug"),
            category.c.name.label("category"), category.c.name_en.label("category_en"),
            v.id.label("vendor_id"), v.code.label("vendor_code"), v.name.label("vendor"),
            v.name_en.label("vendor_en"), v.kind, v.tagline, v.tagline_en, v.representative, v.address, v.phone, v.email, v.brn,
            v.mail_order_no, v.parcel_fee_won, v.free_parcel_from_won, v.is_fictional, dong.c.name.label("dong"),
            dong.c.name_en.label("dong_en"),
        )
        .join_from(product, vendor, v.id == p.vendor_id).join(category, category.c.id == p.category_id)
        .outerjoin(dong, dong.c.code == v.dong_code)
        .where(is_shown(), p.code == bindparam("code"))
    )


@lru_cache(maxsize=4)
def _variants(parcel: ColumnElement[int], pickup: ColumnElement[int]) -> Statement:
    return (
        select(variant.c.id, variant.c.sku, variant.c.label, variant.c.label_en, variant.c.price_won, parcel.label("parcel"),
               pickup.label("pickup"))
        .where(variant.c.product_id == bindparam("product"), variant.c.is_active).order_by(variant.c.position, variant.c.id)
    )
