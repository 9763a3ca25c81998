"""The bank's bulk-transfer file of approved payouts, hashed so that the same payments exported again are said to be a duplicate.

Columns: `docs/payout-files.md`. Nothing here says "paid": that is the bank statement's word.
"""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.kernel.errors import Conflict, Invalid, NotFound
from shop.kernel.locks import lock_all
from shop.kernel.states import advance
from shop.people.audit import record
from shop.settlements.models import PAYOUT_TRANSITIONS, Payout, PayoutFile, PayoutState

JEONBUK, GENERIC = "jeonbuk", "generic"
HEADERS = {
    JEONBUK: ("입금은행", "입금계좌번호", "입금액", "예금주", "받는분통장표시", "내통장표시"),
    GENERIC: ("payout", "bank", "account_number", "amount_won", "holder", "memo"),
}
CHARSETS = {JEONBUK: "cp949", GENERIC: "utf-8-sig"}
PAYEE_MEMO = "온고을장터"


class NothingToSend(Conflict):
    """No approved payout is waiting for a file."""


class NotInCharset(Invalid):
    """A holder's name has a letter that the bank's character set does not know."""


class PayoutFileNotFound(NotFound):
    """No such file."""


@dataclass(frozen=True)
class Exported:
    """A file as bytes; `is_duplicate` where the same transfers were exported before."""

    file_id: int
    content: bytes
    hash: str
    is_duplicate: bool


def make_payout_file(session: Session, *, actor_id: int | None, now: datetime, layout: str = JEONBUK) -> Exported:
    """Put every approved payout into one file and mark them as sent.

    Raises:
        NothingToSend, NotInCharset
    """
    waiting = select(Payout).where(Payout.state == PayoutState.APPROVED).order_by(Payout.id)
    payouts = [payout for payout in lock_all(session, waiting) if payout.state is PayoutState.APPROVED]
    if not payouts:
        raise NothingToSend()
    content = render(payouts, layout)
    file = PayoutFile(
        hash=fingerprint(payouts),
        payout_count=len(payouts),
        total_won=sum(p.amount_won for p in payouts),
        made_at=now,
        made_by=actor_id,
    )
    session.add(file)
    session.flush()
    for payout in payouts:
        advance(payout, PayoutState.SENT, PAYOUT_TRANSITIONS)
        payout.file_id = file.id
    _audit(session, file, "payout_file.made", actor_id, now)
    session.flush()
    return Exported(file.id, content, file.hash, is_duplicate=False)


def export_again(session: Session, *, file_id: int, actor_id: int | None, now: datetime, layout: str = JEONBUK) -> Exported:
    """The same file once more, said to be a duplicate and written into the audit trail.

    Payouts that failed since are not in it; they go into a later file.

    Raises:
        PayoutFileNotFound, NothingToSend
    """
    file = session.get(PayoutFile, file_id)
    if file is None:
        raise PayoutFileNotFound()
    still = select(Payout).where(Payout.file_id == file_id, Payout.state != PayoutState.FAILED)
    payouts = list(session.scalars(still.order_by(Payout.id)))
    if not payouts:
        raise NothingToSend()
    _audit(session, file, "payout_file.exported_again", actor_id, now)
    return Exported(file.id, render(payouts, layout), file.hash, is_duplicate=True)


def fingerprint(payouts: Sequence[Payout]) -> str:
    """A hash of the transfers themselves, whatever the layout: payout, attempt, account and amount."""
    text = "\n".join(f"{p.number}|{p.attempt}|{p.bank}|{p.account_number}|{p.holder}|{p.amount_won}" for p in payouts)
    return hashlib.sha256(text.encode()).hexdigest()


def render(payouts: Sequence[Payout], layout: str) -> bytes:
    """The file's bytes. Raises: NotInCharset."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADERS[layout])
    for payout in payouts:
        writer.writerow([plain_cell(cell) for cell in _cells(payout, layout)])
    try:
        return out.getvalue().encode(CHARSETS[layout])
    except UnicodeEncodeError as error:
        raise NotInCharset(letter=error.object[error.start : error.end], charset=CHARSETS[layout]) from error


def plain_cell(value: object) -> str:
    """A cell that a spreadsheet shows and never computes: leading = + - @ and control characters are made text."""
    text = "".join(letter for letter in str(value) if letter >= " ")
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _cells(payout: Payout, layout: str) -> tuple[object, ...]:
    if layout == GENERIC:
        return (payout.number, payout.bank, payout.account_number, payout.amount_won, payout.holder, PAYEE_MEMO)
    return (payout.bank, payout.account_number, payout.amount_won, payout.holder, PAYEE_MEMO, payout.number)


def _audit(session: Session, file: PayoutFile, action: str, actor_id: int | None, now: datetime) -> None:
    record(
        session,
        actor_id=actor_id,
        action=action,
        subject=("payout_file", file.id),
        after={"hash": file.hash, "payouts": file.payout_count, "total_won": file.total_won},
        now=now,
    )
