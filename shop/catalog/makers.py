"""Reads of who sells here: makers with their goods counted, one maker, and the directory of real organisations."""

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from shop.catalog.models import ListingState
from shop.catalog.queries import AnyRow, dong, product, vendor
from shop.kernel.cache import remember
from shop.vendors.models import DirectoryOrganisation, VendorState

PAGE = 60


def list_makers(
    session: Session, *, kind: str = "", dong_code: str = "", after: tuple[str, int] | None = None, limit: int = PAGE,
) -> list[AnyRow]:
    """Approved makers by name with the number of their goods; keyset after (name, id)."""
    goods = (
        select(func.count()).where(product.c.vendor_id == vendor.c.id, product.c.state == ListingState.PUBLISHED)
        .correlate(vendor).scalar_subquery()
    )
    query = (
        select(vendor.c.id, vendor.c.code, vendor.c.name, vendor.c.name_en, vendor.c.kind, vendor.c.tagline, vendor.c.tagline_en,
               vendor.c.is_fictional, dong.c.name.label("dong"), dong.c.name_en.label("dong_en"), goods.label("goods"))
        .join_from(vendor, dong, dong.c.code == vendor.c.dong_code, isouter=True)
        .where(vendor.c.state == VendorState.APPROVED).order_by(vendor.c.name, vendor.c.id).limit(limit)
    )
    if kind:
        query = query.where(vendor.c.kind == kind)
    if dong_code:
        query = query.where(vendor.c.dong_code == dong_code)
    if after:
        query = query.where(or_(vendor.c.name > after[0], and_(vendor.c.name == after[0], vendor.c.id > after[1])))
    return list(session.connection().execute(query))


def count_makers(session: Session) -> list[tuple[str, str, int]]:
    """Approved makers by kind and dong code; at most a minute old."""
    return remember("catalog.makers", 60, lambda: [
        (kind.value, code or "", makers) for kind, code, makers in session.connection().execute(
            select(vendor.c.kind, vendor.c.dong_code, func.count()).where(vendor.c.state == VendorState.APPROVED)
            .group_by(vendor.c.kind, vendor.c.dong_code))
    ])


def get_maker(session: Session, code: str) -> AnyRow | None:
    """An approved maker with its dong, or None."""
    return session.connection().execute(
        select(vendor, dong.c.name.label("dong"), dong.c.name_en.label("dong_en"))
        .join_from(vendor, dong, dong.c.code == vendor.c.dong_code, isouter=True)
        .where(vendor.c.code == code, vendor.c.state == VendorState.APPROVED)
    ).one_or_none()


def list_directory(session: Session) -> Sequence[DirectoryOrganisation]:
    """Real organisations of the official lists, by kind and name."""
    return session.scalars(
        select(DirectoryOrganisation).order_by(DirectoryOrganisation.kind, DirectoryOrganisation.name).limit(1000)).all()
