"""Stock as the hall's staff see it: what comes in from the makers, what is counted, what goes back or is lost."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import STAFF, access
from shop.blueprints.fields import tidy
from shop.blueprints.refusals import sentence
from shop.blueprints.vendor.stock_form import HallCorrectForm, HallForm
from shop.blueprints.words import MOVEMENTS
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.people.models import StaffRole
from shop.stock import counting, levels, queries, shelves
from shop.stock.models import MovementKind

bp = Blueprint("stock", __name__, url_prefix="/stock")

KEEPER = STAFF(StaffRole.MERCHANDISER, StaffRole.MANAGER)


@bp.get("")
@access(KEEPER)
def index() -> ResponseReturnValue:
    """What lies where, and the form by which goods are received."""
    return _index(HallForm(formdata=None))


@bp.post("/receive")
@access(KEEPER)
def receive() -> ResponseReturnValue:
    """Receive counted goods into the hall, or send them back to their shelf."""
    form = HallForm()
    row = queries.find_variant_by_sku(read_session(), form.sku.data or "") if form.validate() else None
    if form.sku.data and not form.errors and row is None:
        form.sku.errors = [_("이 번호의 물건이 없습니다. 물건표의 번호를 다시 보아 주세요.")]
    if row is None:
        return _index(form, 422)
    try:
        _receive(form, row)
    except levels.LevelTooLow as refusal:
        form.quantity.errors = [sentence(refusal)]
        return _index(form, 409)
    flash(_("%(product)s %(count)s개를 옮겨 적었습니다.", product=row.product, count=form.quantity.data), "ok")
    return redirect(url_for("staff.stock.index"), 303)


@bp.get("/<int:variant_id>")
@access(KEEPER)
def show(variant_id: int) -> ResponseReturnValue:
    """One variant in the hall, to be corrected."""
    return _page(_find(variant_id), HallCorrectForm(formdata=None))


@bp.post("/<int:variant_id>/correct")
@access(KEEPER)
def correct(variant_id: int) -> ResponseReturnValue:
    """Correct the hall to what was counted, as a correction or a loss."""
    row, form = _find(variant_id), HallCorrectForm()
    if not form.validate():
        return _page(row, form, 422)
    try:
        with unit_of_work() as session:
            counting.set_counted(session, variant_id=variant_id, location_id=queries.get_hall_id(session),
                                 counted=form.counted.data or 0, reference=f"hall:{form.token.data}", actor_id=current_user.id,
                                 reason=form.reason.data or "", now=clock.now(), kind=MovementKind(form.kind.data))
    except levels.LevelTooLow as refusal:
        form.counted.errors = [sentence(refusal)]
        return _page(row, form, 409)
    flash(_("센 수로 바로잡았습니다."), "ok")
    return redirect(url_for("staff.stock.show", variant_id=variant_id), 303)


@bp.get("/movements")
@access(KEEPER)
def movements() -> ResponseReturnValue:
    """What moved in the hall, the newest first."""
    session = read_session()
    rows = queries.list_movements(session, location_id=queries.get_hall_id(session), limit=queries.PAGE + 1,
                                  before_id=request.args.get("before", type=int))
    following = rows[queries.PAGE - 1].id if len(rows) > queries.PAGE else None
    return render_template("staff/stock/movements.html", rows=rows[:queries.PAGE], following=following, words=MOVEMENTS)


def _receive(form: HallForm, row: queries.Shelved) -> None:
    quantity, reference = form.quantity.data or 0, f"hall:{form.token.data}"
    reason, now, actor_id = form.reason.data or "", clock.now(), current_user.id
    with unit_of_work() as session:
        hall, shelf = queries.get_hall_id(session), shelves.open_shelf(session, vendor_id=row.vendor_id)
        if form.source.data == "new":
            levels.receive(session, variant_id=row.variant_id, location_id=hall, quantity=quantity, reference=reference,
                           actor_id=actor_id, reason=reason, now=now)
            return
        source, target = (hall, shelf) if form.source.data == "back" else (shelf, hall)
        levels.transfer(session, variant_id=row.variant_id, from_location_id=source, to_location_id=target, quantity=quantity,
                        reference=reference, actor_id=actor_id, reason=reason, now=now)


def _index(form: HallForm, status: int = 200) -> ResponseReturnValue:
    text, after_id = tidy(request.args.get("q"))[:60], request.args.get("after", 0, type=int)
    rows = queries.list_shelved(read_session(), text=text, limit=queries.PAGE + 1, after_id=after_id)
    following = rows[queries.PAGE - 1].variant_id if len(rows) > queries.PAGE else None
    return render_template("staff/stock/index.html", rows=rows[:queries.PAGE], following=following, form=form, text=text), status


def _find(variant_id: int) -> queries.Shelved:
    row = queries.get_shelved(read_session(), variant_id=variant_id)
    if row is None:
        abort(404)
    return row


def _page(row: queries.Shelved, form: HallCorrectForm, status: int = 200) -> ResponseReturnValue:
    return render_template("staff/stock/show.html", row=row, form=form), status
