"""Accounts: opened, changed, and the rights of others only."""

import pytest
from sqlalchemy import select

from shop.people.accounts import (
    AccountMissing,
    EmailTaken,
    OwnAccount,
    PhoneRefused,
    ReasonMissing,
    change_roles,
    create_user,
    end_all_sessions,
    reset_second_factor,
    update_profile,
)
from shop.people.models import AuditEvent, StaffRole, User
from shop.people.passwords import PasswordRefused

GOOD = "한옥마을 골목길 12"


def last_event(session):
    return session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()


def test_an_account_is_opened_with_its_roles(session, now):
    user_id = create_user(session, email=" New@Example.com ", name=" 새 사람 ", password=GOOD, roles=[StaffRole.CASHIER], now=now)
    user = session.get(User, user_id)
    assert (user.email, user.name, [r.name for r in user.roles]) == ("new@example.com", "새 사람", ["cashier"])
    assert last_event(session).action == "account.opened"


def test_an_email_opens_one_account(session, now):
    create_user(session, email="one@example.com", name="하나", password=GOOD, now=now)
    with pytest.raises(EmailTaken):
        create_user(session, email="ONE@example.com", name="둘", password=GOOD, now=now)


def test_a_weak_password_opens_nothing(session, now):
    with pytest.raises(PasswordRefused):
        create_user(session, email="two@example.com", name="둘", password="password", now=now)
    assert session.scalar(select(User).where(User.email == "two@example.com")) is None


def test_roles_are_changed_with_a_reason_and_leave_a_trail(session, cast, now):
    change_roles(
        session,
        user_id=cast.cashier,
        roles=[StaffRole.CASHIER, StaffRole.ACCOUNTANT],
        actor_id=cast.manager,
        reason="회계를 도움",
        now=now,
    )
    event = last_event(session)
    assert event.before == {"roles": ["cashier"]}
    assert event.after == {"roles": ["accountant", "cashier"]}
    assert event.reason == "회계를 도움"


def test_roles_that_stay_the_same_leave_no_trail(session, cast, now):
    before = last_event(session)
    change_roles(session, user_id=cast.cashier, roles=[StaffRole.CASHIER], actor_id=cast.manager, reason="그대로", now=now)
    assert last_event(session) is before


def test_nobody_changes_their_own_rights(session, cast, now):
    with pytest.raises(OwnAccount):
        change_roles(session, user_id=cast.manager, roles=list(StaffRole), actor_id=cast.manager, reason="나도", now=now)
    with pytest.raises(OwnAccount):
        reset_second_factor(session, user_id=cast.manager, actor_id=cast.manager, reason="나도", now=now)


def test_a_change_of_rights_needs_a_reason_and_a_person(session, cast, now):
    with pytest.raises(ReasonMissing):
        change_roles(session, user_id=cast.cashier, roles=[], actor_id=cast.manager, reason=" ", now=now)
    with pytest.raises(AccountMissing):
        change_roles(session, user_id=999_999, roles=[], actor_id=cast.manager, reason="없음", now=now)


def test_a_lost_second_factor_is_taken_away_and_sessions_end(session, cast, now):
    user = session.get(User, cast.accountant)
    user.tf_primary_method, user.tf_totp_secret, before = "authenticator", "secret", user.fs_uniquifier
    reset_second_factor(session, user_id=cast.accountant, actor_id=cast.manager, reason="전화로 확인", now=now)
    assert (user.tf_primary_method, user.tf_totp_secret) == (None, None)
    assert user.fs_uniquifier != before


def test_a_profile_is_changed(session, cast, now):
    update_profile(session, user_id=cast.shopper, name="김 하늘", phone="01012345678", locale="en", now=now)
    user = session.get(User, cast.shopper)
    assert (user.name, user.phone, user.locale) == ("김 하늘", "010-1234-5678", "en")
    with pytest.raises(PhoneRefused):
        update_profile(session, user_id=cast.shopper, name="김 하늘", phone="12", locale="en", now=now)


def test_ending_all_sessions_changes_the_name_of_every_session(session, cast, now):
    before = session.get(User, cast.shopper).fs_uniquifier
    assert end_all_sessions(session, user_id=cast.shopper, now=now) != before
