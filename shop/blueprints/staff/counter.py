"""The hall's counter for orders of the shop: find by number, take the money, hand over, pay back in cash."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.blueprints.access import STAFF, access
from shop.blueprints.cart.words import FULFILMENT_STATES, METHODS, ORDER_STATES, TENDERS
from shop.blueprints.fields import tidy
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.orders import fulfilment, queries
from shop.orders.models import Order
from shop.payments.counter import Tender, account_of, take_payment
from shop.payments.models import RefundState
from shop.payments.paying_back import is_for_processor, pay_refund
from shop.payments.queries import load_money
from shop.payments.rules import owing_account
from shop.people.access_records import record_access
from shop.people.models import StaffRole

bp = Blueprint("counter", __name__, url_prefix="/counter")
COUNTER = STAFF(StaffRole.CASHIER, StaffRole.MANAGER)


@bp.get("")
@access(COUNTER)
def index() -> ResponseReturnValue:
    """One field: the order's number, or the shopper's name or telephone number."""
    text = tidy(request.args.get("q"))[:60]
    rows = queries.search_orders(read_session(), text, limit=10) if text else []
    if len(rows) == 1:
        return redirect(url_for("staff.counter.show", number=rows[0].number), 303)
    return render_template("staff/counter/index.html", text=text, rows=rows, states=ORDER_STATES)


@bp.get("/<number>")
@access(COUNTER)
def show(number: str) -> ResponseReturnValue:
    """What is to be paid, what is to be handed over, what is to be paid back."""
    order = _find(number)
    with unit_of_work() as session:
        record_access(session, user_id=current_user.id, vendor_id=None, action="order.shown", subject=("order", order.id),
                      ip=request.remote_addr or "", now=clock.now())
    view, money = queries.load_order(read_session(), order), load_money(read_session(), order.id)
    payments = {payment.id: payment for payment in money.payments}
    owed = [refund for refund in money.refunds if refund.state != RefundState.SENT
            and not is_for_processor(refund, payments[refund.payment_id])
            and owing_account(refund, payments[refund.payment_id]) == "liabilities:refunds_due"]
    return render_template("staff/counter/show.html", order=order, view=view, money_of=money, owed=owed, tenders=TENDERS,
                           order_states=ORDER_STATES, states=FULFILMENT_STATES, methods=METHODS)


@bp.post("/<number>/take")
@access(COUNTER)
def take(number: str) -> ResponseReturnValue:
    """Take the whole amount."""
    order, word = _find(number), request.form.get("tender", "")
    if word not in set(Tender):
        abort(422)
    with unit_of_work() as session:
        take_payment(session, order_id=order.id, tender=Tender(word), actor_id=current_user.id, now=clock.now())
    flash(_("돈을 받았습니다."), "ok")
    return _see(order)


@bp.post("/<number>/hand-over/<int:vendor_order_id>")
@access(COUNTER)
def hand_over(number: str, vendor_order_id: int) -> ResponseReturnValue:
    """Give goods to their shopper."""
    order = _find(number)
    if vendor_order_id not in [part.part.id for part in queries.load_order(read_session(), order).parts]:
        abort(404)
    with unit_of_work() as session:
        fulfilment.hand_over(session, vendor_order_id=vendor_order_id, actor_id=current_user.id, now=clock.now())
    flash(_("건네드렸다고 적었습니다."), "ok")
    return _see(order)


@bp.post("/<number>/pay-back/<int:refund_id>")
@access(COUNTER)
def pay_back(number: str, refund_id: int) -> ResponseReturnValue:
    """Pay a refund that is due out of the drawer."""
    order = _find(number)
    if refund_id not in [refund.id for refund in load_money(read_session(), order.id).refunds]:
        abort(404)
    with unit_of_work() as session:
        pay_refund(session, refund_id=refund_id, from_account=account_of(Tender.CASH), actor_id=current_user.id, now=clock.now())
    flash(_("돌려드렸다고 적었습니다."), "ok")
    return _see(order)


def _find(number: str) -> Order:
    order = queries.find_by_number(read_session(), number)
    if order is None:
        abort(404)
    return order


def _see(order: Order) -> Response:
    return redirect(url_for("staff.counter.show", number=order.number), 303)
