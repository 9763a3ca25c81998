"""Reads what an address asks of the shelves, and writes the addresses of the next page and of the same page asked otherwise."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import request

from shop.catalog.models import Zone
from shop.catalog.queries import Card
from shop.catalog.search import Place
from shop.catalog.shelves import BANDS, SORTS, WAYS, Wanted
from shop.vendors.models import VendorKind

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ASKED = ("q", "zone", "category", "type", "dong", "band", "way", "exempt", "hall", "sort")
MOST = 20  # values of one facet that are read


def read_wanted(zone: str = "") -> Wanted:
    """The question in this request's address; words that mean nothing are left out."""
    args = request.args
    asked_zone = zone or args.get("zone", "")
    return Wanted(
        zone=asked_zone if asked_zone in set(Zone) else "",
        categories=_several("category"), kinds=_several("type", set(VendorKind)), dongs=_several("dong"),
        bands=tuple(int(band) for band in _several("band", {str(at) for at in range(len(BANDS))})),
        ways=_several("way", set(WAYS)),
        exempt="exempt" in args, in_hall="hall" in args, sort=args["sort"] if args.get("sort") in SORTS else "new",
    )


def _several(name: str, known: Iterable[str] | None = None) -> tuple[str, ...]:
    given = (value for value in request.args.getlist(name)[:MOST] if 0 < len(value) <= 40 and "\x00" not in value)
    return tuple(sorted({value for value in given if known is None or value in known}))


def read_after(sort: str) -> tuple[Any, int] | None:
    """The place in a list from which this request goes on, or None for its beginning."""
    parts = _numbers(2)
    if parts is None:
        return None
    return (_instant(parts[0]), parts[1]) if sort == "new" else (parts[0], parts[1])


def write_after(card: Card, sort: str) -> str:
    """The place after a card."""
    return f"{_micros(card.published_at)}.{card.id}" if sort == "new" else f"{card.price_won}.{card.id}"


def read_place() -> Place | None:
    """The same for hits of a search."""
    parts = _numbers(3)
    return Place(parts[0], _instant(parts[1]), parts[2]) if parts else None


def write_place(place: Place) -> str:
    """The same for hits of a search."""
    return f"{place.rank}.{_micros(place.published_at)}.{place.id}"


def address(**changes: object) -> str:
    """This page's address with some of its questions changed, None taking one out; from the start unless `after` is given."""
    pairs = [(name, value) for name in ASKED if name not in changes for value in request.args.getlist(name)[:MOST]]
    pairs += [(name, str(value)) for name, value in changes.items() if value is not None]
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path


def without(name: str, value: str) -> str:
    """This page's address with one value of one question taken out."""
    pairs = [(asked, given) for asked in ASKED for given in request.args.getlist(asked)[:MOST] if (asked, given) != (name, value)]
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path


def _numbers(count: int) -> list[int] | None:
    parts = request.args.get("after", "").split(".")
    if len(parts) != count or not all(part.isdecimal() and part.isascii() and len(part) < 18 for part in parts):
        return None
    return [int(part) for part in parts]


def _instant(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=min(micros, 10**17))


def _micros(instant: datetime) -> int:
    return (instant - EPOCH) // MICROSECOND
