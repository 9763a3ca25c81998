"""The centre's people, the trail of changes and the record of readings."""

import pytest

from shop.people.access_records import record_access
from shop.people.models import StaffRole, User
from tests.conftest import NOON


@pytest.fixture
def manager(client, cast, sign_in):
    return sign_in(cast.manager)


def roles(unit, user_id):
    with unit() as session:
        return sorted(role.name for role in session.get(User, user_id).roles)


def test_index_lists_staff_and_no_shopper(manager):
    page = manager.get("/staff/people").text
    assert "accountant" in page
    assert "김하늘" not in page


def test_set_roles_grants_and_holds_from_the_next_request(app, manager, cast, sign_in, unit):
    shopper = sign_in(cast.shopper, on=app.test_client())
    assert shopper.get("/staff/messages").status_code == 403
    answer = manager.post(
        f"/staff/people/{cast.shopper}/roles", data={"roles": ["cashier", "owner-of-all"], "reason": "새 매장 사람"}
    )
    assert answer.status_code == 303
    assert roles(unit, cast.shopper) == ["cashier"]
    assert shopper.get("/staff/messages").status_code == 200
    manager.post(f"/staff/people/{cast.shopper}/roles", data={"reason": "그만둠"})
    assert shopper.get("/staff/messages").status_code == 403


def test_set_roles_without_a_reason_keeps_what_was_chosen(manager, cast, unit):
    answer = manager.post(f"/staff/people/{cast.cashier}/roles", data={"roles": ["auditor"]})
    assert answer.status_code == 422
    assert 'value="auditor" checked' in answer.text
    assert roles(unit, cast.cashier) == ["cashier"]


def test_set_roles_of_oneself_is_refused(manager, cast, unit):
    assert (
        manager.post(f"/staff/people/{cast.manager}/roles", data={"roles": list(StaffRole), "reason": "나도"}).status_code == 409
    )
    assert roles(unit, cast.manager) == ["manager"]


@pytest.mark.parametrize("role", ["cashier", "merchandiser", "accountant", "auditor"])
def test_set_roles_is_the_managers_alone(app, cast, sign_in, unit, role):
    client = sign_in(getattr(cast, role), on=app.test_client())
    assert client.post(f"/staff/people/{cast.shopper}/roles", data={"roles": ["manager"], "reason": "x"}).status_code == 403
    assert client.get("/staff/people").status_code == (200 if role == "auditor" else 403)
    assert roles(unit, cast.shopper) == []


def test_find_goes_to_the_account_of_an_address(manager, cast, unit):
    with unit() as session:
        email = session.get(User, cast.shopper).email
    assert manager.get(f"/staff/people/find?email={email}").location.endswith(f"/staff/people/{cast.shopper}")
    assert manager.get("/staff/people/find?email=nobody@example.com").location.endswith("/staff/people")


def test_show_of_nobody_is_not_found(manager):
    assert manager.get("/staff/people/999999").status_code == 404


def test_the_trail_shows_who_changed_what_and_why(manager, cast):
    manager.post(f"/staff/people/{cast.shopper}/roles", data={"roles": ["cashier"], "reason": "새 매장 사람"})
    page = manager.get("/staff/audit").text
    assert "account.roles_changed" in page
    assert "새 매장 사람" in page
    assert "새 매장 사람" in manager.get(f"/staff/people/{cast.shopper}").text


def test_lists_go_on_by_keyset(manager, cast, unit):
    with unit() as session:
        for number in range(60):
            record_access(
                session,
                user_id=cast.vendor_owner,
                vendor_id=cast.vendor,
                action="order.read",
                subject=("order", number),
                ip="10.0.0.1",
                now=NOON,
            )
    first = manager.get("/staff/access-records")
    assert "order 59" in first.text
    assert "order 9<" not in first.text
    import html
    import re

    following = html.unescape(re.search(r'rel="next" href="([^"]+)"', first.text).group(1))
    second = manager.get(following)
    assert "order 9<" in second.text
    assert "order 59" not in second.text
