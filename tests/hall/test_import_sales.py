"""Another till's history comes into orders, ledger and stock; every row and won is accounted for."""

import csv
import gzip
import json
from itertools import islice

import pytest
from sqlalchemy import func, select

from shop.hall import importing
from shop.hall.models import OtherRow, SalesImport
from shop.ledger.accounts import COMMISSION, OWN_SALES, old_till, vendor_debt, vendor_payable
from shop.ledger.models import JournalEntry
from shop.ledger.queries import balance_of, trial_balance
from shop.orders.models import Order, OrderKind, OrderLine, VendorOrder
from shop.stock.models import StockLevel, StockMovement
from shop.vendors.models import Vendor, VendorState
from tests.conftest import DATA

HEADER = ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country"]
A, B = "999-86-00121", "999-86-00096"
ROWS = [
    ["100", "A1", "NOTEBOOK", "2", "2009-12-01 07:45:00", "120.00", "1", "UK"],
    ["100", "B1", "SPROUTS", "3", "2009-12-01 07:45:00", "20.00", "1", "UK"],
    ["100", "POST", "POSTAGE", "1", "2009-12-01 07:45:00", "11.00", "1", "UK"],
    ["100", "M", "Manual", "1", "2009-12-01 07:45:00", "5.00", "1", "UK"],
    ["101", "A1", "damaged", "-4", "2009-12-02 09:00:00", "0", "", "UK"],
    ["C102", "A1", "NOTEBOOK", "-1", "2010-01-03 09:00:00", "120.00", "1", "UK"],
    ["A103", "B", "Adjust bad debt", "1", "2010-01-04 09:00:00", "-100.00", "", "UK"],
    ["104", "B1", "SPROUTS", "1", "2010-01-05 09:00:00", "20.00", "", "UK"],
    ["104", "B1", "SPROUTS", "1", "2010-01-05 09:00:00", "20.00", "", "UK"],
]


@pytest.fixture
def files(tmp_path):
    sales, vendors = tmp_path / "sales.csv", tmp_path / "vendors.csv"
    with sales.open("w", newline="") as file:
        csv.writer(file).writerows([HEADER, *ROWS])
    vendors.write_text(f"stock_code,vendor_brn\nA1,{A}\nB1,{B}\n")
    return sales, vendors


def run(app, sales, vendors, *more):
    args = ["hall", "import-sales", str(sales), "--vendors", str(vendors), "--json", *more]
    return app.test_cli_runner().invoke(args=args, catch_exceptions=False)


def test_a_history_imports_and_proves_itself(app, unit, files):
    result = run(app, *files)
    proof = json.loads(result.stdout)

    assert result.exit_code == 0, result.stderr
    assert proof["rows"] == {"file": 9, "imported": 7, "set_aside": 2}
    assert proof["won"] == {"file": 24000 + 6000 + 1100 + 500 - 12000 - 10000 + 4000, "imported": 23100, "set_aside": -9500}
    assert proof["by_month"]["2009-12"]["imported"] == {"rows": 4, "won": 31100}
    assert proof["by_month"]["2010-01"]["set_aside"] == {"rows": 1, "won": -10000}
    assert proof["set_aside"] == [{"reason": "bad_debt", "rows": 1, "won": -10000}, {"reason": "manual", "rows": 1, "won": 500}]
    with unit() as session:
        vendors = {v.brn: v for v in session.scalars(select(Vendor).where(Vendor.state == VendorState.IMPORTED))}
        assert set(vendors) == {A, B}
        assert balance_of(session, old_till("old_till")) == 23100
        assert balance_of(session, vendor_payable(vendors[A].id)) == -(24000 - 2400 - 240) + (12000 - 1200 - 120)
        assert balance_of(session, vendor_payable(vendors[B].id)) == -(10000 - 1000 - 100)
        assert balance_of(session, COMMISSION) == -(2400 + 600 - 1200 + 400)
        assert balance_of(session, OWN_SALES) == -1000
        assert sum(row.balance_won for row in trial_balance(session)) == 0
        assert session.scalar(select(func.sum(StockMovement.quantity))) == -4
        assert session.scalar(select(func.count()).select_from(StockLevel)) == 0
        kinds = {reference: kind for reference, kind in session.execute(select(Order.source_reference, Order.kind))}  # noqa: C416
        assert kinds == {"100": OrderKind.SALE, "C102": OrderKind.RETURN, "104": OrderKind.SALE}


def test_running_again_adds_nothing(app, unit, files):
    run(app, *files)
    with unit() as session:
        before = counts(session)
    again = run(app, *files)

    assert again.exit_code == 0
    with unit() as session:
        assert counts(session) == before


def test_a_stopped_import_goes_on_where_it_stopped(app, unit, files, monkeypatch):
    monkeypatch.setattr(importing, "BATCH_ROWS", 1)
    real, calls = importing.import_batch, []

    def stop_at_third(session, **what):
        calls.append(1)
        real(session, **what)
        if len(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(importing, "import_batch", stop_at_third)
    stopped = run(app, *files)
    assert stopped.exit_code != 0
    with unit() as session:
        assert 0 < session.scalar(select(SalesImport.rows_done)) < 9

    monkeypatch.setattr(importing, "import_batch", real)
    assert run(app, *files).exit_code == 0
    with unit() as session:
        assert counts(session) == {"orders": 3, "parts": 4, "lines": 5, "other": 4, "entries": 3, "movements": 1}


def test_a_return_beyond_what_is_owed_becomes_the_vendors_debt(app, unit, files):
    sales, vendors = files
    with sales.open("w", newline="") as file:
        csv.writer(file).writerows([HEADER, ["C1", "A1", "NOTEBOOK", "-1", "2009-12-01 07:45:00", "120.00", "1", "UK"]])
    assert run(app, sales, vendors).exit_code == 0
    with unit() as session:
        vendor_id = session.scalar(select(Vendor.id).where(Vendor.brn == A))
        assert balance_of(session, vendor_debt(vendor_id)) == 10680
        assert balance_of(session, vendor_payable(vendor_id)) == 0


def test_another_file_under_the_same_source_is_refused(app, unit, files):
    sales, vendors = files
    run(app, sales, vendors)
    sales.write_text(sales.read_text() + "200,A1,X,1,2010-02-01 09:00:00,1.00,,UK\n")
    refused = run(app, sales, vendors)

    assert refused.exit_code == 2
    assert "import_of_other_file" in refused.stderr
    with unit() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 3


@pytest.mark.parametrize(("text", "problem"), [
    ("Invoice,StockCode\n1,2\n", "columns missing"),
    (",".join(HEADER) + "\n1,A1,x,two,2010-01-01 09:00:00,1,,\n", "row"),
    (",".join(HEADER) + "\n1,A1,x,2,yesterday,1,,\n", "row"),
])
def test_an_unreadable_file_is_refused_and_nothing_is_written(app, unit, files, text, problem):
    sales, vendors = files
    sales.write_text(text)
    refused = run(app, sales, vendors)

    assert refused.exit_code == 2
    assert problem in refused.stderr
    with unit() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 0


def test_a_missing_row_is_noticed(app, unit, files, monkeypatch):
    """Negative control of the proof: a row that is neither imported nor set aside makes the command fail."""
    real = importing._write_others
    monkeypatch.setattr(importing, "_write_others", lambda session, key, batch: real(session, key, _without_last(batch)))
    result = run(app, *files)

    assert result.exit_code == 1
    assert "unexplained" in result.stderr


def _without_last(batch):
    batch.others = batch.others[:-1]
    return batch


def counts(session):
    tables = {"orders": Order, "parts": VendorOrder, "lines": OrderLine, "other": OtherRow, "entries": JournalEntry,
              "movements": StockMovement}
    return {name: session.scalar(select(func.count()).select_from(table)) for name, table in tables.items()}


@pytest.mark.skipif(not (DATA / "online_retail_2009-2010.csv.gz").exists(),
                    reason="the real till's file is not here (set ONGOEUL_DATA)")
def test_the_real_till_of_december_2009_is_accounted_for(app, unit, tmp_path):
    sales = tmp_path / "first_month.csv"
    with gzip.open(DATA / "online_retail_2009-2010.csv.gz", "rt", encoding="utf-8") as full:
        sales.write_text("".join(islice(full, 45_229)), encoding="utf-8")
    result = run(app, sales, DATA / "online_retail_vendor_map.csv")
    proof = json.loads(result.stdout)

    assert result.exit_code == 0, result.stderr
    assert proof["rows"] == {"file": 45_228, "imported": 45_171, "set_aside": 57}
    assert proof["won"]["imported"] + proof["won"]["set_aside"] == proof["won"]["file"]
    assert list(proof["by_month"]) == ["2009-12"]
