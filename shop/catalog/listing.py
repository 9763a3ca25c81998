"""Listings: written by a vendor, read by the centre's merchandiser, published or sent back with a note.

The words, notice and tax class of a live listing are not edited: it is withdrawn first. Prices change at once (`prices.py`).
"""

import re
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shop.catalog import notices, search
from shop.catalog.drafts import (
    EDITABLE,
    CategoryUnknown,
    Draft,
    ListingNotEditable,
    ProductUnknown,
    VendorNotApproved,
    check_complete,
    check_variants,
    lock_product,
    lowest_price,
    write_variants,
)
from shop.catalog.models import LISTING_TRANSITIONS, Category, ListingState, Product
from shop.kernel import locks
from shop.kernel.states import advance
from shop.messages import outbox
from shop.people import audit
from shop.vendors.models import Vendor, VendorState
from shop.vendors.onboarding import NoteMissing, find_locale, refuse_own_review

_WORDS = ("name", "name_en", "summary", "summary_en", "description", "description_en", "origin", "option_name", "option_name_en",
          "tax_class", "notice_class", "by_parcel", "by_pickup", "is_perishable", "category_id")


def create_product(
    session: Session, *, vendor_id: int, draft: Draft, actor_id: int | None, now: datetime, code: str = "",
) -> Product:
    """Begin a listing as a draft.

    Raises:
        CategoryUnknown, VariantsWrong.
    """
    check_variants(draft)
    category = _find_category(session, draft.category_id)
    product = Product(
        vendor_id=vendor_id, code=code or f"new-{secrets.token_hex(8)}", state=ListingState.DRAFT, created_at=now,
        zone=category.zone, notice=notices.clean(draft.notice_class, draft.notice), min_price_won=lowest_price(draft.variants),
        drawing=draft.drawing or "gift-box", **{name: getattr(draft, name) for name in _WORDS},
    )
    session.add(product)
    session.flush()
    product.code = code or _choose_code(product)
    write_variants(session, product, draft.variants)
    audit.record(session, actor_id=actor_id, action="listing.created", subject=("product", product.id),
                 after={"name": product.name, "vendor_id": vendor_id}, now=now)
    return product


def update_product(
    session: Session, *, vendor_id: int, product_id: int, draft: Draft, actor_id: int | None, now: datetime,
) -> Product:
    """Rewrite a listing that is a draft, sent back, or withdrawn.

    Raises:
        ProductUnknown, ListingNotEditable, CategoryUnknown, VariantsWrong.
    """
    product = lock_product(session, vendor_id=vendor_id, product_id=product_id)
    if product.state not in EDITABLE:
        raise ListingNotEditable(state=product.state.value)
    check_variants(draft)
    new: dict[str, Any] = {name: getattr(draft, name) for name in _WORDS}
    new["zone"] = _find_category(session, draft.category_id).zone
    new["notice"] = notices.clean(draft.notice_class, draft.notice)
    if draft.drawing:
        new["drawing"] = draft.drawing
    changed = [name for name, value in new.items() if getattr(product, name) != value]
    before = {name: _plain(getattr(product, name)) for name in changed}
    for name in changed:
        setattr(product, name, new[name])
    product.min_price_won = lowest_price(draft.variants)
    write_variants(session, product, draft.variants)
    if changed:
        audit.record(session, actor_id=actor_id, action="listing.changed", subject=("product", product.id), before=before,
                     after={name: _plain(new[name]) for name in changed}, now=now)
    session.flush()
    return product


def submit_product(session: Session, *, vendor_id: int, product_id: int, actor_id: int | None, now: datetime) -> Product:
    """Send a listing to the merchandiser.

    Raises:
        ProductUnknown, VendorNotApproved, ListingIncomplete, MoveRefused.
    """
    product = lock_product(session, vendor_id=vendor_id, product_id=product_id)
    vendor = session.get(Vendor, vendor_id)
    assert vendor is not None
    if vendor.state is not VendorState.APPROVED:
        raise VendorNotApproved()
    check_complete(session, product)
    was = advance(product, ListingState.SUBMITTED, LISTING_TRANSITIONS)
    product.submitted_at = now
    audit.record(session, actor_id=actor_id, action="listing.submitted", subject=("product", product.id),
                 before={"state": was.value}, after={"state": product.state.value}, now=now)
    session.flush()
    return product


def withdraw_product(
    session: Session, *, vendor_id: int, product_id: int, actor_id: int | None, reason: str = "", now: datetime,
) -> Product:
    """Take a live listing out of the hall and out of the search index; what is ordered stays ordered.

    Raises:
        ProductUnknown, MoveRefused.
    """
    product = lock_product(session, vendor_id=vendor_id, product_id=product_id)
    was = advance(product, ListingState.WITHDRAWN, LISTING_TRANSITIONS)
    audit.record(session, actor_id=actor_id, action="listing.withdrawn", subject=("product", product.id),
                 before={"state": was.value}, after={"state": product.state.value}, reason=reason, now=now)
    session.flush()
    search.index_product(session, product.id)
    return product


def publish_product(session: Session, *, product_id: int, actor_id: int | None, now: datetime) -> Product:
    """Let a listing into the hall and into the search index.

    Raises:
        ProductUnknown, OwnReview, VendorNotApproved, ListingIncomplete, MoveRefused.
    """
    product, vendor = _lock_for_review(session, product_id, actor_id)
    if vendor.state is not VendorState.APPROVED:
        raise VendorNotApproved()
    check_complete(session, product)
    _decide(session, product, ListingState.PUBLISHED, actor_id, note="", now=now)
    product.published_at = now
    session.flush()
    search.index_product(session, product.id)
    _tell(session, vendor, "listing_published",
          {"vendor_name": vendor.name, "product_name": product.name, "product_code": product.code}, product, now)
    return product


def return_product(session: Session, *, product_id: int, actor_id: int | None, note: str, now: datetime) -> Product:
    """Send a listing back, saying what to mend.

    Raises:
        NoteMissing, ProductUnknown, OwnReview, MoveRefused.
    """
    if not note.strip():
        raise NoteMissing()
    product, vendor = _lock_for_review(session, product_id, actor_id)
    _decide(session, product, ListingState.RETURNED, actor_id, note=note.strip()[:500], now=now)
    _tell(session, vendor, "listing_returned",
          {"vendor_name": vendor.name, "product_name": product.name, "reason": product.review_note}, product, now)
    return product


def _lock_for_review(session: Session, product_id: int, actor_id: int | None) -> tuple[Product, Vendor]:
    product = locks.lock_row(session, Product, product_id)
    if product is None:
        raise ProductUnknown()
    refuse_own_review(session, vendor_id=product.vendor_id, actor_id=actor_id)
    vendor = session.get(Vendor, product.vendor_id)
    assert vendor is not None
    return product, vendor


def _decide(session: Session, product: Product, to: ListingState, actor_id: int | None, *, note: str, now: datetime) -> None:
    was = advance(product, to, LISTING_TRANSITIONS)
    product.review_note = note
    audit.record(session, actor_id=actor_id, action=f"listing.{to.value}", subject=("product", product.id),
                 before={"state": was.value}, after={"state": to.value}, reason=note, now=now)
    session.flush()


def _tell(session: Session, vendor: Vendor, template: str, context: dict[str, str], product: Product, now: datetime) -> None:
    if vendor.email:
        outbox.enqueue(session, template=template, to=vendor.email, locale=find_locale(session, vendor.id), context=context,
                       dedupe=f"{template}:{product.id}:{now.isoformat()}", now=now)


def _find_category(session: Session, category_id: int) -> Category:
    category = session.get(Category, category_id)
    if category is None:
        raise CategoryUnknown()
    return category


def _choose_code(product: Product) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", product.name_en.lower()).strip("-")[:28].strip("-")
    return f"{slug or 'goods'}-{product.id}"


def _plain(value: object) -> object:
    return str(value) if not isinstance(value, bool | dict) else value
