"""The living style guide and the files it stands on."""

import re
from pathlib import Path
from xml.etree import ElementTree

STATIC = Path(__file__).parents[3] / "shop" / "static"
TEMPLATES = STATIC.parent / "templates"
SCRIPT = r"<script(?![^>]*\ssrc=)(?![^>]*application/ld\+json)"
INLINE = re.compile(rf"<style|\sstyle=\"|\son[a-z]+=\"|{SCRIPT}|javascript:", re.IGNORECASE)


def test_the_guide_shows_every_component_without_inline_style_or_script(client):
    answer = client.get("/styleguide")

    assert answer.status_code == 200
    assert not INLINE.search(answer.text)


def test_no_template_carries_inline_style_or_script():
    guilty = [str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html") if INLINE.search(path.read_text())]

    assert guilty == []


def test_every_drawing_parses_and_loads_nothing():
    drawings = [*STATIC.glob("*.svg"), *STATIC.glob("drawings/**/*.svg")]

    assert len(drawings) > 60
    for path in drawings:
        for element in ElementTree.parse(path).iter():
            assert element.tag.rpartition("}")[2] not in ("script", "style", "image", "foreignObject"), path
            assert not any("href" in name or name == "style" for name in element.attrib), path


def test_every_class_in_a_component_is_drawn_by_some_stylesheet():
    css = "".join(path.read_text() for path in STATIC.glob("css/*.css") if path.name != "fonts.css")
    drawn = set(re.findall(r"\.([a-zA-Z][\w-]*)", css))

    for path in (TEMPLATES / "components").glob("*.html"):
        text = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)
        for classes in re.findall(r'class="([^"]*)"', text):
            plain = re.sub(r"{%.*?%}", " ", re.sub(r"[\w-]*{{.*?}}", "", classes))
            assert set(plain.split()) <= drawn, (path.name, plain)


def test_text_colours_reach_the_contrast_of_aa_on_every_ground():
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", (STATIC / "css" / "tokens.css").read_text()))
    grounds = ["paper", "sheet", "tint", *(name for name in tokens if name.startswith("room-"))]

    for ground in grounds:
        for text in ("ink", "ink-2", "ink-3", "indigo", "seal", "ok", "warn", "bad"):
            assert contrast(tokens[text], tokens[ground]) >= 4.5, (text, ground)
        assert contrast(tokens["edge"], tokens[ground]) >= 3, ground
    for state in ("ok", "warn", "bad", "indigo"):
        assert contrast(tokens[state], tokens[f"{state}-wash"]) >= 4.5, state


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours. Source: WCAG 2.2, relative luminance."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
