"""The columns of each bank's statement, by role. A header is recognised by its names, wherever it stands.

Source: exports as read by public parsers of these banks' files (전북은행, 농협 personal and corporate, 국민), 2023–2026.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shop.kernel.errors import Invalid

ROLES = ("day", "time", "withdrawal", "deposit", "amount", "balance", "description", "branch")


class MappingIncomplete(Invalid):
    """A mapped layout needs the names of its day, balance, and deposit and withdrawal (or one signed amount)."""


@dataclass(frozen=True)
class Layout:
    """A bank's columns: for each role the names to look for, the best first; `needed` must all be there."""

    name: str
    title: str
    columns: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]

    def find_columns(self, cells: Sequence[str]) -> dict[str, list[int]]:
        """Positions by role where these cells are this layout's header, else nothing."""
        named: dict[str, int] = {}
        for index, cell in enumerate(cells):
            named.setdefault(column_key(cell), index)
        if not all(column_key(name) in named for name in self.needed):
            return {}
        found = {role: [named[key] for key in map(column_key, names) if key in named] for role, names in self.columns.items()}
        return {role: positions for role, positions in found.items() if positions}


def column_key(name: str) -> str:
    """A column's name without spaces, units and width: `거래 후 잔액(원)` → `거래후잔액`."""
    text = re.sub(r"\((?:원|krw|won)\)", "", unicodedata.normalize("NFKC", name).casefold())
    return re.sub(r"\s", "", text)


LAYOUTS = [
    Layout(
        "jeonbuk",
        "전북은행",
        {
            "day": ("거래일자",),
            "time": ("거래시간",),
            "withdrawal": ("출금금액",),
            "deposit": ("입금금액",),
            "balance": ("거래후잔액",),
            "description": ("적요",),
            "branch": ("취급은행(지점)",),
        },
        ("거래일자", "거래시간", "출금금액", "입금금액", "거래후잔액", "적요", "취급은행(지점)"),
    ),
    Layout(
        "nonghyup_corporate",
        "농협 기업",
        {
            "day": ("거래일자",),
            "time": ("거래시간",),
            "withdrawal": ("출금금액",),
            "deposit": ("입금금액",),
            "balance": ("거래후잔액",),
            "description": ("거래기록사항", "거래내용"),
            "branch": ("거래점",),
        },
        ("구분", "거래일자", "출금금액", "입금금액", "거래후잔액", "거래내용", "거래기록사항"),
    ),
    Layout(
        "nonghyup_personal",
        "농협 개인",
        {
            "day": ("거래일시",),
            "withdrawal": ("출금금액",),
            "deposit": ("입금금액",),
            "balance": ("거래후잔액",),
            "description": ("거래기록사항", "거래내용"),
            "branch": ("거래점",),
        },
        ("거래일시", "출금금액", "입금금액", "거래후잔액", "거래기록사항"),
    ),
    Layout(
        "kookmin",
        "국민은행",
        {
            "day": ("거래일시",),
            "withdrawal": ("출금액",),
            "deposit": ("입금액",),
            "balance": ("잔액",),
            "description": ("보낸분/받는분", "송금메모"),
            "branch": ("거래점",),
        },
        ("거래일시", "보낸분/받는분", "출금액", "입금액", "잔액"),
    ),
    Layout(
        "generic",
        "일반 CSV",
        {
            "day": ("date",),
            "time": ("time",),
            "withdrawal": ("withdrawal",),
            "deposit": ("deposit",),
            "balance": ("balance",),
            "description": ("description",),
            "branch": ("branch",),
        },
        ("date", "deposit", "withdrawal", "balance"),
    ),
    Layout(
        "generic",
        "일반 CSV",
        {
            "day": ("일자",),
            "time": ("시각",),
            "withdrawal": ("출금",),
            "deposit": ("입금",),
            "balance": ("잔액",),
            "description": ("내용",),
            "branch": ("지점",),
        },
        ("일자", "출금", "입금", "잔액"),
    ),
]


def mapped(mapping: Mapping[str, str]) -> Layout:
    """A layout described by the person who uploads: role → the column's name in the file. Raises: MappingIncomplete."""
    given = {role: (mapping[role],) for role in ROLES if mapping.get(role, "").strip()}
    amounts = ("amount",) if "amount" in given else ("deposit", "withdrawal")
    needed = ("day", "balance", *amounts)
    missing = [role for role in needed if role not in given]
    if missing:
        raise MappingIncomplete(missing=", ".join(missing))
    return Layout("mapped", "맞춘 CSV", given, tuple(given[role][0] for role in needed))
