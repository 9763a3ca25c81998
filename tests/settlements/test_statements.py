from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from shop.kernel.states import MoveRefused
from shop.messages.models import Message
from shop.settlements import statements
from shop.settlements.lines import pull_lines
from shop.settlements.models import SettlementLine, Statement, StatementState
from shop.settlements.proof import find_wrong_statements, prove_vendors
from tests.conftest import NOON
from tests.settlements.builders import make_refund, make_sale

TODAY = date(2026, 11, 18)
OCTOBER = NOON - timedelta(days=30)


def issue(session, month="2026-11", **kwargs):
    pull_lines(session, through=TODAY, now=NOON)
    return statements.issue_statements(session, month=month, now=NOON, **kwargs)


def test_a_statement_claims_its_month_and_nets_to_the_sum_of_its_lines(unit, cast):
    with unit() as session:
        sale = make_sale(session, cast.vendor, at=NOON, prices=(12_000, 3_333), parcel=3_000)
        make_refund(session, sale, at=NOON, won=1_000)
        (number,) = issue(session)
        statement = session.get(Statement, number)
        assert (statement.number, statement.state, statement.line_count) == (
            f"202611-{cast.vendor:04d}-1",
            StatementState.ISSUED,
            4,
        )
        assert statement.net_won == sale.net_won - 890
        assert statement.object_until == TODAY + timedelta(days=7)
        assert find_wrong_statements(session) == []


def test_each_vendor_and_month_gets_one_statement(unit, cast):
    with unit() as session:
        for vendor in (cast.vendor, cast.rival):
            make_sale(session, vendor, at=OCTOBER)
            make_sale(session, vendor, at=NOON)
        assert len(issue(session, "2026-10")) == 2
        assert len(issue(session, "2026-11")) == 2
        assert issue(session, "2026-10") == issue(session, "2026-11") == []
        found = session.execute(select(Statement.vendor_id, Statement.month, Statement.line_count).order_by(Statement.id)).all()
        assert found == [
            (cast.vendor, "2026-10", 1),
            (cast.rival, "2026-10", 1),
            (cast.vendor, "2026-11", 1),
            (cast.rival, "2026-11", 1),
        ]


def test_a_late_line_waits_for_the_next_open_month(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=OCTOBER)
        issue(session, "2026-10")
        make_sale(session, cast.vendor, at=OCTOBER)
        assert issue(session, "2026-10") == []
        (number,) = issue(session, "2026-11")
        assert session.get(Statement, number).line_count == 1


def test_a_further_statement_of_the_month_is_issued_when_asked_for(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON)
        issue(session)
        make_sale(session, cast.vendor, at=NOON)
        (number,) = issue(session, again=True)
        assert session.get(Statement, number).number.endswith("-2")


def test_a_canceled_statement_frees_its_lines(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON)
        (number,) = issue(session)
        statements.cancel_statement(session, statement_id=number, actor_id=cast.accountant, reason="잘못", now=NOON)
        (other,) = issue(session)
        assert session.get(Statement, other).number.endswith("-2")
        assert session.scalar(select(func.count()).where(SettlementLine.statement_id == other)) == 1


def test_statements_and_unclaimed_lines_are_what_the_books_owe(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=OCTOBER)
        make_sale(session, cast.vendor, at=NOON)
        issue(session, "2026-10")
        (proof,) = prove_vendors(session, through=TODAY)
        assert (proof.statements_won, proof.unclaimed_won, proof.off_won) == (8_900, 8_900, 0)


def test_approving_before_the_window_ends_needs_a_reason_or_the_vendors_word(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON)
        (number,) = issue(session)
        with pytest.raises(statements.ObjectionWindowOpen):
            statements.approve_statements(session, statement_ids=[number], actor_id=cast.manager, now=NOON)
        statements.accept_statement(session, statement_id=number, vendor_id=cast.vendor, actor_id=cast.vendor_owner, now=NOON)
        assert statements.approve_statements(session, statement_ids=[number], actor_id=cast.manager, now=NOON) == 1
        assert statements.approve_statements(session, statement_ids=[number], actor_id=cast.manager, now=NOON) == 0


def test_an_objection_holds_the_statement_until_staff_answer(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON)
        (number,) = issue(session)
        statements.object_to_statement(
            session, statement_id=number, vendor_id=cast.vendor, text="한 줄이 빠졌어요", actor_id=cast.vendor_owner, now=NOON
        )
        assert session.get(Statement, number).state is StatementState.HELD
        with pytest.raises(MoveRefused):
            statements.approve_statements(session, statement_ids=[number], actor_id=cast.manager, now=NOON, reason="빨리")
        statements.release_statement(session, statement_id=number, actor_id=cast.manager, reason="다음 달에 넣음", now=NOON)
        assert session.get(Statement, number).state is StatementState.ISSUED


def test_nobody_objects_to_another_vendors_statement_or_after_the_window(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON)
        (number,) = issue(session)
        with pytest.raises(statements.StatementNotFound):
            statements.object_to_statement(
                session, statement_id=number, vendor_id=cast.rival, text="x", actor_id=cast.rival_owner, now=NOON
            )
        with pytest.raises(statements.ObjectionWindowClosed):
            statements.object_to_statement(
                session,
                statement_id=number,
                vendor_id=cast.vendor,
                text="x",
                actor_id=cast.vendor_owner,
                now=NOON + timedelta(days=8),
            )
        assert session.get(Statement, number).state is StatementState.ISSUED


def test_the_vendor_is_told_once(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON)
        issue(session)
        assert session.scalar(select(func.count()).where(Message.template == "statement_issued")) == 1


def test_the_months_to_issue_run_from_the_oldest_unclaimed_line(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON - timedelta(days=70))
        pull_lines(session, through=TODAY, now=NOON)
        assert list(statements.months_to_issue(session, through="2026-11")) == ["2026-09", "2026-10", "2026-11"]
        assert list(statements.months_to_issue(session, through="2026-08")) == []


def test_settlements_run_issues_every_month_once_and_proves_itself(app, unit, cast):
    with unit() as session:
        for days in (0, 31, 62):
            make_sale(session, cast.vendor, at=NOON - timedelta(days=days))
            make_sale(session, cast.rival, at=NOON - timedelta(days=days))
    runner = app.test_cli_runner()
    first = runner.invoke(args=["settlements", "run", "--through", "2026-11", "--json"])
    assert first.exit_code == 0, first.output
    assert '"off_won": 0' in first.stdout
    assert '"2026-09": 2, "2026-10": 2, "2026-11": 2' in first.stdout
    second = runner.invoke(args=["settlements", "run", "--through", "2026-11", "--json"])
    assert second.exit_code == 0
    assert '"lines_added": 0, "statements_issued": {}' in second.stdout


def test_settlements_run_fails_where_the_books_miss_a_sale(app, unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON, posts=False)
    result = app.test_cli_runner().invoke(args=["settlements", "run", "--through", "2026-11"])
    assert result.exit_code == 1
    assert "DOES NOT ADD UP" in result.output
