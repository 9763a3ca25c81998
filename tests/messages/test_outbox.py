"""The outbox: written once, sent at least once, given up after eight attempts."""

import smtplib
from datetime import timedelta

import flask_mailman
import pytest
from flask import current_app
from sqlalchemy import func, select, text

from shop.kernel.db import unit_of_work
from shop.kernel.states import MoveRefused
from shop.messages import sending
from shop.messages.models import Message, MessageState
from shop.messages.outbox import enqueue
from shop.messages.sending import LEASE, MAX_ATTEMPTS, MessageMissing, send_again, send_due

CONTEXT = {"name": "김하늘", "order_number": "20261118-0001", "token": "t0ken", "total_won": 12000}


@pytest.fixture
def put(app, now):
    with app.app_context():
        current_app.extensions["mailman"].outbox = []

        def put(dedupe="payment_received:1", **over):
            with unit_of_work() as session:
                values = {
                    "template": "payment_received",
                    "to": "shopper@example.com",
                    "locale": "ko",
                    "context": CONTEXT,
                    "now": now,
                }
                return enqueue(session, **{**values, "dedupe": dedupe, **over})

        yield put


def outbox():
    return getattr(current_app.extensions["mailman"], "outbox", [])


def message(message_id):
    with unit_of_work() as session:
        return session.get(Message, message_id)


def test_a_message_is_sent_with_text_and_html_and_kept(put, now):
    number = put()
    report = send_due(now)
    assert (report.sent, report.failed) == (1, 0)
    mail = outbox()[-1]
    assert mail.to == ["shopper@example.com"]
    assert "12,000원" in mail.body
    assert "/orders/20261118-0001/t0ken" in mail.body
    assert mail.alternatives[0][1] == "text/html"
    assert '<a href="http' in mail.alternatives[0][0]
    row = message(number)
    assert (row.state, row.sent_at, row.attempts) == (MessageState.SENT, now, 1)
    assert row.subject == mail.subject
    assert row.body == mail.body


def test_a_message_is_written_in_its_own_language(put, now):
    put(locale="en")
    send_due(now)
    assert "₩12,000" in outbox()[-1].body


def test_the_same_cause_writes_one_message(put):
    assert put() == put(context={**CONTEXT, "total_won": 1})
    with unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 1


def test_a_sent_message_is_not_sent_again(put, now):
    put()
    send_due(now)
    assert send_due(now + timedelta(days=1)).sent == 0
    assert len(outbox()) == 1


def test_a_missing_key_or_a_value_json_cannot_carry_is_a_broken_assumption(put, now):
    with pytest.raises(AssertionError):
        put(context={"name": "김하늘"})
    with pytest.raises(AssertionError):
        put(context={**CONTEXT, "total_won": now})
    with pytest.raises(AssertionError):
        put(template="unknown")


def test_a_rolled_back_cause_leaves_no_message(put, now):
    def fail():
        with unit_of_work() as session:
            enqueue(session, template="payment_received", to="a@example.com", locale="ko", context=CONTEXT, dedupe="x", now=now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert send_due(now).sent == 0


def test_what_a_message_says_is_sealed_in_the_database(put, now):
    put()
    send_due(now)
    with unit_of_work() as session:
        row = str(session.execute(text("SELECT * FROM message")).one())
    for secret in ("shopper@example.com", "김하늘", "t0ken"):
        assert secret not in row


def test_a_worker_that_dies_gives_its_messages_back_after_the_lease(put, now, monkeypatch):
    number = put()
    monkeypatch.setattr(sending, "_deliver", lambda *_: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        send_due(now)
    monkeypatch.undo()
    assert send_due(now + LEASE - timedelta(seconds=1)).sent == 0
    assert send_due(now + LEASE).sent == 1
    assert message(number).attempts == 2


def test_a_failed_message_waits_longer_each_time_and_is_given_up_after_eight(put, now, monkeypatch):
    number, at = put(), now
    monkeypatch.setattr(
        flask_mailman.EmailMultiAlternatives,
        "send",
        lambda self: (_ for _ in ()).throw(smtplib.SMTPDataError(451, b"shopper@example.com is busy")),
    )
    waits = []
    for _ in range(MAX_ATTEMPTS):
        assert send_due(at).failed == 1
        waits.append(message(number).next_at - at)
        at = message(number).next_at
    row = message(number)
    assert row.state is MessageState.FAILED
    assert row.last_error == "SMTPDataError 451"
    assert waits[:4] == [timedelta(minutes=m) for m in (2, 4, 8, 16)]
    assert send_due(at + timedelta(days=9)).failed == 0


def test_a_message_that_cannot_be_written_does_not_hold_up_the_others(put, now, app):
    with unit_of_work() as session:
        session.add(
            Message(
                dedupe="bad", template="nonsense", locale="ko", recipient="a@example.com", context={}, next_at=now, created_at=now
            )
        )
    put()
    report = send_due(now)
    assert (report.sent, report.failed) == (1, 1)


def test_a_given_up_message_can_be_sent_again_and_no_other(put, now):
    number = put()
    with unit_of_work() as session, pytest.raises(MoveRefused):
        send_again(session, message_id=number, now=now)
    with unit_of_work() as session:
        session.get(Message, number).state = MessageState.FAILED
        session.flush()
        send_again(session, message_id=number, now=now)
    assert send_due(now).sent == 1
    with unit_of_work() as session, pytest.raises(MessageMissing):
        send_again(session, message_id=999_999, now=now)


def test_a_line_break_in_a_name_makes_no_second_header(put, now):
    put(
        template="listing_published",
        context={"vendor_name": "공방\r\nBcc: x@example.com", "product_name": "종이\nBcc: y@example.com", "product_code": "p"},
    )
    assert send_due(now).sent == 1
    mail = outbox()[-1]
    assert "\n" not in mail.subject
    assert set(mail.message().keys()).isdisjoint({"Bcc"})
