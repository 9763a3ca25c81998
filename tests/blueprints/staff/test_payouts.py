import pytest
from sqlalchemy import select

from shop.people.models import AccessRecord
from shop.settlements.models import Payout, PayoutState
from tests.conftest import NOON
from tests.settlements.builders import make_approved_statements, make_sale


@pytest.fixture
def prepared(client, unit, cast, sign_in):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON, prices=(20_000,))
        make_sale(session, cast.rival, at=NOON, prices=(500,))
        make_approved_statements(session, now=NOON, actor_id=cast.manager)
    sign_in(cast.accountant)
    text = client.post("/staff/payouts", follow_redirects=True).text
    assert "지급 1건을 준비했습니다" in text
    assert "1,000원보다 적어" in text
    with unit() as session:
        return session.scalars(select(Payout.id)).one()


def state_of(unit, payout_id):
    with unit() as session:
        return session.get(Payout, payout_id).state


def test_the_preparer_is_told_that_another_approves(client, unit, prepared):
    assert "다른 사람이 승인" in client.post(f"/staff/payouts/{prepared}/approve", follow_redirects=True).text
    assert state_of(unit, prepared) is PayoutState.PREPARED


def test_another_approves_and_the_file_goes_out(client, unit, cast, sign_in, prepared):
    sign_in(cast.manager)
    assert "승인하고 장부에" in client.post(f"/staff/payouts/{prepared}/approve", follow_redirects=True).text
    assert "은행 파일" in client.post("/staff/payouts/files", follow_redirects=True).text
    assert state_of(unit, prepared) is PayoutState.SENT
    first = client.post("/staff/payouts/files/1", data={"layout": "jeonbuk"})
    assert first.data.decode("cp949").splitlines()[0] == "입금은행,입금계좌번호,입금액,예금주,받는분통장표시,내통장표시"
    again = client.post("/staff/payouts/files/1", data={"layout": "generic"})
    assert again.headers["X-Duplicate"] == "1"
    assert again.data.startswith(b"\xef\xbb\xbfpayout,bank")
    with unit() as session:
        assert len(session.scalars(select(AccessRecord).where(AccessRecord.action == "payout_file.download")).all()) == 2
    assert "승인된 지급이 없습니다" in client.post("/staff/payouts/files", follow_redirects=True).text
    assert client.post("/staff/payouts/files/1", data={"layout": "pdf"}).status_code == 400
    assert client.post("/staff/payouts/files/99").status_code == 404


def test_a_transfer_that_failed_is_approved_anew(client, unit, cast, sign_in, prepared):
    sign_in(cast.manager)
    client.post(f"/staff/payouts/{prepared}/approve")
    client.post(f"/staff/payouts/{prepared}/fail", data={"reason": "계좌 해지"})
    assert state_of(unit, prepared) is PayoutState.FAILED
    assert "다시 승인하면 다음 시도로" in client.get(f"/staff/payouts/{prepared}").text
    client.post(f"/staff/payouts/{prepared}/approve")
    assert "2번째" in client.get("/staff/payouts").text


def test_there_is_no_button_that_says_paid(client, unit, cast, sign_in, prepared):
    sign_in(cast.manager)
    client.post(f"/staff/payouts/{prepared}/approve")
    for word in ("pay", "paid", "mark-paid"):
        assert client.post(f"/staff/payouts/{prepared}/{word}").status_code == 404


def test_a_prepared_payout_is_withdrawn(client, unit, prepared):
    client.post(f"/staff/payouts/{prepared}/cancel", data={"reason": "다시"})
    assert state_of(unit, prepared) is PayoutState.CANCELED
    assert "지금 상태에서는" in client.post(f"/staff/payouts/{prepared}/cancel", follow_redirects=True).text
    assert client.post(f"/staff/payouts/{prepared}/burn").status_code == 404


def test_lists_and_pages_render(client, cast, sign_in, prepared):
    sign_in(cast.auditor)
    for path in ("", "?show=paid", "?show=all", "?show=x", "?before=99", f"/{prepared}"):
        assert client.get(f"/staff/payouts{path}").status_code == 200
    assert client.get("/staff/payouts/999").status_code == 404
    for path in ("", "/files", f"/{prepared}/approve"):
        assert client.post(f"/staff/payouts{path}").status_code == 403
