"""What lies where, as SQL expressions for the catalogue's queries: that room stands below this one and cannot ask by itself."""

from sqlalchemy import ColumnElement, case, func, select

from shop.catalog.models import Product, Variant
from shop.stock.models import Location, LocationKind, StockLevel

_level, _location, _variant = StockLevel.__table__, Location.__table__, Variant.__table__
IN_HALL, ON_SHELF = 2, 1


def _free(kind: LocationKind) -> ColumnElement[int]:
    return (
        select(func.coalesce(func.sum(_level.c.on_hand - _level.c.reserved), 0))
        .join_from(_level, _location, _location.c.id == _level.c.location_id)
        .where(_level.c.variant_id == _variant.c.id, _location.c.kind == kind)
        .correlate(_variant).scalar_subquery()
    )


# Where a product can be had now: 2 in the hall, 1 on its maker's shelf only, NULL nowhere. Needs product in the query.
PLACE: ColumnElement[int] = (
    select(func.max(case((_location.c.kind == LocationKind.HALL, IN_HALL), else_=ON_SHELF)))
    .join_from(_variant, _level, _level.c.variant_id == _variant.c.id)
    .join(_location, _location.c.id == _level.c.location_id)
    .where(_variant.c.product_id == Product.__table__.c.id, _variant.c.is_active, _level.c.on_hand > _level.c.reserved,
           _location.c.kind != LocationKind.EXHIBITION)
    .correlate(Product.__table__).scalar_subquery()
)

# Free units of a variant by the way they can be had. Need variant in the query.
PARCEL_UNITS = _free(LocationKind.VENDOR_SHELF)
PICKUP_UNITS = _free(LocationKind.HALL)
