"""`flask ledger …`: what a bookkeeper runs, and its exit codes."""

import json

import pytest
from sqlalchemy import text

from shop.ledger.posting import post_entries
from shop.ledger.queries import get_head
from tests.ledger import two_makers


@pytest.fixture
def run(app, unit, now):
    with unit() as session:
        post_entries(session, two_makers.until_payout(), now=now)
    return lambda *words: app.test_cli_runner().invoke(args=["ledger", *words])


def test_verify_says_that_the_books_are_whole_and_names_the_head(run, unit):
    result = run("verify")
    with unit() as session:
        assert get_head(session)[1] in result.output
    assert result.exit_code == 0
    assert "7 entries, 21 postings" in result.output


def test_verify_exits_1_and_names_the_first_broken_entry(run, unit, disarm):
    with unit() as session:
        disarm(session)
        session.execute(text("UPDATE posting SET vendor_id = 7 WHERE entry_id IN (3, 6)"))
    result = run("verify")
    assert result.exit_code == 1
    assert "BROKEN: entry 3 confirm:102" in result.output
    assert "2 entries before it are whole" in result.output


def test_verify_exits_1_and_names_a_broken_balance(run, unit):
    with unit() as session:
        session.execute(text("UPDATE account_balance SET balance_won = 0"))
    result = run("verify")
    assert (result.exit_code, "BROKEN: account liabilities:vendor_payable:102" in result.output) == (1, True)


def test_the_trial_balance_is_printed_as_a_table_that_sums_to_0(run):
    lines = run("trial-balance").output.splitlines()
    assert lines[0].split() == ["account", "debit", "credit", "balance"]
    assert ["assets:bank:jb1", "28,980", "24,360", "4,620"] in [line.split() for line in lines]
    assert (lines[-1].split()[0], lines[-1].split()[-1]) == ("sum", "0")


def test_the_trial_balance_is_printed_as_json_of_a_day_and_an_instant(run):
    result = run("trial-balance", "--as-of", "2026-11-30", "--known-at", "2026-12-01T00:00:00+09:00", "--json")
    printed = json.loads(result.output)
    assert printed["as_of"] == "2026-11-30"
    assert printed["sum_won"] == 0
    assert {"account": "assets:bank:jb1", "debit_won": 28_980, "credit_won": 24_360, "balance_won": 4_620} in printed["accounts"]


def test_an_instant_before_the_first_entry_has_an_empty_trial_balance(run):
    for instant in ("2026-11-18T12:00:00-01:00", "2026-11-18T11:59:59"):  # the second is Seoul time
        expected = 10 if instant.endswith("-01:00") else 0
        assert len(json.loads(run("trial-balance", "--known-at", instant, "--json").output)["accounts"]) == expected


def test_a_day_that_is_none_is_refused(run):
    assert run("trial-balance", "--as-of", "2026-13-01").exit_code == 2
    assert run("trial-balance", "--known-at", "gestern").exit_code == 2
