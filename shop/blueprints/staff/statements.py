"""Statements: issued by month, answered by vendors, approved for payment."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import access, staff_roles
from shop.blueprints.money_words import ACTIONS, LINE_KINDS, STATEMENT_STATES
from shop.blueprints.staff.queue import MONEY_READ, MONEY_WRITE, refused
from shop.kernel import clock
from shop.kernel.clock import month_bounds, seoul_day, seoul_month
from shop.kernel.db import read_session, unit_of_work
from shop.kernel.errors import ShopError
from shop.reconciliation.queries import list_history
from shop.settlements import lines, queries, statements
from shop.settlements.models import StatementState

bp = Blueprint("statements", __name__, url_prefix="/statements")
PAGE = 50


@bp.get("")
@access(MONEY_READ)
def index() -> ResponseReturnValue:
    """Statements by state, and the lines that no statement has claimed."""
    session, wanted, today = read_session(), request.args.get("state", ""), seoul_day(clock.now())
    state = StatementState(wanted) if wanted in set(StatementState) else None
    rows = queries.list_statements(session, state=state, before_id=request.args.get("before", type=int), limit=PAGE + 1)
    return render_template(
        "staff/statements/index.html",
        rows=rows[:PAGE],
        following=rows[PAGE - 1].statement.id if len(rows) > PAGE else None,
        state=wanted,
        counts=queries.count_statements(session),
        waiting=queries.list_waiting(session),
        states=STATEMENT_STATES,
        this_month=seoul_month(today),
        last_month=seoul_month(today.replace(day=1) - timedelta(days=1)),
        today=today,
        may_write=_may_write(),
    )


@bp.post("")
@access(MONEY_WRITE)
def issue() -> ResponseReturnValue:
    """Pull what is missing and issue statements of a month; a further one to vendors that have one already."""
    month, back, now = request.form.get("month", ""), url_for("staff.statements.index"), clock.now()
    try:
        last_day = month_bounds(month)[1] - timedelta(days=1)
    except ValueError:
        abort(400)
    with unit_of_work() as session:
        lines.pull_lines(session, through=min(last_day, seoul_day(now)), now=now)
    with unit_of_work() as session:
        issued = statements.issue_statements(session, month=month, now=now, again=True, actor_id=current_user.id)
    flash(
        _("%(month)s 정산서 %(count)s장을 발행하고 만든 이에게 알렸습니다.", month=month, count=len(issued))
        if issued
        else _("%(month)s까지 정산서에 넣을 줄이 없습니다.", month=month),
        "ok" if issued else "info",
    )
    return redirect(back, 303)


@bp.post("/approve")
@access(MONEY_WRITE)
def approve() -> ResponseReturnValue:
    """Approve the chosen statements for payment."""
    chosen, back = (
        request.form.getlist("statement", type=int),
        url_for("staff.statements.index", state=request.form.get("state", "")),
    )
    try:
        with unit_of_work() as session:
            count = statements.approve_statements(
                session, statement_ids=chosen, actor_id=current_user.id, now=clock.now(), reason=request.form.get("reason", "")
            )
    except ShopError as error:
        return refused(error, back)
    flash(_("%(count)s장을 승인했습니다. 지급에서 묶어 보낼 수 있어요.", count=count), "ok")
    return redirect(back, 303)


@bp.get("/<int:statement_id>")
@access(MONEY_READ)
def show(statement_id: int) -> ResponseReturnValue:
    """One statement with its lines."""
    session = read_session()
    row = queries.find_statement(session, statement_id)
    if row is None:
        abort(404)
    found = queries.list_lines(session, statement_id, after_id=request.args.get("after", 0, type=int), limit=PAGE + 1)
    return render_template(
        "staff/statements/show.html",
        statement=row.statement,
        vendor=row.vendor,
        lines=found[:PAGE],
        following=found[PAGE - 1].line.id if len(found) > PAGE else None,
        kinds=queries.sum_kinds(session, statement_id),
        history=list_history(session, "statement", statement_id),
        states=STATEMENT_STATES,
        line_kinds=LINE_KINDS,
        actions=ACTIONS,
        may_write=_may_write(),
        today=seoul_day(clock.now()),
    )


@bp.post("/<int:statement_id>/<move>")
@access(MONEY_WRITE)
def move(statement_id: int, move: str) -> ResponseReturnValue:
    """Hold, release or cancel one statement, with a reason."""
    use_case = {
        "hold": statements.hold_statement,
        "release": statements.release_statement,
        "cancel": statements.cancel_statement,
    }.get(move)
    if use_case is None:
        abort(404)
    reason, back = request.form.get("reason", "").strip(), url_for("staff.statements.show", statement_id=statement_id)
    if not reason:
        flash(_("까닭을 적어 주세요."), "bad")
        return redirect(back, 303)
    try:
        with unit_of_work() as session:
            use_case(session, statement_id=statement_id, actor_id=current_user.id, reason=reason, now=clock.now())
    except ShopError as error:
        return refused(error, back)
    flash(_("적었습니다."), "ok")
    return redirect(back, 303)


def _may_write() -> bool:
    return bool(staff_roles() & MONEY_WRITE.roles)
