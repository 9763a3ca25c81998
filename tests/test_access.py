"""Who may do what: every route × method × role against the table below, which is written by hand and not read from the code."""

import re

import pytest
from flask import Flask

from shop.blueprints.access import rule_of
from tests.access_table import TABLE

ROLES = ["anonymous", "shopper", "vendor_owner", "cashier", "merchandiser", "accountant", "manager", "auditor"]
STAFF_ROLES = {"cashier", "merchandiser", "accountant", "manager", "auditor"}
LIBRARY = ("static", "security.")


def routes(app: Flask):
    for rule in app.url_map.iter_rules():
        if not (rule.endpoint == "static" or rule.endpoint.startswith("security.")):
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield f"{method} {rule.rule}", rule


def allowed(word: str) -> set[str]:
    """Roles a word of the table lets in."""
    if word == "public":
        return set(ROLES)
    if word == "signed_in":
        return set(ROLES) - {"anonymous"}
    if word.startswith("vendor"):
        return {"vendor_owner"}
    return set(word.split(":")[1].split(",")) if ":" in word else STAFF_ROLES


def test_every_route_is_in_the_table_and_nothing_else(whole_app):
    found = {name: str(rule_of(whole_app, rule.endpoint)) for name, rule in routes(whole_app)}
    undeclared = [name for name, rule in found.items() if rule == "None"]
    assert not undeclared, f"routes without declared access: {undeclared}"
    assert found == TABLE


def test_every_route_lets_in_its_roles_and_nobody_else(app, cast, sign_in):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    people = {"anonymous": None, "shopper": cast.shopper, "vendor_owner": cast.vendor_owner,
              **{role: getattr(cast, role) for role in STAFF_ROLES}}
    wrong = []
    for role, user_id in people.items():
        browser = app.test_client()
        if user_id:
            sign_in(user_id, on=browser)
        for name, _rule in routes(app):
            method, path = name.split(" ", 1)
            path = re.sub(r"<int:[^>]+>", "999999", path)
            path = re.sub(r"<[^>]+>", "nothing-here", path)
            answer = browser.open(path, method=method)
            to_sign_in = "/account/login" in answer.headers.get("Location", "")
            shut = answer.status_code == 403 or (answer.status_code == 303 and to_sign_in)
            if shut == (role in allowed(TABLE[name])):
                wrong.append(f"{role} {name}: {answer.status_code}")
            if answer.status_code >= 500:
                wrong.append(f"{role} {name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def guarded(app):
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def test_every_post_but_webhooks_asks_for_a_csrf_token(guarded, cast, sign_in):
    browsers = {"shopper": sign_in(cast.shopper, on=guarded.test_client()),
                "vendor": sign_in(cast.vendor_owner, on=guarded.test_client()),
                "staff": sign_in(cast.manager, on=guarded.test_client())}
    accepted = []
    for rule in guarded.url_map.iter_rules():
        if "POST" not in rule.methods or rule.endpoint.startswith("webhooks."):
            continue
        path = re.sub(r"<int:[^>]+>", "999999", rule.rule)
        path = re.sub(r"<[^>]+>", "nothing-here", path)
        for who, browser in browsers.items():
            answer = browser.post(path)
            sent_away = answer.status_code in (302, 303) and rule.endpoint.startswith("security.")
            if answer.status_code not in (400, 403, 404) and not sent_away:
                accepted.append(f"{who} {path}: {answer.status_code}")
    assert not accepted


def test_an_undeclared_view_is_refused_to_everybody(app, cast, sign_in):
    with app.test_request_context("/healthz"):
        view = app.view_functions["public.health.healthz"]
        rule = view.access_rule
        del view.access_rule
        try:
            assert app.test_client().get("/healthz").status_code == 403
            assert sign_in(cast.manager, on=app.test_client()).get("/healthz").status_code == 403
        finally:
            view.access_rule = rule
