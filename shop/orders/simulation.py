"""What a commission agreement would have made of a past month's sales: read only, nothing is recomputed in any book."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.catalog.models import Product, Variant
from shop.kernel.money import share_bps
from shop.orders.models import FulfilmentState, Order, OrderKind, OrderLine, OrderState, VendorOrder
from shop.vendors import rules
from shop.vendors.models import Vendor

NOT_SOLD = (FulfilmentState.CANCELED, FulfilmentState.WAITING)


@dataclass(frozen=True)
class Compared:
    """One vendor's month: list price sold, commission as it was, commission as it would have been."""

    vendor_id: int
    name: str
    list_won: int
    was_won: int
    would_be_won: int

    @property
    def difference_won(self) -> int:
        return self.would_be_won - self.was_won


def simulate_agreements(
    session: Session, agreements: Sequence[rules.Agreed], *, since: datetime, until: datetime,
) -> list[Compared]:
    """Compare, vendor by vendor, what lines sold in [since, until) were charged with what these agreements would charge.

    Lines are grouped by equal price, so that each is rounded as a line is and a month of any size is a few thousand rows.
    """
    totals: dict[int, list[int]] = {}
    names: dict[int, str] = {}
    for vendor_id, name, category_id, channel, list_won, lines, was_won in session.execute(_lines(since, until)):
        bps = rules.pick(agreements, vendor_id, category_id, channel.value).bps
        names[vendor_id] = name
        total = totals.setdefault(vendor_id, [0, 0, 0])
        total[0] += list_won * lines
        total[1] += was_won
        total[2] += share_bps(list_won, bps) * lines
    return sorted((Compared(vendor_id, names[vendor_id], *total) for vendor_id, total in totals.items()),
                  key=lambda row: (-abs(row.difference_won), row.vendor_id))


def _lines(since: datetime, until: datetime):
    return (
        select(OrderLine.vendor_id, Vendor.name, Product.category_id, Order.channel, OrderLine.list_won, func.count(),
               func.sum(OrderLine.commission_won))
        .join(VendorOrder, VendorOrder.id == OrderLine.vendor_order_id).join(Order, Order.id == VendorOrder.order_id)
        .join(Vendor, Vendor.id == OrderLine.vendor_id)
        .outerjoin(Variant, Variant.id == OrderLine.variant_id).outerjoin(Product, Product.id == Variant.product_id)
        .where(Order.kind == OrderKind.SALE, Order.state == OrderState.PAID, VendorOrder.state.not_in(NOT_SOLD),
               Order.placed_at >= since, Order.placed_at < until)
        .group_by(OrderLine.vendor_id, Vendor.name, Product.category_id, Order.channel, OrderLine.list_won)
    )
