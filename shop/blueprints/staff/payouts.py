"""Payouts: prepared, approved by another person, sent in the bank's file; paid is the bank line's word."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import access, staff_roles
from shop.blueprints.money_words import ACTIONS, CARRIED, PAYOUT_STATES
from shop.blueprints.staff.queue import MONEY_READ, MONEY_WRITE, refused
from shop.kernel import clock
from shop.kernel.clock import seoul_day
from shop.kernel.db import read_session, unit_of_work
from shop.kernel.errors import ShopError
from shop.people.access_records import record_access
from shop.reconciliation.queries import list_history
from shop.settlements import payout_files, payouts, queries
from shop.settlements.models import PayoutState
from shop.templating import won
from shop.vendors.models import Vendor

bp = Blueprint("payouts", __name__, url_prefix="/payouts")
PAGE = 50
GROUPS = {
    "open": (PayoutState.PREPARED, PayoutState.APPROVED, PayoutState.SENT, PayoutState.FAILED),
    "paid": (PayoutState.PAID,),
    "all": (),
}


@bp.get("")
@access(MONEY_READ)
def index() -> ResponseReturnValue:
    """Payouts on their way, and those that arrived."""
    session, group = read_session(), request.args.get("show", "open")
    rows = queries.list_payouts(
        session, states=GROUPS.get(group, GROUPS["open"]), before_id=request.args.get("before", type=int), limit=PAGE + 1
    )
    return render_template(
        "staff/payouts/index.html",
        rows=rows[:PAGE],
        following=rows[PAGE - 1].payout.id if len(rows) > PAGE else None,
        group=group,
        states=PAYOUT_STATES,
        files=queries.list_files(session),
        person=current_user.id,
        promptness=queries.measure_promptness(session, today=seoul_day(clock.now())),
        may_write=_may_write(),
    )


@bp.post("")
@access(MONEY_WRITE)
def prepare() -> ResponseReturnValue:
    """Gather approved statements into payouts."""
    with unit_of_work() as session:
        prepared = payouts.prepare_payouts(session, actor_id=current_user.id, now=clock.now())
        names = {c.vendor_id: session.get_one(Vendor, c.vendor_id).name for c in prepared.carried}
    for carried in prepared.carried[:10]:
        flash(f"{names[carried.vendor_id]} {won(carried.amount_won)}: {CARRIED[carried.reason]}", "warn")
    if prepared.payout_ids or not prepared.carried:
        flash(
            _("지급 %(count)s건을 준비했습니다. 다른 사람이 승인합니다.", count=len(prepared.payout_ids))
            if prepared.payout_ids
            else _("승인된 정산서가 없습니다."),
            "ok" if prepared.payout_ids else "info",
        )
    return redirect(url_for("staff.payouts.index"), 303)


@bp.get("/<int:payout_id>")
@access(MONEY_READ)
def show(payout_id: int) -> ResponseReturnValue:
    """One payout with its statements and its history."""
    session = read_session()
    row = queries.find_payout(session, payout_id)
    if row is None:
        abort(404)
    return render_template(
        "staff/payouts/show.html",
        row=row,
        payout=row.payout,
        states=PAYOUT_STATES,
        actions=ACTIONS,
        history=list_history(session, "payout", payout_id),
        person=current_user.id,
        may_write=_may_write(),
    )


@bp.post("/<int:payout_id>/approve")
@access(MONEY_WRITE)
def approve(payout_id: int) -> ResponseReturnValue:
    """Approve as the second person."""
    back = url_for("staff.payouts.index")
    try:
        with unit_of_work() as session:
            payout = payouts.approve_payout(session, payout_id=payout_id, actor_id=current_user.id, now=clock.now())
    except ShopError as error:
        return refused(error, back)
    flash(_("지급 %(number)s 건을 승인하고 장부에 적었습니다.", number=payout.number), "ok")
    return redirect(back, 303)


@bp.post("/<int:payout_id>/<move>")
@access(MONEY_WRITE)
def move(payout_id: int, move: str) -> ResponseReturnValue:
    """Withdraw a prepared payout, or say that the bank could not transfer it."""
    use_case = {"cancel": payouts.cancel_payout, "fail": payouts.fail_payout}.get(move)
    if use_case is None:
        abort(404)
    back = url_for("staff.payouts.show", payout_id=payout_id)
    try:
        with unit_of_work() as session:
            use_case(
                session,
                payout_id=payout_id,
                actor_id=current_user.id,
                reason=request.form.get("reason", "")[:200],
                now=clock.now(),
            )
    except ShopError as error:
        return refused(error, back)
    flash(_("적었습니다."), "ok")
    return redirect(back, 303)


@bp.post("/files")
@access(MONEY_WRITE)
def make_file() -> ResponseReturnValue:
    """Make the bank's file of every approved payout."""
    back = url_for("staff.payouts.index", _anchor="files")
    try:
        with unit_of_work() as session:
            made = payout_files.make_payout_file(session, actor_id=current_user.id, now=clock.now())
    except ShopError as error:
        return refused(error, back)
    flash(_("은행 파일 %(number)s번을 만들었습니다. 내려받아 은행에 올려 주세요.", number=made.file_id), "ok")
    return redirect(back, 303)


@bp.post("/files/<int:file_id>")
@access(MONEY_WRITE)
def download(file_id: int) -> ResponseReturnValue:
    """The file again, said to be a duplicate; who took account numbers out is recorded."""
    layout = request.form.get("layout", payout_files.JEONBUK)
    if layout not in payout_files.HEADERS:
        abort(400)
    with unit_of_work() as session:
        exported = payout_files.export_again(session, file_id=file_id, actor_id=current_user.id, now=clock.now(), layout=layout)
        record_access(
            session,
            user_id=current_user.id,
            vendor_id=None,
            action="payout_file.download",
            subject=("payout_file", file_id),
            ip=request.remote_addr or "",
            now=clock.now(),
        )
    headers = {"Content-Disposition": f"attachment; filename=payouts-{file_id}-{layout}.csv", "X-File-Hash": exported.hash}
    if exported.is_duplicate:
        headers["X-Duplicate"] = "1"
    return Response(exported.content, mimetype="text/csv", headers=headers)


def _may_write() -> bool:
    return bool(staff_roles() & MONEY_WRITE.roles)
