"""Limits on guessing: counted for an address and for an account, by all workers together, undodged by headers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from shop.blueprints.signin.limits import AttemptTable, client_address, limit_attempts
from shop.kernel import clock
from tests.blueprints.account.keys import EMAIL, PASSWORD, add_person, enter, is_in
from tests.conftest import NOON

WRONG = "아닌 비밀번호 99"


def guess(app, n, email="nobody{n}@example.com", **environ):
    return app.test_client().post("/account/login", data={"email": email.format(n=n), "password": WRONG}, **environ).status_code


def test_one_address_guesses_ten_times_in_five_minutes(app):
    assert [guess(app, n) for n in range(12)] == [200] * 10 + [429] * 2
    clock.set_clock(clock.FixedClock(NOON + timedelta(minutes=5)))
    assert guess(app, 99) == 200


def test_the_refusal_is_in_our_words(app, client):
    for n in range(10):
        guess(app, n)
    answer = enter(client)
    assert answer.status_code == 429
    assert "너무 많이 시도했습니다" in answer.text


def test_one_account_is_guessed_ten_times_from_everywhere(app):
    add_person(app)
    answers = [guess(app, n, EMAIL, environ_base={"REMOTE_ADDR": f"10.0.0.{n}"}) for n in range(12)]
    assert answers == [200] * 10 + [429] * 2


def test_forwarded_headers_dodge_nothing_without_a_trusted_proxy(app):
    spoofs = [
        guess(
            app,
            n,
            headers={"X-Forwarded-For": f"203.0.113.{n}", "X-Real-IP": f"203.0.113.{n}", "Forwarded": f"for=203.0.113.{n}"},
        )
        for n in range(12)
    ]
    assert spoofs == [200] * 10 + [429] * 2


def test_an_ipv6_household_counts_as_one(app):
    answers = [guess(app, n, environ_base={"REMOTE_ADDR": f"2001:db8:1:2::{n:x}"}) for n in range(12)]
    assert answers == [200] * 10 + [429] * 2
    assert guess(app, 50, environ_base={"REMOTE_ADDR": "2001:db8:1:3::1"}) == 200


def test_right_passwords_are_not_counted_and_open_no_way_for_wrong_ones(app):
    add_person(app)
    for _ in range(15):
        assert enter(app.test_client()).status_code == 302
    answers = []
    for n in range(12):
        answers.append(guess(app, n))
        enter(app.test_client())
    assert answers == [200] * 10 + [429] * 2


def test_a_shut_out_account_still_opens_by_its_reset_link(app, client):
    from tests.blueprints.account.keys import mails

    add_person(app)
    for n in range(12):
        guess(app, n, EMAIL, environ_base={"REMOTE_ADDR": f"10.0.0.{n}"})
    assert enter(client).status_code == 429
    client.post("/account/reset", data={"email": EMAIL})
    link = mails(app, "password_reset")[0].context["link"]
    assert client.post(link, data={"password": "풍남문 은행나무 3", "password_confirm": "풍남문 은행나무 3"}).status_code == 302


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/account/register", {"email": "a{n}@example.com", "password": PASSWORD, "name": "가"}),
        ("/account/reset", {"email": "a{n}@example.com"}),
        ("/account/confirm", {"email": "a{n}@example.com"}),
    ],
)
def test_mails_cannot_be_asked_for_without_end(app, path, form):
    answers = [app.test_client().post(path, data={k: v.format(n=n) for k, v in form.items()}).status_code for n in range(12)]
    assert answers[-2:] == [429, 429]
    assert 429 not in answers[:10]


def test_reading_a_page_is_not_an_attempt(app, client):
    for _ in range(30):
        assert client.get("/account/login").status_code == 200


def test_counts_from_many_threads_add_up_exactly(app):
    def count(_):
        with app.app_context():
            return AttemptTable().incr("together", 300)

    with ThreadPoolExecutor(8) as pool:
        counts = sorted(pool.map(count, range(40)))
    assert counts == list(range(1, 41))


def test_no_address_or_account_is_kept_in_the_count(app, unit):
    guess(app, 1, EMAIL)
    with unit() as session:
        rows = str(session.execute(text("SELECT * FROM attempt")).all())
    assert EMAIL not in rows
    assert "127.0.0.1" not in rows


def test_any_view_can_be_limited(app):
    calls = []

    @limit_attempts("tea", by=lambda: "one", limit=2)
    def view():
        calls.append(client_address())
        return "ok"

    with app.test_request_context("/tea", method="POST"):
        assert view().status_code == 200
        assert view().status_code == 200
        with pytest.raises(Exception, match="429"):
            view()
    assert len(calls) == 2


def test_a_signed_in_person_is_limited_in_guessing_the_present_password(app, client):
    add_person(app)
    enter(client)
    form = {"password": WRONG, "new_password": "풍남문 은행나무 3", "new_password_confirm": "풍남문 은행나무 3"}
    answers = [client.post("/account/change", data=form).status_code for _ in range(12)]
    assert answers == [200] * 10 + [429] * 2
    assert is_in(client)


def test_the_table_answers_what_the_library_asks(app: Flask):
    with app.app_context():
        table = AttemptTable()
        assert table.get("x") == 0
        table.incr("x", 60, 3)
        assert table.get("x") == 3
        assert table.get_expiry("x") == NOON.timestamp() + 60
        table.clear("x")
        assert table.get("x") == 0
        table.incr("x", 60)
        assert table.reset() >= 1
        assert table.check()
