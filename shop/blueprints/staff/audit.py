"""The audit trail: who changed what, when and why."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.blueprints.access import STAFF, access
from shop.kernel.db import read_session
from shop.people.models import StaffRole
from shop.people.queries import list_audit_events

bp = Blueprint("audit", __name__, url_prefix="/audit")
PAGE = 50


@bp.get("")
@access(STAFF(StaffRole.MANAGER, StaffRole.AUDITOR))
def index() -> ResponseReturnValue:
    """Entries, newest first; of one subject or one kind of action."""
    kind, subject, action = request.args.get("kind", ""), request.args.get("id", ""), request.args.get("action", "")
    events = list_audit_events(read_session(), before_id=request.args.get("after", type=int), limit=PAGE, action=action,
                               subject=(kind, subject) if kind and subject else None)
    following = events[-1].id if len(events) == PAGE else None
    next_url = url_for("staff.audit.index", after=following, kind=kind or None, id=subject or None, action=action or None)
    return render_template("staff/audit/index.html", events=events, next_url=next_url if following else None)
