"""Tables of the organisations that sell."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.kernel.crypto import SealedText
from shop.kernel.db import Id, Instant, Model, Won, state_column


class VendorKind(StrEnum):
    """Type of organisation, by the law or programme that names it."""

    SOCIAL_ENTERPRISE = "social_enterprise"
    PRE_SOCIAL_ENTERPRISE = "pre_social_enterprise"
    VILLAGE_ENTERPRISE = "village_enterprise"
    COOP = "coop"
    SOCIAL_COOP = "social_coop"
    SELF_SUPPORT = "self_support"
    YOUTH_STARTUP = "youth_startup"
    COMMUNITY_TEAM = "community_team"
    UNREVIEWED = "unreviewed"  # known from another till's history only


class VendorState(StrEnum):
    """Where an organisation stands with the hall."""

    APPLIED = "applied"
    RETURNED = "returned"  # sent back with a note; may be sent in again
    APPROVED = "approved"
    SUSPENDED = "suspended"
    IMPORTED = "imported"  # known from another till's history, awaiting review


VENDOR_TRANSITIONS: dict[VendorState, set[VendorState]] = {
    VendorState.APPLIED: {VendorState.APPROVED, VendorState.RETURNED},
    VendorState.RETURNED: {VendorState.APPLIED},
    VendorState.IMPORTED: {VendorState.APPROVED, VendorState.RETURNED},
    VendorState.APPROVED: {VendorState.SUSPENDED},
    VendorState.SUSPENDED: {VendorState.APPROVED},
}


class VatKind(StrEnum):
    """How the organisation is registered for VAT."""

    GENERAL = "general"
    SIMPLIFIED = "simplified"
    EXEMPT = "exempt"
    NOT_REGISTERED = "not_registered"


class Dong(Model):
    """One of Jeonju's administrative dongs (행정동)."""

    __tablename__ = "dong"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    gu: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(20))
    name_en: Mapped[str] = mapped_column(String(40), default="")


class Vendor(Model):
    """A local organisation that sells in the hall."""

    __tablename__ = "vendor"
    __table_args__ = (CheckConstraint("parcel_fee_won >= 0", name="parcel_fee_not_negative"),)

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[VendorKind] = mapped_column(state_column(VendorKind), index=True)
    state: Mapped[VendorState] = mapped_column(state_column(VendorState), default=VendorState.APPLIED, index=True)
    brn: Mapped[str] = mapped_column(String(12), unique=True)
    vat_kind: Mapped[VatKind] = mapped_column(state_column(VatKind), default=VatKind.GENERAL)
    mail_order_no: Mapped[str] = mapped_column(String(60), default="")
    representative: Mapped[str] = mapped_column(String(60), default="")
    dong_code: Mapped[str | None] = mapped_column(ForeignKey("dong.code"), index=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(120), default="")
    tagline: Mapped[str] = mapped_column(String(120), default="")
    tagline_en: Mapped[str] = mapped_column(String(200), default="")
    story: Mapped[str] = mapped_column(Text, default="")
    story_en: Mapped[str] = mapped_column(Text, default="")
    tint: Mapped[str] = mapped_column(String(20), default="celadon")
    parcel_fee_won: Mapped[Won] = mapped_column(default=3000)
    free_parcel_from_won: Mapped[Won | None]
    is_fictional: Mapped[bool] = mapped_column(default=False)
    applied_at: Mapped[Instant]
    decided_at: Mapped[Instant | None]
    review_note: Mapped[str] = mapped_column(String(500), default="")


class TeamRole(StrEnum):
    """What a member of a vendor's team may do."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class Membership(Model):
    """A person's place in a vendor's team."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("vendor_id", "user_id"),)

    id: Mapped[Id]
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[TeamRole] = mapped_column(state_column(TeamRole))


class Certification(Model):
    """A certificate or designation, shown only once somebody of the centre has verified it."""

    __tablename__ = "certification"

    id: Mapped[Id]
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    title_en: Mapped[str] = mapped_column(String(120), default="")
    number: Mapped[str] = mapped_column(String(60), default="")
    issued_on: Mapped[date | None]
    valid_to: Mapped[date | None]
    verified_on: Mapped[date | None]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class BankDetail(Model):
    """A vendor's bank account. Never edited: a change is a new row, verified before money goes there."""

    __tablename__ = "bank_detail"

    id: Mapped[Id]
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), index=True)
    bank: Mapped[str] = mapped_column(String(20))
    account_number: Mapped[str] = mapped_column(SealedText)
    holder: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[Instant]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    verified_at: Mapped[Instant | None]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    retired_at: Mapped[Instant | None]


class AgreementState(StrEnum):
    """A commission agreement is proposed by one person and approved by another; never edited after."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


class CommissionAgreement(Model):
    """A dated commission rate for a scope; the first match in `rank` order wins, the catch-all is last.

    Scope columns that are NULL match everything; `valid_to` is exclusive.
    """

    __tablename__ = "commission_agreement"
    __table_args__ = (
        CheckConstraint("bps BETWEEN 0 AND 5000", name="bps_in_bounds"),
        Index("ix__commission_agreement__scope", "state", "vendor_id"),
    )

    id: Mapped[Id]
    rank: Mapped[int]  # lower is asked first
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendor.id"))
    category_id: Mapped[int | None]
    channel: Mapped[str | None] = mapped_column(String(16))
    bps: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[Instant]
    valid_to: Mapped[Instant | None]
    state: Mapped[AgreementState] = mapped_column(state_column(AgreementState), default=AgreementState.PROPOSED)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[Instant | None]


class DirectoryOrganisation(Model):
    """A real organisation from an official list: a directory entry only, with its source. Never carries goods."""

    __tablename__ = "directory_organisation"

    id: Mapped[Id]
    source_id: Mapped[str] = mapped_column(String(60), unique=True)
    source: Mapped[str] = mapped_column(String(120))
    listed_on: Mapped[date]
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[VendorKind] = mapped_column(state_column(VendorKind))
    trade: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200))
    gu: Mapped[str] = mapped_column(String(20))
