"""The hall's front door: the plan, what is new, and this month's won returned."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shop.blueprints.access import PUBLIC, access
from shop.blueprints.catalog.showing import show_cards
from shop.blueprints.words import ZONES
from shop.catalog import queries
from shop.catalog.makers import count_makers
from shop.catalog.shelves import Wanted, count_zones
from shop.impact.local_return import sum_returned
from shop.kernel import clock
from shop.kernel.cache import remember
from shop.kernel.db import read_session
from shop.stock.on_sale import PLACE

bp = Blueprint("hall", __name__)

NEW = 8


@bp.get("/")
@access(PUBLIC)
def home() -> ResponseReturnValue:
    """The hall's front door."""
    session, today = read_session(), clock.seoul_day(clock.now())
    cards = queries.list_cards(session, Wanted(), place=PLACE, limit=NEW)
    makers = sum(count for _kind, _dong, count in count_makers(session))
    return render_template("catalog/hall/home.html", goods=show_cards(cards), rooms=_list_rooms(session, today), makers=makers,
                           returned=_returned(session, today), month=format_date(today, "LLLL"))


def _list_rooms(session: Session, today: date) -> list[dict[str, Any]]:
    goods = count_zones(session)
    new = queries.count_new(session, clock.day_start(today))
    sales = [
        {"slug": zone.value, "name": name, "count": goods[zone.value], "new": new.get(zone.value, 0),
         "href": url_for("catalog.products.zone", slug=zone.value), "note": ""}
        for zone, name in ZONES.items()
    ]
    return [
        *sales,
        {"slug": "desk", "name": _("계산대"), "note": _("수령·상담 18:00까지")},
        {"slug": "exhibition-1", "name": _("1전시장"), "note": _("다음 전시를 준비하고 있어요")},
        {"slug": "exhibition-2", "name": _("2전시장"), "note": _("다음 전시를 준비하고 있어요")},
        {"slug": "cafe", "name": _("북카페"), "note": _("누구나 앉아 쉬는 자리")},
    ]


def _returned(session: Session, today: date) -> tuple[int, int] | None:
    """Won returned this month and to how many organisations, at most a minute old; None before the first."""
    first = today.replace(day=1)
    cells = remember(("home.returned", first), 60, lambda: sum_returned(session, by="total", since=first))
    return (cells[0].won, cells[0].vendor_count) if cells and cells[0].won > 0 else None
