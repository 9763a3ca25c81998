"""The outbox as staff see it: what went out, what was given up. In the demo every letter can be opened."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import ANY_STAFF, STAFF, access
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.messages.catalogue import TITLES
from shop.messages.models import MessageState
from shop.messages.queries import get_message, list_messages
from shop.messages.rendering import render
from shop.messages.sending import send_again
from shop.people import audit
from shop.people.models import StaffRole
from shop.translating import lazy as _l

bp = Blueprint("messages", __name__, url_prefix="/messages")
PAGE = 50
STATES = {
    MessageState.WAITING: ("warn", _l("기다림")), MessageState.SENT: ("ok", _l("보냄")),
    MessageState.FAILED: ("bad", _l("못 보냄")),
}


@bp.get("")
@access(ANY_STAFF)
def index() -> ResponseReturnValue:
    """Letters, newest first, of one state if asked."""
    word = request.args.get("state", "")
    state = MessageState(word) if word in set(MessageState) else None
    rows = list_messages(read_session(), before_id=request.args.get("after", type=int), state=state, limit=PAGE)
    next_url = url_for("staff.messages.index", after=rows[-1].id, state=word or None) if len(rows) == PAGE else None
    return render_template("staff/messages/index.html", messages=rows, titles=TITLES, states=STATES, state=state,
                           next_url=next_url, may_open=_may_open(), hide=_hide)


@bp.get("/<int:message_id>")
@access(ANY_STAFF)
def show(message_id: int) -> ResponseReturnValue:
    """One letter as its reader gets it; only in the demo, where nobody's letter is a real person's."""
    message = get_message(read_session(), message_id)
    if message is None or not _may_open():
        abort(404)
    mail = render(message.template, message.locale, message.context)
    return render_template("staff/messages/show.html", message=message, title=TITLES[message.template], states=STATES, mail=mail)


@bp.post("/<int:message_id>/resend")
@access(STAFF(StaffRole.MANAGER))
def resend(message_id: int) -> ResponseReturnValue:
    """Send a letter again that was given up."""
    with unit_of_work() as session:
        send_again(session, message_id=message_id, now=clock.now())
        audit.record(session, actor_id=current_user.id, action="message.resent", subject=("message", message_id), now=clock.now())
    flash(_("다시 보냅니다. 잠시 뒤에 상태를 확인해 주세요."), "ok")
    return redirect(url_for("staff.messages.index", state="failed"), 303)


def _may_open() -> bool:
    return current_app.config["APP_ENV"] != "production"


def _hide(address: str) -> str:
    """An address of which staff need no more than a glimpse: `k***@example.com`."""
    if _may_open():
        return address
    name, _at, host = address.partition("@")
    return f"{name[:1]}***@{host}"
