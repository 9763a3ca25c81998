"""Applying to sell in the hall."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import SIGNED_IN, access
from shop.blueprints.refusals import sentence
from shop.blueprints.vendor.applications_form import ApplicationForm
from shop.blueprints.words import VENDOR_STATES
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.vendors import onboarding, queries
from shop.vendors.models import VendorState

bp = Blueprint("applications", __name__, url_prefix="/apply")


@bp.get("")
@access(SIGNED_IN)
def new() -> ResponseReturnValue:
    """The form, or where the person's application stands."""
    session = read_session()
    vendor = queries.find_application(session, current_user.id)
    form = ApplicationForm(formdata=None).offer(queries.list_dongs(session))
    if vendor is None:
        form.email.data = current_user.email
        return _page(form, None)
    if vendor.state is not VendorState.RETURNED:
        return render_template("vendor/applications/show.html", vendor=vendor, states=VENDOR_STATES)
    return _page(form.show(vendor), vendor)


@bp.post("")
@access(SIGNED_IN)
def create() -> ResponseReturnValue:
    """Take an application, or a mended one."""
    session = read_session()
    vendor = queries.find_application(session, current_user.id)
    form = ApplicationForm().offer(queries.list_dongs(session))
    if vendor is not None:
        form.keep_account()
    if not form.validate():
        return _page(form, vendor, 422)
    try:
        _send(form, vendor.id if vendor else None)
    except onboarding.BrnTaken as refusal:
        form.brn.errors = [sentence(refusal)]
        return _page(form, vendor, 409)
    flash(_("신청을 받았습니다. 심사가 끝나면 이메일로 알려 드립니다."), "ok")
    return redirect(url_for("vendor.applications.new"), 303)


def _send(form: ApplicationForm, vendor_id: int | None) -> None:
    now, account = clock.now(), form.account()
    with unit_of_work() as session:
        if vendor_id is not None:
            onboarding.reapply_vendor(session, vendor_id=vendor_id, user_id=current_user.id, application=form.application(),
                                      bank=account, now=now)
        else:
            assert account is not None
            onboarding.apply_vendor(session, user_id=current_user.id, application=form.application(), bank=account, now=now)


def _page(form: ApplicationForm, vendor: object, status: int = 200) -> ResponseReturnValue:
    return render_template("vendor/applications/new.html", form=form, vendor=vendor), status
