"""Writes a message in its locale: subject and text from `templates/messages/<name>.txt`, HTML from the same text in one frame."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from shop.messages.catalogue import INSTANTS

_URL = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Mail:
    """What is sent."""

    subject: str
    text: str
    html: str


def render(template: str, locale: str, context: Mapping[str, Any]) -> Mail:
    """Render a message; the first line of its template is `Subject: …`."""
    values = {key: datetime.fromisoformat(value) if key in INSTANTS and value else value for key, value in context.items()}
    values["public_url"] = current_app.config["PUBLIC_URL"].rstrip("/")
    with force_locale(locale):
        values["name"] = values.get("name") or _("손님")
        written = current_app.jinja_env.get_template(f"messages/{template}.txt").render(values)
        head, _end, rest = written.partition("\n")
        subject = " ".join(head.removeprefix("Subject:").split())
        text = re.sub(r"\n{3,}", "\n\n", rest.strip()) + "\n"
        paragraphs = [[_pieces(line) for line in block.split("\n")] for block in text.strip().split("\n\n")]
        html = current_app.jinja_env.get_template("messages/_frame.html").render(
            subject=subject, paragraphs=paragraphs, locale=locale, public_url=values["public_url"])
    return Mail(subject=subject[:200], text=text, html=html)


def _pieces(line: str) -> list[tuple[str, bool]]:
    """A line cut into plain text and links."""
    pieces, at = [], 0
    for match in _URL.finditer(line):
        pieces += [(line[at:match.start()], False), (match.group(), True)]
        at = match.end()
    return [piece for piece in [*pieces, (line[at:], False)] if piece[0]]
