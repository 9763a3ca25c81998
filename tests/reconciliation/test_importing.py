from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shop.reconciliation.bank_files import BalanceBroken
from shop.reconciliation.importing import BankAccountNotFound, WrongAccount, import_statement
from shop.reconciliation.models import BankAccount, BankImport, BankLine
from tests.conftest import NOON
from tests.reconciliation import files

LINES = files.some_lines(NOON)


@pytest.fixture
def account_id(unit):
    with unit() as session:
        return session.scalar(select(BankAccount.id))


def bring(unit, account_id, content):
    with unit() as session:
        return import_statement(session, account_id=account_id, content=content, actor_id=None, now=NOON)


def count(unit, model=BankLine):
    with unit() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_a_statement_brings_its_lines(unit, account_id):
    brought = bring(unit, account_id, files.jeonbuk(LINES))
    assert (brought.layout, brought.row_count, brought.added_count, brought.gap_won) == ("jeonbuk", 5, 5, 0)
    with unit() as session:
        line = session.scalars(select(BankLine).order_by(BankLine.id)).first()
        assert (line.amount_won, line.balance_won, line.description, line.occurred_at) == (24_600, 1_024_600, "김하늘", NOON)


def test_the_same_file_again_adds_nothing(unit, account_id):
    bring(unit, account_id, files.jeonbuk(LINES))
    assert bring(unit, account_id, files.jeonbuk(LINES)).added_count == 0
    assert count(unit) == 5


def test_an_overlapping_file_adds_only_what_is_new(unit, account_id):
    bring(unit, account_id, files.jeonbuk(LINES[:3]))
    later = files.balances(LINES[:1], 1_000_000)[0]
    brought = bring(unit, account_id, files.jeonbuk(LINES[1:], later))
    assert (brought.row_count, brought.added_count, brought.gap_won) == (4, 2, 0)
    assert count(unit) == 5


def test_two_equal_deposits_of_one_second_both_live(unit, account_id):
    twins = [(NOON, 5_000, "이모래"), (NOON, 5_000, "이모래"), (NOON, -5_000, "이모래"), (NOON, 5_000, "이모래")]
    assert bring(unit, account_id, files.generic(twins)).added_count == 4  # the second and the fourth leave the same balance
    assert bring(unit, account_id, files.generic(twins)).added_count == 0
    with unit() as session:
        assert sorted(session.scalars(select(BankLine.occurrence))) == [1, 1, 1, 2]


def test_a_gap_between_files_is_told(unit, account_id):
    bring(unit, account_id, files.jeonbuk(LINES[:2]))
    brought = bring(unit, account_id, files.jeonbuk([(NOON + timedelta(days=3), 700, "누구")], 1_040_000))
    assert brought.gap_won == 1_040_000 - 1_029_600


def test_a_broken_file_brings_nothing(unit, account_id):
    with pytest.raises(BalanceBroken):
        bring(unit, account_id, files.jeonbuk(LINES, totals=False).replace(b'"5,000"', b'"5,100"', 1))
    assert count(unit) == count(unit, BankImport) == 0


def test_another_accounts_file_is_refused(unit, account_id):
    with pytest.raises(WrongAccount):
        bring(unit, account_id, files.jeonbuk(LINES, account="123-45-6789012"))
    assert count(unit) == 0


def test_an_unknown_account_is_refused(unit, account_id):
    with pytest.raises(BankAccountNotFound):
        bring(unit, account_id + 99, files.jeonbuk(LINES))
