"""Real organisations of the official lists of 2025-12-31, as a directory only: nothing is ever sold in their name here.

Source: data.go.kr 15080745 (마을기업) and 15091502 (자활기업), free use.
"""

import csv
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.vendors.models import DirectoryOrganisation, VendorKind

LISTED_ON = date(2025, 12, 31)
LISTS = (
    ("jeonju_village_enterprises_20251231.csv", VendorKind.VILLAGE_ENTERPRISE, "industry_and_product",
     "공공데이터포털 15080745 전북 마을기업 현황"),
    ("jeonju_self_support_enterprises_20251231.csv", VendorKind.SELF_SUPPORT, "industry",
     "공공데이터포털 15091502 전국 자활기업 현황"),
)


def add_directory(session: Session) -> int:
    """Add the organisations that are missing; returns how many were added. Safe to run again."""
    known = set(session.scalars(select(DirectoryOrganisation.source_id)))
    rows = [row for row in _read() if row.source_id not in known]
    session.add_all(rows)
    session.flush()
    return len(rows)


def _read() -> list[DirectoryOrganisation]:
    rows = []
    for name, kind, trade, source in LISTS:
        with (Path(__file__).parent / name).open(encoding="utf-8-sig", newline="") as file:
            rows += [
                DirectoryOrganisation(source_id=line["source_record_id"], source=source, listed_on=LISTED_ON,
                                      name=line["official_name"], kind=kind, trade=line[trade],
                                      address=line["address"], gu=line["gu"])
                for line in csv.DictReader(file)
            ]
    return rows
