"""The centre's people: who holds which role, and what to do when somebody loses a phone."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import STAFF, access
from shop.blueprints.refusals import sentence
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.kernel.errors import Conflict, Invalid
from shop.people.accounts import change_roles, reset_second_factor
from shop.people.models import StaffRole, User
from shop.people.queries import find_user_by_email, get_staff_member, list_audit_events, list_staff
from shop.translating import lazy as _l

bp = Blueprint("people", __name__, url_prefix="/people")

READERS = STAFF(StaffRole.MANAGER, StaffRole.AUDITOR)
MANAGER = STAFF(StaffRole.MANAGER)
ROLES = {
    StaffRole.CASHIER.value: (_l("매장"), _l("판매장에서 돈을 받고 물건을 내줍니다.")),
    StaffRole.MERCHANDISER.value: (_l("심사"), _l("단체와 물건을 살핍니다.")),
    StaffRole.ACCOUNTANT.value: (_l("회계"), _l("맞추고, 정산서와 지급을 준비합니다.")),
    StaffRole.MANAGER.value: (_l("책임자"), _l("승인하고, 약정과 사람을 정합니다.")),
    StaffRole.AUDITOR.value: (_l("감사"), _l("돈에 관한 모든 것을 보되 바꾸지 않습니다.")),
}


@bp.get("")
@access(READERS)
def index() -> ResponseReturnValue:
    """Everybody with a role, and a field to find an account by e-mail."""
    return render_template("staff/people/index.html", people=list_staff(read_session()), roles=ROLES)


@bp.get("/find")
@access(MANAGER)
def find() -> ResponseReturnValue:
    """Go to the account of an e-mail address, once it is proven: anybody can open one under another's address."""
    found = find_user_by_email(read_session(), request.args.get("email", ""))
    if found is None or found.confirmed_at is None:
        flash(_("이 이메일로 가입한 사람이 없습니다."), "warn")
        return redirect(url_for("staff.people.index"), 303)
    return redirect(url_for("staff.people.show", user_id=found.id), 303)


@bp.get("/<int:user_id>")
@access(READERS)
def show(user_id: int) -> ResponseReturnValue:
    """One person: roles, second factor, what was changed."""
    return _page(user_id)


def _page(user_id: int, status: int = 200, reason: str = "", chosen: list[str] | None = None) -> ResponseReturnValue:
    person: User | None = get_staff_member(read_session(), user_id)
    if person is None:
        abort(404)
    events = list_audit_events(read_session(), subject=("user", str(user_id)), limit=20)
    held = [role.name for role in person.roles] if chosen is None else chosen
    return render_template("staff/people/show.html", person=person, events=events, roles=ROLES, held=held, reason=reason,
                           is_self=person.id == current_user.id), status


@bp.post("/<int:user_id>/roles")
@access(MANAGER)
def set_roles(user_id: int) -> ResponseReturnValue:
    """Grant and take roles."""
    chosen = [name for name in request.form.getlist("roles") if name in ROLES]
    reason = request.form.get("reason", "")
    try:
        with unit_of_work() as session:
            change_roles(session, user_id=user_id, roles=[StaffRole(name) for name in chosen], actor_id=current_user.id,
                         reason=reason, now=clock.now())
    except (Conflict, Invalid) as refusal:
        flash(sentence(refusal), "bad")
        return _page(user_id, refusal.status, reason, chosen)
    flash(_("역할을 바꾸었습니다."), "ok")
    return redirect(url_for("staff.people.show", user_id=user_id), 303)


@bp.post("/<int:user_id>/second-factor")
@access(MANAGER)
def reset(user_id: int) -> ResponseReturnValue:
    """Take away a lost second factor."""
    reason = request.form.get("reason", "")
    try:
        with unit_of_work() as session:
            reset_second_factor(session, user_id=user_id, actor_id=current_user.id, reason=reason, now=clock.now())
    except (Conflict, Invalid) as refusal:
        flash(sentence(refusal), "bad")
        return _page(user_id, refusal.status, reason)
    flash(_("2단계 인증을 풀었습니다. 다음에 들어올 때 새로 설정합니다."), "ok")
    return redirect(url_for("staff.people.show", user_id=user_id), 303)
