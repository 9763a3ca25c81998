"""Who works for the organisation."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import RadioField

from shop.blueprints.access import VENDOR_OWNER, VENDOR_VIEWER, access, current_vendor
from shop.blueprints.fields import Line, is_email, options
from shop.blueprints.refusals import sentence
from shop.blueprints.words import TEAM_ROLE_NOTES, TEAM_ROLES
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.kernel.errors import ShopError
from shop.translating import lazy as _l
from shop.vendors import queries
from shop.vendors import team as team_rules
from shop.vendors.models import TeamRole

bp = Blueprint("team", __name__, url_prefix="/vendor/team")


class RoleForm(FlaskForm):
    """What a member may do."""

    role = RadioField(_l("무엇을 할 수 있나요"), choices=options(*TEAM_ROLES.items()), default="editor")


class MemberForm(RoleForm):
    """A person with an account, by e-mail."""

    email = Line(_l("이메일"), most=120, validators=(is_email,), description=_l("이미 가입한 사람의 이메일을 적어 주세요."))


@bp.get("")
@access(VENDOR_VIEWER)
def index() -> ResponseReturnValue:
    """The team."""
    return _page(MemberForm(formdata=None))


@bp.post("")
@access(VENDOR_OWNER)
def add() -> ResponseReturnValue:
    """Take a person into the team."""
    form = MemberForm()
    if not form.validate():
        return _page(form, 422)
    try:
        with unit_of_work() as session:
            team_rules.add_member(session, vendor_id=current_vendor.id, email=form.email.data or "",
                                  role=TeamRole(form.role.data), actor_id=current_user.id, now=clock.now())
    except (team_rules.PersonUnknown, team_rules.AlreadyMember) as refusal:
        form.email.errors = [sentence(refusal)]
        return _page(form, refusal.status)
    flash(_("함께 일하는 사람에 더했습니다."), "ok")
    return redirect(url_for("vendor.team.index"), 303)


@bp.post("/<int:membership_id>")
@access(VENDOR_OWNER)
def change(membership_id: int) -> ResponseReturnValue:
    """Change what a member may do."""
    form = RoleForm()
    if not form.validate():
        return _page(MemberForm(formdata=None), 422)
    try:
        with unit_of_work() as session:
            team_rules.change_role(session, vendor_id=current_vendor.id, membership_id=membership_id,
                                   role=TeamRole(form.role.data), actor_id=current_user.id, now=clock.now())
    except team_rules.LastOwner as refusal:
        return _refuse(refusal)
    flash(_("할 수 있는 일을 바꾸었습니다."), "ok")
    return redirect(url_for("vendor.team.index"), 303)


@bp.post("/<int:membership_id>/remove")
@access(VENDOR_OWNER)
def remove(membership_id: int) -> ResponseReturnValue:
    """Let a member go."""
    try:
        with unit_of_work() as session:
            team_rules.remove_member(session, vendor_id=current_vendor.id, membership_id=membership_id, actor_id=current_user.id,
                                     now=clock.now())
    except team_rules.LastOwner as refusal:
        return _refuse(refusal)
    flash(_("함께 일하는 사람에서 뺐습니다."), "ok")
    return redirect(url_for("vendor.team.index"), 303)


def _refuse(refusal: ShopError) -> ResponseReturnValue:
    flash(sentence(refusal), "bad")
    return redirect(url_for("vendor.team.index"), 303)


def _page(form: MemberForm, status: int = 200) -> ResponseReturnValue:
    rows = queries.list_team(read_session(), current_vendor.id)
    mine = next((member.role for member, person in rows if person.id == current_user.id), None)
    return render_template("vendor/team/index.html", rows=rows, form=form, roles=TEAM_ROLES, notes=TEAM_ROLE_NOTES,
                           is_owner=mine is TeamRole.OWNER), status
