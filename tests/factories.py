"""Builders of real rows: each names only what matters to its test."""

from datetime import UTC, datetime
from itertools import count
from types import SimpleNamespace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.catalog.models import Category, ListingState, NoticeClass, Product, TaxClass, Variant
from shop.people.models import Role, StaffRole, User
from shop.stock.models import Location, LocationKind, StockLevel
from shop.vendors.models import BankDetail, Dong, Membership, TeamRole, Vendor, VendorKind, VendorState

EARLIER = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
_numbers = count(1)


def make_user(session: Session, name: str = "김하늘", *, email: str = "", roles: tuple[StaffRole, ...] = ()) -> User:
    """A person who can sign in; `roles` make a member of the staff."""
    number = next(_numbers)
    found = list(session.scalars(select(Role).where(Role.name.in_([r.value for r in roles])))) if roles else []
    user = User(email=email or f"person{number}@example.com", name=name, password="plain", active=True,
                fs_uniquifier=f"uniq-{number}", roles=found, locale="ko", confirmed_at=EARLIER.replace(tzinfo=None))
    session.add(user)
    session.flush()
    return user


def sign_in(app: Flask, client: FlaskClient, user_id: int) -> FlaskClient:
    """Put a test client into a person's fresh session."""
    import time

    with app.app_context():
        from shop.kernel.db import db

        user = db.session.get(User, user_id)
        assert user
        uniquifier = user.fs_uniquifier
        db.session.remove()
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie["_user_id"] = uniquifier
        cookie["_fresh"] = True
        cookie["fs_cc"] = "set"
        cookie["fs_paa"] = time.time()
    return client


def make_brn(serial: int) -> str:
    """A checksum-valid business number of tax office 999, which does not exist."""
    digits = [9, 9, 9, 8, 6, *(int(d) for d in f"{serial:04d}")]
    total = sum(w * d for w, d in zip((1, 3, 7, 1, 3, 7, 1, 3, 5), digits, strict=True)) + digits[8] * 5 // 10
    text = "".join(map(str, digits)) + str((10 - total % 10) % 10)
    return f"{text[:3]}-{text[3:5]}-{text[5:]}"


def make_vendor(
    session: Session, name: str = "한땀공방", *, owner: User | None = None, dong: str = "풍남동", **fields: Any,
) -> Vendor:
    """An approved vendor with a verified bank account and a shelf."""
    number = next(_numbers)
    code = fields.pop("code", f"vendor-{number}")
    vendor = Vendor(**{
        "code": code, "name": name, "kind": VendorKind.PRE_SOCIAL_ENTERPRISE, "state": VendorState.APPROVED,
        "brn": make_brn(number), "representative": "박만든", "phone": "063-000-0000", "email": f"{code}@example.com",
        "dong_code": session.scalar(select(Dong.code).where(Dong.name == dong)), "is_fictional": True,
        "parcel_fee_won": 3000, "applied_at": EARLIER, "decided_at": EARLIER, **fields,
    })
    session.add(vendor)
    session.flush()
    session.add(Location(kind=LocationKind.VENDOR_SHELF, vendor_id=vendor.id, name=f"{name} 선반"))
    session.add(BankDetail(vendor_id=vendor.id, bank="전북은행", account_number=f"999-02-{number:07d}", holder=name,
                           created_at=EARLIER, verified_at=EARLIER))
    if owner:
        session.add(Membership(vendor_id=vendor.id, user_id=owner.id, role=TeamRole.OWNER))
    session.flush()
    return vendor


def make_product(session: Session, vendor: Vendor, name: str = "전주한지 수제노트", *, price: int = 12000, shelf: int = 10,
                 hall: int = 5, category: str = "stationery", labels: tuple[str, ...] = ("",), **fields: Any) -> Product:
    """A published product with one variant a label, `shelf` units at its vendor and `hall` units in the hall."""
    number = next(_numbers)
    shelf_row = session.scalar(select(Category).where(Category.slug == category))
    assert shelf_row
    product = Product(**{
        "code": f"goods-{number}", "vendor_id": vendor.id, "category_id": shelf_row.id, "zone": shelf_row.zone, "name": name,
        "tax_class": TaxClass.TAXABLE, "notice_class": NoticeClass.GOODS, "state": ListingState.PUBLISHED, "notice": {},
        "drawing": "notebook", "min_price_won": price, "created_at": EARLIER, "published_at": EARLIER, **fields,
    })
    session.add(product)
    session.flush()
    locations = {
        LocationKind.VENDOR_SHELF: session.scalar(select(Location.id).where(Location.vendor_id == vendor.id)),
        LocationKind.HALL: session.scalar(select(Location.id).where(Location.kind == LocationKind.HALL)),
    }
    for position, label in enumerate(labels):
        variant = Variant(product_id=product.id, sku=f"SKU-{number}-{position}", label=label, price_won=price, position=position)
        session.add(variant)
        session.flush()
        for kind, units in ((LocationKind.VENDOR_SHELF, shelf), (LocationKind.HALL, hall)):
            session.add(StockLevel(variant_id=variant.id, location_id=locations[kind], on_hand=units))
    session.flush()
    return product


def variants_of(session: Session, product: Product) -> list[Variant]:
    """A product's variants in order."""
    return list(session.scalars(select(Variant).where(Variant.product_id == product.id).order_by(Variant.position)))


def make_cast(session: Session, *, now: datetime) -> SimpleNamespace:
    """The fixed cast, as ids."""
    owner, rival_owner = make_user(session, "박한땀"), make_user(session, "이콩밭")
    staff = {role: make_user(session, role.value, roles=(role,)) for role in StaffRole}
    vendor = make_vendor(session, "한땀공방", owner=owner)
    rival = make_vendor(session, "교동콩밭", owner=rival_owner, dong="송천1동", kind=VendorKind.COOP)
    return SimpleNamespace(
        shopper=make_user(session, "김하늘").id, other_shopper=make_user(session, "최바다").id,
        vendor=vendor.id, vendor_owner=owner.id, rival=rival.id, rival_owner=rival_owner.id,
        **{role.value: user.id for role, user in staff.items()},
    )
