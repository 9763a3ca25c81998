"""Commands of `flask`: thin, like views. Each module has an `AppGroup` or command named `cli`."""

import importlib
import pkgutil

from flask import Flask


def init_commands(app: Flask) -> None:
    """Register the `cli` of every module of this package."""
    for module in pkgutil.iter_modules(__path__):
        app.cli.add_command(importlib.import_module(f"{__name__}.{module.name}").cli)
