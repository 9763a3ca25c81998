"""Reading a v1 form strictly: bracketed keys into a tree, the tree against a shape; unknown, missing or mistyped is a 400."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from .problems import Problem, invalid

Reader = Callable[[str, Any], Any]
_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)\Z")
_INTEGER = re.compile(r"-?[0-9]{1,12}\Z")
# Removed by API version 2026-09-30.endive; nearly every published example still sends it.
_REMOVED = {"payment_method_types": "payment_method_types_no_longer_supported"}


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`a[b][0]=c` pairs as nested dicts and lists."""
    root: dict[str, Any] = {}
    for key, value in pairs:
        match = _KEY.match(key)
        if not match:
            raise invalid(f"Invalid parameter name: {key[:80]}")
        steps = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        _place(root, steps, value, key)
    return {name: _as_list(value) for name, value in root.items()}


def _place(node: dict[str, Any], steps: list[str], value: str, key: str) -> None:
    for step in steps[:-1]:
        node = node.setdefault(step or str(len(node)), {})
        if not isinstance(node, dict):
            raise invalid("Invalid object", param=key)
    last = steps[-1] or str(len(node))
    if last in node:
        raise invalid("Parameter given twice", param=key)
    node[last] = value


def _as_list(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(key.isdecimal() for key in node):
        return [_as_list(node[key]) for key in sorted(node, key=int)]
    return {key: _as_list(value) for key, value in node.items()}


def text(at_most: int = 5000) -> Reader:
    """A non-empty string."""

    def read(path: str, value: Any) -> str:
        if not isinstance(value, str):
            raise invalid("Invalid string", param=path, code="parameter_invalid_string_empty")
        if not value:
            raise invalid(f"You passed an empty string for '{path}'.", param=path, code="parameter_invalid_empty")
        if len(value) > at_most:
            raise invalid(f"Invalid string: must be at most {at_most} characters", param=path)
        return value

    return read


def integer(low: int | None = None, high: int | None = None) -> Reader:
    """A whole number in decimal digits: no sign of a decimal point, an exponent or a boolean."""

    def read(path: str, value: Any) -> int:
        if not isinstance(value, str) or not _INTEGER.match(value):
            raise invalid(f"Invalid integer: {value}", param=path, code="parameter_invalid_integer")
        number = int(value)
        if (low is not None and number < low) or (high is not None and number > high):
            raise invalid(f"Invalid integer: {number} is outside {low}..{high}", param=path, code="parameter_invalid_integer")
        return number

    return read


def choice(*words: str) -> Reader:
    """One of a closed list."""

    def read(path: str, value: Any) -> str:
        if value not in words:
            raise invalid(f"Invalid {path}: must be one of {', '.join(words)}", param=path)
        return value

    return read


def web_address(path: str, value: Any) -> str:
    """An absolute http(s) address."""
    address = text()(path, value)
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise invalid("Not a valid URL", param=path, code="url_invalid")
    return address


def metadata(path: str, value: Any) -> dict[str, str]:
    """Up to 50 pairs, keys up to 40 and values up to 500 characters. Source: docs.stripe.com/api/metadata."""
    if not isinstance(value, dict):
        raise invalid("Invalid object", param=path)
    if len(value) > 50:
        raise invalid("Metadata may hold 50 keys at most", param=path)
    for key, word in value.items():
        if len(key) > 40 or not isinstance(word, str) or len(word) > 500:
            raise invalid("Metadata keys hold 40 characters, values 500", param=f"{path}[{key}]")
    return value


def many(reader: Reader, at_most: int) -> Reader:
    """A list."""

    def read(path: str, value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise invalid("Invalid array", param=path)
        if len(value) > at_most:
            raise invalid(f"At most {at_most} are allowed", param=path)
        return [reader(f"{path}[{place}]", part) for place, part in enumerate(value)]

    return read


def either(scalar: Reader, tree: Reader) -> Reader:
    """A value or an object, by what was sent."""
    return lambda path, value: (tree if isinstance(value, dict) else scalar)(path, value)


def shape(required: tuple[str, ...] = (), /, **fields: Reader) -> Reader:
    """An object with exactly these fields."""

    def read(path: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise invalid("Invalid object", param=path)
        for name in value:
            if name not in fields:
                raise _unknown(_below(path, name), name)
        for name in required:
            if name not in value:
                where = _below(path, name)
                raise invalid(f"Missing required param: {where}.", param=where, code="parameter_missing")
        return {name: fields[name](_below(path, name), part) for name, part in value.items()}

    return read


def _below(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _unknown(path: str, name: str) -> Problem:
    return invalid(f"Received unknown parameter: {path}", param=path, code=_REMOVED.get(name, "parameter_unknown"))
