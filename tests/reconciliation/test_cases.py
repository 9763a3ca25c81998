from datetime import timedelta

import pytest

from shop.kernel.states import MoveRefused
from shop.ledger import accounts
from shop.ledger.queries import balance_of
from shop.reconciliation import cases
from shop.reconciliation.matching import LineExplained, Wanted, confirm_match
from shop.reconciliation.models import BankLine, BankLineState, CaseState, DiscrepancyCase, MatchTarget, ProcessorRow
from shop.reconciliation.queries import list_history, sum_unexplained
from shop.reconciliation.undoing import undo_match
from tests.conftest import NOON
from tests.reconciliation.builders import bring_lines


def open_one(session, won=-500, text="수수료"):
    (line_id,) = bring_lines(session, [(NOON, won, text)], now=NOON)
    case_id = cases.open_case(
        session, kind="bank_line", title="은행 수수료", amount_won=0, bank_line_id=line_id, actor_id=None, now=NOON
    )
    return line_id, case_id


def test_a_case_takes_its_line_and_counts_once(unit, cast):
    with unit() as session:
        line_id, case_id = open_one(session)
        assert session.get(BankLine, line_id).state is BankLineState.IN_CASE
        assert cases.open_case(session, kind="bank_line", title="x", amount_won=0, bank_line_id=line_id, now=NOON) == case_id
        unexplained = sum_unexplained(session)
        assert (unexplained.won, unexplained.bank_won, unexplained.case_won) == (500, 0, 500)
        assert unexplained.days_old((NOON + timedelta(days=3)).date()) == 3


def test_one_person_explains_and_another_closes(unit, cast):
    with unit() as session:
        line_id, case_id = open_one(session)
        cases.propose_explanation(
            session, case_id=case_id, explanation="이체 수수료", account=cases.BANK_FEES, actor_id=cast.accountant, now=NOON
        )
        with pytest.raises(cases.ProposedBySame):
            cases.close_case(session, case_id=case_id, actor_id=cast.accountant, now=NOON)
        assert balance_of(session, cases.BANK_FEES) == 0
        cases.close_case(session, case_id=case_id, actor_id=cast.manager, now=NOON)
        assert balance_of(session, cases.BANK_FEES) == 500
        assert balance_of(session, accounts.bank("jb1")) == -500
        assert session.get(BankLine, line_id).state is BankLineState.MATCHED
        assert sum_unexplained(session).won == 0
        assert [event.action for event in list_history(session, "discrepancy_case", case_id)] == [
            "case.opened",
            "case.proposed",
            "case.closed",
        ]


def test_a_proposal_can_be_sent_back(unit, cast):
    with unit() as session:
        _, case_id = open_one(session)
        cases.propose_explanation(
            session, case_id=case_id, explanation="?", account=accounts.WRITE_OFF, actor_id=cast.accountant, now=NOON
        )
        cases.send_back(session, case_id=case_id, reason="증빙이 없음", actor_id=cast.manager, now=NOON)
        assert session.get(DiscrepancyCase, case_id).state is CaseState.OPEN


@pytest.mark.parametrize(
    ("explanation", "account"), [("", accounts.WRITE_OFF), ("까닭", "liabilities:vendor_payable:1"), ("까닭", "")]
)
def test_a_proposal_needs_words_and_an_account_that_is_offered(unit, cast, explanation, account):
    with unit() as session:
        _, case_id = open_one(session)
        with pytest.raises(cases.ExplanationEmpty):
            cases.propose_explanation(
                session, case_id=case_id, explanation=explanation, account=account, actor_id=cast.accountant, now=NOON
            )
        with pytest.raises(cases.ExplanationEmpty):
            cases.close_case(session, case_id=case_id, actor_id=cast.manager, now=NOON)
        assert session.get(DiscrepancyCase, case_id).state is CaseState.OPEN


def test_a_match_closes_the_case_of_its_line(unit, cast):
    with unit() as session:
        line_id, case_id = open_one(session, 5_000, "누구")
        confirm_match(
            session, bank_line_ids=[line_id], targets=[Wanted(MatchTarget.UNIDENTIFIED)], actor_id=cast.accountant, now=NOON
        )
        assert session.get(DiscrepancyCase, case_id).state is CaseState.CLOSED
        with pytest.raises(LineExplained):
            cases.open_case(session, kind="x", title="x", amount_won=0, bank_line_id=line_id, now=NOON)


def test_a_closed_case_can_be_undone_like_a_match(unit, cast):
    with unit() as session:
        line_id, case_id = open_one(session)
        for _ in range(2):
            cases.propose_explanation(
                session, case_id=case_id, explanation="수수료", account=cases.BANK_FEES, actor_id=cast.accountant, now=NOON
            )
            cases.close_case(session, case_id=case_id, actor_id=cast.manager, now=NOON)
            assert balance_of(session, cases.BANK_FEES) == 500
            undo_match(session, bank_line_id=line_id, actor_id=cast.manager, now=NOON)
            assert balance_of(session, cases.BANK_FEES) == 0
        assert session.get(DiscrepancyCase, case_id).state is CaseState.OPEN
        assert sum_unexplained(session).won == 500


def test_a_case_without_a_money_side_is_not_booked(unit, cast):
    with unit() as session:
        case_id = cases.open_case(session, kind="other", title="셈이 다름", amount_won=700, now=NOON)
        cases.propose_explanation(
            session, case_id=case_id, explanation="?", account=accounts.WRITE_OFF, actor_id=cast.accountant, now=NOON
        )
        with pytest.raises(cases.NoMoneySide):
            cases.close_case(session, case_id=case_id, actor_id=cast.manager, now=NOON)
        session.rollback()


def test_a_closed_case_moves_no_more(unit, cast):
    with unit() as session:
        _, case_id = open_one(session)
        cases.propose_explanation(
            session, case_id=case_id, explanation="수수료", account=cases.BANK_FEES, actor_id=cast.accountant, now=NOON
        )
        cases.close_case(session, case_id=case_id, actor_id=cast.manager, now=NOON)
        with pytest.raises(MoveRefused):
            cases.propose_explanation(
                session, case_id=case_id, explanation="또", account=cases.BANK_FEES, actor_id=cast.accountant, now=NOON
            )


def test_a_processor_row_of_an_unknown_type_is_booked_by_its_case(unit, cast):
    with unit() as session:
        row = ProcessorRow(
            provider="stripe",
            provider_id="txn_1",
            kind="adjustment",
            gross_won=-1_000,
            fee_won=0,
            net_won=-1_000,
            created_at=NOON,
            raw={},
        )
        session.add(row)
        session.flush()
        case_id = cases.open_case(
            session, kind="processor_adjustment", title="adjustment", amount_won=-1_000, processor_row_id=row.id, now=NOON
        )
        assert sum_unexplained(session).won == 1_000
        cases.propose_explanation(
            session, case_id=case_id, explanation="분쟁", account=accounts.WRITE_OFF, actor_id=cast.accountant, now=NOON
        )
        cases.close_case(session, case_id=case_id, actor_id=cast.manager, now=NOON)
        assert row.entry_reference == f"case:{case_id}"
        assert balance_of(session, accounts.processor("stripe")) == -1_000
        assert sum_unexplained(session).won == 0
