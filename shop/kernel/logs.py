"""JSON logs, one line an event, each with the request's id."""

import logging
import secrets
from typing import Any

import orjson
import structlog
from flask import Flask, g, has_request_context, request


def request_id() -> str:
    """The present request's id, or an empty text outside a request."""
    if not has_request_context():
        return ""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return g.request_id


def _with_request(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    if has_request_context():
        event["request_id"] = request_id()
        event["path"] = request.url_rule.rule if request.url_rule else request.path  # paths hold tokens
    return event


def configure(app: Flask) -> None:
    """Send every log record of the process through one JSON formatter."""
    level = logging.getLevelName(app.config["LOG_LEVEL"])
    shared = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_request,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=lambda event, **_: orjson.dumps(event, default=str).decode()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)


def get_logger(name: str) -> Any:
    """A structured logger for a module."""
    return structlog.get_logger(name)
