"""Bank statement files as banks export them, written from plain lines: title rows, header, rows, totals, CP949."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from shop.kernel.clock import SEOUL

Line = tuple[datetime, int, str]  # when, signed won, description


def balances(lines: Sequence[Line], opening: int) -> list[int]:
    found, now = [], opening
    for _, won, _ in lines:
        now += won
        found.append(now)
    return found


def _write(rows: list[list[Any]], charset: str) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(charset)


def _commas(won: int) -> str:
    return f"{won:,}" if won else ""


def jeonbuk(
    lines: Sequence[Line],
    opening: int = 1_000_000,
    *,
    charset: str = "cp949",
    account: str = "999-01-0000001",
    newest_first: bool = False,
    totals: bool = True,
) -> bytes:
    """전북은행: an empty first column, day and time apart, no column of the payer."""
    body = []
    for (at, won, text), balance in zip(lines, balances(lines, opening), strict=True):
        at = at.astimezone(SEOUL)
        body.append(
            [
                "",
                f"{at:%Y.%m.%d}",
                f"{at:%H:%M:%S}",
                _commas(max(0, -won)),
                _commas(max(0, won)),
                f"{balance:,}",
                text,
                "전주지점(0123)",
            ]
        )
    rows = [
        ["", "입출금거래내역조회"],
        ["", f"계좌번호 : {account}", "", "예금주: 센터"],
        [],
        ["", "거래일자", "거래시간", "출금금액", "입금금액", "거래후잔액", "적요", "취급은행(지점)"],
    ]
    tail = [
        ["", "합계", "", _commas(sum(max(0, -w) for _, w, _ in lines)), _commas(sum(max(0, w) for _, w, _ in lines)), "", "", ""]
    ]
    return _write([*rows, *(body[::-1] if newest_first else body), *(tail if totals else [])], charset)


def nonghyup_personal(lines: Sequence[Line], opening: int = 1_000_000, *, charset: str = "cp949") -> bytes:
    """농협 개인: seven title rows, the payer in 거래기록사항, newest first."""
    body = []
    for number, ((at, won, text), balance) in enumerate(zip(lines, balances(lines, opening), strict=True), 1):
        at = at.astimezone(SEOUL)
        body.append(
            [
                number,
                f"{at:%Y/%m/%d %H:%M:%S}",
                _commas(max(0, -won)) or "0",
                _commas(max(0, won)) or "0",
                f"{balance:,}",
                "인터넷뱅킹",
                text,
                "농협 000123",
                "",
            ]
        )
    titles = [[f"제목 {n}"] for n in range(7)]
    head = ["순번", "거래일시", "출금금액", "입금금액", "거래후잔액", "거래내용", "거래기록사항", "거래점", "거래메모"]
    return _write([*titles, head, *body[::-1]], charset)


def nonghyup_corporate(lines: Sequence[Line], opening: int = 1_000_000, *, charset: str = "cp949") -> bytes:
    """농협 기업: nine title rows, units in the names, day and time apart."""
    body = []
    for (at, won, text), balance in zip(lines, balances(lines, opening), strict=True):
        at = at.astimezone(SEOUL)
        body.append(
            [
                "입금" if won > 0 else "출금",
                f"{at:%Y-%m-%d}",
                f"{max(0, -won):,}",
                f"{max(0, won):,}",
                f"{balance:,}",
                "타행이체",
                text,
                "001",
                f"{at:%H:%M:%S}",
                "",
            ]
        )
    head = [
        "구분",
        "거래일자",
        "출금금액(원)",
        "입금금액(원)",
        "거래 후 잔액(원)",
        "거래내용",
        "거래기록사항",
        "거래점",
        "거래시간",
        "이체메모",
    ]
    sums = [
        "합계",
        "",
        f"{sum(max(0, -w) for _, w, _ in lines):,}",
        f"{sum(max(0, w) for _, w, _ in lines):,}",
        "",
        "",
        "",
        "",
        "",
        "",
    ]
    return _write([*[[f"제목 {n}"] for n in range(9)], head, *body, sums], charset)


def kookmin(lines: Sequence[Line], opening: int = 1_000_000, *, charset: str = "cp949") -> bytes:
    """국민: header on row 5, 적요 is the channel, the payer in 보낸분/받는분, last row totals."""
    body = []
    for (at, won, text), balance in zip(lines, balances(lines, opening), strict=True):
        at = at.astimezone(SEOUL)
        body.append(
            [f"{at:%Y.%m.%d %H:%M:%S}", "타행이체", text, "", f"{max(0, -won):,}", f"{max(0, won):,}", f"{balance:,}", "전주", ""]
        )
    head = ["거래일시", "적요", "보낸분/받는분", "송금메모", "출금액", "입금액", "잔액", "거래점", "구분"]
    sums = [
        "합계",
        "",
        "",
        "",
        f"{sum(max(0, -w) for _, w, _ in lines):,}",
        f"{sum(max(0, w) for _, w, _ in lines):,}",
        "",
        "",
        "",
    ]
    return _write([["거래내역"], [], ["기간"], [], head, *body[::-1], sums], charset)


def generic(lines: Sequence[Line], opening: int = 1_000_000, *, charset: str = "utf-8-sig") -> bytes:
    """The plain layout of docs: date, time, deposit, withdrawal, balance, description."""
    rows = [["date", "time", "deposit", "withdrawal", "balance", "description"]]
    for (at, won, text), balance in zip(lines, balances(lines, opening), strict=True):
        at = at.astimezone(SEOUL)
        rows.append([f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}", str(max(0, won)), str(max(0, -won)), str(balance), text])
    return _write(rows, charset)


def html_table(lines: Sequence[Line], opening: int = 1_000_000, *, charset: str = "utf-8") -> bytes:
    """The HTML table that some banks save as .xls, here with 전북은행's columns."""
    plain = list(csv.reader(io.StringIO(jeonbuk(lines, opening, charset="utf-8").decode())))
    rows = "".join("<tr>" + "".join(f"<td> {cell} </td>" for cell in row) + "</tr>" for row in plain)
    return f"<html><body><table>{rows}</table></body></html>".encode(charset)


LAYOUTS = {
    "jeonbuk": jeonbuk,
    "nonghyup_personal": nonghyup_personal,
    "nonghyup_corporate": nonghyup_corporate,
    "kookmin": kookmin,
    "generic": generic,
}


def some_lines(start: datetime) -> list[Line]:
    """Two equal deposits a second apart, a withdrawal, a Hangul name with spaces."""
    return [
        (start, 24_600, "김하늘"),
        (start + timedelta(minutes=1), 5_000, "이모래"),
        (start + timedelta(minutes=1, seconds=1), 5_000, "이모래"),
        (start + timedelta(hours=3), -8_900, "한땀공방"),
        (start + timedelta(days=1), 28_980, "STRIPE"),
    ]
