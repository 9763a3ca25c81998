"""Discrepancy cases: explained by one person, closed by another."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import access, staff_roles
from shop.blueprints.money_words import ACTIONS, CASE_STATES, EXPLANATIONS
from shop.blueprints.staff.queue import MONEY_READ, MONEY_WRITE, refused
from shop.kernel import clock
from shop.kernel.clock import seoul_day
from shop.kernel.db import read_session, unit_of_work
from shop.kernel.errors import ShopError
from shop.people.models import User
from shop.reconciliation import cases, queries
from shop.reconciliation.models import BankLine, DiscrepancyCase, ProcessorRow

bp = Blueprint("cases", __name__, url_prefix="/cases")
PAGE = 50


@bp.get("")
@access(MONEY_READ)
def index() -> ResponseReturnValue:
    """Open cases by due day, or closed ones."""
    closed = request.args.get("show") == "closed"
    rows = queries.list_cases(read_session(), closed=closed, before_id=request.args.get("before", type=int), limit=PAGE + 1)
    return render_template(
        "staff/cases/index.html",
        rows=rows[:PAGE],
        following=rows[PAGE - 1].id if closed and len(rows) > PAGE else None,
        closed=closed,
        states=CASE_STATES,
        today=seoul_day(clock.now()),
    )


@bp.get("/<int:case_id>")
@access(MONEY_READ)
def show(case_id: int) -> ResponseReturnValue:
    """One case: what it is about, what was proposed, what was done."""
    session = read_session()
    case = session.get(DiscrepancyCase, case_id)
    if case is None:
        abort(404)
    return render_template(
        "staff/cases/show.html",
        case=case,
        states=CASE_STATES,
        explanations=EXPLANATIONS,
        actions=ACTIONS,
        line=session.get(BankLine, case.bank_line_id) if case.bank_line_id else None,
        row=session.get(ProcessorRow, case.processor_row_id) if case.processor_row_id else None,
        proposer=session.get(User, case.proposed_by) if case.proposed_by else None,
        person=current_user.id,
        history=queries.list_history(session, "discrepancy_case", case_id),
        may_write=bool(staff_roles() & MONEY_WRITE.roles),
    )


@bp.post("/<int:case_id>/propose")
@access(MONEY_WRITE)
def propose(case_id: int) -> ResponseReturnValue:
    """Say what happened and where the money belongs."""
    return _act(
        case_id,
        lambda session: cases.propose_explanation(
            session,
            case_id=case_id,
            explanation=request.form.get("explanation", ""),
            account=request.form.get("account", ""),
            actor_id=current_user.id,
            now=clock.now(),
        ),
        _("설명을 적었습니다. 다른 사람이 확인하고 닫습니다."),
    )


@bp.post("/<int:case_id>/send-back")
@access(MONEY_WRITE)
def send_back(case_id: int) -> ResponseReturnValue:
    """Refuse a proposal."""
    return _act(
        case_id,
        lambda session: cases.send_back(
            session, case_id=case_id, reason=request.form.get("reason", "")[:500], actor_id=current_user.id, now=clock.now()
        ),
        _("돌려보냈습니다."),
    )


@bp.post("/<int:case_id>/close")
@access(MONEY_WRITE)
def close(case_id: int) -> ResponseReturnValue:
    """Approve another person's explanation and book it."""
    return _act(
        case_id,
        lambda session: cases.close_case(session, case_id=case_id, actor_id=current_user.id, now=clock.now()),
        _("사건을 닫고 장부에 적었습니다."),
    )


def _act(case_id: int, act, said: str) -> ResponseReturnValue:  # type: ignore[no-untyped-def]
    """One use case, its refusal or its word on the case's page."""
    back = url_for("staff.cases.show", case_id=case_id)
    try:
        with unit_of_work() as session:
            act(session)
    except ShopError as error:
        return refused(error, back)
    flash(said, "ok")
    return redirect(back, 303)
