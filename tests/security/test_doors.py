"""Doors of the house: settings that open one, addresses that break a page, accounts that are not who they say."""

from re import sub
from urllib.parse import urljoin, urlsplit

import pytest

from config import DEMO_SECRET, BadSetting, load_config
from shop.kernel import crypto
from shop.orders.queries import find_by_phone, search_orders
from shop.people.models import User
from shop.vendors.models import TeamRole
from shop.vendors.team import PersonUnknown, add_member
from tests.makers import makers, place  # noqa: F401

GOOD = {"APP_ENV": "production", "SECRET_KEY": "s" * 32, "DATA_KEY": "d" * 32, "TRUSTED_HOSTS": "hall.example",
        "PUBLIC_URL": "https://hall.example"}


@pytest.mark.parametrize("more", [
    {"DATA_KEYS": "short"}, {"DATA_KEYS": DEMO_SECRET}, {"DATA_KEYS": "k" * 32 + ",short"}, {"SECRET_KEY_FALLBACKS": DEMO_SECRET},
    {"SECRET_KEY_FALLBACKS": "short"}, {"STRIPE_SECRET_KEY": "sk_live_1"},
    {"STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRET": "whsec_demo"}])
def test_production_refuses_secrets_that_are_missing_or_known(tmp_path, more):
    with pytest.raises(BadSetting):
        load_config({**GOOD, "INSTANCE": str(tmp_path), **more})


def test_production_takes_good_secrets(tmp_path):
    settings = load_config({**GOOD, "INSTANCE": str(tmp_path), "DATA_KEYS": "k" * 32 + "," + "l" * 32,
                            "STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRET": "whsec_1234567890abcdef"})
    assert len(settings["DATA_KEYS"]) == 2


@pytest.fixture
def other_ring():
    ring = dict(crypto._ring), crypto._writer
    yield
    crypto._ring.clear()
    crypto._ring.update(ring[0])
    crypto._writer = ring[1]


def test_an_order_is_found_by_telephone_after_the_data_key_was_rotated(unit, now, other_ring, makers):  # noqa: F811
    crypto.configure_keys(["a" * 32])
    with unit() as session:
        made = place(session, makers, now)
    crypto.configure_keys(["b" * 32, "a" * 32])
    with unit() as session:
        assert find_by_phone(session, made.number, "010-1234-5678")
        assert len(search_orders(session, "010-1234-5678")) == 1
        assert len(search_orders(session, "김하늘")) == 1
        assert find_by_phone(session, made.number, "010-9999-5678") is None


HUGE = "9" * 30
CURSORS = ("after", "before", "as_of", "known_at", "q", "state", "tab", "month", "kind", "id", "account", "reference", "sort",
           "lang", "next", "job", "email", "show", "unfold", "action", "number", "session_id", "check")
VALUES = (HUGE, "-" + HUGE, "9" * 18, "%00", "a%00b", "9" * 3000, "0001-01-01T00:00:00%2B23:59|1",
          "9999-12-31T23:59:59-23:59|1", "9999-12-31", "0001-01-01", "9999-12", "20261118." + "9" * 20, "%ED%A0%80", "²", "1e9",
          f"2026-11-18T03:00:00%2B00:00|{HUGE}")


def _addresses(app):
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint.startswith(("static", "security.")):
            continue
        yield rule


def _paths(rule):
    """The address with odd values for each part."""
    parts = rule.rule
    for odd in (HUGE, "9" * 18, "1"):
        yield sub(r"<int:[^>]+>", odd, sub(r"<(?:string:|path:)?(?!int)[^>]+>", "9999-12", parts))
    if "<" in parts:
        yield sub(r"<int:[^>]+>", "1", sub(r"<(?:string:|path:)?(?!int)[^>]+>", "a%00b", parts))


@pytest.mark.parametrize("role", ["manager", "vendor_owner", "shopper"])
def test_no_address_breaks_a_page(app, cast, client, sign_in, role):
    sign_in(getattr(cast, role))
    broken = []
    for rule in _addresses(app):
        for path in dict.fromkeys(_paths(rule)):
            if client.get(path).status_code >= 500:
                broken.append(path)
        if "<" not in rule.rule:
            for value in VALUES:
                address = f"{rule.rule}?" + "&".join(f"{name}={value}" for name in CURSORS)
                if len(address) < 3900 and client.get(address).status_code >= 500:
                    broken += [f"{rule.rule}?{name}={value[:40]}" for name in CURSORS
                               if client.get(f"{rule.rule}?{name}={value}").status_code >= 500] or [address[:80]]
    broken = [path for path in broken if "readyz" not in path]
    assert not broken, "\n".join(broken)


def test_a_team_takes_in_only_people_whose_address_is_proven(unit, cast, now):
    with unit() as session:
        session.get_one(User, cast.shopper).confirmed_at = None
    with unit() as session:
        email = session.get_one(User, cast.shopper).email
        with pytest.raises(PersonUnknown):
            add_member(session, vendor_id=cast.vendor, email=email, role=TeamRole.EDITOR, actor_id=cast.vendor_owner, now=now)


def test_a_role_is_given_only_to_people_whose_address_is_proven(unit, cast, client, sign_in):
    with unit() as session:
        person = session.get_one(User, cast.shopper)
        person.confirmed_at, email = None, person.email
    sign_in(cast.manager)
    assert client.get("/staff/people/find", query_string={"email": email}).headers["Location"].endswith("/staff/people")


def test_answers_about_people_and_money_are_kept_by_no_cache(cast, client, sign_in):
    sign_in(cast.vendor_owner)
    for address in ("/vendor", "/vendor/money", "/vendor/money/statements/1.csv", "/account"):
        assert client.get(address).headers["Cache-Control"] == "no-store", address


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "https://evil.example", "///evil.example",
                                  "\\\\evil.example", "/%09/evil.example", "javascript:alert(1)", "https:evil.example",
                                  "/\t/evil.example", " //evil.example"])
def test_nobody_is_sent_to_another_site(app, cast, client, unit, back):
    with unit() as session:
        email = session.get_one(User, cast.shopper).email
    answers = [client.get("/language", query_string={"lang": "en", "next": back}),
               client.post("/cart/lines", data={"variant_id": "0", "next": back}),
               client.post("/account/login", query_string={"next": back},
                           data={"email": email, "password": "plain", "next": back})]
    for answer in answers:
        where = answer.headers.get("Location", "/").replace("\\", "/")  # as browsers read it
        assert urlsplit(urljoin("http://localhost/here", where)).netloc == "localhost", where
