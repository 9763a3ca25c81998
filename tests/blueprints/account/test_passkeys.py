"""Passkeys: made, used alone with the device's lock, used as second factor, refused when anything does not fit."""

import json

import pytest

from tests.blueprints.account.keys import EMAIL, PASSWORD, SoftKey, action_of, add_person, attribute, enter, is_in, person


def make(client, key, usage="first", name="내 휴대전화", flags=0x45):
    page = client.post("/account/wan-register", data={"name": name, "usage": usage})
    assert page.status_code == 200
    options = json.loads(attribute(page, "data-options"))
    return client.post(action_of(page, "data-passkey"), data={"credential": key.create(options, flags)}), options


def use(client, key, flags=0x05):
    page = client.post("/account/wan-signin", data={})
    options = json.loads(attribute(page, "data-options"))
    return client.post(action_of(page, "data-passkey"), data={"credential": key.get(options, flags)}), options


@pytest.fixture
def key(app):
    add_person(app)
    client, key = app.test_client(), SoftKey()
    enter(client)
    answer, _ = make(client, key)
    assert answer.location == "/account"
    return key


def test_a_passkey_signs_in_alone(app, client, key):
    assert person(app).webauthn[0].name == "내 휴대전화"
    answer, options = use(client, key)
    assert answer.location == "/account/enter"
    assert is_in(client)
    assert options["userVerification"] == "required"
    assert options.get("allowCredentials", []) == []


def test_any_kind_of_device_may_hold_a_passkey(app, key):
    client = app.test_client()
    enter(client)
    _, options = make(client, SoftKey(), name="노트북")
    assert "authenticatorAttachment" not in options["authenticatorSelection"]
    assert options["authenticatorSelection"]["residentKey"] == "required"


@pytest.mark.parametrize("spoil", ["origin", "unverified", "stranger"])
def test_a_passkey_that_does_not_fit_is_refused(app, client, key, spoil):
    if spoil == "origin":
        key.origin = "https://evil.example"
    if spoil == "stranger":
        key = SoftKey()
    use(client, key, flags=0x01 if spoil == "unverified" else 0x05)
    assert not is_in(client)


def test_an_answer_to_another_question_is_refused(app, client, key):
    page = client.post("/account/wan-signin", data={})
    client.post(action_of(page, "data-passkey"), data={"credential": key.get({"challenge": "b3RoZXI"})})
    client.post(action_of(page, "data-passkey"), data={"credential": "not json"})
    assert not is_in(client)


def test_a_passkey_is_the_second_factor_after_a_password(app):
    add_person(app)
    owner, key = app.test_client(), SoftKey()
    enter(owner)
    make(owner, key, usage="secondary")
    client = app.test_client()
    assert enter(client).location.startswith("/account/wan-signin")
    assert not is_in(client)
    use(client, key, flags=0x01)
    assert is_in(client)


def test_a_passkey_is_removed_by_its_name(app, client, key):
    enter(client)
    client.post("/account/wan-delete", data={"name": "내 휴대전화"})
    assert not person(app).webauthn
    other = app.test_client()
    use(other, key)
    assert not is_in(other)


def test_the_ceremony_page_holds_no_inline_script(app, client, key):
    enter(client, EMAIL, PASSWORD)
    page = client.post("/account/wan-register", data={"name": "태블릿", "usage": "first"})
    assert "js/passkey.js" in page.text
    assert "<script>" not in page.text
