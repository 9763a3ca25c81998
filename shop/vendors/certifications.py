"""Certificates and designations: the organisation names them, the centre verifies them, only then are they shown."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from shop.kernel import locks
from shop.kernel.clock import seoul_day
from shop.kernel.errors import Conflict, Invalid, NotFound
from shop.people import audit
from shop.vendors.models import Certification
from shop.vendors.onboarding import refuse_own_review


class CertificationUnknown(NotFound):
    """There is no such certificate."""


class CertificationSettled(Conflict):
    """The certificate was already verified."""


class CertificationExpired(Invalid):
    """A certificate whose last day has passed is not verified."""


class DatesWrong(Invalid):
    """A certificate that ends before it begins."""


def add_certification(
    session: Session, *, vendor_id: int, actor_id: int, title: str, number: str, issued_on: date | None, valid_to: date | None,
    now: datetime, title_en: str = "",
) -> Certification:
    """Name a certificate; it is not shown to shoppers until it is verified.

    Raises:
        DatesWrong.
    """
    if issued_on and valid_to and valid_to < issued_on:
        raise DatesWrong()
    row = Certification(vendor_id=vendor_id, title=title, title_en=title_en, number=number, issued_on=issued_on,
                        valid_to=valid_to)
    session.add(row)
    session.flush()
    audit.record(session, actor_id=actor_id, action="certification.added", subject=("vendor", vendor_id),
                 after={"certification": row.id, "title": title, "number": number}, now=now)
    return row


def verify_certification(session: Session, *, certification_id: int, actor_id: int, now: datetime) -> Certification:
    """Say that a certificate was seen and is valid.

    Raises:
        CertificationUnknown, CertificationSettled, CertificationExpired, OwnReview.
    """
    row = locks.lock_row(session, Certification, certification_id)
    if row is None:
        raise CertificationUnknown()
    if row.verified_on is not None:
        raise CertificationSettled()
    refuse_own_review(session, vendor_id=row.vendor_id, actor_id=actor_id)
    if row.valid_to is not None and row.valid_to < seoul_day(now):
        raise CertificationExpired(title=row.title)
    row.verified_on, row.verified_by = seoul_day(now), actor_id
    audit.record(session, actor_id=actor_id, action="certification.verified", subject=("vendor", row.vendor_id),
                 after={"certification": row.id, "title": row.title}, now=now)
    session.flush()
    return row


def remove_certification(session: Session, *, vendor_id: int, certification_id: int, actor_id: int, now: datetime) -> None:
    """Take back a certificate that nobody has verified yet.

    Raises:
        CertificationUnknown: none of this vendor's. CertificationSettled.
    """
    row = locks.lock_row(session, Certification, certification_id)
    if row is None or row.vendor_id != vendor_id:
        raise CertificationUnknown()
    if row.verified_on is not None:
        raise CertificationSettled()
    session.delete(row)
    audit.record(session, actor_id=actor_id, action="certification.removed", subject=("vendor", vendor_id),
                 before={"title": row.title, "number": row.number}, now=now)
    session.flush()
