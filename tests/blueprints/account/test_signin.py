"""Opening an account, signing in and out, passwords, e-mail confirmation; and that no answer tells who has an account."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from shop.kernel import clock
from tests.blueprints.account.keys import EMAIL, PASSWORD, add_person, enter, is_in, mails, person
from tests.conftest import NOON

NEW = "풍남문 앞 은행나무 3"


def register(client, email=EMAIL, password=PASSWORD, name="김하늘"):
    return client.post("/account/register", data={"email": email, "password": password, "name": name})


def bare(answer):
    """A page without what differs every time or was typed."""
    text = re.sub(r'name="csrf_token"[^>]*>', "", answer.text)
    return re.sub(r"(haneul|nobody|new)@example\.com", "?", text)


def test_register_opens_an_account_that_can_sign_in_before_its_email_is_confirmed(app, client):
    answer = register(client)
    assert (answer.status_code, answer.location) == (302, "/account/login")
    assert not is_in(client)
    assert (person(app).name, person(app).confirmed_at) == ("김하늘", None)
    assert enter(client).location == "/account/enter"
    assert is_in(client)


@pytest.mark.parametrize(
    ("field", "value"), [("email", "not-an-address"), ("password", "짧다"), ("password", "password1"), ("name", " ")]
)
def test_register_keeps_what_was_typed_and_opens_nothing(app, client, field, value):
    answer = client.post("/account/register", data={"email": EMAIL, "password": PASSWORD, "name": "김하늘", field: value})
    assert answer.status_code == 200
    assert "field__error" in answer.text
    assert person(app) is None
    assert not mails(app)


def test_register_takes_no_field_beyond_its_own(app, client):
    client.post(
        "/account/register",
        data={
            "email": EMAIL,
            "password": PASSWORD,
            "name": "김하늘",
            "active": "",
            "roles": "manager",
            "is_demo": "y",
            "confirmed_at": "2020-01-01",
            "fs_uniquifier": "mine",
        },
    )
    user = person(app)
    assert user.active
    assert not user.is_demo
    assert user.confirmed_at is None
    assert user.fs_uniquifier != "mine"
    assert not user.roles


def test_the_welcome_mail_confirms_the_address(app, client):
    register(client)
    (mail,) = mails(app, "account_welcome")
    assert mail.context["link"].startswith("/account/confirm/")
    assert client.get(mail.context["link"]).status_code == 302
    assert person(app).confirmed_at is not None


def test_a_mail_link_never_carries_the_host_of_the_request(app):
    register(app.test_client())
    assert "://" not in mails(app, "account_welcome")[0].context["link"]


def test_mail_is_written_in_the_language_the_page_was_read_in(app, client):
    client.set_cookie("lang", "en")
    register(client)
    assert mails(app)[0].locale == "en"
    assert person(app).locale == "en"


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKD"])
def test_a_hangul_password_opens_however_it_was_typed(app, client, form):
    add_person(app)
    assert enter(client, password=unicodedata.normalize(form, PASSWORD)).status_code == 302
    assert is_in(client)


def test_an_email_is_read_without_regard_to_case(app, client):
    add_person(app)
    assert enter(client, email=EMAIL.upper()).status_code == 302


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(app):
    add_person(app)
    known = enter(app.test_client(), password="아닌 비밀번호 99")
    unknown = enter(app.test_client(), email="nobody@example.com", password="아닌 비밀번호 99")
    assert known.status_code == unknown.status_code == 200
    assert bare(known) == bare(unknown)
    assert "로그인하지 못했습니다" in known.text


def test_a_known_and_a_new_address_get_the_same_answer_from_register(app):
    add_person(app)
    first, second = app.test_client(), app.test_client()
    known, new = register(first), register(second, email="new@example.com")
    assert (known.status_code, known.location) == (new.status_code, new.location)
    assert bare(first.get("/account/login")) == bare(second.get("/account/login"))
    assert mails(app, "account_exists")[0].recipient == EMAIL
    assert enter(app.test_client()).status_code == 302  # the standing password still stands


def test_a_known_and_an_unknown_address_get_the_same_answer_from_reset(app):
    add_person(app)
    known = app.test_client().post("/account/reset", data={"email": EMAIL})
    unknown = app.test_client().post("/account/reset", data={"email": "nobody@example.com"})
    assert known.status_code == unknown.status_code == 200
    assert bare(known) == bare(unknown)
    assert [m.recipient for m in mails(app, "password_reset")] == [EMAIL]


def test_a_reset_link_sets_a_password_once_and_ends_every_session(app, client):
    add_person(app)
    enter(client)
    other = app.test_client()
    other.post("/account/reset", data={"email": EMAIL})
    link = mails(app, "password_reset")[0].context["link"]
    assert other.get(link).status_code == 200
    assert other.post(link, data={"password": NEW, "password_confirm": NEW}).location == "/account/login"
    assert not is_in(client)
    assert enter(app.test_client()).status_code == 200
    assert enter(other, password=NEW).status_code == 302
    assert len(mails(app, "password_changed")) == 1
    again = app.test_client().post(link, data={"password": PASSWORD, "password_confirm": PASSWORD})
    assert again.location == "/account/reset"
    assert enter(app.test_client(), password=NEW).status_code == 302


@pytest.mark.parametrize(("one", "two"), [(NEW, "다른 것 1234"), ("password1", "password1"), ("짧다", "짧다")])
def test_a_reset_with_a_bad_password_changes_nothing(app, client, one, two):
    add_person(app)
    client.post("/account/reset", data={"email": EMAIL})
    link = mails(app, "password_reset")[0].context["link"]
    assert client.post(link, data={"password": one, "password_confirm": two}).status_code == 200
    assert enter(app.test_client()).status_code == 302


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(app, client):
    add_person(app)
    other = app.test_client()
    enter(client)
    enter(other)
    answer = client.post("/account/change", data={"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW})
    assert answer.location == "/account"
    assert is_in(client)
    assert not is_in(other)
    assert len(mails(app, "password_changed")) == 1


def test_a_password_is_not_changed_without_the_present_one(app, client):
    add_person(app)
    enter(client)
    answer = client.post(
        "/account/change", data={"password": "아닌 비밀번호 99", "new_password": NEW, "new_password_confirm": NEW}
    )
    assert answer.status_code == 200
    assert enter(app.test_client()).status_code == 302


def test_signing_out_ends_the_session_even_for_a_copy_of_its_cookie(app, client):
    add_person(app)
    enter(client)
    copy = client.get_cookie("session").value
    assert client.post("/account/logout").status_code == 302
    assert not is_in(client)
    thief = app.test_client()
    thief.set_cookie("session", copy)
    assert not is_in(thief)


def test_signing_out_everywhere_keeps_this_session(app, client):
    add_person(app)
    other = app.test_client()
    enter(client)
    enter(other)
    assert client.post("/account/sign-out-everywhere").status_code == 303
    assert is_in(client)
    assert not is_in(other)


def test_a_person_who_was_shut_out_is_out_at_the_next_request(app, client, unit):
    from shop.people.models import User

    user_id = add_person(app)
    enter(client)
    with unit() as session:
        session.get(User, user_id).active = False
    assert not is_in(client)
    assert enter(app.test_client()).status_code == 200


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:evil.example"]
)
def test_signing_in_goes_back_to_own_pages_only(app, client, target):
    add_person(app)
    answer = client.post(
        "/account/login", query_string={"next": target}, data={"email": EMAIL, "password": PASSWORD, "next": target}
    )
    place = answer.location or "/"
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\"))


def test_signing_in_goes_back_to_where_one_was(app, client):
    add_person(app)
    assert (
        client.post("/account/login?next=/cart", data={"email": EMAIL, "password": PASSWORD, "next": "/cart"}).location == "/cart"
    )


def test_enter_sends_staff_to_the_office_vendors_to_their_shop_and_shoppers_to_the_hall(client, cast, sign_in):
    places = {cast.manager: "/staff", cast.vendor_owner: "/vendor", cast.shopper: "/"}
    for user_id, place in places.items():
        assert sign_in(user_id).get("/account/enter").location == place


def test_an_old_confirmation_link_is_refused(app, client):
    register(client)
    link = mails(app, "account_welcome")[0].context["link"]
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8)):
        client.get(link)
    assert person(app).confirmed_at is None


@pytest.mark.parametrize("page", ["login", "register", "reset", "confirm", "wan-signin"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_open_page_is_drawn_in_both_languages(client, page, language):
    client.set_cookie("lang", language)
    answer = client.get(f"/account/{page}")
    assert answer.status_code == 200
    assert "<main" in answer.text
    if language == "ko" and page == "login":
        assert "비밀번호" in answer.text


@pytest.mark.parametrize("page", ["change", "verify", "tf-setup", "mf-recovery-codes", "wan-register", ""])
def test_every_page_of_ones_own_is_drawn_and_asks_for_a_sign_in(app, client, page):
    path = f"/account/{page}".rstrip("/")
    assert "/account/login" in client.get(path).location
    add_person(app)
    enter(client)
    assert client.get(path).status_code == 200


def test_a_password_of_a_megabyte_is_refused_at_the_door(client):
    assert enter(client, password="가" * 400_000).status_code == 413


def test_the_pages_answer_no_json(app, client):
    add_person(app)
    answer = client.post(
        "/account/login?include_auth_token", json={"email": EMAIL, "password": PASSWORD}, headers={"Accept": "application/json"}
    )
    assert "authentication_token" not in answer.text


def test_profile_is_changed_and_a_bad_phone_is_kept_on_the_page(app, client):
    add_person(app)
    enter(client)
    assert client.post("/account/profile", data={"name": "김 하늘", "phone": "01011112222", "locale": "en"}).status_code == 303
    assert person(app).phone == "010-1111-2222"
    answer = client.post("/account/profile", data={"name": "김 하늘", "phone": "77", "locale": "en"})
    assert answer.status_code == 422
    assert 'value="77"' in answer.text


def test_the_office_signs_out_whoever_stood_idle_for_half_an_hour(app, unit, monkeypatch):
    from shop.people.models import StaffRole

    monkeypatch.setitem(app.config, "OFFICE_IDLE_MINUTES", 30)
    add_person(app, roles=[StaffRole.MANAGER])
    client = app.test_client()
    enter(client)
    assert client.get("/staff/people").status_code == 200
    for minutes in (29, 58):
        clock.set_clock(clock.FixedClock(NOON + timedelta(minutes=minutes)))
        assert client.get("/staff/people").status_code == 200
    clock.set_clock(clock.FixedClock(NOON + timedelta(minutes=58 + 31)))
    assert "/account/login" in client.get("/staff/people").location
    assert not is_in(client)
