"""Tables of what is sold and how it is described."""

from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.kernel.db import Id, Instant, Model, Won, state_column


class Zone(StrEnum):
    """A room of the sales hall."""

    HANJI = "hanji"  # 한지·공예
    FOOD = "food"  # 먹거리
    LIVING = "living"  # 생활
    BOOKS = "books"  # 책·문구
    GIFTS = "gifts"  # 선물 꾸러미


class TaxClass(StrEnum):
    """VAT treatment of a product: inside the price, or none."""

    TAXABLE = "taxable"
    EXEMPT = "exempt"


class NoticeClass(StrEnum):
    """Which table of the product information notice (상품정보제공고시) applies."""

    FRESH_FOOD = "fresh_food"
    PROCESSED_FOOD = "processed_food"
    GOODS = "goods"
    BOOK = "book"
    SERVICE = "service"


class ListingState(StrEnum):
    """Where a listing stands between its vendor and the merchandiser."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"  # sent back with a note
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


LISTING_TRANSITIONS: dict[ListingState, set[ListingState]] = {
    ListingState.DRAFT: {ListingState.SUBMITTED},
    ListingState.RETURNED: {ListingState.SUBMITTED},
    ListingState.SUBMITTED: {ListingState.PUBLISHED, ListingState.RETURNED},
    ListingState.PUBLISHED: {ListingState.WITHDRAWN},
    ListingState.WITHDRAWN: {ListingState.SUBMITTED},
}


class Category(Model):
    """A shelf inside a zone."""

    __tablename__ = "category"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    zone: Mapped[Zone] = mapped_column(state_column(Zone), index=True)
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60), default="")
    position: Mapped[int] = mapped_column(default=0)


class Product(Model):
    """What is described; its variants are what is priced, stocked and sold.

    `min_price_won` and the vendor's `dong_code`/`vendor_kind` are copies kept for filtering; `published_at` orders the hall.
    """

    __tablename__ = "product"
    __table_args__ = (
        Index("ix__product__shelf", "state", "category_id", "published_at", "id"),
        Index("ix__product__zone", "state", "zone", "published_at", "id"),
        Index("ix__product__new", "state", "published_at", "id"),
        Index("ix__product__price", "state", "min_price_won", "id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    zone: Mapped[Zone] = mapped_column(state_column(Zone))
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(160), default="")
    summary: Mapped[str] = mapped_column(String(200), default="")
    summary_en: Mapped[str] = mapped_column(String(300), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    description_en: Mapped[str] = mapped_column(Text, default="")
    tax_class: Mapped[TaxClass] = mapped_column(state_column(TaxClass))
    notice_class: Mapped[NoticeClass] = mapped_column(state_column(NoticeClass))
    notice: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    origin: Mapped[str] = mapped_column(String(80), default="")
    drawing: Mapped[str] = mapped_column(String(40), default="gift-box")
    option_name: Mapped[str] = mapped_column(String(40), default="")
    option_name_en: Mapped[str] = mapped_column(String(60), default="")
    by_parcel: Mapped[bool] = mapped_column(default=True)
    by_pickup: Mapped[bool] = mapped_column(default=True)
    is_perishable: Mapped[bool] = mapped_column(default=False)  # withdrawal after shipping is excluded, and said so
    state: Mapped[ListingState] = mapped_column(state_column(ListingState), default=ListingState.DRAFT)
    review_note: Mapped[str] = mapped_column(String(500), default="")
    min_price_won: Mapped[Won] = mapped_column(default=0)
    created_at: Mapped[Instant]
    submitted_at: Mapped[Instant | None]
    published_at: Mapped[Instant | None]


class Variant(Model):
    """What is priced, stocked and sold: one SKU."""

    __tablename__ = "variant"
    __table_args__ = (
        CheckConstraint("price_won > 0", name="price_positive"),
        UniqueConstraint("product_id", "label"),
    )

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    sku: Mapped[str] = mapped_column(String(40), unique=True)
    label: Mapped[str] = mapped_column(String(60), default="")
    label_en: Mapped[str] = mapped_column(String(80), default="")
    price_won: Mapped[Won]
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)


class ProductImage(Model):
    """A picture, re-encoded without metadata; files are `<key>-<width>.webp` for each width."""

    __tablename__ = "product_image"

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    key: Mapped[str] = mapped_column(String(120))
    widths: Mapped[list[int]] = mapped_column(JSON)
    alt: Mapped[str] = mapped_column(String(160), default="")
    position: Mapped[int] = mapped_column(default=0)


class ProductSearch(Model):
    """Search keys of a published product: jamo text and first consonants under trigram indexes, and the day that orders hits."""

    __tablename__ = "product_search"

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), primary_key=True)
    jamo: Mapped[str] = mapped_column(Text)
    choseong: Mapped[str] = mapped_column(Text)
    published_at: Mapped[Instant]
