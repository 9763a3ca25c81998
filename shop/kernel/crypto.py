"""Personal data at rest: AES-256-GCM text columns under a key ring, and keyed hashes for looking such data up.

The first key of the ring writes; every key reads, so a key can be rotated while the shop is open.
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Text
from sqlalchemy.types import TypeDecorator

_ring: dict[str, bytes] = {}
_writer = ""


def configure_keys(secrets: Sequence[str]) -> None:
    """Set the key ring from secrets; the first one writes."""
    global _writer
    _ring.clear()
    for secret in secrets:
        key = hashlib.sha256(b"ongoeul-data:" + secret.encode()).digest()
        _ring[hashlib.sha256(key).hexdigest()[:8]] = key
    _writer = next(iter(_ring))


def seal(text: str) -> str:
    """Encrypt a text; the result names its key and differs every time."""
    nonce = os.urandom(12)
    sealed = AESGCM(_ring[_writer]).encrypt(nonce, text.encode(), _writer.encode())
    return f"{_writer}:{base64.b64encode(nonce + sealed).decode()}"


def unseal(sealed: str) -> str:
    """Decrypt what `seal` made with any key of the ring."""
    name, _, payload = sealed.partition(":")
    blob = base64.b64decode(payload)
    return AESGCM(_ring[name]).decrypt(blob[:12], blob[12:], name.encode()).decode()


def lookup_key(text: str) -> str:
    """A keyed hash of a normalised text: equal texts can be found without being readable."""
    return _keyed(_ring[_writer], text)


def lookup_keys(text: str) -> list[str]:
    """The same under every key of the ring: rows written before a rotation are found by one of these."""
    return [_keyed(key, text) for key in _ring.values()]


def _keyed(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class SealedText(TypeDecorator[str]):
    """A text column whose value is encrypted in the database and plain in Python."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: object) -> str | None:
        return None if value is None else seal(value)

    def process_result_value(self, value: str | None, dialect: object) -> str | None:
        return None if value is None else unseal(value)


class SealedJson(TypeDecorator[Any]):
    """A JSON value that is encrypted in the database and plain in Python."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: object) -> str | None:
        return None if value is None else seal(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: str | None, dialect: object) -> Any:
        return None if value is None else json.loads(unseal(value))


def derive_keys(purpose: str) -> dict[str, bytes]:
    """A key of 32 bytes for another purpose from every key of the ring, by name; the first one writes."""
    return {name: hmac.new(key, purpose.encode(), hashlib.sha256).digest() for name, key in _ring.items()}
