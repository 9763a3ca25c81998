"""What an organisation says of itself to shoppers, and what its parcels cost."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from shop.kernel.errors import Invalid
from shop.people import audit
from shop.vendors.models import Vendor
from shop.vendors.onboarding import lock_vendor


class ParcelFeeWrong(Invalid):
    """A parcel fee below 0 or a limit for free parcels that is not above 0."""


@dataclass(frozen=True)
class Profile:
    """The editable part of an organisation: its legal identity is not, that goes through the centre."""

    tagline: str
    tagline_en: str
    story: str
    story_en: str
    phone: str
    email: str
    parcel_fee_won: int
    free_parcel_from_won: int | None


def update_profile(session: Session, *, vendor_id: int, profile: Profile, actor_id: int, now: datetime) -> Vendor:
    """Change what is shown and the parcel fee, at once; orders already placed keep theirs.

    Raises:
        ParcelFeeWrong.
    """
    free_from = profile.free_parcel_from_won
    if profile.parcel_fee_won < 0 or (free_from is not None and free_from <= 0):
        raise ParcelFeeWrong()
    vendor = lock_vendor(session, vendor_id)
    new = asdict(profile)
    before = {name: getattr(vendor, name) for name, value in new.items() if getattr(vendor, name) != value}
    for name, value in new.items():
        setattr(vendor, name, value)
    if before:
        audit.record(session, actor_id=actor_id, action="vendor.profile_changed", subject=("vendor", vendor_id), before=before,
                     after={name: new[name] for name in before}, now=now)
    session.flush()
    return vendor
