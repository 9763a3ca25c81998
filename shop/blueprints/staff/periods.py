"""Months of the books: closed softly, opened for a while by an exception, closed for ever. Every move is in the audit trail."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import InputRequired

from shop.blueprints.access import STAFF, access
from shop.blueprints.account_words import PERIOD_STATES
from shop.blueprints.fields import CHOOSE, Lines, options
from shop.blueprints.refusals import sentence
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.kernel.states import MoveRefused
from shop.ledger import periods as use
from shop.ledger.entries import MONTH
from shop.ledger.models import PeriodState
from shop.people import audit
from shop.people.models import StaffRole
from shop.translating import lazy as _l

bp = Blueprint("periods", __name__, url_prefix="/periods")

READER = STAFF(StaffRole.ACCOUNTANT, StaffRole.MANAGER, StaffRole.AUDITOR)
CLOSER = STAFF(StaffRole.ACCOUNTANT, StaffRole.MANAGER)
LOCKER = STAFF(StaffRole.MANAGER)


class ExceptionForm(FlaskForm):
    """For how long a softly closed month takes entries again, and why."""

    hours = SelectField(_l("열어 두는 동안"), coerce=int, default=2, validators=[InputRequired(CHOOSE)],
                        choices=options((2, _l("두 시간")), (24, _l("하루")), (72, _l("사흘"))))
    reason = Lines(_l("까닭"), most=300, description=_l("무엇이 늦게 왔고 어디에 적을지. 바뀐 기록에 남습니다."))


@bp.get("")
@access(READER)
def index() -> ResponseReturnValue:
    """Every month from the first entry to today."""
    now = clock.now()
    months = use.list_periods(read_session(), today=clock.seoul_day(now))
    return render_template("staff/periods/index.html", months=months, states=PERIOD_STATES, now=now,
                           this_month=clock.seoul_month(clock.seoul_day(now)), name=_month_name)


@bp.post("/<month>/close")
@access(CLOSER)
def close(month: str) -> ResponseReturnValue:
    """Close a month softly."""
    return _move(month, PeriodState.SOFT, _("%(month)s을 잠정 마감했습니다. 예외를 열지 않으면 그 달에는 적을 수 없습니다."))


@bp.post("/<month>/reopen")
@access(LOCKER)
def reopen(month: str) -> ResponseReturnValue:
    """Open a softly closed month again."""
    return _move(month, PeriodState.OPEN, _("%(month)s을 다시 열었습니다."))


@bp.get("/<month>/lock")
@access(LOCKER)
def confirm_lock(month: str) -> ResponseReturnValue:
    """Say what closing for ever means, before it is done."""
    return render_template("staff/periods/lock.html", month=_known(month), name=_month_name)


@bp.post("/<month>/lock")
@access(LOCKER)
def lock(month: str) -> ResponseReturnValue:
    """Close a softly closed month for ever."""
    return _move(month, PeriodState.HARD, _("%(month)s을 확정 마감했습니다. 이제 정정은 오늘 날짜로만 적습니다."))


@bp.get("/<month>/exception")
@access(CLOSER)
def new_exception(month: str) -> ResponseReturnValue:
    """The form of an exception."""
    return _show_exception(ExceptionForm(formdata=None), month)


@bp.post("/<month>/exception")
@access(CLOSER)
def create_exception(month: str) -> ResponseReturnValue:
    """Let entries into a softly closed month for a while."""
    form, now = ExceptionForm(), clock.now()
    if not form.validate():
        return _show_exception(form, month), 422
    until, reason = now + timedelta(hours=form.hours.data), form.reason.data or ""
    try:
        with unit_of_work() as session:
            changed = use.allow_exception(session, month=_known(month), until=until, reason=reason,
                                          actor_id=current_user.id, now=now)
            audit.record(session, actor_id=current_user.id, action="period.excepted", subject=("period", month), reason=reason,
                         now=now, **changed)
    except use.NoSuchException as refusal:
        flash(sentence(refusal), "bad")
    else:
        flash(_("%(month)s에 적을 수 있게 잠시 열었습니다.", month=_month_name(month)), "ok")
    return redirect(url_for("staff.periods.index"), 303)


def _show_exception(form: ExceptionForm, month: str) -> str:
    return render_template("staff/periods/exception.html", form=form, month=_known(month), name=_month_name)


def _move(month: str, to: PeriodState, done: str) -> ResponseReturnValue:
    now = clock.now()
    try:
        with unit_of_work() as session:
            changed = use.move_period(session, month=_known(month), to=to, actor_id=current_user.id, now=now)
            if changed["before"] != changed["after"]:
                audit.record(session, actor_id=current_user.id, action=f"period.{to.value}", subject=("period", month), now=now,
                             **changed)
    except (use.MonthNotOver, MoveRefused) as refusal:
        flash(sentence(refusal), "bad")
    else:
        flash(done % {"month": _month_name(month)}, "ok")
    return redirect(url_for("staff.periods.index"), 303)


def _known(month: str) -> str:
    if not MONTH.fullmatch(month):
        abort(404)
    return month


def _month_name(month: str) -> str:
    return format_date(clock.month_bounds(month)[0], _("y년 M월"))
