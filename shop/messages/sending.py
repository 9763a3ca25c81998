"""Sends what waits in the outbox. At least once: a mail may go twice where a worker dies between sending and recording."""

import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_mailman import EmailMultiAlternatives
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.kernel.db import unit_of_work
from shop.kernel.errors import NotFound
from shop.kernel.locks import claim_due, lock_row
from shop.kernel.logs import get_logger
from shop.kernel.states import advance
from shop.messages.models import MESSAGE_TRANSITIONS, Message, MessageState
from shop.messages.rendering import Mail, render

log = get_logger(__name__)

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 8


class MessageMissing(NotFound):
    """There is no such message."""


@dataclass(frozen=True)
class Sent:
    """What one round did."""

    sent: int
    failed: int

    def __str__(self) -> str:
        return f"sent {self.sent}, failed {self.failed}"


def send_due(now: datetime, *, limit: int = 50) -> Sent:
    """Claim due messages, write and send each outside any transaction, record how it went."""
    sent = failed = 0
    for message in _claim(now, limit):
        mail = _try_render(message)
        error = _deliver(mail, message.recipient) if mail else "rendering failed"
        with unit_of_work() as session:
            _record(session, message, mail, error, now)
        sent, failed = sent + (not error), failed + bool(error)
    return Sent(sent, failed)


def _claim(now: datetime, limit: int) -> list[Message]:
    """Take due messages for the length of a lease; a worker that dies gives them back when it is over."""
    due = select(Message).where(Message.state == MessageState.WAITING, Message.next_at <= now).order_by(Message.id).limit(limit)
    claimed = []
    with unit_of_work() as session:
        for message in claim_due(session, due):
            if message.attempts >= MAX_ATTEMPTS:  # the worker died each time
                advance(message, MessageState.FAILED, MESSAGE_TRANSITIONS)
                continue
            message.attempts += 1
            message.next_at = now + LEASE
            claimed.append(message)
    return claimed


def _try_render(message: Message) -> Mail | None:
    try:
        return render(message.template, message.locale, message.context)
    except Exception as error:  # one bad message must not hold up the others
        log.error("message cannot be written", message=message.id, template=message.template, exc_info=error)
        return None


def _deliver(mail: Mail, recipient: str) -> str:
    """Send one mail; returns the error as it may be kept: never with an address in it."""
    letter = EmailMultiAlternatives(mail.subject, mail.text, to=[recipient])
    letter.attach_alternative(mail.html, "text/html")
    try:
        letter.send()
    except smtplib.SMTPResponseException as error:
        return f"{type(error).__name__} {error.smtp_code}"
    except (OSError, ValueError) as error:  # no connection, refused, a header that cannot be
        return type(error).__name__
    return ""


def _record(session: Session, claimed: Message, mail: Mail | None, error: str, now: datetime) -> None:
    message = lock_row(session, Message, claimed.id)
    assert message is not None
    if message.state is not MessageState.WAITING:
        return  # another worker sent it after our lease ran out
    if mail is not None:
        message.subject, message.body = mail.subject, mail.text
    message.last_error = error[:300]
    if not error:
        advance(message, MessageState.SENT, MESSAGE_TRANSITIONS)
        message.sent_at = now
    elif claimed.attempts >= MAX_ATTEMPTS:
        advance(message, MessageState.FAILED, MESSAGE_TRANSITIONS)
        log.error("message given up", message=message.id, template=message.template, error=error)
    else:
        message.next_at = now + timedelta(minutes=2 ** min(claimed.attempts, 8))


def has_due(session: Session, now: datetime) -> bool:
    """Whether anything waits to be sent."""
    waiting = select(Message.id).where(Message.state == MessageState.WAITING, Message.next_at <= now).limit(1)
    return session.scalar(waiting) is not None


def send_again(session: Session, *, message_id: int, now: datetime) -> Message:
    """Put a message that was given up back among the waiting ones.

    Raises:
        MessageMissing, MoveRefused
    """
    message = lock_row(session, Message, message_id)
    if message is None:
        raise MessageMissing()
    advance(message, MessageState.WAITING, MESSAGE_TRANSITIONS)
    message.attempts, message.next_at = 0, now
    session.flush()
    return message
