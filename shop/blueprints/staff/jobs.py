"""Scheduled work as staff see it: when each job last ran, and how it ended."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.blueprints.access import STAFF, access
from shop.jobs.models import Outcome
from shop.jobs.queries import last_runs, list_runs
from shop.jobs.registry import JOBS
from shop.jobs.running import run_job
from shop.kernel import clock
from shop.kernel.db import read_session, unit_of_work
from shop.people import audit
from shop.people.models import StaffRole
from shop.translating import lazy as _l

bp = Blueprint("jobs", __name__, url_prefix="/jobs")
PAGE = 50
OUTCOMES = {
    Outcome.RUNNING: ("warn", _l("도는 중")), Outcome.DONE: ("ok", _l("마침")), Outcome.FAILED: ("bad", _l("실패")),
    Outcome.POSTPONED: ("warn", _l("미룸")), Outcome.LOST: ("bad", _l("끊김")),
}


@bp.get("")
@access(STAFF(StaffRole.MANAGER, StaffRole.ACCOUNTANT, StaffRole.AUDITOR))
def index() -> ResponseReturnValue:
    """The jobs and their runs."""
    job = request.args.get("job", "")
    runs = list_runs(read_session(), job=job, before_id=request.args.get("after", type=int), limit=PAGE)
    next_url = url_for("staff.jobs.index", after=runs[-1].id, job=job or None) if len(runs) == PAGE else None
    return render_template("staff/jobs/index.html", jobs=JOBS, last=last_runs(read_session()), runs=runs, outcomes=OUTCOMES,
                           job=job, next_url=next_url)


@bp.post("/<name>/run")
@access(STAFF(StaffRole.MANAGER))
def run(name: str) -> ResponseReturnValue:
    """Run one job now."""
    if name not in JOBS:
        flash(_("그런 일은 없습니다."), "warn")
        return redirect(url_for("staff.jobs.index"), 303)
    with unit_of_work() as session:
        audit.record(session, actor_id=current_user.id, action="job.run", subject=("job", name), now=clock.now())
    report = run_job(name)
    if report is None:
        flash(_("지금 다른 곳에서 돌고 있습니다."), "warn")
    elif report.outcome is Outcome.DONE:
        flash(_("마쳤습니다: %(result)s", result=report.result), "ok")
    else:
        flash(_("마치지 못했습니다. 아래 기록을 보아 주세요."), "bad")
    return redirect(url_for("staff.jobs.index", job=name), 303)
