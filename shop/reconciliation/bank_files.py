"""Bank statement files as they are exported: layouts known by the names of their columns, read whole or refused by row.

Pure: bytes in, values out. CP949 or UTF-8, CSV or the HTML table that banks save as `.xls`. Workbooks are not read.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from html.parser import HTMLParser

from shop.kernel.clock import SEOUL
from shop.kernel.errors import Invalid
from shop.reconciliation.bank_layouts import LAYOUTS, Layout, mapped

MAX_ROWS = 50_000


class NotAStatement(Invalid):
    """No row has the column names of a known bank; nothing was read."""


class WorkbookNotRead(Invalid):
    """The file is a workbook (xlsx or xls); it has to be saved as CSV."""


class LetteringUnknown(Invalid):
    """The file is neither UTF-8 nor CP949."""


class RowUnreadable(Invalid):
    """A row's day or amount cannot be read; `row` counts as a spreadsheet does."""


class BalanceBroken(Invalid):
    """The balance after a row is not the balance before it plus its amount: a row is missing or was changed."""


class TotalsDiffer(Invalid):
    """The bank's own totals row is not the sum of the rows above it."""


class StatementEmpty(Invalid):
    """The file has a header and no line."""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One line as the bank wrote it; deposits positive."""

    row: int
    occurred_at: datetime
    amount_won: int
    balance_won: int
    description: str
    branch: str


@dataclass(frozen=True)
class BankStatement:
    """A whole file, oldest line first: opening + lines = closing. `account_number` is what its title rows say, if they do."""

    layout: str
    opening_won: int
    closing_won: int
    rows: list[StatementRow]
    account_number: str


def read_statement(content: bytes, mapping: Mapping[str, str] | None = None) -> BankStatement:
    """Read a statement; `mapping` (role → column name) describes a layout that is not known.

    Raises:
        NotAStatement, WorkbookNotRead, LetteringUnknown, RowUnreadable, BalanceBroken, TotalsDiffer, StatementEmpty
    """
    table = _table(content)
    layouts = [mapped(mapping)] if mapping else LAYOUTS
    at, layout, columns = _find_header(table, layouts)
    rows = _read_rows(table, at, layout, columns)
    if not rows:
        raise StatementEmpty(layout=layout.name)
    rows = _in_order(rows)
    return BankStatement(
        layout.name, rows[0].balance_won - rows[0].amount_won, rows[-1].balance_won, rows, _account_number(table[:at])
    )


def _table(content: bytes) -> list[list[str]]:
    if content[:2] == b"PK" or content[:4] == b"\xd0\xcf\x11\xe0":
        raise WorkbookNotRead()
    text = _decode(content)
    if re.search(r"<table", text[:20_000], re.IGNORECASE):
        reader = _HtmlRows()
        reader.feed(text)
        return reader.rows
    first = max(text.splitlines()[:20], key=lambda line: line.count(",") + line.count("\t"), default="")
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    return [[_clean(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


def _decode(content: bytes) -> str:
    for charset in ("utf-8-sig", "cp949"):
        try:
            return content.decode(charset)
        except UnicodeDecodeError:
            continue
    raise LetteringUnknown()


def _clean(cell: str) -> str:
    return unicodedata.normalize("NFC", cell.replace("\xa0", " ")).strip().strip("\ufeff")


class _HtmlRows(HTMLParser):
    """Rows of every table of an HTML page, cell texts only."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self._cell = []

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            self.rows[-1].append(_clean(" ".join("".join(self._cell).split())))
            self._cell = None


def _find_header(table: Sequence[Sequence[str]], layouts: Sequence[Layout]) -> tuple[int, Layout, dict[str, list[int]]]:
    for index, cells in enumerate(table[:60]):
        for layout in layouts:
            if columns := layout.find_columns(cells):
                return index, layout, columns
    raise NotAStatement(banks=", ".join(dict.fromkeys(layout.title for layout in LAYOUTS)))


def _read_rows(table: Sequence[Sequence[str]], header: int, layout: Layout, columns: dict[str, list[int]]) -> list[StatementRow]:
    rows: list[StatementRow] = []
    deposits = withdrawals = 0
    for number, cells in enumerate(table[header + 1 :], header + 2):
        if len(rows) > MAX_ROWS:
            raise RowUnreadable(row=number, cell="")
        if not any(cells):
            continue
        if _is_totals(cells, columns):
            _check_totals(number, cells, columns, deposits, withdrawals)
            continue
        row = _read_row(number, cells, layout, columns)
        if row.amount_won:
            rows.append(row)
            deposits += max(0, row.amount_won)
            withdrawals += max(0, -row.amount_won)
    return rows


def _read_row(number: int, cells: Sequence[str], layout: Layout, columns: dict[str, list[int]]) -> StatementRow:
    def cell(role: str) -> str:
        return next((cells[i] for i in columns.get(role, []) if i < len(cells) and cells[i]), "")

    if "amount" in columns:
        amount = read_won(cell("amount"), number)
    else:
        amount = read_won(cell("deposit"), number) - read_won(cell("withdrawal"), number)
    at = read_moment(cell("day"), cell("time"), number)
    if not cell("balance"):
        raise RowUnreadable(row=number, cell="")
    return StatementRow(number, at, amount, read_won(cell("balance"), number), cell("description")[:120], cell("branch")[:60])


def read_won(text: str, row: int = 0) -> int:
    """An amount as banks write it: `1,234,000`, `1,234원`, empty or `-` for nothing. Raises: RowUnreadable."""
    plain = re.sub(r"[,\s원₩]", "", unicodedata.normalize("NFKC", text))
    if plain in ("", "-"):
        return 0
    if not re.fullmatch(r"[+-]?\d{1,13}", plain):
        raise RowUnreadable(row=row, cell=text[:40])
    return int(plain)


def read_moment(day: str, clock: str = "", row: int = 0) -> datetime:
    """An instant from a day and a time of day, together or in two cells, as Seoul writes them. Raises: RowUnreadable."""
    numbers = re.findall(r"\d+", day)
    if len(numbers) == 1 and len(numbers[0]) in (8, 14):
        numbers = re.findall(r"^\d{4}|\d{2}", numbers[0])
    if clock:
        parts = re.findall(r"\d+", clock)
        numbers = numbers[:3] + (re.findall(r"\d{2}", parts[0]) if len(parts) == 1 and len(parts[0]) in (4, 6) else parts)
    try:
        year, month, number, hour, minute, second = ([int(part) for part in numbers] + [0, 0, 0])[:6]
        at = datetime.combine(date(year, month, number), time(hour, minute, second), SEOUL)
    except (ValueError, TypeError) as error:
        raise RowUnreadable(row=row, cell=f"{day} {clock}".strip()[:40]) from error
    return at.astimezone(UTC)


def _is_totals(cells: Sequence[str], columns: dict[str, list[int]]) -> bool:
    day = next((cells[i] for i in columns["day"] if i < len(cells)), "")
    if re.match(r"\d{4}", day):
        return False
    return any(re.search(r"합\s*계|총\s*계|소\s*계|총\s*건|^계$|total", cell, re.IGNORECASE) for cell in cells)


def _check_totals(number: int, cells: Sequence[str], columns: dict[str, list[int]], deposits: int, withdrawals: int) -> None:
    for role, total in (("deposit", deposits), ("withdrawal", withdrawals)):
        text = next((cells[i] for i in columns.get(role, []) if i < len(cells) and re.search(r"\d", cells[i])), "")
        if text and re.fullmatch(r"[\d,\s원]+", text) and read_won(text, number) != total:
            raise TotalsDiffer(row=number, bank_won=read_won(text, number), rows_won=total)


def _in_order(rows: list[StatementRow]) -> list[StatementRow]:
    """Oldest first, whichever way the bank writes; every balance must chain. Times decide where both ways chain."""
    turned = rows[::-1]
    for minds_time in (True, False):
        for order in (rows, turned):
            if _first_break(order, minds_time) is None:
                return order
    order = turned if rows[0].occurred_at > rows[-1].occurred_at else rows
    broken = order[_first_break(order, minds_time=False) or 0]
    raise BalanceBroken(row=broken.row, balance_won=broken.balance_won)


def _first_break(rows: Sequence[StatementRow], minds_time: bool) -> int | None:
    """The first row that does not follow from the one before it."""
    for index in range(1, len(rows)):
        before, after = rows[index - 1], rows[index]
        if before.balance_won + after.amount_won != after.balance_won:
            return index
        if minds_time and before.occurred_at > after.occurred_at:
            return index
    return None


def _account_number(titles: Sequence[Sequence[str]]) -> str:
    """The account number that the rows above the header name."""
    for cells in titles:
        line = " ".join(cells)
        if "계좌" in line and (found := re.search(r"\d[\d\-]{8,24}\d", line)):
            return re.sub(r"\D", "", found.group())
    return ""
