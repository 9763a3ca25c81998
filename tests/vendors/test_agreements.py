"""Commission agreements: first match in order, one catch-all and it is last, two people, never the past."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from shop.people.models import AuditEvent, StaffRole
from shop.vendors import agreements, commissions, rules
from shop.vendors.models import AgreementState, CommissionAgreement
from shop.vendors.rules import AgreementsBroken
from tests import factories

DAY = timedelta(days=1)


def row(rank, *, vendor=None, category=None, channel=None):
    return SimpleNamespace(rank=rank, vendor_id=vendor, category_id=category, channel=channel)


LIST = [row(10, vendor=1, category=5), row(20, channel="hall"), row(30, category=5), row(40, vendor=2), row(1000)]


@pytest.mark.parametrize(
    ("sale", "place"),
    [
        ((1, 5, "web"), 0),
        ((1, 5, "hall"), 0),
        ((1, 6, "hall"), 1),
        ((9, 5, "web"), 2),
        ((2, 6, "web"), 3),
        ((2, 5, "web"), 2),
        ((9, 6, "web"), 4),
        ((1, None, "web"), 4),
    ],
)
def test_the_first_agreement_whose_scope_matches_applies(sale, place):
    assert rules.pick(LIST, *sale) is LIST[place]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([], "no_catch_all"),
        (LIST[:-1], "no_catch_all"),
        ([row(1), row(2)], "two_catch_alls"),
        ([row(1), row(2, vendor=1)], "catch_all_not_last"),
        ([row(1, channel=""), row(2)], "broken_scope"),
        ([row(1, channel="fax"), row(2)], "broken_scope"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_not_guessed(rows, problem):
    with pytest.raises(AgreementsBroken) as refusal:
        rules.pick(rows, 1, 5, "web")
    assert refusal.value.data["problem"] == problem


@pytest.fixture
def staff(session):
    return SimpleNamespace(
        accountant=factories.make_user(session, "회계", roles=(StaffRole.ACCOUNTANT,)).id,
        manager=factories.make_user(session, "관리", roles=(StaffRole.MANAGER,)).id,
        vendor=factories.make_vendor(session).id,
    )


def propose(session, staff, now, **fields):
    return agreements.propose_agreement(
        session,
        **{
            "title": "8%",
            "bps": 800,
            "rank": 100,
            "vendor_id": None,
            "category_id": None,
            "channel": "web",
            "valid_from": now + DAY,
            "actor_id": staff.accountant,
            "now": now,
            **fields,
        },
    )


def approve(session, staff, agreement, now, by=None):
    return agreements.approve_agreement(session, agreement_id=agreement.id, actor_id=by or staff.manager, now=now)


def resolve(session, staff, at, channel="web"):
    return commissions.resolve_agreement(session, vendor_id=staff.vendor, category_id=None, channel=channel, at=at).bps


def test_a_proposal_applies_only_once_another_person_approved_it_and_its_day_has_come(session, staff, now):
    agreement = propose(session, staff, now)
    assert resolve(session, staff, now + 2 * DAY) == 1000
    approve(session, staff, agreement, now)
    assert [resolve(session, staff, at) for at in (now, now + DAY - timedelta(seconds=1), now + DAY)] == [1000, 1000, 800]
    assert resolve(session, staff, now + 2 * DAY, channel="hall") == 1000


def test_the_proposer_is_refused_by_name_as_the_approver(session, staff, now):
    agreement = propose(session, staff, now, actor_id=staff.manager)
    with pytest.raises(agreements.SamePersonAgreement) as refusal:
        approve(session, staff, agreement, now)
    assert refusal.value.data == {"name": "관리"}
    assert agreement.state is AgreementState.PROPOSED


def test_a_successor_closes_its_predecessor_on_the_instant_it_begins_and_changes_nothing_else_of_it(session, staff, now):
    old = session.scalars(select(CommissionAgreement)).one()
    new = propose(session, staff, now, channel=None, bps=900, rank=1000, title="9%")
    approve(session, staff, new, now)
    assert (old.valid_to, old.bps, old.title) == (now + DAY, 1000, "기본 수수료 10%")
    assert [resolve(session, staff, at) for at in (now, now + DAY)] == [1000, 900]
    assert session.scalar(select(AuditEvent.subject_id).where(AuditEvent.action == "agreement.closed")) == str(old.id)


def test_an_agreement_behind_the_catch_all_is_refused(session, staff, now):
    with pytest.raises(AgreementsBroken) as refusal:
        propose(session, staff, now, rank=2000)
    assert refusal.value.data["problem"] == "catch_all_not_last"


def test_a_catch_all_that_ends_would_leave_sales_without_an_agreement_and_is_refused(session, staff, now):
    with pytest.raises(AgreementsBroken) as refusal:
        propose(session, staff, now, channel=None, rank=1000, valid_to=now + 9 * DAY)
    assert refusal.value.data["problem"] == "no_catch_all"


def test_an_agreement_of_the_same_scope_that_begins_later_still_is_refused_as_an_overlap(session, staff, now):
    approve(session, staff, propose(session, staff, now, valid_from=now + 10 * DAY), now)
    with pytest.raises(AgreementsBroken) as refusal:
        propose(session, staff, now, valid_from=now + 5 * DAY)
    assert refusal.value.data["problem"] == "overlap"


def test_the_list_is_checked_again_at_the_approval(session, staff, now):
    early, late = propose(session, staff, now), propose(session, staff, now, valid_from=now + 9 * DAY)
    approve(session, staff, late, now)
    with pytest.raises(AgreementsBroken):
        approve(session, staff, early, now)
    assert early.state is AgreementState.PROPOSED


def test_the_past_is_neither_proposed_nor_approved(session, staff, now):
    with pytest.raises(agreements.AgreementRetroactive):
        propose(session, staff, now, valid_from=now)
    agreement = propose(session, staff, now)
    with pytest.raises(agreements.AgreementRetroactive):
        approve(session, staff, agreement, now + DAY)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"vendor_id": 999_999}, agreements.ScopeBroken),
        ({"channel": "fax"}, agreements.ScopeBroken),
        ({"channel": ""}, agreements.ScopeBroken),
        ({"bps": 5001}, agreements.RateWrong),
        ({"bps": -1}, agreements.RateWrong),
    ],
)
def test_a_broken_scope_or_rate_is_refused(session, staff, now, fields, refusal):
    with pytest.raises(refusal):
        propose(session, staff, now, **fields)


def test_a_settled_proposal_is_neither_approved_nor_rejected_again(session, staff, now):
    agreement = propose(session, staff, now)
    agreements.reject_agreement(session, agreement_id=agreement.id, actor_id=staff.accountant, reason="다시 셈함", now=now)
    with pytest.raises(agreements.AgreementSettled):
        approve(session, staff, agreement, now)
    assert resolve(session, staff, now + 2 * DAY) == 1000


def test_a_preview_shows_the_list_on_the_day_the_proposal_begins(session, staff, now):
    agreement = propose(session, staff, now, vendor_id=staff.vendor, channel=None)
    assert [dated.bps for dated in agreements.preview(session, agreement)] == [800, 1000]
