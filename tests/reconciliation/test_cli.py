from datetime import timedelta

from tests.conftest import NOON
from tests.reconciliation import files
from tests.reconciliation.builders import make_awaited
from tests.reconciliation.test_processor import Processor, row


def test_a_statement_file_is_brought_in_and_matched(app, unit, cast, tmp_path):
    with unit() as session:
        make_awaited(session, cast.vendor, won=24_600, payer="김하늘", at=NOON)
    path = tmp_path / "거래내역.csv"
    path.write_bytes(files.jeonbuk([(NOON + timedelta(hours=1), 24_600, "김하늘")]))
    runner = app.test_cli_runner()
    assert runner.invoke(args=["bank", "import", str(path)]).output == "jeonbuk: 1 lines, 1 new, 1 matched\n"
    assert runner.invoke(args=["bank", "unexplained"]).exit_code == 0
    path.write_bytes(b"nothing")
    refused = runner.invoke(args=["bank", "import", str(path)])
    assert (refused.exit_code, "not_a_statement" in refused.output) == (1, True)
    assert refused.output.count("일반 CSV") <= 1


def test_the_processor_is_asked(app, unit, cast, monkeypatch):
    monkeypatch.setitem(app.extensions, "card_provider", Processor([row("t1", "stripe_fee", -300)], held=-300))
    runner = app.test_cli_runner()
    assert runner.invoke(args=["bank", "sync-processor"]).output == "1 new rows, 0 payouts proved, 0 cases, off by 0 won\n"
