"""A vendor's stock: its own shelf and the hall, receipts and corrections on its own shelf."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import VENDOR_EDITOR, VENDOR_VIEWER, access, current_vendor
from shop.blueprints.fields import tidy
from shop.blueprints.refusals import sentence
from shop.blueprints.vendor.stock_form import CorrectForm, ReceiveForm
from shop.blueprints.words import MOVEMENTS
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.stock import counting, levels, queries, shelves

bp = Blueprint("stock", __name__, url_prefix="/vendor/stock")


@bp.get("")
@access(VENDOR_VIEWER)
def index() -> ResponseReturnValue:
    """What lies on the own shelf and in the hall."""
    text = tidy(request.args.get("q"))[:60]
    rows = queries.list_shelved(read_session(), vendor_id=current_vendor.id, text=text, limit=queries.PAGE + 1,
                                after_id=request.args.get("after", 0, type=int))
    following = rows[queries.PAGE - 1].variant_id if len(rows) > queries.PAGE else None
    return render_template("vendor/stock/index.html", rows=rows[:queries.PAGE], following=following, text=text)


@bp.get("/movements")
@access(VENDOR_VIEWER)
def movements() -> ResponseReturnValue:
    """What moved, the newest first."""
    rows = queries.list_movements(read_session(), vendor_id=current_vendor.id, limit=queries.PAGE + 1,
                                  before_id=request.args.get("before", type=int))
    following = rows[queries.PAGE - 1].id if len(rows) > queries.PAGE else None
    return render_template("vendor/stock/movements.html", rows=rows[:queries.PAGE], following=following, words=MOVEMENTS)


@bp.get("/<int:variant_id>")
@access(VENDOR_VIEWER)
def show(variant_id: int) -> ResponseReturnValue:
    """One variant: lay units on the shelf, or correct what was counted."""
    return _page(_find(variant_id), ReceiveForm(formdata=None), CorrectForm(formdata=None))


@bp.post("/<int:variant_id>/receive")
@access(VENDOR_EDITOR)
def receive(variant_id: int) -> ResponseReturnValue:
    """Lay units on the own shelf."""
    row, form = _find(variant_id), ReceiveForm()
    if not form.validate():
        return _page(row, form, CorrectForm(formdata=None), 422)
    with unit_of_work() as session:
        shelf = shelves.open_shelf(session, vendor_id=current_vendor.id)
        levels.receive(session, variant_id=variant_id, location_id=shelf, quantity=form.quantity.data or 0,
                       reference=f"receive:{current_vendor.id}:{form.token.data}", actor_id=current_user.id,
                       reason=form.reason.data or "", now=clock.now())
    flash(_("선반에 올렸습니다."), "ok")
    return redirect(url_for("vendor.stock.show", variant_id=variant_id), 303)


@bp.post("/<int:variant_id>/correct")
@access(VENDOR_EDITOR)
def correct(variant_id: int) -> ResponseReturnValue:
    """Correct the own shelf to what was counted."""
    row, form = _find(variant_id), CorrectForm()
    if not form.validate():
        return _page(row, ReceiveForm(formdata=None), form, 422)
    try:
        with unit_of_work() as session:
            shelf = shelves.open_shelf(session, vendor_id=current_vendor.id)
            counting.set_counted(session, variant_id=variant_id, location_id=shelf, counted=form.counted.data or 0,
                                 reference=f"count:{current_vendor.id}:{form.token.data}", actor_id=current_user.id,
                                 reason=form.reason.data or "", now=clock.now())
    except levels.LevelTooLow as refusal:
        form.counted.errors = [sentence(refusal)]
        return _page(row, ReceiveForm(formdata=None), form, 409)
    flash(_("센 수로 바로잡았습니다."), "ok")
    return redirect(url_for("vendor.stock.show", variant_id=variant_id), 303)


def _find(variant_id: int) -> queries.Shelved:
    row = queries.get_shelved(read_session(), variant_id=variant_id, vendor_id=current_vendor.id)
    if row is None:
        abort(404)
    return row


def _page(row: queries.Shelved, receive_form: ReceiveForm, correct_form: CorrectForm, status: int = 200) -> ResponseReturnValue:
    return render_template("vendor/stock/show.html", row=row, receive_form=receive_form, correct_form=correct_form), status
