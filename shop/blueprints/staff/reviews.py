"""What the merchandiser reads: organisations, listings and certificates that wait, the oldest first."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from shop.blueprints.access import STAFF, access
from shop.blueprints.fields import Lines
from shop.blueprints.words import LISTING_STATES, NOTICE_CLASSES, TAX_CLASSES, VAT_KINDS, VENDOR_KINDS, VENDOR_STATES
from shop.catalog import desk, listing, notices
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.people.models import StaffRole
from shop.stock import shelves
from shop.translating import lazy as _l
from shop.vendors import certifications, onboarding, queries

bp = Blueprint("reviews", __name__, url_prefix="/reviews")

REVIEWER = STAFF(StaffRole.MERCHANDISER, StaffRole.MANAGER)


class NoteForm(FlaskForm):
    """What is to be mended."""

    note = Lines(_l("무엇을 고쳐야 하나요"), most=500, description=_l("받는 사람이 그대로 읽습니다."))


@bp.get("")
@access(STAFF(StaffRole.MERCHANDISER, StaffRole.MANAGER, StaffRole.ACCOUNTANT))
def index() -> ResponseReturnValue:
    """Everything that waits."""
    session = read_session()
    waiting = desk.list_submitted(session, limit=desk.PAGE + 1, after=_cursor())
    last = waiting[desk.PAGE - 1][0] if len(waiting) > desk.PAGE else None
    return render_template(
        "staff/reviews/index.html", vendors=queries.list_waiting_vendors(session), listings=waiting[:desk.PAGE],
        counts=(queries.count_waiting_vendors(session), desk.count_submitted(session)), kinds=VENDOR_KINDS,
        following=f"{last.submitted_at.isoformat()}|{last.id}" if last and last.submitted_at else None,
        certifications=queries.list_unverified_certifications(session), accounts=queries.list_unverified_accounts(session),
        now=clock.now())


@bp.get("/vendors/<int:vendor_id>")
@access(REVIEWER)
def show_vendor(vendor_id: int) -> ResponseReturnValue:
    """One organisation and its papers."""
    return _vendor_page(vendor_id, NoteForm(formdata=None))


@bp.post("/vendors/<int:vendor_id>/approve")
@access(REVIEWER)
def approve_vendor(vendor_id: int) -> ResponseReturnValue:
    """Let an organisation in and open its shelf."""
    with unit_of_work() as session:
        vendor = onboarding.approve_vendor(session, vendor_id=vendor_id, actor_id=current_user.id, now=clock.now())
        shelves.open_shelf(session, vendor_id=vendor_id)
    flash(_("%(name)s 단체를 받아들였습니다. 이메일로 알렸습니다.", name=vendor.name), "ok")
    return redirect(url_for("staff.reviews.index"), 303)


@bp.post("/vendors/<int:vendor_id>/return")
@access(REVIEWER)
def return_vendor(vendor_id: int) -> ResponseReturnValue:
    """Send an application back with a note."""
    form = NoteForm()
    if not form.validate():
        return _vendor_page(vendor_id, form, 422)
    with unit_of_work() as session:
        onboarding.return_vendor(session, vendor_id=vendor_id, actor_id=current_user.id, note=form.note.data or "",
                                 now=clock.now())
    flash(_("고칠 것을 적어 돌려보냈습니다."), "ok")
    return redirect(url_for("staff.reviews.index"), 303)


@bp.post("/certifications/<int:certification_id>/verify")
@access(REVIEWER)
def verify_certification(certification_id: int) -> ResponseReturnValue:
    """Say that a certificate was seen."""
    with unit_of_work() as session:
        row = certifications.verify_certification(session, certification_id=certification_id, actor_id=current_user.id,
                                                  now=clock.now())
    flash(_("인증을 확인했습니다: %(title)s", title=row.title), "ok")
    return redirect(url_for("staff.reviews.index", _anchor="certifications"), 303)


@bp.get("/listings/<int:product_id>")
@access(REVIEWER)
def show_listing(product_id: int) -> ResponseReturnValue:
    """One listing as shoppers would read it, with its notice."""
    return _listing_page(product_id, NoteForm(formdata=None))


@bp.post("/listings/<int:product_id>/publish")
@access(REVIEWER)
def publish_listing(product_id: int) -> ResponseReturnValue:
    """Let a listing into the hall."""
    with unit_of_work() as session:
        product = listing.publish_product(session, product_id=product_id, actor_id=current_user.id, now=clock.now())
    flash(_("%(name)s 물건을 걸었습니다.", name=product.name), "ok")
    return redirect(url_for("staff.reviews.index"), 303)


@bp.post("/listings/<int:product_id>/return")
@access(REVIEWER)
def return_listing(product_id: int) -> ResponseReturnValue:
    """Send a listing back with a note."""
    form = NoteForm()
    if not form.validate():
        return _listing_page(product_id, form, 422)
    with unit_of_work() as session:
        listing.return_product(session, product_id=product_id, actor_id=current_user.id, note=form.note.data or "",
                                 now=clock.now())
    flash(_("고칠 것을 적어 돌려보냈습니다."), "ok")
    return redirect(url_for("staff.reviews.index"), 303)


def _vendor_page(vendor_id: int, form: NoteForm, status: int = 200) -> ResponseReturnValue:
    session = read_session()
    vendor = queries.get_vendor(session, vendor_id)
    if vendor is None:
        abort(404)
    dong = next((dong for dong in queries.list_dongs(session) if dong.code == vendor.dong_code), None)
    return render_template("staff/reviews/show_vendor.html", vendor=vendor, form=form, dong=dong, kinds=VENDOR_KINDS,
                           vat_kinds=VAT_KINDS, states=VENDOR_STATES, team=queries.list_team(session, vendor_id),
                           certifications=queries.list_certifications(session, vendor_id),
                           accounts=queries.list_bank_details(session, vendor_id)), status


def _listing_page(product_id: int, form: NoteForm, status: int = 200) -> ResponseReturnValue:
    found = desk.get_listing(read_session(), product_id)
    if found is None:
        abort(404)
    rows = [(field, found.product.notice.get(field.key, "")) for field in notices.FIELDS[found.product.notice_class]]
    return render_template("staff/reviews/show_listing.html", found=found, product=found.product, form=form, notice=rows,
                           states=LISTING_STATES, tax_classes=TAX_CLASSES, notice_classes=NOTICE_CLASSES), status


def _cursor() -> tuple[datetime, int] | None:
    at, _bar, product_id = request.args.get("after", "").partition("|")
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (instant, int(product_id)) if product_id.isdecimal() and instant.tzinfo else None
