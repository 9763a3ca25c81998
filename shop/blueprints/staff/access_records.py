"""Who read whose personal data."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.blueprints.access import STAFF, access
from shop.kernel.db import read_session
from shop.people.models import StaffRole
from shop.people.queries import list_access_records

bp = Blueprint("access_records", __name__, url_prefix="/access-records")
PAGE = 50


@bp.get("")
@access(STAFF(StaffRole.MANAGER, StaffRole.AUDITOR))
def index() -> ResponseReturnValue:
    """Readings, newest first."""
    readings = list_access_records(read_session(), before_id=request.args.get("after", type=int), limit=PAGE)
    next_url = url_for("staff.access_records.index", after=readings[-1].id) if len(readings) == PAGE else None
    return render_template("staff/access_records/index.html", readings=readings, next_url=next_url)
