"""What a shopper asks of the shelves: zone, kind, dong, price and the rest, how it is sorted, and how many goods answer.

Counts come from one grouped read of the whole hall, kept for a minute; with them every facet is counted without its own choice.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from shop.catalog.models import Category, ListingState, Product, TaxClass
from shop.kernel.cache import remember
from shop.vendors.models import Vendor, VendorState

MINUTE = 60
BANDS = ((0, 10_000), (10_000, 30_000), (30_000, 50_000), (50_000, None))  # won, from inclusive, to exclusive
SORTS = ("new", "cheap", "dear")
WAYS = ("parcel", "pickup")

p, v = Product.__table__.c, Vendor.__table__.c


@dataclass(frozen=True)
class Wanted:
    """One question to the shelves; empty parts ask nothing. Several kinds, dongs or bands are alternatives."""

    zone: str = ""
    categories: tuple[str, ...] = ()  # slugs
    kinds: tuple[str, ...] = ()
    dongs: tuple[str, ...] = ()  # codes
    bands: tuple[int, ...] = ()  # positions in BANDS
    ways: tuple[str, ...] = ()
    exempt: bool = False
    in_hall: bool = False
    sort: str = "new"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.categories or self.kinds or self.dongs or self.bands or self.ways or self.exempt or self.in_hall)


ANYTHING = Wanted()


@dataclass(frozen=True)
class Shelf:
    """Goods that are alike in everything that can be asked for, and how many they are."""

    zone: str
    category: str
    kind: str
    dong: str
    band: int
    exempt: bool
    parcel: bool
    pickup: bool
    goods: int


@dataclass(frozen=True)
class Counts:
    """How many goods match in all, and for each value of each facet if it were chosen (its own facet's choice left out)."""

    total: int = 0
    categories: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    dongs: Counter[str] = field(default_factory=Counter)
    bands: Counter[int] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    exempt: int = 0


def is_shown() -> ColumnElement[bool]:
    """A product that shoppers see: published, of an approved maker. Needs product and vendor in the query."""
    return and_(p.state == ListingState.PUBLISHED, v.state == VendorState.APPROVED)


def list_shelves(session: Session) -> list[Shelf]:
    """Every shelf of the hall; at most a minute old."""
    return remember("catalog.shelves", MINUTE, lambda: _read_shelves(session))


def count_zones(session: Session) -> Counter[str]:
    """How many goods each room of the hall holds; at most a minute old."""
    def count() -> Counter[str]:
        goods: Counter[str] = Counter()
        for shelf in list_shelves(session):
            goods[shelf.zone] += shelf.goods
        return goods

    return remember("catalog.zones", MINUTE, count)


def count_goods(session: Session, wanted: Wanted) -> Counts:
    """Disjunctive counts for a question; at most a minute old. What lies in the hall today is not counted."""
    asked = replace(wanted, sort="new", in_hall=False)
    return remember(("catalog.counts", asked), MINUTE, lambda: count_shelves(list_shelves(session), asked))


def count_shelves(shelves: Iterable[Shelf], wanted: Wanted) -> Counts:
    """The same over shelves already read. Pure."""
    total, exempt = 0, 0
    counts = Counts()
    for shelf in shelves:
        if wanted.zone and shelf.zone != wanted.zone:
            continue
        misses = _misses(shelf, wanted)
        if len(misses) > 1:
            continue
        missed = misses[0] if misses else ""
        if not missed:
            total += shelf.goods
        if missed in ("", "categories"):
            counts.categories[shelf.category] += shelf.goods
        if missed in ("", "kinds"):
            counts.kinds[shelf.kind] += shelf.goods
        if missed in ("", "dongs"):
            counts.dongs[shelf.dong] += shelf.goods
        if missed in ("", "bands"):
            counts.bands[shelf.band] += shelf.goods
        if missed in ("", "ways"):
            counts.ways["parcel"] += shelf.goods * shelf.parcel
            counts.ways["pickup"] += shelf.goods * shelf.pickup
        if missed in ("", "exempt"):
            exempt += shelf.goods * shelf.exempt
    return replace(counts, total=total, exempt=exempt)


def _misses(shelf: Shelf, wanted: Wanted) -> list[str]:
    """The facets by which a shelf is not what was asked for."""
    asked = (
        ("categories", not wanted.categories or shelf.category in wanted.categories),
        ("kinds", not wanted.kinds or shelf.kind in wanted.kinds),
        ("dongs", not wanted.dongs or shelf.dong in wanted.dongs),
        ("bands", not wanted.bands or shelf.band in wanted.bands),
        ("ways", not wanted.ways or ("parcel" in wanted.ways and shelf.parcel) or ("pickup" in wanted.ways and shelf.pickup)),
        ("exempt", not wanted.exempt or shelf.exempt),
    )
    return [name for name, fits in asked if not fits]


def _read_shelves(session: Session) -> list[Shelf]:
    band = case(*((p.min_price_won < to, at) for at, (_, to) in enumerate(BANDS) if to), else_=len(BANDS) - 1).label("band")
    exempt = (p.tax_class == TaxClass.EXEMPT).label("exempt")
    groups = (p.zone, Category.__table__.c.slug, v.kind, v.dong_code, band, exempt, p.by_parcel, p.by_pickup)
    rows = session.execute(
        select(*groups, func.count()).join_from(Product.__table__, Vendor.__table__).join(Category.__table__)
        .where(is_shown()).group_by(*groups)
    )
    return [Shelf(row[0].value, row[1], row[2].value, row[3] or "", row[4], bool(row[5]), *row[6:9]) for row in rows]
