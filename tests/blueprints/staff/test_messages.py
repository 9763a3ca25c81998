"""The outbox in the office: letters can be opened in the demo only, and sent again by the manager only."""

import pytest

from shop.messages.models import Message, MessageState
from shop.messages.outbox import enqueue
from tests.conftest import NOON


@pytest.fixture
def letter(unit):
    with unit() as session:
        return enqueue(
            session,
            template="vendor_approved",
            to="maker@example.com",
            locale="ko",
            context={"vendor_name": "한땀공방"},
            dedupe="vendor_approved:1",
            now=NOON,
        )


def fail(unit, letter):
    with unit() as session:
        session.get(Message, letter).state = MessageState.FAILED


def test_index_and_show_open_a_letter_in_the_demo(client, cast, sign_in, letter):
    sign_in(cast.cashier)
    assert "maker@example.com" in client.get("/staff/messages").text
    assert "한땀공방" in client.get(f"/staff/messages/{letter}").text
    assert client.get("/staff/messages/999999").status_code == 404


def test_no_letter_is_opened_and_no_address_shown_outside_the_demo(app, client, cast, sign_in, letter, monkeypatch):
    monkeypatch.setitem(app.config, "APP_ENV", "production")
    sign_in(cast.cashier)
    page = client.get("/staff/messages").text
    assert "m***@example.com" in page
    assert "maker@example.com" not in page
    assert client.get(f"/staff/messages/{letter}").status_code == 404


def test_resend_puts_a_given_up_letter_back(client, cast, sign_in, letter, unit):
    fail(unit, letter)
    sign_in(cast.manager)
    assert "다시 보내기" in client.get("/staff/messages?state=failed").text
    assert client.post(f"/staff/messages/{letter}/resend").status_code == 303
    with unit() as session:
        assert session.get(Message, letter).state is MessageState.WAITING


def test_resend_of_a_letter_that_was_not_given_up_is_refused(client, cast, sign_in, letter):
    sign_in(cast.manager)
    assert client.post(f"/staff/messages/{letter}/resend").status_code == 409
    assert client.post("/staff/messages/999999/resend").status_code == 404


def test_resend_is_the_managers_alone(client, cast, sign_in, letter, unit):
    fail(unit, letter)
    sign_in(cast.cashier)
    assert client.post(f"/staff/messages/{letter}/resend").status_code == 403


@pytest.mark.parametrize("query", ["?state=nonsense", "?after=x", "?state=sent&after=1"])
def test_index_reads_odd_queries_as_nothing(client, cast, sign_in, query):
    sign_in(cast.cashier)
    assert client.get(f"/staff/messages{query}").status_code == 200
