"""Makes the organisations and goods that another till's history speaks of, where the hall does not know them yet."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.catalog.models import Category, ListingState, NoticeClass, Product, TaxClass, Variant
from shop.hall.importing import Goods
from shop.kernel.bulk import insert_many, take_ids
from shop.stock.models import Location, LocationKind
from shop.vendors.models import Vendor, VendorKind, VendorState


def ensure_vendors(session: Session, *, numbers: set[str], source: str, now: datetime) -> dict[str, int]:
    """Vendor ids by business number; a number the hall does not know becomes an imported organisation awaiting review."""
    known = {brn: key for brn, key in session.execute(select(Vendor.brn, Vendor.id).where(Vendor.brn.in_(numbers)))}  # noqa: C416
    for number in sorted(numbers - known.keys()):
        vendor = Vendor(code=f"imported-{number}", name=f"가져온 조직 {number}", name_en=f"Imported organisation {number}",
                        kind=VendorKind.UNREVIEWED, state=VendorState.IMPORTED, brn=number, applied_at=now,
                        review_note=f"판매 기록 가져오기: {source}")
        session.add(vendor)
        session.flush()
        known[number] = vendor.id
    return known


def ensure_goods(
    session: Session, *, source: str, vendor_of: Mapping[str, int], names: Mapping[str, str], now: datetime,
) -> dict[str, Goods]:
    """A withdrawn listing with one variant for every stock code, known by its SKU `<source>:<code>`."""
    prefix = f"{source}:"
    have = select(Variant.sku, Variant.id).where(Variant.sku.startswith(prefix, autoescape=True))
    variants = {sku.removeprefix(prefix): key for sku, key in session.execute(have)}
    missing = sorted(code for code in vendor_of if code not in variants)
    category = session.scalars(select(Category).order_by(Category.position).limit(1)).one()
    product_ids = take_ids(session, Product.__table__, len(missing))  # type: ignore[arg-type]
    variant_ids = take_ids(session, Variant.__table__, len(missing))  # type: ignore[arg-type]
    insert_many(session, Product.__table__, (  # type: ignore[arg-type]
        "id", "code", "vendor_id", "category_id", "zone", "name", "name_en", "summary", "summary_en", "description",
        "description_en", "tax_class", "notice_class", "notice", "origin", "drawing", "option_name", "option_name_en",
        "by_parcel", "by_pickup", "is_perishable", "state", "review_note", "min_price_won", "created_at"), (
        (key, f"{source}-{variant_key}", vendor_of[code], category.id, category.zone, names.get(code, code)[:120], "", "", "",
         "", "", TaxClass.TAXABLE, NoticeClass.GOODS, {}, "", "gift-box", "", "", True, True, False, ListingState.WITHDRAWN,
         "", 1, now)
        for key, variant_key, code in zip(product_ids, variant_ids, missing, strict=True)))
    insert_many(session, Variant.__table__, (  # type: ignore[arg-type]
        "id", "product_id", "sku", "label", "label_en", "price_won", "position", "is_active"), (
        (key, product_id, prefix + code, "", "", 1, 0, False)
        for key, product_id, code in zip(variant_ids, product_ids, missing, strict=True)))
    variants |= dict(zip(missing, variant_ids, strict=True))
    return {code: Goods(vendor_of[code], variants[code]) for code in vendor_of}


def ensure_old_till_location(session: Session, *, source: str) -> int:
    """The place whose movements are another till's past and have no level today."""
    found = session.scalar(select(Location).where(Location.kind == LocationKind.OLD_TILL, Location.name == source))
    if found is None:
        found = Location(kind=LocationKind.OLD_TILL, name=source)
        session.add(found)
        session.flush()
    return found.id
