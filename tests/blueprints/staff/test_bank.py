import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from shop.ledger import accounts
from shop.ledger.queries import balance_of
from shop.payments.models import Payment, PaymentState
from shop.reconciliation.models import BankLine, BankLineState, DiscrepancyCase
from tests.blueprints.staff.money import fill
from tests.conftest import NOON
from tests.reconciliation import files
from tests.reconciliation.builders import make_awaited

LINES = files.some_lines(NOON + timedelta(hours=1))


def upload(client, content, **fields):
    return client.post(
        "/staff/bank/statements",
        data={"account": "1", "file": (io.BytesIO(content), "거래내역.csv"), **fields},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def lines(unit):
    with unit() as session:
        return list(session.scalars(select(BankLine).order_by(BankLine.id)))


def test_a_statement_is_read_and_what_is_beyond_doubt_is_matched(client, unit, cast, sign_in):
    with unit() as session:
        payment = make_awaited(session, cast.vendor, won=24_600, payer="김하늘", at=NOON)
    sign_in(cast.accountant)
    text = upload(client, files.jeonbuk(LINES)).text
    assert "5줄을 읽어 새 줄 5개를 넣었습니다" in text
    assert "1줄을 저절로 맞췄습니다" in text
    with unit() as session:
        assert session.get(Payment, payment.id).state is PaymentState.PAID
    assert "새 줄 0개" in upload(client, files.jeonbuk(LINES)).text


def test_a_broken_statement_is_refused_in_words_and_nothing_is_kept(client, unit, cast, sign_in):
    sign_in(cast.accountant)
    text = upload(client, files.jeonbuk(LINES, totals=False).replace(b'"5,000"', b'"5,100"', 1)).text
    assert "행의 잔액이 앞 줄과 이어지지 않습니다" in text
    assert "엑셀 통합문서" in upload(client, b"PK\x03\x04").text
    assert "파일을 골라 주세요" in client.post("/staff/bank/statements", follow_redirects=True).text
    assert lines(unit) == []


def test_another_banks_file_is_read_by_the_names_given(client, unit, cast, sign_in):
    sign_in(cast.accountant)
    content = "언제,들어옴,나감,남음\n2026-11-18 12:00,1000,0,1000\n".encode("cp949")
    assert (
        "새 줄 1개"
        in upload(client, content, map_day="언제", map_deposit="들어옴", map_withdrawal="나감", map_balance="남음").text
    )


def test_a_suggestion_is_confirmed_and_undone(client, unit, cast, sign_in):
    _, (suggested, *_rest), _ = fill(unit, cast)
    sign_in(cast.accountant)
    with unit() as session:
        payment_id = session.scalar(select(Payment.id).where(Payment.payer_name == "이모레"))
    response = client.post(f"/staff/bank/lines/{suggested}/confirm", data={"target": f"payment:{payment_id}", "from": "home"})
    assert (response.status_code, response.location) == (303, "/staff")
    with unit() as session:
        assert session.get(BankLine, suggested).state is BankLineState.MATCHED
    assert "J261118-7TAB" in client.get(f"/staff/bank/lines/{suggested}").text
    assert client.post(f"/staff/bank/lines/{suggested}/undo", data={"reason": "다른 사람 돈"}).status_code == 303
    with unit() as session:
        assert session.get(BankLine, suggested).state is BankLineState.UNEXPLAINED
        assert session.get(Payment, payment_id).state is PaymentState.CANCELED
    assert "다른 사람 돈" in client.get(f"/staff/bank/lines/{suggested}").text


def test_one_line_is_divided_over_two_orders(client, unit, cast, sign_in):
    _, open_lines, _ = fill(unit, cast)
    sign_in(cast.accountant)
    with unit() as session:
        ids = session.scalars(select(Payment.id).where(Payment.payer_name == "행복상사")).all()
    client.post(f"/staff/bank/lines/{open_lines[1]}/confirm", data={"target": " ".join(f"payment:{i}" for i in ids)})
    with unit() as session:
        assert {session.get(Payment, i).state for i in ids} == {PaymentState.PAID}


def test_an_unknown_deposit_is_put_aside_and_a_fee_becomes_a_case(client, unit, cast, sign_in):
    _, open_lines, _ = fill(unit, cast)
    sign_in(cast.accountant)
    client.post(f"/staff/bank/lines/{open_lines[2]}/confirm", data={"target": "unidentified"})
    response = client.post(f"/staff/bank/lines/{open_lines[3]}/case")
    with unit() as session:
        assert balance_of(session, accounts.UNIDENTIFIED_RECEIPTS) == -5_000
        case = session.scalars(select(DiscrepancyCase)).one()
        assert (case.title, case.amount_won) == ("이체수수료", -500)
        assert response.location == f"/staff/cases/{case.id}"


def test_a_wrong_sum_is_told_and_nothing_happens(client, unit, cast, sign_in):
    _, open_lines, _ = fill(unit, cast)
    sign_in(cast.accountant)
    with unit() as session:
        payment_id = session.scalar(select(Payment.id).where(Payment.payer_name == "이모레"))
    text = client.post(
        f"/staff/bank/lines/{open_lines[2]}/confirm", data={"target": f"payment:{payment_id}"}, follow_redirects=True
    ).text
    assert "합이 맞지 않습니다" in text
    assert client.post(f"/staff/bank/lines/{open_lines[2]}/confirm", data={"target": "bank:1"}).status_code == 400
    assert "무엇과 맞출지" in client.post(f"/staff/bank/lines/{open_lines[2]}/confirm", follow_redirects=True).text


@pytest.mark.parametrize("state", ["unexplained", "matched", "in_case", "nonsense"])
def test_every_list_of_lines_renders_and_goes_on(client, unit, cast, sign_in, state):
    fill(unit, cast)
    sign_in(cast.auditor)
    assert client.get(f"/staff/bank?state={state}").status_code == 200
    assert client.get(f"/staff/bank?state={state}&before=2026-11-18T03:30:00+00:00|2").status_code == 200
    assert client.get(f"/staff/bank?state={state}&before=nonsense").status_code == 200


def test_every_line_has_its_page(client, unit, cast, sign_in):
    done, open_lines, _ = fill(unit, cast)
    for person in (cast.accountant, cast.auditor):
        sign_in(person)
        for line_id in (done, *open_lines):
            assert client.get(f"/staff/bank/lines/{line_id}").status_code == 200
    assert client.get("/staff/bank/lines/999").status_code == 404


def test_an_auditor_changes_nothing(client, unit, cast, sign_in):
    done, open_lines, _ = fill(unit, cast)
    sign_in(cast.auditor)
    for path in ("statements", "match", f"lines/{done}/undo", f"lines/{open_lines[0]}/confirm", f"lines/{open_lines[0]}/case"):
        assert client.post(f"/staff/bank/{path}").status_code == 403
