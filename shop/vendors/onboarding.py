"""How an organisation comes into the hall: it applies, is reviewed, is approved or sent back with a note, and applies again."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.kernel import korean, locks
from shop.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from shop.kernel.states import advance
from shop.messages import outbox
from shop.people import audit
from shop.people.models import User
from shop.vendors import banking
from shop.vendors.models import VENDOR_TRANSITIONS, Membership, TeamRole, VatKind, Vendor, VendorKind, VendorState

EXEMPT = "면제: "  # before the reason why no mail-order number is held


class BrnWrong(Invalid):
    """A business registration number that fails its checksum."""


class BrnTaken(Conflict):
    """Another organisation is known here by this business registration number."""


class NoteMissing(Invalid):
    """Whoever sends something back says what to mend."""


class OwnReview(Forbidden):
    """Nobody reviews an organisation of whose team they are."""


class VendorUnknown(NotFound):
    """There is no such organisation."""


@dataclass(frozen=True)
class Application:
    """What an organisation says of itself; `mail_order_no` is a number, or EXEMPT and the reason."""

    name: str
    kind: VendorKind
    brn: str
    vat_kind: VatKind
    representative: str
    dong_code: str
    address: str
    phone: str
    email: str
    mail_order_no: str
    name_en: str = ""
    story: str = ""


def apply_vendor(
    session: Session, *, user_id: int, application: Application, bank: banking.Account, now: datetime, code: str = "",
) -> Vendor:
    """Take an application: a vendor in state APPLIED, its applicant as owner, its bank account unverified.

    Raises:
        BrnWrong, BrnTaken.
    """
    fields = _checked(application)
    _refuse_taken(session, fields["brn"])
    vendor = Vendor(**fields, code=code or f"new-{korean.brn_digits(application.brn)}", state=VendorState.APPLIED, applied_at=now)
    try:
        with session.begin_nested():
            session.add(vendor)
    except IntegrityError as error:
        raise BrnTaken(brn=fields["brn"]) from error
    vendor.code = code or _choose_code(session, vendor)
    session.add(Membership(vendor_id=vendor.id, user_id=user_id, role=TeamRole.OWNER))
    banking.enter_bank_detail(session, vendor_id=vendor.id, account=bank, actor_id=user_id, now=now)
    audit.record(session, actor_id=user_id, action="vendor.applied", subject=("vendor", vendor.id),
                 after={"name": vendor.name, "brn": vendor.brn}, now=now)
    session.flush()
    return vendor


def reapply_vendor(
    session: Session, *, vendor_id: int, user_id: int, application: Application, bank: banking.Account | None, now: datetime,
) -> Vendor:
    """Send a returned application in again with what was mended; a bank account only where another one was typed.

    Raises:
        MoveRefused: the application is not with its applicant. BrnWrong, BrnTaken, VendorUnknown.
    """
    vendor = lock_vendor(session, vendor_id)
    fields = _checked(application)
    if fields["brn"] != vendor.brn:
        _refuse_taken(session, fields["brn"])
    advance(vendor, VendorState.APPLIED, VENDOR_TRANSITIONS)
    before = {name: str(getattr(vendor, name)) for name, value in fields.items() if getattr(vendor, name) != value}
    for name, value in fields.items():
        setattr(vendor, name, value)
    vendor.applied_at, vendor.decided_at = now, None
    if bank is not None:
        banking.enter_bank_detail(session, vendor_id=vendor.id, account=bank, actor_id=user_id, now=now)
    audit.record(session, actor_id=user_id, action="vendor.applied_again", subject=("vendor", vendor.id), before=before,
                 after={name: str(fields[name]) for name in before}, now=now)
    session.flush()
    return vendor


def approve_vendor(session: Session, *, vendor_id: int, actor_id: int | None, now: datetime) -> Vendor:
    """Let an organisation in; its shelf is opened by `stock.shelves`.

    Raises:
        OwnReview, MoveRefused, VendorUnknown.
    """
    vendor = _decide(session, vendor_id, VendorState.APPROVED, actor_id, note="", now=now)
    _tell(session, vendor, "vendor_approved", {"vendor_name": vendor.name}, now)
    return vendor


def return_vendor(session: Session, *, vendor_id: int, actor_id: int | None, note: str, now: datetime) -> Vendor:
    """Send an application back, saying what to mend.

    Raises:
        NoteMissing, OwnReview, MoveRefused, VendorUnknown.
    """
    if not note.strip():
        raise NoteMissing()
    vendor = _decide(session, vendor_id, VendorState.RETURNED, actor_id, note=note.strip()[:500], now=now)
    _tell(session, vendor, "vendor_returned", {"vendor_name": vendor.name, "reason": vendor.review_note}, now)
    return vendor


def lock_vendor(session: Session, vendor_id: int) -> Vendor:
    """The locked, re-read vendor: the lock under which everything of one organisation is decided.

    Raises:
        VendorUnknown.
    """
    vendor = locks.lock_row(session, Vendor, vendor_id)
    if vendor is None:
        raise VendorUnknown()
    return vendor


def refuse_own_review(session: Session, *, vendor_id: int, actor_id: int | None) -> None:
    """Refuse a reviewer who is of the organisation's own team.

    Raises:
        OwnReview.
    """
    mine = select(Membership.id).where(Membership.vendor_id == vendor_id, Membership.user_id == actor_id)
    if actor_id is not None and session.scalar(mine) is not None:
        raise OwnReview()


def find_locale(session: Session, vendor_id: int) -> str:
    """The language of an organisation's first owner, in which it is written to."""
    first = (select(User.locale).join(Membership, Membership.user_id == User.id)
             .where(Membership.vendor_id == vendor_id).order_by(Membership.id).limit(1))
    return session.scalar(first) or "ko"


def _decide(session: Session, vendor_id: int, to: VendorState, actor_id: int | None, *, note: str, now: datetime) -> Vendor:
    vendor = lock_vendor(session, vendor_id)
    refuse_own_review(session, vendor_id=vendor_id, actor_id=actor_id)
    was = advance(vendor, to, VENDOR_TRANSITIONS)
    vendor.review_note, vendor.decided_at = note, now
    audit.record(session, actor_id=actor_id, action=f"vendor.{to.value}", subject=("vendor", vendor.id),
                 before={"state": was.value}, after={"state": to.value}, reason=note, now=now)
    session.flush()
    return vendor


def _tell(session: Session, vendor: Vendor, template: str, context: dict[str, str], now: datetime) -> None:
    if vendor.email:
        outbox.enqueue(session, template=template, to=vendor.email, locale=find_locale(session, vendor.id), context=context,
                       dedupe=f"{template}:{vendor.id}:{now.isoformat()}", now=now)


def _checked(application: Application) -> dict[str, str]:
    fields = asdict(application)
    if not korean.is_brn(application.brn):
        raise BrnWrong(brn=application.brn)
    return {**fields, "brn": korean.format_brn(application.brn)}


def _refuse_taken(session: Session, brn: str) -> None:
    if session.scalar(select(Vendor.id).where(Vendor.brn == brn)) is not None:
        raise BrnTaken(brn=brn)


def _choose_code(session: Session, vendor: Vendor) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", vendor.name_en.lower()).strip("-")[:30]
    taken = slug and session.scalar(select(Vendor.id).where(Vendor.code == slug)) is not None
    return slug if slug and not taken else f"{slug or 'maker'}-{vendor.id}"
