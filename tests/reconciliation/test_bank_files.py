from datetime import timedelta

import pytest

from shop.reconciliation.bank_files import (
    BalanceBroken,
    LetteringUnknown,
    NotAStatement,
    RowUnreadable,
    StatementEmpty,
    TotalsDiffer,
    WorkbookNotRead,
    read_statement,
    read_won,
)
from shop.reconciliation.bank_layouts import MappingIncomplete
from tests.conftest import NOON
from tests.reconciliation import files

LINES = files.some_lines(NOON)


@pytest.mark.parametrize("charset", ["cp949", "utf-8-sig", "utf-8"])
@pytest.mark.parametrize("layout", sorted(files.LAYOUTS))
def test_every_layout_is_read_back_as_it_was_written(tmp_path, layout, charset):
    path = tmp_path / "거래내역.csv"
    path.write_bytes(files.LAYOUTS[layout](LINES, charset=charset))
    statement = read_statement(path.read_bytes())
    assert statement.layout == layout
    assert [(row.occurred_at, row.amount_won, row.description) for row in statement.rows] == LINES
    assert (statement.opening_won, statement.closing_won) == (1_000_000, 1_000_000 + sum(won for _, won, _ in LINES))


def test_an_html_table_saved_as_xls_is_read():
    assert [(row.occurred_at, row.amount_won, row.description) for row in read_statement(files.html_table(LINES)).rows] == LINES
    assert read_statement(files.html_table(LINES, charset="cp949")).layout == "jeonbuk"


def test_a_statement_written_newest_first_is_turned():
    assert [row.amount_won for row in read_statement(files.jeonbuk(LINES, newest_first=True)).rows] == [
        won for _, won, _ in LINES
    ]


def test_the_account_number_of_the_title_is_read():
    assert read_statement(files.jeonbuk(LINES)).account_number == "999010000001"


def test_a_mapped_file_names_its_own_columns():
    content = (
        files.generic(LINES)
        .decode("utf-8-sig")
        .replace("date,time,deposit,withdrawal,balance,description", "언제,몇시,들어옴,나감,남음,누구")
    )
    with pytest.raises(NotAStatement):
        read_statement(content.encode())
    mapping = {"day": "언제", "time": "몇시", "deposit": "들어옴", "withdrawal": "나감", "balance": "남음", "description": "누구"}
    assert [(row.occurred_at, row.amount_won, row.description) for row in read_statement(content.encode(), mapping).rows] == LINES


def test_a_mapped_file_may_have_one_signed_amount():
    content = "when,amount,left,who\n2026-11-18 12:00,1000,1000,김\n2026-11-18 13:00,-400,600,이\n".encode()
    statement = read_statement(content, {"day": "when", "amount": "amount", "balance": "left", "description": "who"})
    assert [row.amount_won for row in statement.rows] == [1_000, -400]


def test_an_incomplete_mapping_says_what_is_missing():
    with pytest.raises(MappingIncomplete) as refusal:
        read_statement(b"a,b\n1,2\n", {"day": "a", "deposit": "b"})
    assert refusal.value.data["missing"] == "balance, withdrawal"


def test_a_missing_row_is_found_by_the_balances_and_named():
    rows = files.jeonbuk(LINES, totals=False).decode("cp949").splitlines(keepends=True)
    with pytest.raises(BalanceBroken) as refusal:
        read_statement("".join(rows[:5] + rows[6:]).encode("cp949"))
    assert refusal.value.data["row"] == 6


def test_a_changed_amount_is_found():
    with pytest.raises(BalanceBroken):
        read_statement(files.jeonbuk(LINES, totals=False).replace(b'"5,000"', b'"5,100"', 1))
    with pytest.raises(TotalsDiffer):  # the first row's balance has none before it: the bank's totals tell
        read_statement(files.jeonbuk(LINES).replace(b'"24,600"', b'"24,700"', 1))


def test_the_banks_own_totals_must_be_the_sum():
    content = files.kookmin(LINES)
    total = f"{sum(max(0, w) for _, w, _ in LINES):,}".encode()
    with pytest.raises(TotalsDiffer):
        read_statement(content.replace(total, b"1,234"))


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"PK\x03\x04rest", WorkbookNotRead),
        (b"\xd0\xcf\x11\xe0rest", WorkbookNotRead),
        (b"\xff\xfe\xff\xff\x80", LetteringUnknown),
        (b"", NotAStatement),
        (b"a,b,c\n1,2,3\n", NotAStatement),
        (b"date,deposit,withdrawal,balance\n", StatementEmpty),
        (b"date,deposit,withdrawal,balance\nyesterday,1,0,1\n", RowUnreadable),
        (b"date,deposit,withdrawal,balance\n2026-11-18,1.5,0,1\n", RowUnreadable),
        (b"date,deposit,withdrawal,balance\n2026-13-18,1,0,1\n", RowUnreadable),
        (b"date,deposit,withdrawal,balance\n2026-11-18,1,0,\n", RowUnreadable),
    ],
)
def test_what_is_no_statement_is_refused_by_name(content, refusal):
    with pytest.raises(refusal):
        read_statement(content)


@pytest.mark.parametrize(
    ("text", "won"), [("1,234,000", 1_234_000), ("", 0), ("-", 0), ("1,234원", 1_234), ("-500", -500), ("１２", 12), (" 7 ", 7)]
)
def test_amounts_are_read_as_banks_write_them(text, won):
    assert read_won(text) == won


def test_a_long_statement_is_read_in_one_go():
    lines = [(NOON + timedelta(seconds=n), 1_000 + n, f"사람{n}") for n in range(5_000)]
    assert len(read_statement(files.jeonbuk(lines)).rows) == 5_000
