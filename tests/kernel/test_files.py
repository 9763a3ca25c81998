"""One contract, two stores: a folder of this machine and an S3-compatible bucket."""

import socket
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from shop.kernel.files import FileStore, LocalFileStore, S3FileStore, content_key


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "local":
        return LocalFileStore(tmp_path / "files")
    url = request.getfixturevalue("s3_url")
    options = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    boto3.client("s3", endpoint_url=url, region_name="us-east-1", **options).create_bucket(Bucket="hall")
    return S3FileStore("hall", endpoint=url, region="us-east-1", access_key_id="test", secret_access_key="test",
                       allow_http="true", virtual_hosted_style_request="false")


def test_what_is_put_is_got(store):
    store.put("products/12/3f9a.webp", b"\x00\xffpicture", "image/webp")
    assert store.get("products/12/3f9a.webp") == b"\x00\xffpicture"


def test_a_second_put_replaces_the_first(store):
    store.put("notes/a.txt", b"one", "text/plain")
    store.put("notes/a.txt", b"two", "text/plain")
    assert store.get("notes/a.txt") == b"two"


def test_an_empty_file_is_a_file(store):
    store.put("notes/empty.txt", b"", "text/plain")
    assert store.get("notes/empty.txt") == b""


def test_what_was_never_put_is_none(store):
    assert store.get("products/none.webp") is None


def test_a_deleted_file_is_gone_and_deleting_again_is_no_error(store):
    store.put("notes/b.txt", b"x", "text/plain")
    store.delete("notes/b.txt")
    store.delete("notes/b.txt")
    assert store.get("notes/b.txt") is None


@pytest.mark.parametrize("key", ["../secret", "a/../../b", "/etc/passwd", "", "A.webp", "a b", ".hidden", "a\x00b", "x" * 300])
def test_a_key_that_could_leave_the_store_is_a_mistake(store, key):
    for act in (store.get, store.delete, lambda k: store.put(k, b"", "text/plain")):
        with pytest.raises(AssertionError):
            act(key)


def test_a_content_key_is_the_same_for_the_same_bytes_only():
    assert content_key("products/1", b"a", ".webp") == content_key("products/1", b"a", ".webp")
    assert content_key("products/1", b"a", ".webp") != content_key("products/1", b"b", ".webp")
    assert content_key("products/1", b"a", ".webp").startswith("products/1/")


def test_a_local_put_leaves_nothing_half_written(tmp_path):
    LocalFileStore(tmp_path).put("a/b.txt", b"x", "text/plain")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.txt"]
