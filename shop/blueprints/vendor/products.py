"""A vendor's listings: written, sent in, priced, withdrawn."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import VENDOR_EDITOR, VENDOR_VIEWER, access, current_vendor
from shop.blueprints.refusals import sentence
from shop.blueprints.vendor.products_form import (
    NewProductForm,
    PricesForm,
    ProductForm,
    notice_form,
    show_notice_problems,
)
from shop.blueprints.words import LISTING_STATES, VARIANT_PROBLEMS
from shop.catalog import desk, listing, prices
from shop.catalog.drafts import (
    EDITABLE,
    ListingIncomplete,
    ListingNotEditable,
    VariantsWrong,
    VendorNotApproved,
    check_complete,
)
from shop.catalog.models import ListingState
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work

bp = Blueprint("products", __name__, url_prefix="/vendor/products")


@bp.get("")
@access(VENDOR_VIEWER)
def index() -> ResponseReturnValue:
    """All listings, the newest first."""
    session, state = read_session(), request.args.get("state", "")
    chosen = ListingState(state) if state in set(ListingState) else None
    rows = desk.list_listings(session, vendor_id=current_vendor.id, state=chosen, limit=desk.PAGE + 1,
                              before_id=request.args.get("before", type=int))
    counts = desk.count_listings(session, current_vendor.id)
    following = rows[desk.PAGE - 1].id if len(rows) > desk.PAGE else None
    return render_template("vendor/products/index.html", rows=rows[:desk.PAGE], following=following, counts=counts,
                           states=LISTING_STATES, chosen=chosen)


@bp.get("/new")
@access(VENDOR_EDITOR)
def new() -> ResponseReturnValue:
    """The form that begins a listing."""
    form = NewProductForm(formdata=None).offer(desk.list_categories(read_session()))
    return render_template("vendor/products/new.html", form=form)


@bp.post("")
@access(VENDOR_EDITOR)
def create() -> ResponseReturnValue:
    """Begin a listing and go on to its page."""
    form = NewProductForm().offer(desk.list_categories(read_session()))
    if not form.validate():
        return render_template("vendor/products/new.html", form=form), 422
    with unit_of_work() as session:
        product = listing.create_product(session, vendor_id=current_vendor.id, draft=form.draft(), actor_id=current_user.id,
                                         now=clock.now())
    flash(_("물건을 적기 시작했습니다. 나머지 칸을 채우고 심사에 보내 주세요."), "ok")
    return redirect(url_for("vendor.products.show", product_id=product.id), 303)


@bp.get("/<int:product_id>")
@access(VENDOR_VIEWER)
def show(product_id: int) -> ResponseReturnValue:
    """A listing: to be written where it may be, else to be read, with its prices; `?check=1` names what is missing."""
    found, session = _find(product_id), read_session()
    form = ProductForm(formdata=None).offer(desk.list_categories(session)).show(found.product, found.variants)
    notice = notice_form(found.product.notice_class, found.product.notice)
    if request.args.get("check"):
        try:
            check_complete(session, found.product)
        except ListingIncomplete as refusal:
            form.show_problems(refusal.data["fields"])
            show_notice_problems(notice, refusal.data["notice"])
    return _page(found, form, notice)


@bp.post("/<int:product_id>")
@access(VENDOR_EDITOR)
def update(product_id: int) -> ResponseReturnValue:
    """Save a listing, complete or not."""
    found = _find(product_id)
    form = ProductForm().offer(desk.list_categories(read_session()))
    notice = notice_form(found.product.notice_class, formdata=request.form)
    if not (form.validate() & notice.validate()):
        return _page(found, form, notice, 422)
    typed = {**found.product.notice, **notice.data} if form.notice_class.data == found.product.notice_class else notice.data
    try:
        with unit_of_work() as session:
            listing.update_product(session, vendor_id=current_vendor.id, product_id=product_id, draft=form.draft(typed),
                                   actor_id=current_user.id, now=clock.now())
    except VariantsWrong as refusal:
        form.variants.errors = [VARIANT_PROBLEMS[refusal.data["problem"]]]
        return _page(found, form, notice, 422)
    except ListingNotEditable as refusal:
        flash(sentence(refusal), "bad")
        return _page(found, form, notice, 409)
    if request.form.get("then") == "submit":
        return _submit(product_id)
    flash(_("적은 것을 두었습니다."), "ok")
    return redirect(url_for("vendor.products.show", product_id=product_id), 303)


@bp.post("/<int:product_id>/submit")
@access(VENDOR_EDITOR)
def submit(product_id: int) -> ResponseReturnValue:
    """Send a listing to the merchandiser as it is stored."""
    return _submit(product_id)


@bp.post("/<int:product_id>/withdraw")
@access(VENDOR_EDITOR)
def withdraw(product_id: int) -> ResponseReturnValue:
    """Take a live listing out of the hall."""
    with unit_of_work() as session:
        listing.withdraw_product(session, vendor_id=current_vendor.id, product_id=product_id, actor_id=current_user.id,
                                 now=clock.now())
    flash(_("물건을 내렸습니다. 고친 뒤 다시 심사에 보낼 수 있습니다."), "ok")
    return redirect(url_for("vendor.products.show", product_id=product_id), 303)


@bp.post("/<int:product_id>/prices")
@access(VENDOR_EDITOR)
def change_prices(product_id: int) -> ResponseReturnValue:
    """Change prices and what is sold, at once."""
    found, form = _find(product_id), PricesForm()
    if not form.validate():
        return _page(found, None, None, 422, prices_form=form)
    try:
        with unit_of_work() as session:
            prices.change_prices(session, vendor_id=current_vendor.id, product_id=product_id, prices=form.prices(),
                                 actor_id=current_user.id, now=clock.now())
    except VariantsWrong as refusal:
        flash(VARIANT_PROBLEMS[refusal.data["problem"]], "bad")
        return _page(found, None, None, 422, prices_form=form)
    flash(_("값을 바꾸었습니다. 이미 들어온 주문의 값은 그대로입니다."), "ok")
    return redirect(url_for("vendor.products.show", product_id=product_id), 303)


def _submit(product_id: int) -> ResponseReturnValue:
    try:
        with unit_of_work() as session:
            listing.submit_product(session, vendor_id=current_vendor.id, product_id=product_id, actor_id=current_user.id,
                                   now=clock.now())
    except ListingIncomplete as refusal:
        flash(sentence(refusal), "bad")
        return redirect(url_for("vendor.products.show", product_id=product_id, check=1), 303)
    except VendorNotApproved as refusal:
        flash(sentence(refusal), "bad")
        return redirect(url_for("vendor.products.show", product_id=product_id), 303)
    flash(_("심사에 보냈습니다. 결과를 이메일로 알려 드립니다."), "ok")
    return redirect(url_for("vendor.products.show", product_id=product_id), 303)


def _find(product_id: int) -> desk.Listing:
    found = desk.get_listing(read_session(), product_id, vendor_id=current_vendor.id)
    if found is None:
        abort(404)
    return found


def _page(found: desk.Listing, form: ProductForm | None, notice: object, status: int = 200, *,
          prices_form: PricesForm | None = None) -> ResponseReturnValue:
    prices_form = prices_form or PricesForm(formdata=None).show(found.variants)
    return render_template("vendor/products/show.html", found=found, product=found.product, form=form, notice=notice,
                           prices_form=prices_form, states=LISTING_STATES, editable=found.product.state in EDITABLE), status
