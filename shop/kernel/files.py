"""Where uploaded files live: the FileStore protocol, on local disk or in an S3 bucket."""

import hashlib
import os
import re
from pathlib import Path
from typing import Protocol

_KEY = re.compile(r"[a-z0-9][a-z0-9_\-/.]{0,200}")


class FileStore(Protocol):
    """Bytes under keys such as `products/12/3f9a.webp`. Keys are lower case, without `..`."""

    def put(self, key: str, content: bytes, content_type: str) -> None: ...
    def get(self, key: str) -> bytes | None: ...
    def delete(self, key: str) -> None: ...


def check_key(key: str) -> str:
    """Refuse a key that could leave the store."""
    assert _KEY.fullmatch(key), f"bad file key {key!r}"
    assert ".." not in key, f"bad file key {key!r}"
    return key


def content_key(folder: str, content: bytes, suffix: str) -> str:
    """A key named by its content, so that it may be cached for ever."""
    return check_key(f"{folder}/{hashlib.sha256(content).hexdigest()[:20]}{suffix}")


class LocalFileStore:
    """Files under one folder of this machine; a write is atomic."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def put(self, key: str, content: bytes, content_type: str) -> None:
        path = self.root / check_key(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        waiting = path.with_name(f".{path.name}.{os.getpid()}")
        waiting.write_bytes(content)
        waiting.replace(path)

    def get(self, key: str) -> bytes | None:
        path = self.root / check_key(key)
        return path.read_bytes() if path.is_file() else None

    def delete(self, key: str) -> None:
        (self.root / check_key(key)).unlink(missing_ok=True)


class S3FileStore:
    """The same in an S3-compatible bucket, by obstore."""

    def __init__(self, bucket: str, **options: str) -> None:
        from obstore.store import S3Store

        self._store = S3Store(bucket, **options)  # type: ignore[arg-type]

    def put(self, key: str, content: bytes, content_type: str) -> None:
        self._store.put(check_key(key), content, attributes={"Content-Type": content_type})

    def get(self, key: str) -> bytes | None:
        try:
            return bytes(self._store.get(check_key(key)).bytes())
        except FileNotFoundError:
            return None

    def delete(self, key: str) -> None:
        self._store.delete(check_key(key))
