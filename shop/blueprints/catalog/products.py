"""Goods: all of them, one room's, and one product's page."""

from typing import Any

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from shop.blueprints.access import PUBLIC, access
from shop.blueprints.catalog.asking import address, read_after, read_wanted, without, write_after
from shop.blueprints.catalog.facets import list_facets
from shop.blueprints.catalog.product_page import read_page
from shop.blueprints.catalog.showing import show_cards
from shop.blueprints.words import ZONES
from shop.catalog import queries
from shop.catalog.models import Zone
from shop.catalog.shelves import Wanted, count_goods
from shop.kernel import clock
from shop.kernel.db import read_session
from shop.stock.on_sale import PLACE

bp = Blueprint("products", __name__)


@bp.get("/goods")
@access(PUBLIC)
def index() -> ResponseReturnValue:
    """All goods."""
    return render_template("catalog/products/index.html", room=None, **list_goods(read_wanted()))


@bp.get("/zones/<slug>")
@access(PUBLIC)
def zone(slug: str) -> ResponseReturnValue:
    """One room of the hall."""
    if slug not in set(Zone):
        abort(404)
    return render_template("catalog/products/index.html", room=(slug, ZONES[Zone(slug)]), **list_goods(read_wanted(slug)))


@bp.get("/goods/<code>")
@access(PUBLIC)
def show(code: str) -> ResponseReturnValue:
    """One product."""
    page = read_page(read_session(), code, clock.now())
    if page is None:
        abort(404)
    return render_template("catalog/products/show.html", **page)


def list_goods(wanted: Wanted) -> dict[str, Any]:
    """A page of cards with its facets, and where it goes on."""
    session, after = read_session(), read_after(wanted.sort)
    cards = queries.list_cards(session, wanted, place=PLACE, after=after, limit=queries.PAGE + 1)
    counts = count_goods(session, wanted)
    shown, goes_on = cards[:queries.PAGE], len(cards) > queries.PAGE
    return {
        "wanted": wanted, "goods": show_cards(shown), "counts": counts, "facets": list_facets(session, wanted, counts),
        "total": None if wanted.in_hall else counts.total, "address": address, "without": without,
        "from_start": after is None,
        "next_url": address(after=write_after(shown[-1], wanted.sort)) if goes_on else None,
    }
