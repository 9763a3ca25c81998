from sqlalchemy import select

from shop.ledger.queries import balance_of
from shop.reconciliation.cases import BANK_FEES
from shop.reconciliation.models import CaseState, DiscrepancyCase
from tests.blueprints.staff.money import fill


def open_case(client, unit, cast, sign_in):
    _, open_lines, _ = fill(unit, cast)
    sign_in(cast.accountant)
    client.post(f"/staff/bank/lines/{open_lines[3]}/case")
    with unit() as session:
        return session.scalars(select(DiscrepancyCase.id)).one()


def test_one_explains_another_closes(client, unit, cast, sign_in):
    case_id = open_case(client, unit, cast, sign_in)
    path = f"/staff/cases/{case_id}"
    assert "무슨 일이었는지" in client.post(f"{path}/propose", follow_redirects=True).text
    client.post(f"{path}/propose", data={"explanation": "이체 수수료", "account": BANK_FEES})
    assert "다른 사람이 닫습니다" in client.get(path).text
    assert "설명한 사람은" in client.post(f"{path}/close", follow_redirects=True).text
    sign_in(cast.manager)
    assert "사건을 닫고" in client.post(f"{path}/close", follow_redirects=True).text
    with unit() as session:
        assert session.get(DiscrepancyCase, case_id).state is CaseState.CLOSED
        assert balance_of(session, BANK_FEES) == 500
    assert "이체수수료" in client.get("/staff/cases?show=closed").text


def test_a_proposal_is_sent_back(client, unit, cast, sign_in):
    case_id = open_case(client, unit, cast, sign_in)
    client.post(f"/staff/cases/{case_id}/propose", data={"explanation": "?", "account": BANK_FEES})
    sign_in(cast.manager)
    client.post(f"/staff/cases/{case_id}/send-back", data={"reason": "증빙이 없음"})
    with unit() as session:
        assert session.get(DiscrepancyCase, case_id).state is CaseState.OPEN
    assert "증빙이 없음" in client.get(f"/staff/cases/{case_id}").text


def test_an_auditor_reads_only(client, unit, cast, sign_in):
    case_id = open_case(client, unit, cast, sign_in)
    sign_in(cast.auditor)
    assert "이체수수료" in client.get("/staff/cases").text
    assert client.get(f"/staff/cases/{case_id}").status_code == 200
    assert client.get("/staff/cases/999").status_code == 404
    for move in ("propose", "close", "send-back"):
        assert client.post(f"/staff/cases/{case_id}/{move}").status_code == 403
