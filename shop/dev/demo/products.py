"""The demo's goods: plain data read from `goods/*.toml`. What a maker's notices repeat is filled in here."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shop.catalog.models import NoticeClass, TaxClass
from shop.catalog.notices import FIELDS
from shop.dev.demo.vendors import VENDORS, DemoVendor

GOODS = Path(__file__).parent / "goods"


@dataclass(frozen=True)
class DemoVariant:
    """A SKU: its price, units on the maker's shelf and units in the hall."""

    label: str
    label_en: str
    price_won: int
    shelf: int
    hall: int


@dataclass(frozen=True, kw_only=True)
class DemoProduct:
    """A listing as the opener needs it; `vendor` and `category` are a vendor's code and a category's slug."""

    code: str
    vendor: str
    category: str
    drawing: str
    name: str
    name_en: str
    summary: str
    summary_en: str
    description: str
    description_en: str
    tax_class: TaxClass
    notice_class: NoticeClass
    notice: dict[str, str]
    origin: str
    option_name: str
    option_name_en: str
    by_parcel: bool
    by_pickup: bool
    is_perishable: bool
    published_days_ago: int
    variants: list[DemoVariant]


def _read(row: dict[str, Any], maker: DemoVendor) -> DemoProduct:
    option, option_en = row.get("option", ("", ""))
    return DemoProduct(
        code=row["code"], vendor=maker.code, category=row["category"], drawing=row["drawing"],
        name=row["name"][0], name_en=row["name"][1], summary=row["summary"][0], summary_en=row["summary"][1],
        description=row["text"][0], description_en=row["text"][1], tax_class=TaxClass(row.get("tax", "taxable")),
        notice_class=NoticeClass(row["class"]), notice=_notice(row, maker), origin=row["origin"],
        option_name=option, option_name_en=option_en, by_parcel=not row.get("pickup_only", False),
        by_pickup=not row.get("parcel_only", False), is_perishable=row.get("perishable", False),
        published_days_ago=row["days"], variants=[DemoVariant(*variant) for variant in row["variants"]],
    )


def _notice(row: dict[str, Any], maker: DemoVendor) -> dict[str, str]:
    """The listing's own notice fields, and the maker's name, place and telephone where the class asks for them."""
    name, own = row["name"][0], dict(row["notice"])
    if care := row.get("care"):
        own["material"] = f"{own['material']} · 손질: {care}"
    usual = {
        "item": f"{name} ({row['model']})" if "model" in row else name, "title": name,
        "producer": f"{maker.name}, {maker.address}", "maker": maker.name, "provider": maker.name,
        "origin": row["origin"], "contact": f"{maker.name} {maker.phone}",
    }
    keys = [field.key for field in FIELDS[NoticeClass(row["class"])]]
    return {key: own.get(key) or usual.get(key, "") for key in keys if own.get(key) or usual.get(key)}


def _load() -> list[DemoProduct]:
    makers = {vendor.code: vendor for vendor in VENDORS}
    rows = [row for room in sorted(GOODS.glob("*.toml")) for row in tomllib.loads(room.read_text("utf-8"))["product"]]
    return [_read(row, makers[row["code"].split("-", 1)[0]]) for row in rows]


PRODUCTS = _load()
