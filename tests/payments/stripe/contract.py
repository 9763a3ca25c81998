"""Would the real Stripe accept what we send? Every outgoing call of the suite is held against the SDK that is installed.

The SDK's service classes give a table of operations (verb, path, parameters); its TypedDicts say what each may carry. Here they
are read strictly: unknown keys refused at every depth, required keys asked for, whole numbers only, open enumerations closed.
A pytest plugin: its fixture wraps the SDK's HTTP client in every test.
"""

import ast
import importlib
import re
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import stripe
from stripe._request_options import RequestOptions
from typing_extensions import is_typeddict

from shop.payments.providers.stripe import API_VERSION

# Personal data is never sent: docs/adr/0005-stripe-double.md.
PERSONAL = {"customer_email", "receipt_email", "phone", "address", "shipping", "customer_details", "instructions_email"}
MOST_KEY_CHARACTERS = 255  # docs.stripe.com/api/idempotent_requests


class ContractBreach(AssertionError):
    """A call that Stripe would refuse, or that our own rules forbid."""


@dataclass(frozen=True)
class Operation:
    """One method of one SDK service."""

    name: str
    verb: str
    path: str
    module: str
    params: str

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(self.path)) + r"\Z")

    @property
    def shape(self) -> Any:
        return getattr(importlib.import_module(self.module), self.params)


@cache
def operations() -> tuple[Operation, ...]:
    """Every v1 operation of the installed SDK, the most literal paths first."""
    found: list[Operation] = []
    root = Path(stripe.__file__).parent
    for file in sorted(root.rglob("*_service.py")):
        if "v2" not in file.relative_to(root).parts:
            module = ".".join(["stripe", *file.relative_to(root).with_suffix("").parts])
            found += _operations_in(ast.parse(file.read_text("utf-8")), module)
    return tuple(sorted(found, key=lambda operation: operation.path.count("{")))


def _operations_in(tree: ast.Module, module: str) -> Iterator[Operation]:
    homes = {alias.name: node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    for service in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        for method in (node for node in service.body if isinstance(node, ast.FunctionDef)):
            call = _request_in(method)
            params = next((arg.annotation for arg in method.args.args if arg.arg == "params"), None)
            if call and params:
                name = next(part.value for part in ast.walk(params) if isinstance(part, ast.Constant))
                verb, path = (_literal(part) for part in call.args[:2])
                yield Operation(f"{module}.{service.name}.{method.name}", verb.upper(), path, homes[str(name)], str(name))


def _request_in(method: ast.FunctionDef) -> ast.Call | None:
    calls = (node for node in ast.walk(method) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))
    return next((call for call in calls if call.func.attr == "_request"), None)  # type: ignore[attr-defined]


def _literal(node: ast.expr) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):  # "...".format(...)
        node = node.func.value
    assert isinstance(node, ast.Constant), ast.dump(node)
    return str(node.value)


def tree_of(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """A bracketed form as nested dicts and lists."""
    root: dict[str, Any] = {}
    for key, value in pairs:
        first, *rest = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", key)
        node = root
        for step, following in zip([first, *rest], [*rest, None], strict=True):
            if following is None:
                node[step] = value
            else:
                node = node.setdefault(step, {})
    return {key: _listed(value) for key, value in root.items()}


def _listed(node: Any) -> Any:
    if isinstance(node, dict) and node and all(key.isdecimal() for key in node):
        return [_listed(node[key]) for key in sorted(node, key=int)]
    return {key: _listed(value) for key, value in node.items()} if isinstance(node, dict) else node


def breaches(value: Any, kind: Any, path: str) -> list[str]:
    """What is wrong with a decoded value, if it is meant to be of this type."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _breaches_of_every(value, inner, path)
    if origin is typing.Literal:
        return [] if value in inner else [f"{path}: {value!r} is not one of {inner}"]
    if origin in (list, tuple):
        if not isinstance(value, list):
            return [f"{path}: a list is needed"]
        return [fault for place, part in enumerate(value) for fault in breaches(part, inner[0], f"{path}[{place}]")]
    if origin is dict:
        if not isinstance(value, dict):
            return [f"{path}: an object is needed"]
        return [fault for key, part in value.items() for fault in breaches(part, inner[1], f"{path}[{key}]")]
    if is_typeddict(kind):
        return _breaches_of_shape(value, kind, path)
    return _breaches_of_leaf(value, kind, path)


def _breaches_of_every(value: Any, kinds: tuple[Any, ...], path: str) -> list[str]:
    """Open enumerations (`Literal[...] | str`) are closed: a misspelt word is a fault here."""
    closed = any(typing.get_origin(kind) is typing.Literal and kind != typing.Literal[""] for kind in kinds)
    tried = [breaches(value, kind, path) for kind in kinds if not (closed and kind is str)]
    return min(tried, key=len)


def _breaches_of_leaf(value: Any, kind: Any, path: str) -> list[str]:
    patterns = {int: r"-?\d+", bool: "true|false", float: r"-?\d+(\.\d+)?", Decimal: r"-?\d+(\.\d+)?", str: r"(?s).*"}
    if kind not in patterns:
        return [f"{path}: no value of {kind} is expected"]
    fits = isinstance(value, str) and re.fullmatch(patterns[kind], value, re.ASCII)
    return [] if fits else [f"{path}: {value!r} is not {kind.__name__}"]


def _breaches_of_shape(value: Any, shape: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: an object is needed"]
    fields = _fields_of(shape)
    needed = shape.__required_keys__ & fields.keys()
    faults = [f"{_below(path, name)}: missing" for name in sorted(needed - value.keys())]
    for name, part in value.items():
        if name not in fields:
            faults.append(f"{_below(path, name)}: unknown parameter of {shape.__name__}")
        else:
            faults += breaches(part, fields[name], _below(path, name))
    return faults


@cache
def _fields_of(shape: Any) -> dict[str, Any]:
    """The parameters of a TypedDict without the options of a request, which go into its headers."""
    own = {name: kind for name, kind in shape.__annotations__.items() if name not in RequestOptions.__annotations__}
    return typing.get_type_hints(type(shape.__name__, (), {"__annotations__": own, "__module__": shape.__module__}))


def _below(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _words(node: Any) -> Iterator[str]:
    """Every key at every depth."""
    if isinstance(node, dict):
        for key, part in node.items():
            yield key
            yield from _words(part)
    elif isinstance(node, list):
        for part in node:
            yield from _words(part)


def cross_field(operation: Operation, sent: dict[str, Any]) -> list[str]:
    """Rules that types cannot say."""
    faults = []
    call = f"{operation.verb} {operation.path}"
    if call == "POST /v1/checkout/sessions":
        for line in sent.get("line_items", []):
            if ("price" in line) == ("price_data" in line):  # docs.stripe.com/api/checkout/sessions/create
                faults.append("line_items: exactly one of price and price_data")
            cost = line.get("price_data", {})
            if cost.get("currency") == "krw" and int(cost.get("unit_amount", 100)) < 100:  # docs.stripe.com/currencies
                faults.append("line_items: less than 100 won")
        if sent.get("mode") == "payment" and "success_url" not in sent:
            faults.append("success_url: needed by a hosted page")
    if call == "POST /v1/refunds" and ("charge" in sent) == ("payment_intent" in sent):  # docs.stripe.com/api/refunds/create
        faults.append("refund: exactly one of charge and payment_intent")
    return faults


@dataclass
class Contract:
    """What was called, and what was wrong with it."""

    seen: list[Operation] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def check(self, verb: str, url: str, headers: Any, post_data: Any) -> None:
        """Raises: ContractBreach."""
        parts = urlsplit(url)
        path = parts.path[parts.path.find("/v1/") :]
        verb = verb.upper()
        operation = next((one for one in operations() if one.verb == verb and one.pattern.match(path)), None)
        faults = self._headers(verb, headers)
        if operation is None:
            faults.append("no such operation")
        else:
            sent = tree_of(parse_qsl(parts.query if verb == "GET" else post_data or "", keep_blank_values=True))
            faults += breaches(sent, operation.shape, "")
            faults += [] if faults else cross_field(operation, sent)
            faults += [f"{word}: personal data" for word in _words(sent) if word in PERSONAL]
            self.seen.append(operation)
        if faults:
            self.faults += [f"{verb} {path}: {fault}" for fault in faults]
            raise ContractBreach("; ".join(self.faults))

    def _headers(self, verb: str, headers: Any) -> list[str]:
        faults = []
        if headers.get("Stripe-Version") != API_VERSION:
            faults.append(f"Stripe-Version is {headers.get('Stripe-Version')}")
        if "X-Stripe-Client-Telemetry" in headers:
            faults.append("telemetry is on")
        if verb == "POST":
            key = headers.get("Idempotency-Key", "")
            self.keys.append(key)
            if not 0 < len(key) <= MOST_KEY_CHARACTERS:
                faults.append("Idempotency-Key is missing or too long")
        return faults


@pytest.fixture(autouse=True)
def stripe_contract(monkeypatch: pytest.MonkeyPatch) -> Iterator[Contract]:
    """Checks every call the SDK sends during the test; a breach swallowed on its way up still fails the test."""
    contract = Contract()
    send = stripe.RequestsClient.request

    def checked(self: Any, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        contract.check(method, url, headers, post_data)
        return send(self, method, url, headers, post_data)

    monkeypatch.setattr(stripe.RequestsClient, "request", checked)
    yield contract
    assert not contract.faults, contract.faults
