"""Reads another till's export (CSV, plain or gzip): columns by name, rows as `TillRow`, never the whole file at once."""

import csv
import gzip
import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from shop.hall.rules import TillRow, amount_of
from shop.kernel.clock import SEOUL
from shop.kernel.errors import Invalid
from shop.kernel.korean import brn_digits, format_brn, is_brn

COLUMNS = ("Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price")


class SalesFileUnreadable(Invalid):
    """The file is no till export: `row` and `problem` say where and why."""


def hash_file(path: Path) -> str:
    """SHA-256 of the file as it lies on disk."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_rows(path: Path) -> Iterator[TillRow]:
    """Yield the file's rows in order; instants are the till's local time, taken as Seoul time.

    Raises:
        SalesFileUnreadable: a column is missing, or a row holds no number or date where one belongs.
    """
    with (
        gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as opened,
        io.TextIOWrapper(opened, encoding="utf-8-sig", newline="") as text,  # type: ignore[arg-type]
    ):
        reader = csv.reader(text)
        header = next(reader, [])
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            raise SalesFileUnreadable(row=0, problem=f"columns missing: {', '.join(missing)}")
        at = [header.index(name) for name in COLUMNS]
        for number, cells in enumerate(reader, start=1):
            try:
                yield _parse(number, [cells[i] for i in at])
            except (ValueError, IndexError) as error:
                raise SalesFileUnreadable(row=number, problem=str(error)) from error


def _parse(number: int, cells: list[str]) -> TillRow:
    invoice, code, description, quantity, when, price = cells
    units = int(quantity)
    return TillRow(number, invoice.strip(), code.strip(), description.strip(), units, _instant(when), when[:7], price,
                   amount_of(units, price))


@lru_cache(maxsize=64)
def _instant(when: str) -> datetime:
    """The lines of one invoice share their moment."""
    return datetime.fromisoformat(when).replace(tzinfo=SEOUL).astimezone(UTC)


def read_vendor_map(path: Path) -> dict[str, str]:
    """Stock code → business number (`999-86-00121`), from a CSV with the columns `stock_code` and `vendor_brn`.

    Raises:
        SalesFileUnreadable: a column is missing or a business number fails its checksum.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not {"stock_code", "vendor_brn"} <= set(reader.fieldnames or ()):
            raise SalesFileUnreadable(row=0, problem="columns missing: stock_code, vendor_brn")
        codes = {}
        for number, row in enumerate(reader, start=1):
            if not is_brn(row["vendor_brn"]):
                raise SalesFileUnreadable(row=number, problem=f"no business number: {row['vendor_brn']}")
            codes[row["stock_code"].strip()] = format_brn(brn_digits(row["vendor_brn"]))
        return codes
