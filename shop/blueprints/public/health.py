"""Liveness and readiness for the machine that runs the shop."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from shop.blueprints.access import PUBLIC, access
from shop.catalog.ddl import check_search
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
    """The database answers, is at the newest migration, and can search Korean."""
    session = read_session()
    migrated = session.scalar(text("SELECT version_num FROM alembic_version"))
    check_search(session.connection())
    return {"status": "ok", "database": "ok", "migration": migrated}
