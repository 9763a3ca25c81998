"""The house's rules."""

import pytest

from shop.blueprints.public.rules import RULES


@pytest.mark.parametrize("slug", RULES)
def test_show_carries_its_title_and_version(client, slug):
    page = client.get(f"/rules/{slug}").get_data(as_text=True)
    assert str(RULES[slug].version) in page
    assert "<h1>" in page


def test_show_of_unknown_rules_is_not_found(client):
    assert client.get("/rules/nothing").status_code == 404
