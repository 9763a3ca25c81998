"""Every template compiles with the app's own filters and globals, and every one it names exists."""

import re
from pathlib import Path

import pytest
from jinja2 import nodes

TEMPLATES = Path(__file__).resolve().parent.parent / "shop" / "templates"


@pytest.mark.parametrize("name", sorted(str(p.relative_to(TEMPLATES)) for p in TEMPLATES.rglob("*.*")))
def test_a_template_compiles_and_finds_its_parts(whole_app, name):
    environment = whole_app.jinja_env
    environment.get_template(name)
    tree = environment.parse((TEMPLATES / name).read_text())
    for kind in (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport):
        for node in tree.find_all(kind):
            if isinstance(node.template, nodes.Const) and not getattr(node, "ignore_missing", False):
                environment.get_template(node.template.value)


def test_every_endpoint_a_template_links_to_exists(whole_app):
    wrong = []
    for path in TEMPLATES.rglob("*.html"):
        for endpoint in re.findall(r"url_for\(\s*['\"]([\w.]+)['\"]", path.read_text()):
            if endpoint not in whole_app.view_functions and not endpoint.startswith("."):
                wrong.append(f"{path.relative_to(TEMPLATES)}: {endpoint}")
    assert not wrong, "\n".join(wrong)
