"""Ongoeul Market. `create_app` wires extensions, rooms and faces; it decides nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import load_config
from shop import extensions, tables  # noqa: F401  (tables: the metadata must be whole)
from shop.kernel import crypto, logs
from shop.kernel.catalogues import compile_catalogues
from shop.kernel.db import db, prepare_engine
from shop.kernel.files import FileStore, LocalFileStore, S3FileStore


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Build the application from the environment's settings and these overrides."""
    app = Flask("shop", static_folder="static", template_folder="templates")
    app.config.from_mapping(load_config())
    app.config.from_mapping(overrides or {})
    crypto.configure_keys(app.config["DATA_KEYS"])
    logs.configure(app)
    if hops := app.config["PROXY_HOPS"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    _wire_extensions(app)
    _wire_faces(app)
    return app


def _wire_extensions(app: Flask) -> None:
    from shop.blueprints.signin import init_signin
    from shop.templating import init_templating

    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    extensions.migrate.init_app(app, db, directory="migrations", render_as_batch=True)
    extensions.csrf.init_app(app)
    extensions.mail.init_app(app)
    extensions.compress.init_app(app)
    app.extensions["files"] = _file_store(app)
    if app.config["APP_ENV"] != "production":
        compile_catalogues(Path(app.root_path) / "translations")
    init_templating(app)
    init_signin(app)


def _wire_faces(app: Flask) -> None:
    from shop import cli
    from shop.blueprints import init_faces

    init_faces(app)
    cli.init_commands(app)


def _file_store(app: Flask) -> FileStore:
    if bucket := app.config["S3_BUCKET"]:
        return S3FileStore(bucket, **app.config["S3_OPTIONS"])
    return LocalFileStore(app.config["INSTANCE"] / "files")
