"""Orders for the centre's staff: find one, see all that happened, give money back within bounds, with a reason."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.blueprints.access import ANY_STAFF, STAFF, access
from shop.blueprints.cart.orders import send_refunds
from shop.blueprints.cart.words import DEEDS, FULFILMENT_STATES, METHODS, ORDER_STATES, OUTCOMES, PAYMENT_STATES, REFUND_STATES
from shop.blueprints.fields import tidy
from shop.blueprints.refusals import sentence
from shop.blueprints.staff.orders_form import ReasonForm, RefundForm
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.kernel.states import MoveRefused
from shop.orders import queries
from shop.orders.couriers import COURIERS
from shop.orders.models import Order, OrderState
from shop.orders.rules import may_cancel
from shop.payments.models import RefundState
from shop.payments.queries import list_refunds_due, load_money
from shop.payments.refunding import NothingToRefund, OverRefund, cancel_order, refund_line
from shop.people.access_records import record_access
from shop.people.models import StaffRole

bp = Blueprint("orders", __name__, url_prefix="/orders")
MONEY = STAFF(StaffRole.ACCOUNTANT, StaffRole.MANAGER)


@bp.get("")
@access(ANY_STAFF)
def index() -> ResponseReturnValue:
    """Orders by number, whole telephone number or whole name; newest first."""
    text, word = tidy(request.args.get("q"))[:60], request.args.get("state", "")
    state = OrderState(word) if word in set(OrderState) else None
    rows = queries.search_orders(read_session(), text, state, before_id=request.args.get("before", type=int),
                                 limit=queries.PAGE + 1)
    following = rows[queries.PAGE - 1].id if len(rows) > queries.PAGE else None
    return render_template("staff/orders/index.html", rows=rows[:queries.PAGE], following=following, text=text, state=word,
                           states=ORDER_STATES)


@bp.get("/refunds")
@access(MONEY)
def refunds() -> ResponseReturnValue:
    """Money that is owed back and not yet paid."""
    rows = list_refunds_due(read_session(), after_id=request.args.get("after", 0, type=int), limit=queries.PAGE + 1)
    following = rows[queries.PAGE - 1][0].id if len(rows) > queries.PAGE else None
    return render_template("staff/orders/refunds.html", rows=rows[:queries.PAGE], following=following, methods=METHODS,
                           states=REFUND_STATES, outcomes=OUTCOMES)


@bp.get("/<number>")
@access(ANY_STAFF)
def show(number: str) -> ResponseReturnValue:
    """All of one order: parts, payments, refunds, and who did what."""
    order = _find(number)
    with unit_of_work() as session:
        record_access(session, user_id=current_user.id, vendor_id=None, action="order.shown", subject=("order", order.id),
                      ip=request.remote_addr or "", now=clock.now())
    return _page(order, RefundForm(formdata=None), ReasonForm(formdata=None))


@bp.post("/<number>/refund")
@access(MONEY)
def refund(number: str) -> ResponseReturnValue:
    """Give back units of one line."""
    order, form = _find(number), RefundForm()
    line_id = request.form.get("order_line_id", 0, type=int)
    if line_id not in [line.id for line in queries.load_order(read_session(), order).lines]:
        abort(404)
    if not form.validate():
        return _page(order, form, ReasonForm(formdata=None), 422)
    try:
        with unit_of_work() as session:
            made = refund_line(session, order_line_id=line_id, quantity=form.quantity.data or 0, reason=form.reason.data or "",
                               actor_id=current_user.id, key=form.token.data or "", now=clock.now())
    except (OverRefund, NothingToRefund, MoveRefused) as refusal:
        form.quantity.errors = [sentence(refusal)]
        return _page(order, form, ReasonForm(formdata=None), refusal.status)
    if made.state == RefundState.DUE:
        send_refunds([made.id])
    flash(_("환불을 적었습니다."), "ok")
    return _see(order)


@bp.post("/<number>/cancel")
@access(MONEY)
def cancel(number: str) -> ResponseReturnValue:
    """Cancel an order that has not left, on behalf of its shopper."""
    order, form = _find(number), ReasonForm()
    if not form.validate():
        return _page(order, RefundForm(formdata=None), form, 422)
    with unit_of_work() as session:
        canceled = cancel_order(session, order_id=order.id, reason=form.reason.data or "", actor_id=current_user.id,
                                now=clock.now())
    send_refunds(canceled.refund_ids)
    flash(_("주문을 취소했습니다."), "ok")
    return _see(order)


def _find(number: str) -> Order:
    order = queries.find_by_number(read_session(), number)
    if order is None:
        abort(404)
    return order


def _page(order: Order, form: RefundForm, cancel_form: ReasonForm, status: int = 200) -> ResponseReturnValue:
    reads = read_session()
    view, money = queries.load_order(reads, order), load_money(reads, order.id)
    return render_template(
        "staff/orders/show.html", order=order, view=view, money_of=money, form=form, cancel_form=cancel_form,
        events=queries.list_events(reads, view), order_states=ORDER_STATES, states=FULFILMENT_STATES, methods=METHODS,
        payment_states=PAYMENT_STATES, deeds=DEEDS,
        refund_states=REFUND_STATES, outcomes=OUTCOMES, couriers=COURIERS,
        may_cancel=may_cancel(order, [part.part for part in view.parts])), status


def _see(order: Order) -> Response:
    return redirect(url_for("staff.orders.show", number=order.number), 303)
