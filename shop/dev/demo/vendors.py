"""The demo's organisations: plain data read from `vendors.toml`; the opener turns them into rows."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from shop.vendors.models import VatKind, VendorKind


@dataclass(frozen=True, kw_only=True)
class DemoVendor:
    """One organisation as the opener needs it; `dong` is the Korean name of an administrative dong."""

    code: str
    name: str
    name_en: str
    kind: VendorKind
    brn: str
    representative: str
    dong: str
    address: str
    tagline: str
    tagline_en: str
    story: str
    story_en: str
    tint: str
    phone: str
    certification: str
    certification_en: str
    certificate_no: str
    certified_on: date
    vat_kind: VatKind = VatKind.GENERAL
    mail_order_no: str = ""
    parcel_fee_won: int = 3000
    free_parcel_from_won: int | None = None
    is_fictional: bool = True

    @property
    def email(self) -> str:
        return f"{self.code}@example.com"


def _read(row: dict[str, Any]) -> DemoVendor:
    plain: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, list):
            plain[name], plain[f"{name}_en"] = value
        else:
            plain[name] = value
    return DemoVendor(**plain | {"kind": VendorKind(row["kind"]), "vat_kind": VatKind(row.get("vat_kind", VatKind.GENERAL))})


VENDORS = [_read(row) for row in tomllib.loads((Path(__file__).parent / "vendors.toml").read_text("utf-8"))["vendor"]]
