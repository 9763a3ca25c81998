import re

import pytest
from sqlalchemy import event

from shop.kernel.db import db
from tests.blueprints.staff.money import fill
from tests.conftest import NOON
from tests.reconciliation.builders import bring_lines


def page(client, path="/staff"):
    response = client.get(path)
    assert response.status_code == 200, response.text[:2000]
    return response.text


def test_the_first_page_shows_unexplained_won_the_queue_and_the_counts(client, unit, cast, sign_in):
    fill(unit, cast)
    sign_in(cast.accountant)
    text = page(client)
    assert "51,000원" in text  # 14,500 + 31,000 + 5,000 + 500
    assert 'data-won="51000"' in text
    assert "후보 2건" in text
    assert "금액 일치 · 이름 다름 (이모레)" in text
    assert 'data-key="enter"' in text
    assert "data-queue" in text


def test_with_nothing_unexplained_the_page_says_so(client, cast, sign_in):
    sign_in(cast.manager)
    text = page(client)
    assert 'data-won="0"' in text
    assert "설명을 기다리는 은행 줄이 없습니다" in text


def test_an_auditor_reads_and_has_no_button(client, unit, cast, sign_in):
    fill(unit, cast)
    sign_in(cast.auditor)
    text = page(client)
    assert "51,000원" in text
    assert "/confirm" not in text


@pytest.mark.parametrize("role", ["cashier", "merchandiser"])
def test_others_of_the_staff_see_their_work_and_no_money(client, unit, cast, sign_in, role):
    fill(unit, cast)
    sign_in(getattr(cast, role))
    text = page(client)
    assert "51,000원" not in text
    assert ("심사를 기다리는 것" in text) is (role == "merchandiser")


@pytest.mark.parametrize("role", ["accountant", "manager", "cashier", "merchandiser", "auditor"])
def test_the_menu_leads_nowhere_that_is_closed_to_the_role(client, cast, sign_in, role):
    sign_in(getattr(cast, role))
    links = set(re.findall(r'<a href="(/staff[^"?#]*)"', page(client)))
    assert "/staff/orders" in links
    assert {client.get(link).status_code for link in links} == {200}


def test_shoppers_and_vendors_stay_outside(client, cast, sign_in):
    assert client.get("/staff").status_code == 303
    for person in (cast.shopper, cast.vendor_owner):
        sign_in(person)
        assert client.get("/staff").status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_lines(app, client, unit, cast, sign_in):
    sign_in(cast.accountant)

    def count():
        seen = []
        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note := lambda *args: seen.append(args[2]))
        page(client)
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    page(client)
    with unit() as session:
        bring_lines(session, [(NOON, 1_000 + n, f"사람{n}") for n in range(2)], now=NOON)
    few = count()
    with unit() as session:
        bring_lines(session, [(NOON, 5_000 + n, f"사람{n}") for n in range(40)], now=NOON)
    assert count() == few
