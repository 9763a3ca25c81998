"""The card processor's balance: its payouts, the rows that prove them, what no entry explains."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop.blueprints.access import access, staff_roles
from shop.blueprints.staff.queue import MONEY_READ, MONEY_WRITE, refused
from shop.kernel import clock
from shop.kernel.db import read_session
from shop.kernel.errors import ShopError
from shop.ledger import accounts
from shop.ledger.queries import balance_of
from shop.payments.providers.choosing import get_card_provider
from shop.reconciliation import queries
from shop.reconciliation.models import ProcessorPayout
from shop.reconciliation.processor import sync_rows
from shop.templating import won

bp = Blueprint("processor", __name__, url_prefix="/processor")
PAGE = 30
PAYOUT_STATES = {"paid": "ok", "in_transit": "info", "pending": "info", "failed": "bad", "canceled": "line"}


@bp.get("")
@access(MONEY_READ)
def index() -> ResponseReturnValue:
    """Payouts newest first, and rows that nothing explains."""
    session = read_session()
    rows = queries.list_processor_payouts(session, before_id=request.args.get("before", type=int), limit=PAGE + 1)
    return render_template(
        "staff/processor/index.html",
        rows=rows[:PAGE],
        following=rows[PAGE - 1].payout.id if len(rows) > PAGE else None,
        unbooked=queries.list_processor_rows(session, unbooked=True),
        balance=balance_of(session, accounts.processor("stripe")),
        tones=PAYOUT_STATES,
        may_write=bool(staff_roles() & MONEY_WRITE.roles),
    )


@bp.get("/payouts/<int:payout_id>")
@access(MONEY_READ)
def show(payout_id: int) -> ResponseReturnValue:
    """One payout down to its rows."""
    session = read_session()
    payout = session.get(ProcessorPayout, payout_id)
    if payout is None:
        abort(404)
    rows = queries.list_processor_rows(
        session, payout_provider_id=payout.provider_id, before_id=request.args.get("before", type=int), limit=PAGE + 1
    )
    return render_template(
        "staff/processor/show.html",
        payout=payout,
        rows=rows[:PAGE],
        following=rows[PAGE - 1].id if len(rows) > PAGE else None,
        tones=PAYOUT_STATES,
    )


@bp.post("/sync")
@access(MONEY_WRITE)
def sync() -> ResponseReturnValue:
    """Ask the processor for its rows now; the night does it by itself."""
    back = url_for("staff.processor.index")
    try:
        synced = sync_rows(get_card_provider(), clock.now())
    except ShopError as error:
        return refused(error, back)
    flash(
        _(
            "새 줄 %(rows)s개, 증명된 입금 %(payouts)s건, 새 사건 %(cases)s건.",
            rows=synced.new_rows,
            payouts=synced.proved_payouts,
            cases=synced.opened_cases,
        ),
        "ok",
    )
    if synced.off_won:
        flash(_("장부와 카드사가 가진 돈이 %(won)s 다릅니다.", won=won(synced.off_won)), "warn")
    return redirect(back, 303)
