"""Everything one product's page says, read with six statements: words, choices with stock, pictures, proof, price parts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app, url_for
from sqlalchemy.orm import Session

from shop.blueprints.catalog.showing import Picture, show_cards
from shop.blueprints.words import VENDOR_KINDS, ZONES
from shop.catalog import queries
from shop.catalog.notices import FIELDS
from shop.kernel.cache import remember
from shop.pricing.parts import split_price
from shop.stock.on_sale import PARCEL_UNITS, PICKUP_UNITS, PLACE
from shop.templating import is_english
from shop.vendors import rules
from shop.vendors.commissions import load_agreements

MORE = 4
MOST_AT_ONCE = 99


class Option(NamedTuple):
    """A variant as it is chosen: what it costs and how many can be had by each way this product travels."""

    id: int
    label: str
    price_won: int
    parcel: int
    pickup: int

    @property
    def units(self) -> int:
        return max(self.parcel, self.pickup)


def read_page(session: Session, code: str, now: datetime) -> dict[str, Any] | None:
    """What the template of a product asks for; None where there is no such product in the hall."""
    product = queries.get_product(session, code)
    if product is None:
        return None
    options = _options(session, product)
    chosen = next((option for option in options if option.units), options[0] if options else None)
    price = chosen.price_won if chosen else product.min_price_won
    agreement = rules.pick(_list_terms(session, now), product.vendor_id, product.category_id, "web")
    pictures = [Picture(row.key, row.widths, row.alt) for row in queries.list_images(session, product.id)]
    return {
        "product": product, "options": options, "chosen": chosen, "price_won": price, "pictures": pictures,
        "one_price": len({option.price_won for option in options}) < 2,
        "parcel_units": sum(option.parcel for option in options), "pickup_units": sum(option.pickup for option in options),
        "most": min(MOST_AT_ONCE, max((option.units for option in options), default=0)),
        "kind": VENDOR_KINDS.get(product.kind, ""), "zone": ZONES[product.zone], "notice": _notice(product),
        "certificates": queries.list_verified_certificates(session, product.vendor_id),
        "parts": split_price(price, agreement.bps), "commission_bps": agreement.bps,
        "more": show_cards(queries.list_vendor_cards(session, product.vendor_id, place=PLACE, without_id=product.id, limit=MORE)),
        "structured": _structured(product, options, pictures),
    }


@dataclass
class Terms:
    """As much of a commission agreement as tells whom it binds and its rate."""

    rank: int
    vendor_id: int | None
    category_id: int | None
    channel: str | None
    bps: int


def _list_terms(session: Session, now: datetime) -> list[Terms]:
    """Agreements in force, at most half a minute old: the page tells the rate, the order settles it anew at its own instant."""
    return remember("product_page.terms", 30, lambda: [
        Terms(one.rank, one.vendor_id, one.category_id, one.channel, one.bps) for one in load_agreements(session, now)])


def _options(session: Session, product: queries.AnyRow) -> list[Option]:
    english = is_english()
    return [
        Option(row.id, (row.label_en if english else "") or row.label, row.price_won, row.parcel if product.by_parcel else 0,
               row.pickup if product.by_pickup else 0)
        for row in queries.list_variants(session, product.id, parcel=PARCEL_UNITS, pickup=PICKUP_UNITS)
    ]


def _notice(product: queries.AnyRow) -> list[tuple[str, str]]:
    english = is_english()
    return [(field.label_en if english else field.label, product.notice[field.key])
            for field in FIELDS[product.notice_class] if product.notice.get(field.key)]


def _structured(product: queries.AnyRow, options: list[Option], pictures: list[Picture]) -> dict[str, Any]:
    """The product for search engines (schema.org); the template writes it with `tojson`, safe inside a script element."""
    base = current_app.config["PUBLIC_URL"].rstrip("/")
    url = base + url_for("catalog.products.show", code=product.code)
    offers = [{
        "@type": "Offer", "url": url, "priceCurrency": "KRW", "price": option.price_won,
        **({"name": option.label} if option.label else {}),
        "availability": "https://schema.org/InStock" if option.units else "https://schema.org/OutOfStock",
        "seller": {"@type": "Organization", "name": product.vendor},
    } for option in options]
    data: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "Product", "name": product.name, "description": product.summary,
        "sku": product.code, "brand": {"@type": "Brand", "name": product.vendor}, "url": url, "offers": offers,
    }
    if pictures:
        data["image"] = [f"{base}/media/{picture.key}-{picture.widths[-1]}.webp" for picture in pictures if picture.widths]
    return data


