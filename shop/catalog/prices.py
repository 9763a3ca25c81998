"""Prices of a listing: they change at once, live or not, and leave an audit line; orders already placed keep theirs."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.catalog import search
from shop.catalog.drafts import MAX_PRICE_WON, ProductUnknown, VariantsWrong, lock_product
from shop.catalog.models import ListingState, Product, Variant
from shop.people import audit


class Price(NamedTuple):
    """What a variant costs and whether it is sold."""

    price_won: int
    is_active: bool


def change_prices(
    session: Session, *, vendor_id: int, product_id: int, prices: Mapping[int, Price], actor_id: int | None, now: datetime,
) -> Product:
    """Set prices and whether a variant is sold, by variant id.

    Raises:
        ProductUnknown: the listing or a variant is not this vendor's.
        VariantsWrong: a price out of bounds, or nothing of a live listing would be sold.
    """
    product = lock_product(session, vendor_id=vendor_id, product_id=product_id)
    rows = {row.id: row for row in session.scalars(select(Variant).where(Variant.product_id == product.id).order_by(Variant.id))}
    if not set(prices) <= set(rows):
        raise ProductUnknown()
    if any(not 0 < price.price_won <= MAX_PRICE_WON for price in prices.values()):
        raise VariantsWrong(problem="price")
    before = {str(row_id): [rows[row_id].price_won, rows[row_id].is_active] for row_id in prices}
    for row_id, price in prices.items():
        rows[row_id].price_won, rows[row_id].is_active = price.price_won, price.is_active
    active = [row.price_won for row in rows.values() if row.is_active]
    if not active and product.state is ListingState.PUBLISHED:
        raise VariantsWrong(problem="none")
    product.min_price_won = min(active or [row.price_won for row in rows.values()])
    after = {str(row_id): [price.price_won, price.is_active] for row_id, price in prices.items()}
    if before != after:
        audit.record(session, actor_id=actor_id, action="prices.changed", subject=("product", product.id), before=before,
                     after=after, now=now)
    session.flush()
    if product.state is ListingState.PUBLISHED:
        search.index_product(session, product.id)  # a label no longer sold is no longer found
    return product
