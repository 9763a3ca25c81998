"""What stands around every request: the writing session of sign-in views, sessions that have ended, and the idle office."""

import secrets
from hashlib import sha256
from typing import Any

from flask import Flask, Response, current_app, g, request, session
from flask_login import user_logged_in, user_logged_out

from shop.kernel import clock
from shop.kernel.db import commit_library_writes, db, intend_write, read_session, unit_of_work
from shop.people.models import EndedSession
from shop.people.queries import has_ended

# Views of the library that only read: they must not hold SQLite's write lock while a password is being hashed.
READERS = {"login", "verify", "tf_select", "wan_signin", "wan_verify", "static"}
WRITING_GETS = {"confirm_email"}


def init_guards(app: Flask) -> None:
    """Attach the request hooks; before the library's own, one of which reads the person signed in."""
    app.before_request(_begin_as_writer)
    app.before_request(_note_presence)
    app.after_request(_keep_writes)
    app.teardown_request(_forget_intent)


def init_sessions(app: Flask) -> None:
    """Give every session a name, so that one that was signed out of stays out; after the library is wired."""
    library_loader = app.login_manager._user_callback  # type: ignore[attr-defined]

    @app.login_manager.user_loader  # type: ignore[attr-defined]
    def load_user(user_id: str) -> Any:
        name = session.get("sid")
        if name and has_ended(read_session(), session_key(name)):
            return None
        return library_loader(user_id)

    user_logged_in.connect(_begin_session, app)
    user_logged_out.connect(_end_session, app)


def _begin_as_writer() -> None:
    name = (request.endpoint or "").removeprefix("security.")
    if name == request.endpoint or name in READERS:
        return
    if request.method == "POST" or name in WRITING_GETS:
        g.library_writes = True
        intend_write(True)


def _keep_writes(response: Response) -> Response:
    if g.get("library_writes") and response.status_code < 500:
        commit_library_writes()
    return response


def _forget_intent(_error: BaseException | None) -> None:
    intend_write(False)


def session_key(name: str) -> str:
    """What the database keeps of a session's name."""
    return sha256(name.encode()).hexdigest()


def _begin_session(_app: Flask, user: Any) -> None:
    session.permanent = True
    session["sid"] = secrets.token_hex(16)
    session["seen_at"] = int(clock.now().timestamp())
    # A token from before the sign-in may be known to somebody else. The new one is made here and not by the first form, so that
    # two pages opened at once do not overwrite each other's cookie.
    session["csrf_token"] = secrets.token_hex(20)
    g.pop("csrf_token", None)


def _end_session(_app: Flask, user: Any) -> None:
    name = session.pop("sid", None)
    session.pop("vendor_id", None)
    if not name:
        return
    row = EndedSession(session_key=session_key(name), ended_at=clock.now())
    if g.get("library_writes"):
        db.session.merge(row)
    else:
        with unit_of_work() as own:
            own.merge(row)


def _note_presence() -> None:
    """Remember when this session was last used, once a minute at most; nothing is read from the database."""
    if "_user_id" not in session or request.endpoint == "static":
        return
    now = int(clock.now().timestamp())
    seen = session.get("seen_at", 0)
    g.idle_seconds = now - seen
    if now - seen >= 60 and not _is_too_idle():
        session["seen_at"] = now


def _is_too_idle() -> bool:
    minutes = current_app.config["OFFICE_IDLE_MINUTES"]
    return bool(minutes) and g.get("idle_seconds", 0) > minutes * 60


def is_office_idle() -> bool:
    """Whether this session has stood unused for longer than the office allows (vendors and staff)."""
    return _is_too_idle()
