"""What the organisation says of itself, its parcels, its certificates and its bank account."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import VENDOR_EDITOR, VENDOR_OWNER, VENDOR_VIEWER, access, current_vendor
from shop.blueprints.refusals import sentence
from shop.blueprints.vendor.profile_form import AccountForm, CertificationForm, ProfileForm
from shop.blueprints.words import VENDOR_KINDS
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.vendors import banking, certifications, queries
from shop.vendors import profile as profiles

bp = Blueprint("profile", __name__, url_prefix="/vendor/profile")


@bp.get("")
@access(VENDOR_VIEWER)
def show() -> ResponseReturnValue:
    """All of it on one page."""
    return _page()


@bp.post("")
@access(VENDOR_EDITOR)
def update() -> ResponseReturnValue:
    """Change the story and the parcel fee."""
    form = ProfileForm()
    if not form.validate():
        return _page(form=form, status=422)
    with unit_of_work() as session:
        profiles.update_profile(session, vendor_id=current_vendor.id, profile=form.profile(), actor_id=current_user.id,
                                now=clock.now())
    flash(_("소개와 택배비를 바꾸었습니다."), "ok")
    return redirect(url_for("vendor.profile.show"), 303)


@bp.post("/account")
@access(VENDOR_OWNER)
def change_account() -> ResponseReturnValue:
    """Enter another bank account; the one in use stays until the centre has verified this one."""
    form = AccountForm()
    if not form.validate():
        return _page(account_form=form, status=422)
    with unit_of_work() as session:
        banking.enter_bank_detail(session, vendor_id=current_vendor.id, account=form.account(), actor_id=current_user.id,
                                  now=clock.now())
    flash(_("새 계좌를 적었습니다. 센터가 확인할 때까지는 전의 계좌로 보냅니다."), "ok")
    return redirect(url_for("vendor.profile.show"), 303)


@bp.post("/certifications")
@access(VENDOR_EDITOR)
def add_certification() -> ResponseReturnValue:
    """Name a certificate for the centre to verify."""
    form = CertificationForm()
    if not form.validate():
        return _page(certification_form=form, status=422)
    try:
        with unit_of_work() as session:
            certifications.add_certification(
                session, vendor_id=current_vendor.id, actor_id=current_user.id, title=form.title.data or "",
                number=form.number.data or "", issued_on=form.issued_on.data, valid_to=form.valid_to.data, now=clock.now())
    except certifications.DatesWrong as refusal:
        form.valid_to.errors = [sentence(refusal)]
        return _page(certification_form=form, status=422)
    flash(_("인증을 적었습니다. 센터가 확인하면 만든 이 쪽에 보입니다."), "ok")
    return redirect(url_for("vendor.profile.show", _anchor="certifications"), 303)


@bp.post("/certifications/<int:certification_id>/remove")
@access(VENDOR_EDITOR)
def remove_certification(certification_id: int) -> ResponseReturnValue:
    """Take back a certificate not yet verified."""
    with unit_of_work() as session:
        certifications.remove_certification(session, vendor_id=current_vendor.id, certification_id=certification_id,
                                            actor_id=current_user.id, now=clock.now())
    flash(_("인증을 지웠습니다."), "ok")
    return redirect(url_for("vendor.profile.show", _anchor="certifications"), 303)


def _page(*, form: ProfileForm | None = None, account_form: AccountForm | None = None,
          certification_form: CertificationForm | None = None, status: int = 200) -> ResponseReturnValue:
    session = read_session()
    accounts = [(row, banking.mask(row.account_number)) for row in queries.list_bank_details(session, current_vendor.id)]
    return render_template(
        "vendor/profile/show.html", accounts=accounts, certifications=queries.list_certifications(session, current_vendor.id),
        form=form or ProfileForm(formdata=None).show(current_vendor), account_form=account_form or AccountForm(formdata=None),
        certification_form=certification_form or CertificationForm(formdata=None), kinds=VENDOR_KINDS), status
