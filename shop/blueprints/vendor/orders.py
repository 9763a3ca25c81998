"""A vendor's orders: by deadline, with the buyer's data as long as it is needed and every look recorded."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.blueprints.access import VENDOR_EDITOR, VENDOR_VIEWER, access, current_vendor
from shop.blueprints.cart.orders import send_refunds
from shop.blueprints.cart.words import FULFILMENT_STATES
from shop.blueprints.refusals import sentence
from shop.blueprints.vendor.orders_form import CancelForm, ShipForm
from shop.kernel import clock
from shop.kernel.clock import seoul_day
from shop.kernel.db import read_session, unit_of_work
from shop.orders import desk, fulfilment
from shop.orders.couriers import COURIERS, TrackingNumberRefused, tracking_page
from shop.orders.rules import buyer_for_vendor
from shop.payments.refunding import cancel_vendor_order
from shop.people.access_records import record_access

bp = Blueprint("orders", __name__, url_prefix="/vendor/orders")


@bp.get("")
@access(VENDOR_VIEWER)
def index() -> ResponseReturnValue:
    """What is to be sent, the nearest deadline first."""
    tab = request.args.get("tab", "preparing")
    if tab not in desk.TABS:
        abort(404)
    reads, vendor_id = read_session(), current_vendor.id
    rows = desk.list_inbox(reads, vendor_id, tab, after=request.args.get("after", "")[:30], limit=desk.PAGE + 1)
    following = desk.cursor_of(rows[desk.PAGE - 1]) if len(rows) > desk.PAGE else None
    return render_template("vendor/orders/index.html", rows=rows[:desk.PAGE], following=following, tab=tab,
                           counts=desk.count_by_tab(reads, vendor_id), states=FULFILMENT_STATES, today=seoul_day(clock.now()))


@bp.get("/<int:vendor_order_id>")
@access(VENDOR_VIEWER)
def show(vendor_order_id: int) -> ResponseReturnValue:
    """One part of an order: what, to whom, until when."""
    return _page(vendor_order_id, ShipForm(formdata=None), CancelForm(formdata=None))


@bp.post("/<int:vendor_order_id>/ship")
@access(VENDOR_EDITOR)
def ship(vendor_order_id: int) -> ResponseReturnValue:
    """It has left with a courier."""
    form = ShipForm()
    if not form.validate():
        return _page(vendor_order_id, form, CancelForm(formdata=None), 422)
    try:
        with unit_of_work() as session:
            fulfilment.ship(session, vendor_order_id=vendor_order_id, vendor_id=current_vendor.id, courier=form.courier.data,
                            tracking_number=form.tracking_number.data or "", actor_id=current_user.id, now=clock.now())
    except TrackingNumberRefused as refusal:
        form.tracking_number.errors = [sentence(refusal)]
        return _page(vendor_order_id, form, CancelForm(formdata=None), 422)
    flash(_("보냈다고 적었습니다. 사신 분께 알렸습니다."), "ok")
    return _see_inbox()


@bp.post("/<int:vendor_order_id>/hand-over")
@access(VENDOR_EDITOR)
def hand_over(vendor_order_id: int) -> ResponseReturnValue:
    """It was given to its shopper in the hall."""
    with unit_of_work() as session:
        fulfilment.hand_over(session, vendor_order_id=vendor_order_id, vendor_id=current_vendor.id, actor_id=current_user.id,
                             now=clock.now())
    flash(_("건네드렸다고 적었습니다."), "ok")
    return _see_inbox()


@bp.post("/<int:vendor_order_id>/cancel")
@access(VENDOR_EDITOR)
def cancel(vendor_order_id: int) -> ResponseReturnValue:
    """It cannot be supplied: the shopper gets the money back."""
    form = CancelForm()
    if not form.validate():
        return _page(vendor_order_id, ShipForm(formdata=None), form, 422)
    with unit_of_work() as session:
        canceled = cancel_vendor_order(session, vendor_order_id=vendor_order_id, vendor_id=current_vendor.id,
                                       reason=form.reason.data or "", actor_id=current_user.id, now=clock.now())
    send_refunds(canceled.refund_ids)
    flash(_("취소했습니다. 사신 분께 돈을 돌려드립니다."), "ok")
    return _see_inbox()


def _page(vendor_order_id: int, form: ShipForm, cancel_form: CancelForm, status: int = 200) -> ResponseReturnValue:
    found = desk.find_part(read_session(), vendor_order_id, current_vendor.id)
    if found is None:
        abort(404)
    order, view = found
    buyer = buyer_for_vendor(order, view.part, clock.now())
    if not buyer.is_masked:
        _record(vendor_order_id)
    return render_template(
        "vendor/orders/show.html", order=order, view=view, part=view.part, buyer=buyer, form=form, cancel_form=cancel_form,
        states=FULFILMENT_STATES, couriers=COURIERS, tracking=tracking_page(view.part.courier, view.part.tracking_number)), status


def _record(vendor_order_id: int) -> None:
    """A reading that cannot be recorded does not happen."""
    with unit_of_work() as session:
        record_access(session, user_id=current_user.id, vendor_id=current_vendor.id, action="order.shown",
                      subject=("vendor_order", vendor_order_id), ip=request.remote_addr or "", now=clock.now())


def _see_inbox() -> Response:
    return redirect(url_for("vendor.orders.index"), 303)
