"""The sentence of every refusal code, in the words of a person at the counter. `%(name)s` is filled from the refusal's data."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.kernel.errors import ShopError

SENTENCES = {
    # kernel
    "move_refused": _l("지금 상태에서는 할 수 없는 일입니다."),
}


def sentence(error: ShopError) -> str:
    """What to tell the reader about a refusal; an unknown code gets a plain general sentence."""
    text = SENTENCES.get(error.code)
    if text is None:
        return _("할 수 없는 일입니다. (%(code)s)", code=error.code)
    data = {key: value for key, value in error.data.items() if isinstance(value, str | int)}
    return str(text) % data if data else str(text)
