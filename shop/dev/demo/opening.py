"""Opens the demo hall by running the real use cases: people, organisations, goods, then the days of trade. Safe to run again."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.catalog import drafts, listing
from shop.catalog.models import Category, Variant
from shop.dev.demo.cards import open_card_house
from shop.dev.demo.people import GUESTS, PASSWORD, SHOPPER, STAFF
from shop.dev.demo.products import PRODUCTS, DemoProduct
from shop.dev.demo.trade import Trade
from shop.dev.demo.vendors import VENDORS, DemoVendor
from shop.kernel.db import unit_of_work
from shop.people.accounts import create_user
from shop.reference import add_reference
from shop.stock.levels import receive
from shop.stock.queries import get_hall_id, get_shelf_ids
from shop.stock.shelves import open_shelf
from shop.vendors import banking, certifications, onboarding, profile
from shop.vendors.directory import add_directory
from shop.vendors.models import BankDetail, Dong, Vendor

SEED = 2015  # the year the hall was planned; the same seed opens the same hall
Progress = Callable[[str, int, int], None]


def open_hall(config: dict, *, days: int, now: datetime, progress: Progress) -> bool:
    """Make the demo hall with `days` of trade behind it; False where one is open already."""
    with unit_of_work() as session:
        add_reference(session)
        add_directory(session)
        if session.scalar(select(func.count()).select_from(Vendor).where(Vendor.is_fictional)):
            return False
    start = now - timedelta(days=days + 3)
    staff, owners = _open_accounts(now=start, progress=progress)
    vendors = {}
    for done, demo in enumerate(VENDORS, start=1):
        with unit_of_work() as session:
            vendors[demo.code] = _open_vendor(session, demo, owner_id=owners[demo.code], staff=staff, now=start)
        progress("만든 이 · makers", done, len(VENDORS))
    for done, product in enumerate(PRODUCTS, start=1):
        with unit_of_work() as session:
            _open_product(session, product, vendors[product.vendor], owners[product.vendor], staff,
                          start=start, now=now, days=days)
        progress("물건 · goods", done, len(PRODUCTS))
    with open_card_house(config, start) as cards:
        trade = Trade(random.Random(SEED), staff=staff, owners=owners, vendors=vendors, guests=GUESTS, cards=cards)
        trade.run(days=days, now=now, progress=progress)
    return True


def _open_accounts(*, now: datetime, progress: Progress) -> tuple[dict[str, int], dict[str, int]]:
    with unit_of_work() as session:
        def account(email: str, name: str, roles: tuple = ()) -> int:
            return create_user(session, email=email, name=name, password=PASSWORD, roles=roles, now=now, is_demo=True)

        staff = {role: account(f"{role}@example.com", name, roles) for role, (name, roles) in STAFF.items()}
        owners = {demo.code: account(demo.email, demo.representative) for demo in VENDORS}
        account(*SHOPPER)
    progress("사람 · people", 1, 1)
    return staff, owners


def _open_vendor(session: Session, demo: DemoVendor, *, owner_id: int, staff: dict[str, int], now: datetime) -> int:
    dong = session.scalars(select(Dong.code).where(Dong.name == demo.dong)).one()
    application = onboarding.Application(
        name=demo.name, name_en=demo.name_en, kind=demo.kind, brn=demo.brn, vat_kind=demo.vat_kind,
        representative=demo.representative, dong_code=dong, address=demo.address, phone=demo.phone, email=demo.email,
        story=demo.story, mail_order_no=demo.mail_order_no or f"{onboarding.EXEMPT}간이과세자",
    )
    account = banking.Account("전북은행", f"999-13-{1000000 + owner_id * 7919 % 9000000}", demo.name)
    vendor = onboarding.apply_vendor(session, user_id=owner_id, application=application, bank=account, code=demo.code, now=now)
    vendor.tint, vendor.is_fictional = demo.tint, True
    onboarding.approve_vendor(session, vendor_id=vendor.id, actor_id=staff["merchandiser"], now=now)
    open_shelf(session, vendor_id=vendor.id)
    profile.update_profile(session, vendor_id=vendor.id, actor_id=owner_id, now=now, profile=profile.Profile(
        tagline=demo.tagline, tagline_en=demo.tagline_en, story=demo.story, story_en=demo.story_en, phone=demo.phone,
        email=demo.email, parcel_fee_won=demo.parcel_fee_won, free_parcel_from_won=demo.free_parcel_from_won,
    ))
    certificate = certifications.add_certification(
        session, vendor_id=vendor.id, actor_id=owner_id, title=demo.certification, title_en=demo.certification_en,
        number=demo.certificate_no, issued_on=demo.certified_on, valid_to=None, now=now,
    )
    certifications.verify_certification(session, certification_id=certificate.id, actor_id=staff["merchandiser"], now=now)
    detail = session.scalars(select(BankDetail.id).where(BankDetail.vendor_id == vendor.id)).one()
    banking.verify_bank_detail(session, bank_detail_id=detail, actor_id=staff["accountant"], now=now)
    return vendor.id


def _open_product(session: Session, demo: DemoProduct, vendor_id: int, owner_id: int, staff: dict[str, int], *, start: datetime,
                  now: datetime, days: int) -> None:
    category = session.scalars(select(Category.id).where(Category.slug == demo.category)).one()
    draft = drafts.Draft(
        name=demo.name, name_en=demo.name_en, category_id=category, tax_class=demo.tax_class, notice_class=demo.notice_class,
        variants=[drafts.VariantDraft(price_won=v.price_won, label=v.label, label_en=v.label_en) for v in demo.variants],
        summary=demo.summary, summary_en=demo.summary_en, description=demo.description, description_en=demo.description_en,
        notice=demo.notice, origin=demo.origin, drawing=demo.drawing, option_name=demo.option_name,
        option_name_en=demo.option_name_en, by_parcel=demo.by_parcel, by_pickup=demo.by_pickup, is_perishable=demo.is_perishable,
    )
    age = demo.published_days_ago if demo.published_days_ago < 8 else 4 * demo.published_days_ago
    published = max(start, now - timedelta(days=age))
    product = listing.create_product(session, vendor_id=vendor_id, draft=draft, actor_id=owner_id, code=demo.code, now=published)
    listing.submit_product(session, vendor_id=vendor_id, product_id=product.id, actor_id=owner_id, now=published)
    listing.publish_product(session, product_id=product.id, actor_id=staff["merchandiser"], now=published)
    shelf, hall = get_shelf_ids(session, [vendor_id])[vendor_id], get_hall_id(session)
    variants = session.scalars(select(Variant).where(Variant.product_id == product.id).order_by(Variant.position, Variant.id))
    for variant, stocked in zip(variants, demo.variants, strict=True):
        for place, units, actor in ((shelf, stocked.shelf, owner_id), (hall, stocked.hall, staff["merchandiser"])):
            if units:
                receive(session, variant_id=variant.id, location_id=place, quantity=units,
                        reference=f"demo:{variant.sku}:{place}", actor_id=actor, reason="첫 입고", now=published)


def list_sign_ins() -> list[tuple[str, str]]:
    """(who, e-mail) of the accounts worth trying in the demo; one password for all."""
    first = VENDORS[0]
    return [("shopper", SHOPPER[0]), (f"vendor · {first.name}", first.email), *((role, f"{role}@example.com") for role in STAFF)]


