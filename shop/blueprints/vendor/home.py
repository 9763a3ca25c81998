"""What the organisation has to do today."""

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.blueprints.access import SIGNED_IN, VENDOR_VIEWER, access, current_vendor
from shop.blueprints.words import VENDOR_STATES
from shop.catalog import desk
from shop.catalog.models import ListingState
from shop.kernel.db import read_session
from shop.orders import desk as orders_desk
from shop.stock import queries as stock_queries
from shop.vendors import queries

bp = Blueprint("home", __name__, url_prefix="/vendor")


@bp.get("")
@access(VENDOR_VIEWER)
def show() -> ResponseReturnValue:
    """Orders to send, listings sent back, goods that run out, papers that are missing."""
    reads, vendor_id = read_session(), current_vendor.id
    listings = desk.count_listings(reads, vendor_id)
    return render_template(
        "vendor/home/show.html", to_ship=orders_desk.count_by_tab(reads, vendor_id)["preparing"], listings=listings,
        returned=desk.list_listings(reads, vendor_id=vendor_id, state=ListingState.RETURNED, limit=5),
        low=stock_queries.count_low(reads, vendor_id), accounts=queries.list_bank_details(reads, vendor_id),
        teams=queries.list_my_vendors(reads, current_user.id), states=VENDOR_STATES)


@bp.post("/choose")
@access(SIGNED_IN)
def choose() -> ResponseReturnValue:
    """Act for another organisation of whose team one is."""
    wanted = request.form.get("vendor_id", type=int)
    if wanted not in [vendor_id for vendor_id, _name in queries.list_my_vendors(read_session(), current_user.id)]:
        abort(404)
    session["vendor_id"] = wanted
    return redirect(url_for("vendor.home.show"), 303)
