"""Teams: people with accounts, three roles, never without an owner."""

import pytest
from sqlalchemy import func, select

from shop.people.models import AuditEvent
from shop.vendors import team
from shop.vendors.models import Membership, TeamRole
from tests import factories


@pytest.fixture
def house(session):
    owner = factories.make_user(session, "대표")
    vendor = factories.make_vendor(session, owner=owner)
    return vendor, owner, session.scalars(select(Membership).where(Membership.vendor_id == vendor.id)).one()


def test_a_person_is_added_by_email_in_any_case(session, house, now):
    person = factories.make_user(session, email="Helper@Example.com")
    member = team.add_member(
        session, vendor_id=house[0].id, email=" helper@example.COM ", role=TeamRole.EDITOR, actor_id=house[1].id, now=now
    )
    assert (member.user_id, member.role) == (person.id, TeamRole.EDITOR)
    with pytest.raises(team.AlreadyMember):
        team.add_member(
            session, vendor_id=house[0].id, email="helper@example.com", role=TeamRole.OWNER, actor_id=house[1].id, now=now
        )


def test_an_email_nobody_signed_up_with_is_refused(session, house, now):
    with pytest.raises(team.PersonUnknown):
        team.add_member(
            session, vendor_id=house[0].id, email="nobody@example.com", role=TeamRole.EDITOR, actor_id=house[1].id, now=now
        )
    assert session.scalar(select(func.count()).select_from(Membership)) == 1


def test_the_last_owner_neither_leaves_nor_steps_down(session, house, now):
    vendor, owner, membership = house
    with pytest.raises(team.LastOwner):
        team.remove_member(session, vendor_id=vendor.id, membership_id=membership.id, actor_id=owner.id, now=now)
    with pytest.raises(team.LastOwner):
        team.change_role(
            session, vendor_id=vendor.id, membership_id=membership.id, role=TeamRole.VIEWER, actor_id=owner.id, now=now
        )
    assert membership.role is TeamRole.OWNER


def test_an_owner_steps_down_once_there_is_another(session, house, now):
    vendor, owner, membership = house
    factories.make_user(session, email="second@example.com")
    team.add_member(session, vendor_id=vendor.id, email="second@example.com", role=TeamRole.OWNER, actor_id=owner.id, now=now)
    team.change_role(session, vendor_id=vendor.id, membership_id=membership.id, role=TeamRole.VIEWER, actor_id=owner.id, now=now)
    team.remove_member(session, vendor_id=vendor.id, membership_id=membership.id, actor_id=owner.id, now=now)
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == ["member.added", "member.role_changed", "member.removed"]


def test_another_teams_member_is_unknown_here(session, house, now):
    rival = factories.make_vendor(session, "다른 곳", owner=factories.make_user(session))
    theirs = session.scalars(select(Membership).where(Membership.vendor_id == rival.id)).one()
    with pytest.raises(team.MemberUnknown):
        team.remove_member(session, vendor_id=house[0].id, membership_id=theirs.id, actor_id=house[1].id, now=now)
