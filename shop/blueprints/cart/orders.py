"""An order's own page under its secret link, and what its shopper may do there; the look-up for guests."""

from flask import Blueprint, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import PUBLIC, access
from shop.blueprints.cart.forms import FindForm
from shop.blueprints.cart.paying import allow_hosted_page, see_order, shown_bank
from shop.blueprints.cart.words import FULFILMENT_STATES, METHODS, ORDER_STATES, REFUND_STATES
from shop.blueprints.signin.limits import limit_attempts
from shop.impact.money_trail import trace_order
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.messages.outbox import enqueue
from shop.orders import couriers, fulfilment, queries, rules
from shop.orders.models import Order, OrderState
from shop.payments import card
from shop.payments.providers import ProviderRejected, ProviderUnavailable
from shop.payments.providers.choosing import get_card_provider
from shop.payments.queries import load_money
from shop.payments.refunding import cancel_order, cancel_vendor_order

bp = Blueprint("orders", __name__, url_prefix="/orders")


@bp.route("/find", methods=["GET", "POST"])
@access(PUBLIC)
@limit_attempts("order_lookup", by=lambda: request.form.get("number", ""))
def find() -> ResponseReturnValue:
    """Find an order by number and telephone. A hit with a mail address and a miss are answered alike."""
    form = FindForm()
    if not form.is_submitted():
        return render_template("cart/orders/find.html", form=form, asked=False)
    if not form.validate():
        return render_template("cart/orders/find.html", form=form, asked=False), 422
    order = queries.find_by_phone(read_session(), form.number.data or "", form.phone.data or "")
    if order is not None and not order.shopper_email:
        return see_order(order)
    if order is not None:
        _send_link(order)
    return render_template("cart/orders/find.html", form=FindForm(formdata=None), asked=True)


@bp.get("/<number>/<token>")
@access(PUBLIC)
def show(number: str, token: str) -> ResponseReturnValue:
    """Where each maker's part stands, what to do next, and where the money went."""
    order = _find(number, token)
    view, money = queries.load_order(read_session(), order), load_money(read_session(), order.id)
    trail = trace_order(read_session(), order.id) if order.paid_at else None
    bank = shown_bank() if order.state == OrderState.AWAITING_PAYMENT else None
    page = render_template(
        "cart/orders/show.html", view=view, order=order, money_of=money, trail=trail, bank=bank, now=clock.now(),
        may_cancel=rules.may_cancel(order, [part.part for part in view.parts]), actions=rules.shopper_actions,
        tracking_page=couriers.tracking_page, couriers=couriers.COURIERS, order_states=ORDER_STATES, states=FULFILMENT_STATES,
        methods=METHODS, refund_states=REFUND_STATES)
    return allow_hosted_page(make_response(page))


@bp.get("/<number>/<token>/receipt")
@access(PUBLIC)
def receipt(number: str, token: str) -> ResponseReturnValue:
    """The order as a document to print or keep."""
    order = _find(number, token)
    if order.paid_at is None:
        abort(404)
    view, money = queries.load_order(read_session(), order), load_money(read_session(), order.id)
    return render_template("cart/orders/receipt.html", view=view, order=order, money_of=money, methods=METHODS)


@bp.post("/<number>/<token>/confirm/<int:vendor_order_id>")
@access(PUBLIC)
def confirm(number: str, token: str, vendor_order_id: int) -> ResponseReturnValue:
    """The shopper has the goods and keeps them."""
    order = _find(number, token)
    with unit_of_work() as session:
        fulfilment.confirm_purchase(session, vendor_order_id=vendor_order_id, order_id=order.id, now=clock.now())
    flash(_("구매를 확정했습니다. 이제 만든 이에게 값이 갑니다."), "ok")
    return see_order(order)


@bp.post("/<number>/<token>/cancel")
@access(PUBLIC)
def cancel(number: str, token: str) -> ResponseReturnValue:
    """Cancel the whole order before any of it has left."""
    order, now = _find(number, token), clock.now()
    _close_card_page(order)
    with unit_of_work() as session:
        canceled = cancel_order(session, order_id=order.id, reason="shopper", actor_id=_user_id(), now=now)
    send_refunds(canceled.refund_ids)
    paid = _("주문을 취소했습니다. 낸 돈은 영업일 3일 안에 돌려드립니다.")
    flash(paid if canceled.refund_ids else _("주문을 취소했습니다."), "ok")
    return see_order(order)


@bp.post("/<number>/<token>/cancel/<int:vendor_order_id>")
@access(PUBLIC)
def cancel_part(number: str, token: str, vendor_order_id: int) -> ResponseReturnValue:
    """Cancel one maker's part before it has left."""
    order = _find(number, token)
    view = queries.load_order(read_session(), order)
    if vendor_order_id not in [part.part.id for part in view.parts]:
        abort(404)
    with unit_of_work() as session:
        canceled = cancel_vendor_order(session, vendor_order_id=vendor_order_id, reason="shopper", actor_id=_user_id(),
                                       now=clock.now())
    send_refunds(canceled.refund_ids)
    flash(_("취소했습니다. 낸 돈은 영업일 3일 안에 돌려드립니다."), "ok")
    return see_order(order)


def send_refunds(refund_ids: list[int]) -> None:
    """Ask the processor to pay card refunds now; where it does not answer, the sweep asks again."""
    for refund_id in refund_ids:
        try:
            card.send_refund(get_card_provider(), refund_id=refund_id, now=clock.now())
        except ProviderUnavailable:
            return


def _find(number: str, token: str) -> Order:
    order = queries.find_order(read_session(), number, token)
    if order is None:
        abort(404)
    return order


def _close_card_page(order: Order) -> None:
    """So that nobody pays for an order that is being canceled; money that comes all the same is owed back."""
    if order.state != OrderState.AWAITING_PAYMENT:
        return
    payment = load_money(read_session(), order.id).current
    if payment is not None and payment.session_id:
        try:
            card.close_page(get_card_provider(), payment=payment, now=clock.now())
        except (ProviderUnavailable, ProviderRejected):
            return


def _send_link(order: Order) -> None:
    now = clock.now()
    with unit_of_work() as session:
        enqueue(session, template="order_link", to=order.shopper_email or "", locale=order.locale,
                context={"name": order.shopper_name, "order_number": order.number, "token": order.token},
                dedupe=f"order_link:{order.id}:{now:%Y%m%d%H}", now=now)


def _user_id() -> int | None:
    return current_user.id if current_user.is_authenticated else None
