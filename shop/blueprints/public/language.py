"""The reader's choice of language, kept in a cookie."""

from flask import Blueprint, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue

from shop.blueprints.access import PUBLIC, access
from shop.extensions import csrf

bp = Blueprint("language", __name__)


@bp.post("/language")
@access(PUBLIC)
@csrf.exempt  # its form stands on every page: a token would give every visitor a session cookie before they have done anything
def choose() -> ResponseReturnValue:
    """Remember the language and go back to the page it was chosen on. Another site's form is refused by the browser's own word."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site":
        abort(403)
    lang = request.form.get("lang", "ko")
    back = request.form.get("next", "/")
    if not back.startswith("/") or back.startswith(("//", "/\\")) or any(ord(c) < 32 for c in back):
        back = "/"
    response = redirect(back, 303)
    if lang in current_app.config["LANGUAGES"]:
        response.set_cookie("lang", lang, max_age=365 * 86400, samesite="Lax", httponly=True,
                            secure=current_app.config["SESSION_COOKIE_SECURE"])
    return response
