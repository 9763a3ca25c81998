"""Cards in the reader's language: every word is chosen here once, so that a template only writes them down."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from flask_babel import gettext as _

from shop.blueprints.words import VENDOR_KINDS
from shop.catalog.queries import Card
from shop.stock.on_sale import IN_HALL
from shop.templating import is_english
from shop.vendors.models import VendorKind


class Picture(NamedTuple):
    """A vendor's photograph as the picture macro reads it."""

    key: str
    widths: Sequence[int]
    alt: str


class Shown(NamedTuple):
    """A card with its words chosen; what `components/product.html` asks for."""

    code: str
    name: str
    price_won: int
    price_from: bool
    drawing: str
    picture: Picture | None
    vendor_name: str
    vendor_kind: str
    dong: str | None
    facts: tuple[str, ...]
    sold_out: bool
    mark: str = ""
    list_price_won: int | None = None
    name_en: str = ""
    vendor_name_en: str = ""


def _picture(card: Card) -> Picture | None:
    if not card.picture_key:
        return None
    return Picture(card.picture_key, tuple(card.picture_widths or ()), card.picture_alt or "")


@lru_cache(maxsize=2)
def _kinds(english: bool) -> dict[VendorKind, str]:
    """The words of kinds in one language; they are asked for on every card."""
    return {kind: str(word) for kind, word in VENDOR_KINDS.items()}


def show_cards(cards: Iterable[Card]) -> list[Shown]:
    """Cards as the page writes them."""
    english = is_english()
    kinds = _kinds(english)
    exempt, in_hall, pickup_only = _("면세"), _("판매장에 있음"), _("방문 수령만")
    return [
        Shown(
            code=card.code, name=(card.name_en if english else "") or card.name, price_won=card.price_won,
            price_from=card.price_from, drawing=card.drawing,
            picture=_picture(card),
            vendor_name=(card.vendor_name_en if english else "") or card.vendor_name,
            vendor_kind=kinds.get(card.vendor_kind, ""),
            dong=(card.dong_en if english else "") or card.dong,
            facts=tuple(fact for fact, holds in (
                (exempt, card.exempt), (pickup_only, not card.by_parcel),
                (in_hall, card.place == IN_HALL and card.by_pickup and card.by_parcel),
            ) if holds),
            sold_out=card.place is None,
        )
        for card in cards
    ]
