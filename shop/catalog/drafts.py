"""What a listing is made of as it is typed, and what it needs before it can be sold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.catalog import notices
from shop.catalog.models import ListingState, NoticeClass, Product, TaxClass, Variant
from shop.kernel import locks
from shop.kernel.errors import Conflict, Invalid, NotFound

MAX_VARIANTS = 10
MAX_PRICE_WON = 100_000_000
EDITABLE = frozenset({ListingState.DRAFT, ListingState.RETURNED, ListingState.WITHDRAWN})


class ProductUnknown(NotFound):
    """There is no such listing, or it is another vendor's."""


class ListingNotEditable(Conflict):
    """The listing is live or with the merchandiser; it is withdrawn before its words change. Carries `state`."""


class ListingIncomplete(Invalid):
    """What is missing before a listing can be sent in: `fields` maps field → problem, `notice` maps notice key → problem."""


class VariantsWrong(Invalid):
    """Variants that cannot be sold; `problem` is none, too_many, label_missing, label_twice, option_name_missing or price."""


class CategoryUnknown(Invalid):
    """There is no such category."""


class VendorNotApproved(Conflict):
    """Only an approved organisation's listings are read."""


@dataclass(frozen=True)
class VariantDraft:
    """One variant as typed; `id` is None for a new one."""

    price_won: int
    label: str = ""
    label_en: str = ""
    id: int | None = None
    is_active: bool = True


@dataclass(frozen=True)
class Draft:
    """A listing as typed."""

    name: str
    category_id: int
    tax_class: TaxClass
    notice_class: NoticeClass
    variants: Sequence[VariantDraft]
    name_en: str = ""
    summary: str = ""
    summary_en: str = ""
    description: str = ""
    description_en: str = ""
    notice: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""
    drawing: str = ""
    option_name: str = ""
    option_name_en: str = ""
    by_parcel: bool = True
    by_pickup: bool = True
    is_perishable: bool = False


def lock_product(session: Session, *, vendor_id: int, product_id: int) -> Product:
    """The locked, re-read listing of this vendor.

    Raises:
        ProductUnknown.
    """
    product = locks.lock_row(session, Product, product_id)
    if product is None or product.vendor_id != vendor_id:
        raise ProductUnknown()
    return product


def check_complete(session: Session, product: Product) -> None:
    """Refuse a listing that lacks what the law or a shopper needs.

    Raises:
        ListingIncomplete.
    """
    active = list(session.scalars(select(Variant).where(Variant.product_id == product.id, Variant.is_active)))
    needed = ["name", "summary", "description"] + ["origin"] * (product.notice_class is not NoticeClass.SERVICE)
    fields = {name: "missing" for name in needed if not getattr(product, name).strip()}
    if not (product.by_parcel or product.by_pickup):
        fields["by_parcel"] = "missing"
    if not active:
        fields["variants"] = "missing"
    notice = notices.find_problems(product.notice_class, product.notice)
    if fields or notice:
        raise ListingIncomplete(fields=fields, notice=notice)


def check_variants(draft: Draft) -> None:
    variants = draft.variants
    if not variants:
        raise VariantsWrong(problem="none")
    if len(variants) > MAX_VARIANTS:
        raise VariantsWrong(problem="too_many")
    if any(not 0 < variant.price_won <= MAX_PRICE_WON for variant in variants):
        raise VariantsWrong(problem="price")
    labels = [variant.label for variant in variants]
    if len(variants) > 1 and not all(labels):
        raise VariantsWrong(problem="label_missing")
    if len(set(labels)) < len(labels):
        raise VariantsWrong(problem="label_twice")
    if len(variants) > 1 and not draft.option_name:
        raise VariantsWrong(problem="option_name_missing")


def write_variants(session: Session, product: Product, drafts: Sequence[VariantDraft]) -> None:
    """Bring the rows in line with what was typed; a row left out is laid aside, never deleted: orders may point at it."""
    rows = {row.id: row for row in session.scalars(select(Variant).where(Variant.product_id == product.id))}
    kept = {draft.id for draft in drafts if draft.id is not None}
    if not kept <= set(rows):
        raise ProductUnknown()
    given = {draft.label for draft in drafts}
    for row in rows.values():  # labels are unique in a listing: free those that are given anew
        row.is_active = row.is_active and row.id in kept
        if row.id in kept or row.label in given:
            row.label = f"~{row.id}"
    session.flush()
    number = len(rows)
    for position, draft in enumerate(drafts):
        if draft.id is None:
            number += 1
            row = Variant(product_id=product.id, sku=f"{product.code}-{number}", price_won=draft.price_won)
            session.add(row)
        else:
            row = rows[draft.id]
        row.label, row.label_en, row.price_won = draft.label, draft.label_en, draft.price_won
        row.is_active, row.position = draft.is_active, position
    session.flush()


def lowest_price(variants: Sequence[VariantDraft]) -> int:
    active = [variant.price_won for variant in variants if variant.is_active]
    return min(active or [variant.price_won for variant in variants])
