"""The facets beside a list of goods, as the template writes them: a heading and choices with their counts."""

from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shop.blueprints.words import VENDOR_KINDS
from shop.catalog.queries import list_categories, list_dongs
from shop.catalog.shelves import BANDS, Counts, Wanted
from shop.templating import is_english, won


class Choice(NamedTuple):
    """One value of a facet; `goods` is None where it is not known beforehand."""

    value: str
    label: str
    goods: int | None
    chosen: bool


class Facet(NamedTuple):
    """One facet: the name of its field, its heading and its choices."""

    name: str
    heading: str
    choices: tuple[Choice, ...]


def list_facets(session: Session, wanted: Wanted, counts: Counts) -> list[Facet]:
    """Facets with at least one choice to make; values nothing answers to are left out unless they are chosen."""
    english = is_english()
    categories = [(row.slug, (row.name_en if english else "") or row.name) for row in list_categories(session)
                  if not wanted.zone or row.zone == wanted.zone]
    dongs = [(row.code, (row.name_en if english else "") or row.name) for row in list_dongs(session)]
    kinds = [(kind.value, str(word)) for kind, word in VENDOR_KINDS.items()]
    more = (
        Choice("hall", _("지금 판매장에 있는 것"), None, wanted.in_hall),
        Choice("exempt", _("면세"), counts.exempt, wanted.exempt),
    )
    ways = (("parcel", _("택배")), ("pickup", _("방문 수령")))
    facets = [
        Facet("category", _("종류"), _choices(categories, counts.categories, wanted.categories)),
        Facet("type", _("조직"), _choices(kinds, counts.kinds, wanted.kinds)),
        Facet("band", _("값"), _choices([(str(at), _band(at)) for at in range(len(BANDS))],
                                       {str(at): goods for at, goods in counts.bands.items()}, tuple(map(str, wanted.bands)))),
        Facet("way", _("받는 길"), _choices(list(ways), counts.ways, wanted.ways)),
        Facet("", _("그 밖에"), more),
        Facet("dong", _("동네"), _choices(dongs, counts.dongs, wanted.dongs)),
    ]
    return [facet for facet in facets if facet.choices]


def _choices(words: list[tuple[str, str]], counts: dict[str, int], chosen: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(value, label, counts.get(value, 0), value in chosen) for value, label in words
                 if counts.get(value) or value in chosen)


def _band(at: int) -> str:
    low, high = BANDS[at]
    if high is None:
        return _("%(won)s 이상", won=won(low))
    if not low:
        return _("%(won)s 아래", won=won(high))
    return _("%(low)s–%(high)s", low=won(low), high=won(high))
