"""Stored pictures, by content key: what is under a key never changes."""

import re

from flask import Blueprint, abort, current_app, make_response, request
from flask.typing import ResponseReturnValue

from shop.blueprints.access import PUBLIC, access

bp = Blueprint("media", __name__)

_KEY = re.compile(r"products/[0-9a-f]{20}-[0-9]{1,4}\.webp")


@bp.get("/media/<path:key>")
@access(PUBLIC)
def show(key: str) -> ResponseReturnValue:
    """One picture."""
    if not _KEY.fullmatch(key):
        abort(404)
    content = current_app.extensions["files"].get(key)
    if content is None:
        abort(404)
    response = make_response(content)
    response.content_type = "image/webp"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.set_etag(key.rpartition("/")[2])
    return response.make_conditional(request)
