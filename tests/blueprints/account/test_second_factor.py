"""The second factor: one-time codes that pass once, recovery codes that pass once, and no way around for staff and vendors."""

import time

import pyotp
import pytest
from sqlalchemy import select

from shop.people.models import StaffRole, User
from tests.blueprints.account.keys import EMAIL, action_of, add_person, enter, is_in, mails, person, totp_key


@pytest.fixture
def key(app):
    """A person with codes set up; the key of the authenticator app."""
    add_person(app)
    client = app.test_client()
    enter(client)
    return set_up(client)


def set_up(client):
    page = client.post("/account/tf-setup", data={"setup": "authenticator"})
    secret = totp_key(page)
    code = pyotp.TOTP(secret).at(time.time() - 30)
    answer = client.post(action_of(page, "tf-setup/"), data={"code": code})
    assert answer.location == "/account"
    return secret


def now_code(secret, step=0):
    return pyotp.TOTP(secret).at(time.time() + 30 * step)


def test_a_code_is_asked_for_after_the_password(app, key):
    client = app.test_client()
    assert enter(client).location.startswith("/account/tf-validate")
    assert not is_in(client)
    assert client.get("/account/tf-validate").status_code == 200
    assert client.post("/account/tf-validate", data={"code": now_code(key)}).location == "/account/enter"
    assert is_in(client)


def test_a_wrong_code_does_not_open(app, key):
    client = app.test_client()
    enter(client)
    assert client.post("/account/tf-validate", data={"code": "000000"}).status_code == 200
    assert not is_in(client)


def test_a_code_passes_once(app, key):
    code = now_code(key)
    first, second = app.test_client(), app.test_client()
    for client in (first, second):
        enter(client)
        client.post("/account/tf-validate", data={"code": code})
    assert is_in(first)
    assert not is_in(second)


def test_the_code_that_set_it_up_does_not_pass_again(app, key):
    client = app.test_client()
    enter(client)
    client.post("/account/tf-validate", data={"code": now_code(key, -1)})
    assert not is_in(client)


def test_a_code_of_an_hour_ago_does_not_pass(app, key):
    client = app.test_client()
    enter(client)
    client.post("/account/tf-validate", data={"code": now_code(key, 120)})
    client.post("/account/tf-validate", data={"code": now_code(key, 3)})
    assert not is_in(client)


def test_guessing_codes_is_cut_off_after_five(app, key):
    client = app.test_client()
    enter(client)
    answers = [client.post("/account/tf-validate", data={"code": f"{n:06}"}).status_code for n in range(7)]
    assert answers == [200] * 5 + [429] * 2
    assert client.post("/account/tf-validate", data={"code": now_code(key)}).status_code == 429


@pytest.mark.parametrize("path", ["/account/tf-validate", "/account/mf-recovery", "/account/tf-rescue", "/account/tf-select"])
def test_the_second_step_needs_the_first(app, key, path):
    client = app.test_client()
    client.post(path, data={"code": now_code(key), "help_setup": "help", "which": "authenticator"})
    assert not is_in(client)


def test_the_secret_is_sealed_in_the_database(app, key):
    assert key not in (person(app).tf_totp_secret or "")


def test_a_recovery_code_opens_once(app, key):
    owner = app.test_client()
    enter(owner)
    owner.post("/account/tf-validate", data={"code": now_code(key)})
    import re

    codes = re.findall(
        r"<li><code>([^<]+)</code>", owner.post("/account/mf-recovery-codes", data={"generate_new_codes": "1"}).text
    )
    assert len(codes) == 8
    assert codes[0] not in str(person(app).mf_recovery_codes)
    for attempt in range(2):
        client = app.test_client()
        enter(client)
        client.post("/account/mf-recovery", data={"code": codes[0].upper()})
        assert is_in(client) == (attempt == 0)
    client = app.test_client()
    enter(client)
    client.post("/account/mf-recovery", data={"code": codes[1]})
    assert is_in(client)


def test_a_wrong_recovery_code_does_not_open(app, key):
    client = app.test_client()
    enter(client)
    assert client.post("/account/mf-recovery", data={"code": "aaaa-bbbb-cccc"}).status_code == 200
    assert not is_in(client)


def test_a_lost_phone_is_told_to_the_hall_and_freed_by_a_manager(app, key, cast, sign_in):
    client = app.test_client()
    enter(client)
    assert client.post("/account/tf-rescue", data={"help_setup": "help"}).status_code == 200
    (mail,) = mails(app, "second_factor_lost")
    assert mail.context["email"] == EMAIL
    manager = sign_in(cast.manager, on=app.test_client())
    user_id = person(app).id
    assert manager.post(f"/staff/people/{user_id}/second-factor", data={"reason": ""}).status_code == 422
    assert manager.post(f"/staff/people/{user_id}/second-factor", data={"reason": "전화로 확인"}).status_code == 303
    fresh = app.test_client()
    assert enter(fresh).location == "/account/enter"


def test_no_code_goes_by_email(app, key):
    client = app.test_client()
    enter(client)
    client.post("/account/tf-rescue", data={"help_setup": "email"})
    assert not mails(app, "second_factor_lost")
    assert all("code" not in m.context for m in mails(app))


def test_it_can_be_turned_off_by_its_owner(app, key):
    client = app.test_client()
    enter(client)
    client.post("/account/tf-validate", data={"code": now_code(key)})
    client.post("/account/tf-setup", data={"setup": "disable"})
    assert person(app).tf_primary_method is None
    assert enter(app.test_client()).location == "/account/enter"


@pytest.fixture
def required(app, monkeypatch):
    monkeypatch.setitem(app.config, "SECOND_FACTOR_REQUIRED", True)


PAGES = ["/staff/people", "/staff/messages", "/staff/audit", "/staff/jobs"]


@pytest.mark.parametrize("page", PAGES)
def test_staff_without_a_second_factor_reach_nothing_but_its_set_up(app, required, cast, sign_in, page):
    client = sign_in(cast.manager, on=app.test_client())
    for method in ("get", "post"):
        answer = getattr(client, method)(page)
        assert answer.status_code in (303, 405)
        if answer.status_code == 303:
            assert answer.location == "/account/tf-setup"
    assert client.get("/account/tf-setup").status_code == 200


def test_vendors_without_a_second_factor_reach_nothing_but_its_set_up(app, required, cast, sign_in):
    client = sign_in(cast.vendor_owner, on=app.test_client())
    pages = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/vendor") and not rule.arguments and "GET" in rule.methods
    ]
    for page in pages:
        assert client.get(page).location == "/account/tf-setup", page


def test_setting_it_up_opens_the_office_and_turning_it_off_shuts_it(app, required):
    add_person(app, roles=[StaffRole.MANAGER])
    client = app.test_client()
    enter(client)
    assert client.get("/staff/people").location == "/account/tf-setup"
    set_up(client)
    assert client.get("/staff/people").status_code == 200
    client.post("/account/tf-setup", data={"setup": "disable"})
    assert client.get("/staff/people").location == "/account/tf-setup"


def test_a_shopper_is_not_asked_for_one(app, required, cast, sign_in):
    assert sign_in(cast.shopper, on=app.test_client()).get("/account").status_code == 200


def test_two_requests_with_one_code_at_once_open_one_session(app, key):
    from concurrent.futures import ThreadPoolExecutor

    code, clients = now_code(key), [app.test_client() for _ in range(4)]
    for client in clients:
        enter(client)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda c: c.post("/account/tf-validate", data={"code": code}).status_code, clients))
    assert sum(is_in(client) for client in clients) == 1


def test_the_trail_says_that_it_was_set(app, key, unit):
    from shop.people.models import AuditEvent

    with unit() as session:
        user_id = session.scalar(select(User.id).where(User.email == EMAIL))
        actions = set(session.scalars(select(AuditEvent.action).where(AuditEvent.subject_id == str(user_id))))
    assert "account.second_factor_set" in actions
