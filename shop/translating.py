"""The reader's language, and the house's words in it, as pages need them: a hundred times a page, so found without detours.

Flask-Babel decides the language and reads the catalogues; here its answers are only kept. A page asks it 80 times for a word,
which through its proxies and Jinja's formatting would cost more than all the rest of the page.
"""

from collections.abc import MutableMapping
from functools import lru_cache
from types import FunctionType
from typing import Any, cast

from flask import Flask, g
from flask_babel import Domain, get_locale, get_translations, lazy_gettext
from jinja2 import Environment, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro
from markupsafe import Markup

from shop.extensions import babel


def language() -> str:
    """`ko` or `en`: what the reader chose, or the language a message is being written in."""
    try:
        kept = getattr(g._get_current_object(), "_flask_babel", None)  # Flask-Babel's own note of this request
    except RuntimeError:  # no app context
        return "ko"
    locale = getattr(kept, "babel_locale", None) or get_locale()
    return locale.language if locale else "ko"


@lru_cache(maxsize=8192)
def _find(_language: str, message: str) -> str:
    return get_translations().gettext(message)


@lru_cache(maxsize=8192)
def _find_markup(language: str, message: str) -> Markup:
    """A message without values as a page holds it; messages are formats, so `%%` is a per cent sign."""
    return Markup(_find(language, message)) % {}


@pass_eval_context
def translate(context: EvalContext, message: str, /, **values: Any) -> str:
    """`_('…')` in templates: escapes the values on pages, and leaves them in plain messages."""
    if not context.autoescape:
        return _find(language(), message) % values
    if not values:
        return _find_markup(language(), message)
    return Markup(_find(language(), message)) % values


WANTS_EVAL_CONTEXT = translate.jinja_pass_arg  # type: ignore[attr-defined]


class QuickContext(Context):
    """Jinja's context without two of its detours: it looks four times whether a callable wants a context, and compares all global
    names at every import, lest a template have globals of its own. Here none has."""

    def __init__(self, environment: Environment, parent: dict[str, Any], name: str | None, blocks: dict[str, Any],
                 globals: MutableMapping[str, Any] | None = None) -> None:  # Jinja's own name
        super().__init__(environment, parent, name, blocks, None)

    def call(__self, __obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        if type(__obj) is FunctionType:
            wants = __obj.__dict__.get("jinja_pass_arg")
        elif type(__obj) is Macro:
            wants = WANTS_EVAL_CONTEXT
        else:
            return super().call(__obj, *args, **kwargs)
        if wants is not None and wants is not WANTS_EVAL_CONTEXT:
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs) if wants is None else __obj(__self.eval_ctx, *args, **kwargs)


def lazy(message: str, **values: Any) -> str:
    """A word that is looked up when it is shown, for labels written at import (`_l`): not a `str`, yet used as one."""
    return cast(str, lazy_gettext(message, **values))


class QuickDomain(Domain):
    """Flask-Babel's catalogue for `_` in Python, with its answers kept too."""

    def gettext(self, string: str, **values: Any) -> str:
        found = _find(language(), string)
        return found % values if values else found


def init_translating(app: Flask) -> None:
    """Give templates and Python the house's `_`; after Flask-Babel is wired."""
    babel.domain_instance = QuickDomain(domain="messages")  # pyright: ignore[reportAttributeAccessIssue]  (cached: filled early)
    app.jinja_env.globals.update({"_": translate, "gettext": translate})
    app.jinja_env.context_class = QuickContext
