"""The bank's own account of events: statements in, lines matched, taken back, or opened as cases."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import access, staff_roles
from shop.blueprints.money_words import ACTIONS, FITS, LINE_STATES, TARGETS, suggestion_words, target_words
from shop.blueprints.staff.queue import MONEY_READ, MONEY_WRITE, queue_rows, refused
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.kernel.errors import ShopError
from shop.reconciliation import cases, importing, matching, queries, undoing
from shop.reconciliation.bank_layouts import LAYOUTS, ROLES
from shop.reconciliation.matching import Wanted
from shop.reconciliation.models import BankLine, BankLineState, MatchTarget
from shop.reconciliation.targets import load_targets

bp = Blueprint("bank", __name__, url_prefix="/bank")
PAGE = 40


@bp.get("")
@access(MONEY_READ)
def index() -> ResponseReturnValue:
    """Lines by state, what explains them or may, and the statement files that brought them."""
    session, wanted = read_session(), request.args.get("state", BankLineState.UNEXPLAINED.value)
    state = BankLineState(wanted) if wanted in set(BankLineState) else None
    lines = queries.list_lines(session, state=state, before=_read_cursor(request.args.get("before", "")), limit=PAGE + 1)
    following = _cursor(lines[PAGE - 1]) if len(lines) > PAGE else None
    return render_template(
        "staff/bank/index.html",
        rows=queue_rows(session, lines[:PAGE], now=clock.now()),
        state=wanted,
        following=following,
        counts=queries.count_lines(session),
        accounts=queries.list_bank_accounts(session),
        line_states=LINE_STATES,
        layouts={layout.name: layout.title for layout in LAYOUTS},
        imports=queries.list_imports(session),
        may_write=_may_write(),
    )


@bp.post("/statements")
@access(MONEY_WRITE)
def bring() -> ResponseReturnValue:
    """Bring a statement file in and match at once what is beyond doubt."""
    upload, back = request.files.get("file"), url_for("staff.bank.index")
    if upload is None or not upload.filename:
        flash(_("은행에서 내려받은 파일을 골라 주세요."), "bad")
        return redirect(back, 303)
    mapping = {role: request.form[f"map_{role}"].strip() for role in ROLES if request.form.get(f"map_{role}", "").strip()}
    try:
        with unit_of_work() as session:
            brought = importing.import_statement(
                session,
                account_id=request.form.get("account", 0, type=int),
                content=upload.read(),
                actor_id=current_user.id,
                now=clock.now(),
                mapping=mapping,
            )
    except ShopError as error:
        return refused(error, back)
    flash(_("%(rows)s줄을 읽어 새 줄 %(added)s개를 넣었습니다.", rows=brought.row_count, added=brought.added_count), "ok")
    if brought.gap_won:
        flash(_("앞 파일의 마지막 잔액과 이 파일의 처음 잔액이 다릅니다. 사이에 빠진 기간이 있는지 보아 주세요."), "warn")
    return _match_and_go(back)


@bp.post("/match")
@access(MONEY_WRITE)
def match() -> ResponseReturnValue:
    """Match again what is beyond doubt."""
    return _match_and_go(url_for("staff.bank.index"))


@bp.get("/lines/<int:line_id>")
@access(MONEY_READ)
def show(line_id: int) -> ResponseReturnValue:
    """One line with everything that may explain it."""
    session, now = read_session(), clock.now()
    line = session.get(BankLine, line_id)
    if line is None:
        abort(404)
    is_open = line.state is not BankLineState.MATCHED
    suggestions = matching.suggest(session, [line], now=now)[line.id] if is_open else []
    targets = [t for t in load_targets(session, now=now) if (t.amount_won > 0) == (line.amount_won > 0)] if is_open else []
    others = [o for o in matching.list_unexplained(session) if o.id != line.id and (o.amount_won > 0) == (line.amount_won > 0)]
    return render_template(
        "staff/bank/show.html",
        line=line,
        suggestions=suggestions,
        targets=targets,
        others=others[:PAGE] if is_open else [],
        explanations=queries.list_explanations(session, [line.id])[line.id],
        history=queries.list_history(session, "bank_line", line.id),
        line_states=LINE_STATES,
        target_kinds=TARGETS,
        fits=FITS,
        actions=ACTIONS,
        target_words=target_words,
        suggestion_words=suggestion_words,
        may_write=_may_write(),
    )


@bp.post("/lines/<int:line_id>/confirm")
@access(MONEY_WRITE)
def confirm(line_id: int) -> ResponseReturnValue:
    """Explain a line, alone or with others, by the targets chosen."""
    targets = _read_targets()
    lines = [line_id, *request.form.getlist("line", type=int)]
    try:
        with unit_of_work() as session:
            matching.confirm_match(session, bank_line_ids=lines, targets=targets, actor_id=current_user.id, now=clock.now())
    except ShopError as error:
        return refused(error, url_for("staff.bank.show", line_id=line_id))
    flash(_("맞추고 장부에 적었습니다. 잘못이면 되돌릴 수 있어요."), "ok")
    return redirect(_back(), 303)


@bp.post("/lines/<int:line_id>/undo")
@access(MONEY_WRITE)
def undo(line_id: int) -> ResponseReturnValue:
    """Take a match back."""
    try:
        with unit_of_work() as session:
            undoing.undo_match(
                session,
                bank_line_id=line_id,
                actor_id=current_user.id,
                reason=request.form.get("reason", "")[:200],
                now=clock.now(),
            )
    except ShopError as error:
        return refused(error, url_for("staff.bank.show", line_id=line_id))
    flash(_("되돌렸습니다. 장부에는 반대 전표가 적혔습니다."), "ok")
    return redirect(_back(), 303)


@bp.post("/lines/<int:line_id>/case")
@access(MONEY_WRITE)
def open_case(line_id: int) -> ResponseReturnValue:
    """Open a case of a line that nothing explains."""
    with unit_of_work() as session:
        line = session.get(BankLine, line_id)
        title = request.form.get("title", "").strip() or (line.description if line else "") or _("설명 없는 줄")
        case_id = cases.open_case(
            session, kind="bank_line", title=title, amount_won=0, bank_line_id=line_id, actor_id=current_user.id, now=clock.now()
        )
    return redirect(url_for("staff.cases.show", case_id=case_id), 303)


def _match_and_go(back: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        done = matching.match_automatically(session, now=clock.now(), actor_id=current_user.id)
    flash(
        _("%(count)s줄을 저절로 맞췄습니다.", count=len(done)) if done else _("저절로 맞출 줄이 더 없습니다."),
        "ok" if done else "info",
    )
    return redirect(back, 303)


def _may_write() -> bool:
    return bool(staff_roles() & MONEY_WRITE.roles)


def _back() -> str:
    """The queue the person was on."""
    return url_for("staff.home.show") if request.form.get("from") == "home" else url_for("staff.bank.index")


def _read_targets() -> list[Wanted]:
    """`payment:12 payment:13`, one field or several; `unidentified` has no number. What cannot be read is a bad request."""
    wanted = []
    for word in " ".join(request.form.getlist("target")).split():
        kind, _colon, number = word.partition(":")
        if kind not in set(MatchTarget) or (number and not number.isdecimal()):
            abort(400)
        wanted.append(Wanted(MatchTarget(kind), int(number) if number else None))
    return wanted


def _cursor(line: BankLine) -> str:
    return f"{line.occurred_at.isoformat()}|{line.id}"


def _read_cursor(text: str) -> tuple[datetime, int] | None:
    moment, _bar, number = text.partition("|")
    try:
        at = datetime.fromisoformat(moment)
        return (at, int(number)) if at.tzinfo else None
    except ValueError:
        return None
