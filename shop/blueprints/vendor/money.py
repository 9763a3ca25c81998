"""A vendor's money: what is owed, each statement with its lines, each payout down to its sales."""

import csv
import io
from collections.abc import Iterator

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import VENDOR_OWNER, VENDOR_VIEWER, access, current_vendor, find_membership
from shop.blueprints.money_words import LINE_KINDS, PAYOUT_STATES, STATEMENT_STATES
from shop.blueprints.refusals import sentence
from shop.kernel import clock
from shop.kernel.clock import seoul_day
from shop.kernel.db import read_session, unit_of_work
from shop.kernel.errors import ShopError
from shop.settlements import queries, statements
from shop.settlements.payout_files import plain_cell
from shop.settlements.queries import LineRow, StatementRow
from shop.vendors.models import TeamRole

bp = Blueprint("money", __name__, url_prefix="/vendor/money")
PAGE = 50
CSV_CHUNK = 1_000


@bp.get("")
@access(VENDOR_VIEWER)
def index() -> ResponseReturnValue:
    """The balance, statements and payouts."""
    session, today = read_session(), seoul_day(clock.now())
    rows = queries.list_statements(
        session, vendor_id=current_vendor.id, before_id=request.args.get("before", type=int), limit=PAGE + 1
    )
    return render_template(
        "vendor/money/index.html",
        balance=queries.get_balance(session, current_vendor.id),
        rows=rows[:PAGE],
        following=rows[PAGE - 1].statement.id if len(rows) > PAGE else None,
        today=today,
        states=STATEMENT_STATES,
        payouts=queries.list_payouts(session, vendor_id=current_vendor.id, limit=12),
        payout_states=PAYOUT_STATES,
    )


@bp.get("/statements/<int:statement_id>")
@access(VENDOR_VIEWER)
def show_statement(statement_id: int) -> ResponseReturnValue:
    """One statement, to read or to print."""
    row, session = _own_statement(statement_id), read_session()
    found = queries.list_lines(session, statement_id, after_id=request.args.get("after", 0, type=int), limit=PAGE + 1)
    member = find_membership()
    return render_template(
        "vendor/money/show.html",
        statement=row.statement,
        vendor=row.vendor,
        lines=found[:PAGE],
        following=found[PAGE - 1].line.id if len(found) > PAGE else None,
        kinds=queries.sum_kinds(session, statement_id),
        states=STATEMENT_STATES,
        line_kinds=LINE_KINDS,
        today=seoul_day(clock.now()),
        may_answer=member is not None and member.role is TeamRole.OWNER,
    )


@bp.get("/statements/<int:statement_id>.csv")
@access(VENDOR_VIEWER)
def download_statement(statement_id: int) -> ResponseReturnValue:
    """Every line of a statement for a spreadsheet, written as it is read."""
    row = _own_statement(statement_id)
    return Response(
        stream_with_context(_csv_rows(statement_id)),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename=statement-{row.statement.number}.csv"},
    )


@bp.post("/statements/<int:statement_id>/accept")
@access(VENDOR_OWNER)
def accept(statement_id: int) -> ResponseReturnValue:
    """Agree before the window ends."""
    with unit_of_work() as session:
        statements.accept_statement(
            session, statement_id=statement_id, vendor_id=current_vendor.id, actor_id=current_user.id, now=clock.now()
        )
    flash(_("받아들였습니다. 센터가 승인하면 지급이 준비됩니다."), "ok")
    return redirect(url_for("vendor.money.show_statement", statement_id=statement_id), 303)


@bp.post("/statements/<int:statement_id>/object")
@access(VENDOR_OWNER)
def object_to(statement_id: int) -> ResponseReturnValue:
    """Say what is wrong with a statement."""
    _own_statement(statement_id)
    try:
        with unit_of_work() as session:
            statements.object_to_statement(
                session,
                statement_id=statement_id,
                vendor_id=current_vendor.id,
                text=request.form.get("text", ""),
                actor_id=current_user.id,
                now=clock.now(),
            )
    except ShopError as error:
        flash(sentence(error), "bad")
    else:
        flash(_("이의를 보냈습니다. 답이 있을 때까지 이 정산서는 지급되지 않습니다."), "ok")
    return redirect(url_for("vendor.money.show_statement", statement_id=statement_id), 303)


@bp.get("/payouts/<int:payout_id>")
@access(VENDOR_VIEWER)
def show_payout(payout_id: int) -> ResponseReturnValue:
    """One payout and the statements, and by them the sales, that it pays."""
    row = queries.find_payout(read_session(), payout_id, vendor_id=current_vendor.id)
    if row is None:
        abort(404)
    return render_template(
        "vendor/money/payout.html", row=row, payout=row.payout, states=PAYOUT_STATES, statement_states=STATEMENT_STATES
    )


def _own_statement(statement_id: int) -> StatementRow:
    row = queries.find_statement(read_session(), statement_id, vendor_id=current_vendor.id)
    if row is None:
        abort(404)
    return row


def _csv_rows(statement_id: int) -> Iterator[str]:
    words = {kind: str(word) for kind, word in LINE_KINDS.items()}
    yield "\ufeff" + _csv_row(
        [
            "date",
            "kind",
            "item",
            "option",
            "order",
            "quantity",
            "list_won",
            "commission_won",
            "commission_vat_won",
            "net_won",
            "discount_paid_by_centre_won",
            "memo",
        ]
    )
    after, session = 0, read_session()
    while rows := queries.list_lines(session, statement_id, after_id=after, limit=CSV_CHUNK):
        for row in rows:
            yield _csv_row(_cells(row, words))
        after = rows[-1].line.id
        session.expunge_all()


def _cells(row: LineRow, words: dict) -> list[object]:  # type: ignore[type-arg]
    line = row.line
    text = [plain_cell(value) for value in (words[line.kind], row.name, row.label, row.order_number)]
    return [
        line.effective_on.isoformat(),
        *text,
        line.quantity,
        line.list_won,
        -line.commission_won,
        -line.commission_vat_won,
        line.net_won,
        line.discount_won,
        plain_cell(line.memo),
    ]


def _csv_row(cells: list[object]) -> str:  # type: ignore[type-arg]
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
