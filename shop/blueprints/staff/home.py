"""The office's first page: unexplained won, today's trade, what is owed, the bank's queue, deadlines."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from shop.blueprints.access import ANY_STAFF, access, staff_roles
from shop.blueprints.money_words import LINE_STATES
from shop.blueprints.staff.queue import MONEY_READ, MONEY_WRITE, queue_rows
from shop.kernel import clock
from shop.kernel.clock import seoul_day
from shop.kernel.db import read_session
from shop.reconciliation import front_page, queries
from shop.reconciliation.models import BankLineState

bp = Blueprint("home", __name__)
QUEUE = 12


@bp.get("")
@access(ANY_STAFF)
def show() -> ResponseReturnValue:
    """Today: the money for those who handle it, the day's work for everybody."""
    session, now = read_session(), clock.now()
    facts: dict[str, Any] = {"today": seoul_day(now), "sees_money": bool(staff_roles() & MONEY_READ.roles)}
    if facts["sees_money"]:
        lines = queries.list_lines(session, state=BankLineState.UNEXPLAINED, limit=QUEUE + 1)
        facts |= {
            "page": front_page.read_front_page(session, now=now),
            "rows": queue_rows(session, lines[:QUEUE], now=now),
            "has_more": len(lines) > QUEUE,
            "may_write": bool(staff_roles() & MONEY_WRITE.roles),
            "line_states": LINE_STATES,
        }
    return render_template("staff/home/show.html", **facts)


@bp.app_context_processor
def nav_counts() -> dict[str, Any]:
    """Counts beside the words of the office's menu."""
    if not request or not request.path.startswith("/staff") or not staff_roles():
        return {}
    return {"nav_counts": front_page.count_nav(read_session(), now=clock.now())}
