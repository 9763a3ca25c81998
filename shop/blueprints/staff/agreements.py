"""Commission agreements: the list as it is asked, proposals, and what they would have made of last month."""

from datetime import date, datetime, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import DataRequired

from shop.blueprints.access import STAFF, access
from shop.blueprints.fields import NEEDED, Line, Whole, options, tidy
from shop.blueprints.refusals import sentence
from shop.blueprints.vendor.profile_form import Day
from shop.blueprints.words import AGREEMENT_STATES, CHANNELS
from shop.catalog import desk
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.kernel.errors import ShopError
from shop.orders import simulation
from shop.people.models import StaffRole
from shop.translating import lazy as _l
from shop.vendors import agreements as use
from shop.vendors import queries
from shop.vendors.models import AgreementState
from shop.vendors.rules import AgreementsBroken

bp = Blueprint("agreements", __name__, url_prefix="/agreements")

READER = STAFF(StaffRole.ACCOUNTANT, StaffRole.MANAGER, StaffRole.AUDITOR)
PROPOSER = STAFF(StaffRole.ACCOUNTANT, StaffRole.MANAGER)
APPROVER = STAFF(StaffRole.MANAGER)


class AgreementForm(FlaskForm):
    """A proposed agreement."""

    title = Line(_l("이름"), most=120)
    percent = StringField(_l("수수료율"), filters=[tidy], validators=[DataRequired(NEEDED)],
                          description=_l("0에서 50까지, 소수는 둘째 자리까지. 예: 8.5"))
    rank = Whole(_l("차례"), least=1, most=100_000,
                 description=_l("작을수록 먼저 물어봅니다. 모든 판매에 걸리는 약정이 맨 끝입니다."))
    vendor_id = SelectField(_l("단체"), coerce=int, default=0)
    category_id = SelectField(_l("자리"), coerce=int, default=0)
    channel = SelectField(_l("판매 경로"), choices=options(("", _l("모두")), *CHANNELS.items()), default="")
    valid_from = Day(_l("시작하는 날"), validators=[DataRequired(NEEDED)], description=_l("그날 0시부터 팔린 것에 걸립니다."))

    def offer(self) -> "AgreementForm":
        """Fill in organisations and categories."""
        session = read_session()
        self.vendor_id.choices = options((0, _("모두")), *queries.list_vendor_choices(session))
        self.category_id.choices = options((0, _("모두")), *((row.id, row.name) for row in desk.list_categories(session)))
        return self

    def validate_percent(self, field: StringField) -> None:
        whole, _dot, part = (field.data or "").removesuffix("%").strip().partition(".")
        if not (whole.isdecimal() and len(whole) < 3 and (part.isdecimal() or not part) and len(part) <= 2):
            raise ValidationError(_l("숫자로 적어 주세요. 예: 8.5"))
        self.bps = int(whole) * 100 + int((part + "00")[:2])


@bp.get("")
@access(READER)
def index() -> ResponseReturnValue:
    """Proposals, then all approved agreements in the order in which they are asked."""
    session, now = read_session(), clock.now()
    approved = queries.list_agreements(session, state=AgreementState.APPROVED)
    return render_template(
        "staff/agreements/index.html", now=now, proposed=queries.list_agreements(session, state=AgreementState.PROPOSED),
        current=[row for row in approved if row.agreement.valid_to is None or row.agreement.valid_to > now],
        ended=[row for row in approved if row.agreement.valid_to is not None and row.agreement.valid_to <= now],
        categories=_category_names(), channels=CHANNELS)


@bp.get("/new")
@access(PROPOSER)
def new() -> ResponseReturnValue:
    """The form of a proposal."""
    form = AgreementForm(formdata=None).offer()
    form.valid_from.data = clock.seoul_day(clock.now()) + timedelta(days=1)
    return render_template("staff/agreements/new.html", form=form)


@bp.post("")
@access(PROPOSER)
def create() -> ResponseReturnValue:
    """Propose an agreement; another person approves it."""
    form = AgreementForm().offer()
    if not form.validate():
        return render_template("staff/agreements/new.html", form=form), 422
    try:
        with unit_of_work() as session:
            row = use.propose_agreement(
                session, title=form.title.data or "", bps=form.bps, rank=form.rank.data or 0,
                vendor_id=form.vendor_id.data or None, category_id=form.category_id.data or None,
                channel=form.channel.data or None,
                valid_from=_start(form.valid_from.data), actor_id=current_user.id, now=clock.now())
    except (use.RateWrong, use.AgreementRetroactive, AgreementsBroken) as refusal:
        wrong = {"rate_wrong": form.percent, "agreement_retroactive": form.valid_from}.get(refusal.code, form.rank)
        wrong.errors = [sentence(refusal)]
        return render_template("staff/agreements/new.html", form=form), 422
    flash(_("약정을 제안했습니다. 다른 관리자가 승인하면 시작하는 날부터 걸립니다."), "ok")
    return redirect(url_for("staff.agreements.show", agreement_id=row.id), 303)


@bp.get("/<int:agreement_id>")
@access(READER)
def show(agreement_id: int) -> ResponseReturnValue:
    """One agreement; a proposal with what it would have made of last month."""
    session = read_session()
    row = queries.get_agreement(session, agreement_id)
    if row is None:
        abort(404)
    since, until = _last_month(clock.now())
    compared, problem = [], None
    if row.agreement.state is AgreementState.PROPOSED:
        try:
            compared = simulation.simulate_agreements(session, use.preview(session, row.agreement), since=since, until=until)
        except AgreementsBroken as refusal:
            problem = sentence(refusal)
    return render_template("staff/agreements/show.html", row=row, compared=compared, problem=problem, since=since,
                           states=AGREEMENT_STATES, categories=_category_names(), channels=CHANNELS)


@bp.post("/<int:agreement_id>/approve")
@access(APPROVER)
def approve(agreement_id: int) -> ResponseReturnValue:
    """Put a proposal in force; its proposer cannot."""
    try:
        with unit_of_work() as session:
            use.approve_agreement(session, agreement_id=agreement_id, actor_id=current_user.id, now=clock.now())
    except (use.SamePersonAgreement, use.AgreementRetroactive, use.AgreementSettled, AgreementsBroken) as refusal:
        return _refuse(refusal, agreement_id)
    flash(_("약정을 승인했습니다. 같은 범위의 전 약정은 그 시각에 끝납니다."), "ok")
    return redirect(url_for("staff.agreements.index"), 303)


@bp.post("/<int:agreement_id>/reject")
@access(PROPOSER)
def reject(agreement_id: int) -> ResponseReturnValue:
    """Lay a proposal aside."""
    try:
        with unit_of_work() as session:
            use.reject_agreement(session, agreement_id=agreement_id, actor_id=current_user.id,
                                 reason=tidy(request.form.get("reason")), now=clock.now())
    except use.AgreementSettled as refusal:
        return _refuse(refusal, agreement_id)
    flash(_("제안을 거두어들였습니다."), "ok")
    return redirect(url_for("staff.agreements.index"), 303)


def _refuse(refusal: ShopError, agreement_id: int) -> ResponseReturnValue:
    flash(sentence(refusal), "bad")
    return redirect(url_for("staff.agreements.show", agreement_id=agreement_id), 303)


def _start(day: date | None) -> datetime:
    assert day is not None
    return clock.day_start(day)


def _last_month(now: datetime) -> tuple[datetime, datetime]:
    this_month = clock.seoul_day(now).replace(day=1)
    return clock.day_start((this_month - timedelta(days=1)).replace(day=1)), clock.day_start(this_month)


def _category_names() -> dict[int, str]:
    return {row.id: row.name for row in desk.list_categories(read_session())}
