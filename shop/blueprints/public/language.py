"""The reader's choice of language, kept in a cookie."""

from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue

from shop.blueprints.access import PUBLIC, access

bp = Blueprint("language", __name__)


@bp.get("/language")
@access(PUBLIC)
def choose() -> ResponseReturnValue:
    """Remember the language in the browser and go back to the page it was chosen on.

    A GET: the choice stands on every page, and a form with a token would give every visitor a session cookie before they have
    done anything. Nothing is kept on our side. Another site's link is refused by the browser's own word.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site":
        abort(403)
    lang = request.args.get("lang", "ko")
    back = request.args.get("next") or _came_from()
    if not back.startswith("/") or back.startswith(("//", "/\\")) or any(ord(c) < 32 for c in back):
        back = "/"
    response = redirect(back, 303)
    if lang in current_app.config["LANGUAGES"]:
        response.set_cookie("lang", lang, max_age=365 * 86400, samesite="Lax", httponly=True,
                            secure=current_app.config["SESSION_COOKIE_SECURE"])
    return response


def _came_from() -> str:
    """The page of this shop that the form stood on, as the browser tells it."""
    page = urlsplit(request.referrer or "")
    if page.netloc != request.host:
        return "/"
    return f"{page.path}?{page.query}" if page.query else page.path
