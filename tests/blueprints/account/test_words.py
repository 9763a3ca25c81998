"""The library's own sentences are all there in Korean."""

import re
from pathlib import Path

import flask_security
import pytest
from babel.messages.pofile import read_po

from shop.kernel.catalogues import compile_catalogues

KO = Path("shop/translations/flask_security/ko/LC_MESSAGES/flask_security.po")
PLACEHOLDER = re.compile(r"%\(\w+\)|%s")


def read(path):
    with path.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


@pytest.fixture
def korean(app):
    return read(Path(app.root_path).parent / KO)


def test_every_sentence_of_the_library_is_there_in_korean(korean):
    wanted = read(Path(flask_security.__file__).parent / "translations" / "flask_security.pot")
    assert set(korean) == set(wanted)
    assert all(korean.values())


def test_every_sentence_keeps_its_places(korean):
    wrong = [key for key, text in korean.items() if sorted(PLACEHOLDER.findall(key)) != sorted(PLACEHOLDER.findall(text))]
    assert not wrong


def test_the_catalogue_is_compiled_once(tmp_path):
    source = tmp_path / "ko" / "LC_MESSAGES" / "words.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "tea"\nmsgstr "차"\n')
    assert compile_catalogues(tmp_path) == 1
    assert compile_catalogues(tmp_path) == 0
    assert source.with_suffix(".mo").exists()


@pytest.mark.parametrize(("language", "words"), [("ko", "로그인하지 못했습니다"), ("en", "Authentication failed")])
def test_a_refusal_is_said_in_the_readers_language(client, language, words):
    client.set_cookie("lang", language)
    assert words in client.post("/account/login", data={"email": "a@example.com", "password": "wrong wrong"}).text
