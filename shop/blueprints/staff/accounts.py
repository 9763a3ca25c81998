"""Bank accounts of organisations that wait to be verified. Whoever opens one reads an account number, and that is recorded."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import STAFF, access
from shop.blueprints.refusals import sentence
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.people import access_records
from shop.people.models import StaffRole
from shop.vendors import banking, queries

bp = Blueprint("accounts", __name__, url_prefix="/reviews/accounts")

VERIFIER = STAFF(StaffRole.ACCOUNTANT, StaffRole.MANAGER)


@bp.get("/<int:bank_detail_id>")
@access(VERIFIER)
def show(bank_detail_id: int) -> ResponseReturnValue:
    """One account in full."""
    row = queries.get_unverified_account(read_session(), bank_detail_id)
    if row is None:
        abort(404)
    detail, vendor = row
    with unit_of_work() as session:
        access_records.record_access(session, user_id=current_user.id, vendor_id=vendor.id, action="bank_detail.read",
                                     subject=("bank_detail", detail.id), ip=request.remote_addr or "", now=clock.now())
    return render_template("staff/reviews/show_account.html", detail=detail, vendor=vendor)


@bp.post("/<int:bank_detail_id>/verify")
@access(VERIFIER)
def verify(bank_detail_id: int) -> ResponseReturnValue:
    """Say that the account is the organisation's own."""
    try:
        with unit_of_work() as session:
            banking.verify_bank_detail(session, bank_detail_id=bank_detail_id, actor_id=current_user.id, now=clock.now())
    except (banking.SamePersonBank, banking.BankDetailSettled) as refusal:
        flash(sentence(refusal), "bad")
    else:
        flash(_("계좌를 확인했습니다. 다음 지급부터 이 계좌로 보냅니다."), "ok")
    return redirect(url_for("staff.reviews.index", _anchor="accounts"), 303)
