"""Search: what was typed, what it was taken for, and where to look when nothing answers."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from shop.blueprints.access import PUBLIC, access
from shop.blueprints.catalog.asking import address, read_place, read_wanted, write_place
from shop.blueprints.catalog.showing import show_cards
from shop.catalog import queries
from shop.catalog.search import find_products
from shop.catalog.shelves import Wanted
from shop.kernel.db import read_session
from shop.kernel.logs import get_logger
from shop.stock.on_sale import PLACE

bp = Blueprint("search", __name__)
log = get_logger(__name__)


@bp.get("/search")
@access(PUBLIC)
def index() -> ResponseReturnValue:
    """Goods that answer a query; what found nothing is logged without the person."""
    query, session, after = request.args.get("q", "").replace("\x00", "").strip()[:80], read_session(), read_place()
    found = find_products(session, query, wanted=read_wanted(), place=PLACE, after=after) if query else None
    if found and found.how == "nothing" and after is None:
        log.info("search.nothing", extra={"query": query})
    lost = found is None or not found.cards
    instead = queries.list_cards(session, Wanted(), place=PLACE, limit=4) if lost else []
    return render_template(
        "catalog/search/index.html", query=query, found=found, goods=show_cards(found.cards if found else []),
        instead=show_cards(instead), categories=queries.list_categories(session) if lost else [], from_start=after is None,
        next_url=address(after=write_place(found.after)) if found and found.after else None,
    )
