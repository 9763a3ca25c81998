"""Commission agreements over HTTP, and what they would have made of last month."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from shop.orders.models import Channel, FulfilmentState, Order, OrderLine, OrderState, VendorOrder
from shop.vendors.models import AgreementState, CommissionAgreement
from tests import factories

FORM = {
    "title": "한땀공방 8.5%",
    "percent": "8.5",
    "rank": "100",
    "vendor_id": "0",
    "category_id": "0",
    "channel": "web",
    "valid_from": "2026-11-19",
}


def rows(unit):
    with unit() as session:
        return session.scalars(select(CommissionAgreement).order_by(CommissionAgreement.id)).all()


def propose(client, **fields):
    return client.post("/staff/agreements", data={**FORM, **fields})


def sell(session, vendor_id, *, list_won, at, state=FulfilmentState.CONFIRMED, number="A1"):
    order = Order(
        number=number, token="t", channel=Channel.WEB, state=OrderState.PAID, goods_won=list_won, total_won=list_won, placed_at=at
    )
    session.add(order)
    session.flush()
    part = VendorOrder(order_id=order.id, vendor_id=vendor_id, way="parcel", state=state, total_won=list_won)
    session.add(part)
    session.flush()
    variant = factories.variants_of(session, factories.make_product(session, session.get(factories.Vendor, vendor_id)))[0]
    commission = list_won // 10
    session.add(
        OrderLine(
            vendor_order_id=part.id,
            vendor_id=vendor_id,
            variant_id=variant.id,
            product_code="x",
            name="공책",
            quantity=1,
            unit_price_won=list_won,
            list_won=list_won,
            tax_class="taxable",
            vat_won=0,
            commission_bps=1000,
            commission_won=commission,
            commission_vat_won=0,
            net_won=list_won - commission,
        )
    )


def test_a_proposal_shows_last_month_and_is_approved_by_another_person(client, cast, sign_in, unit):
    with unit() as session:
        october = datetime(2026, 10, 10, tzinfo=UTC)
        sell(session, cast.vendor, list_won=100_000, at=october, number="A1")
        sell(session, cast.vendor, list_won=999_999, at=october, number="A2", state=FulfilmentState.CANCELED)
        sell(session, cast.vendor, list_won=777_777, at=october + timedelta(days=30), number="A3")
    sign_in(cast.accountant)
    answer = propose(client)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    for amount in ("100,000", "10,000", "8,500", "−1,500"):
        assert amount in page
    agreement = rows(unit)[-1]
    assert (agreement.bps, agreement.state, agreement.valid_from) == (
        850,
        AgreementState.PROPOSED,
        datetime(2026, 11, 18, 15, tzinfo=UTC),
    )
    assert client.post(f"{answer.location}/approve").status_code == 403
    sign_in(cast.manager)
    assert client.post(f"{answer.location}/approve").status_code == 303
    assert rows(unit)[-1].approved_by == cast.manager


def test_the_proposer_is_refused_by_name(client, cast, sign_in, unit):
    sign_in(cast.manager)
    answer = propose(client)
    page = client.post(f"{answer.location}/approve", follow_redirects=True)
    assert "약정을 제안한 manager 님은 승인할 수 없습니다" in page.text
    assert rows(unit)[-1].state is AgreementState.PROPOSED


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"percent": "8.555"}, "숫자로 적어 주세요"),
        ({"percent": "-1"}, "숫자로 적어 주세요"),
        ({"percent": "51"}, "0%에서 50%까지"),
        ({"rank": "2000"}, "이대로는 약정 목록을 쓸 수 없습니다"),
        ({"valid_from": "2026-11-18"}, "지난 판매에 걸 수 없습니다"),
        ({"title": ""}, "적어 주세요."),
        ({"vendor_id": "999"}, ""),
        ({"channel": "fax"}, ""),
        ({"category_id": "999"}, ""),
    ],
)
def test_a_wrong_proposal_is_refused_beside_its_field(client, cast, sign_in, unit, fields, words):
    sign_in(cast.accountant)
    page = propose(client, **fields)
    assert page.status_code == 422
    assert words in page.text
    assert len(rows(unit)) == 1


def test_index_lists_in_the_order_in_which_agreements_are_asked(client, cast, sign_in):
    sign_in(cast.accountant)
    propose(client)
    sign_in(cast.auditor)
    page = client.get("/staff/agreements").text
    assert "한땀공방 8.5%" in page
    assert "기본 수수료 10%" in page
    assert "약정 제안하기" not in page


def test_reject_lays_a_proposal_aside(client, cast, sign_in, unit):
    sign_in(cast.accountant)
    location = propose(client).location
    assert client.post(f"{location}/reject", data={"reason": "다시 셈함"}).status_code == 303
    assert rows(unit)[-1].state is AgreementState.REJECTED
    assert client.get("/staff/agreements/9999").status_code == 404


@pytest.mark.parametrize("role", ["cashier", "merchandiser", "vendor_owner"])
def test_others_do_not_see_agreements(client, cast, sign_in, role):
    sign_in(getattr(cast, role))
    assert client.get("/staff/agreements").status_code == 403
