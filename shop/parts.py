"""Parts of pages that depend on nothing but the reader's language and a few plain values: written once for each, then kept.

The values are the key, so a part is never stale: another price is another part. Never give it a token, a person or the request.
"""

from collections.abc import Hashable
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy import Row

from shop.translating import language

MOST = 2000

_parts: dict[Hashable, Markup] = {}


def kept(template: str, /, **values: Any) -> Markup:
    """A template written with these values, and `locale`; in templates `{{ kept('catalog/_card.html', card=card) }}`."""
    locale = language()
    key = (template, locale, *(_as_key(value) for value in values.values()))
    part = _parts.get(key)
    if part is None:
        part = Markup(current_app.jinja_env.get_template(template).render(values, locale=locale))  # escaped inside
        if len(_parts) >= MOST:
            _parts.clear()
        if not current_app.debug:
            _parts[key] = part
    return part


def _as_key(value: Any) -> Hashable:
    if isinstance(value, list | Row):
        return tuple(map(_as_key, value))
    if isinstance(value, dict):
        return tuple((name, _as_key(inner)) for name, inner in value.items())
    return value
