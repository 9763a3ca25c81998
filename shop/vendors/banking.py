"""Where an organisation's money goes.

A row is never edited: a change is a new one, verified by somebody else before it is used.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.kernel import locks
from shop.kernel.errors import Conflict, Forbidden, NotFound
from shop.people import audit
from shop.people.models import User
from shop.vendors.models import BankDetail, Membership, Vendor

BANKS = ("전북은행", "농협은행", "지역농축협", "국민은행", "신한은행", "우리은행", "하나은행", "기업은행", "우체국", "새마을금고",
         "신협", "수협은행", "카카오뱅크", "케이뱅크", "토스뱅크")


class SamePersonBank(Forbidden):
    """Whoever entered a bank account, or is of the organisation's team, does not verify it; carries the `name`."""


class BankDetailSettled(Conflict):
    """The account was already verified or replaced."""


class BankDetailUnknown(NotFound):
    """There is no such account."""


@dataclass(frozen=True)
class Account:
    """A bank account as typed."""

    bank: str
    number: str
    holder: str


def mask(number: str) -> str:
    """All but the last four digits of an account number hidden."""
    return "•" * max(0, len(number) - 4) + number[-4:]


def enter_bank_detail(session: Session, *, vendor_id: int, account: Account, actor_id: int | None, now: datetime) -> BankDetail:
    """Enter an account, not yet verified.

    One still waiting is replaced; the verified one stays in use until this one is verified.
    """
    locks.lock_row(session, Vendor, vendor_id)
    for waiting in _current(session, vendor_id):
        if waiting.verified_at is None:
            waiting.retired_at = now
    detail = BankDetail(vendor_id=vendor_id, bank=account.bank, account_number=account.number, holder=account.holder,
                        created_at=now, created_by=actor_id)
    session.add(detail)
    session.flush()
    audit.record(session, actor_id=actor_id, action="bank_detail.entered", subject=("vendor", vendor_id),
                 after={"bank_detail": detail.id, "bank": account.bank, "ends_with": account.number[-4:]}, now=now)
    return detail


def verify_bank_detail(session: Session, *, bank_detail_id: int, actor_id: int, now: datetime) -> BankDetail:
    """Say that an account is the organisation's own; the one in use until now is retired.

    Raises:
        BankDetailUnknown, BankDetailSettled, SamePersonBank.
    """
    vendor_id = session.scalar(select(BankDetail.vendor_id).where(BankDetail.id == bank_detail_id))
    if vendor_id is None:
        raise BankDetailUnknown()
    locks.lock_row(session, Vendor, vendor_id)
    detail = locks.lock_row(session, BankDetail, bank_detail_id)
    assert detail is not None
    if detail.verified_at is not None or detail.retired_at is not None:
        raise BankDetailSettled()
    _refuse_same_person(session, detail, actor_id)
    for other in _current(session, vendor_id):
        if other.id != detail.id:
            other.retired_at = now
    detail.verified_at, detail.verified_by = now, actor_id
    audit.record(session, actor_id=actor_id, action="bank_detail.verified", subject=("vendor", vendor_id),
                 after={"bank_detail": detail.id}, now=now)
    session.flush()
    return detail


def find_verified(session: Session, vendor_id: int) -> BankDetail | None:
    """The account money goes to now: verified and not retired."""
    return session.scalar(
        select(BankDetail).where(BankDetail.vendor_id == vendor_id, BankDetail.verified_at.is_not(None),
                                 BankDetail.retired_at.is_(None)).order_by(BankDetail.id.desc()).limit(1))


def _current(session: Session, vendor_id: int) -> list[BankDetail]:
    return locks.lock_all(session, select(BankDetail).where(BankDetail.vendor_id == vendor_id, BankDetail.retired_at.is_(None))
                          .order_by(BankDetail.id))


def _refuse_same_person(session: Session, detail: BankDetail, actor_id: int) -> None:
    member = select(Membership.id).where(Membership.vendor_id == detail.vendor_id, Membership.user_id == actor_id)
    if detail.created_by == actor_id or session.scalar(member) is not None:
        person = session.get(User, actor_id)
        raise SamePersonBank(name=person.name if person else "")
