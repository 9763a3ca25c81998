"""Liveness and readiness for the machine that runs the shop."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from shop.blueprints.access import PUBLIC, access
from shop.kernel.db import read_session

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@access(PUBLIC)
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
@access(PUBLIC)
def readyz() -> ResponseReturnValue:
    """The database answers too."""
    read_session().execute(text("SELECT 1"))
    return {"status": "ok", "database": "ok"}
