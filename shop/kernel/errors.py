"""Named refusals. A refusal has a stable code, an HTTP status and its data; its sentence is chosen by the face.

    ShopError ── Invalid 422 · Conflict 409 · NotFound 404 · Forbidden 403 · Unavailable 503

A room subclasses one of the five beside the use case that raises it. A broken assumption is `assert`, never one of these.
"""

from typing import Any, ClassVar


class ShopError(Exception):
    """An expected refusal; `code` is stable, `data` is what the sentence needs."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400

    def __init__(self, **data: Any) -> None:
        super().__init__(self.code, data)
        self.data = data

    def __str__(self) -> str:
        return f"{self.code}: {self.data}" if self.data else self.code

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            words = "".join(("_" + c.lower()) if c.isupper() else c for c in cls.__name__)
            cls.code = words.lstrip("_")


class Invalid(ShopError):
    """The request cannot mean anything here."""

    status = 422


class Conflict(ShopError):
    """The request was fine, the state it met is not."""

    status = 409


class NotFound(ShopError):
    """There is no such thing, or it is not yours: the two look the same."""

    status = 404


class Forbidden(ShopError):
    """You are known, and this is not for you."""

    status = 403


class Unavailable(ShopError):
    """Something outside did not answer; nothing was lost."""

    status = 503
