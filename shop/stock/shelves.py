"""A vendor's own shelf: opened once, when the vendor is let in."""

from sqlalchemy.orm import Session

from shop.kernel import locks
from shop.stock.models import Location, LocationKind
from shop.stock.queries import get_shelf_ids
from shop.vendors.models import Vendor


def open_shelf(session: Session, *, vendor_id: int) -> int:
    """The id of a vendor's shelf, made where there was none."""
    known = get_shelf_ids(session, [vendor_id]).get(vendor_id)
    if known is not None:
        return known
    vendor = locks.lock_row(session, Vendor, vendor_id)
    assert vendor is not None
    known = get_shelf_ids(session, [vendor_id]).get(vendor_id)
    if known is not None:
        return known
    shelf = Location(kind=LocationKind.VENDOR_SHELF, vendor_id=vendor_id, name=f"{vendor.name} 선반")
    session.add(shelf)
    session.flush()
    return shelf.id
