"""Korean is the source of every sentence; English is complete, with the same placeholders."""

import re
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
ENGLISH = ROOT / "shop" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
METHODS = [("shop/**.py", "python"), ("shop/templates/**.html", "jinja2"), ("shop/templates/**.txt", "jinja2")]
OPTIONS = {pattern: {"trim_blocks": "true", "lstrip_blocks": "true"} for pattern, method in METHODS if method == "jinja2"}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "_l": None, "lazy_gettext": None, "_n": (1, 2)}
HANGUL = re.compile(r"[가-힣]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def used_messages() -> set[str]:
    found = set()
    for _file, _line, message, _comments, _context in extract_from_dir(ROOT, METHODS, OPTIONS, KEYWORDS):
        found.add(message[0] if isinstance(message, tuple) else message)
    return found


def english() -> dict[str, str]:
    catalogue = read_po(BytesIO(ENGLISH.read_bytes()))
    texts = {}
    for message in catalogue:
        if message.id and not message.fuzzy:
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            texts[key] = " ".join(message.string) if isinstance(message.string, tuple) else message.string
    return texts


def test_every_sentence_has_its_english():
    texts = english()
    missing = sorted(message for message in used_messages() if not texts.get(message))
    assert not missing, f"{len(missing)} without English, such as {missing[:10]}"


def test_placeholders_agree():
    wrong = [key for key, text in english().items() if set(PLACEHOLDER.findall(key)) != set(PLACEHOLDER.findall(text))]
    assert not wrong


def test_english_holds_no_korean():
    allowed = {"한국어"}
    wrong = [key for key, text in english().items() if HANGUL.search(text) and text not in allowed and "온고을" not in text]
    assert not wrong


def test_no_template_speaks_korean_outside_the_catalogue():
    """A Korean text in a template must stand inside _(): else English readers meet it."""
    wrong = []
    for path in (ROOT / "shop" / "templates").rglob("*.html"):
        text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
        text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.S)
        if HANGUL.search(text):
            line = next(row for row in text.splitlines() if HANGUL.search(row))
            wrong.append(f"{path.relative_to(ROOT)}: {line.strip()[:60]}")
    assert not wrong, "\n".join(wrong)
