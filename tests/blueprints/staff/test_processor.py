from shop.payments.providers import ProviderUnavailable
from tests.blueprints.staff.money import fill
from tests.conftest import NOON
from tests.reconciliation.test_processor import Processor, payout, row
from tests.settlements.two_makers import pay_by_card, place_two_makers


class Silent:
    name = "stripe"

    def list_payouts(self, **_):
        raise ProviderUnavailable(provider="stripe", call="list_payouts")


def test_the_sync_button_proves_a_payout(app, client, unit, cast, sign_in, monkeypatch):
    with unit() as session:
        pay_by_card(session, place_two_makers(session, cast.vendor, cast.rival, now=NOON), now=NOON)
    rows = [
        row("t1", "charge", 30_000, 1_020, "ch_1", "po_1"),
        row("t2", "payout", -28_980, 0, "po_1", "po_1"),
        row("t3", "surprise", -70),
    ]
    monkeypatch.setitem(app.extensions, "card_provider", Processor(rows, [payout("po_1", 28_980)], held=-70))
    sign_in(cast.accountant)
    text = client.post("/staff/processor/sync", follow_redirects=True).text
    assert "새 줄 3개, 증명된 입금 1건, 새 사건 1건" in text
    assert "줄 1개로 증명" in text
    assert "surprise" in text
    assert "t1" not in client.get("/staff/processor/payouts/1").text
    assert "ch_1" in client.get("/staff/processor/payouts/1").text


def test_a_processor_that_does_not_answer_is_told(app, client, cast, sign_in, monkeypatch):
    monkeypatch.setitem(app.extensions, "card_provider", Silent())
    sign_in(cast.accountant)
    assert client.post("/staff/processor/sync", follow_redirects=True).status_code == 200


def test_an_auditor_reads_only(client, unit, cast, sign_in):
    fill(unit, cast)
    sign_in(cast.auditor)
    assert "po_1" in client.get("/staff/processor").text
    assert client.get("/staff/processor/payouts/99").status_code == 404
    assert client.post("/staff/processor/sync").status_code == 403
