"""The faces over HTTP. Endpoint `vendor.orders.ship` is the function `ship` in `blueprints/vendor/orders.py`."""

import importlib
import pkgutil

from flask import Blueprint, Flask

from shop.blueprints import access, errors, headers

FACES = {"catalog": "", "cart": "", "account": "/account", "vendor": "", "staff": "/staff", "public": "", "webhooks": "/webhooks"}


def init_faces(app: Flask) -> None:
    """Register every face: a parent blueprint, and in it the `bp` of each module of its package."""
    headers.init_headers(app)
    access.init_access(app)
    errors.init_errors(app)
    for name, prefix in FACES.items():
        package = importlib.import_module(f"shop.blueprints.{name}")
        face = Blueprint(name, package.__name__, url_prefix=prefix or None)
        for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
            part = importlib.import_module(f"{package.__name__}.{module}")
            if hasattr(part, "bp") and _is_wanted(app, part):
                face.register_blueprint(part.bp)
        app.register_blueprint(face)


def _is_wanted(app: Flask, part: object) -> bool:
    """Pages of the demo only (`DEMO_ONLY = True`) do not exist in production."""
    return not getattr(part, "DEMO_ONLY", False) or app.config["APP_ENV"] != "production"
