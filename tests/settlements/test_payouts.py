import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shop.kernel.clock import seoul_day
from shop.kernel.states import MoveRefused
from shop.ledger import accounts
from shop.ledger.queries import balance_of, trial_balance
from shop.messages.models import Message
from shop.settlements import payouts
from shop.settlements.models import Payout, PayoutState, Statement, StatementState
from shop.settlements.payout_files import export_again, make_payout_file, plain_cell
from shop.vendors.models import BankDetail
from tests.conftest import NOON
from tests.settlements.builders import make_approved_payout, make_approved_statements, make_refund, make_sale

TOMORROW = NOON + timedelta(days=1)


def prepare(session, cast, now=NOON):
    make_approved_statements(session, now=now, actor_id=cast.manager)
    return payouts.prepare_payouts(session, actor_id=cast.accountant, now=now)


def approve(session, cast, payout_id, now=NOON):
    return payouts.approve_payout(session, payout_id=payout_id, actor_id=cast.manager, now=now)


def test_a_payout_gathers_a_vendors_approved_statements(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON - timedelta(days=30))
        make_sale(session, cast.vendor, at=NOON)
        make_sale(session, cast.rival, at=NOON)
        prepared = prepare(session, cast)
        assert len(prepared.payout_ids) == 2
        payout = session.get(Payout, prepared.payout_ids[0])
        assert (payout.vendor_id, payout.amount_won, payout.number) == (cast.vendor, 17_800, f"P2611-{payout.id:04d}")
        assert payouts.prepare_payouts(session, actor_id=cast.accountant, now=NOON).payout_ids == []


def test_approval_copies_the_bank_details_and_books_the_money_as_on_its_way(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON)
        payout = approve(session, cast, prepare(session, cast).payout_ids[0])
        assert (payout.state, payout.bank, payout.holder) == (PayoutState.APPROVED, "전북은행", "한땀공방")
        assert payout.account_number.startswith("999-02-")
        assert balance_of(session, accounts.vendor_payable(cast.vendor)) == 0
        assert balance_of(session, accounts.PAYOUTS_IN_TRANSIT) == -8_900


def test_who_prepared_does_not_approve(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON)
        (payout_id,) = prepare(session, cast).payout_ids
        with pytest.raises(payouts.SamePerson):
            payouts.approve_payout(session, payout_id=payout_id, actor_id=cast.accountant, now=NOON)
        assert session.get(Payout, payout_id).state is PayoutState.PREPARED
        assert balance_of(session, accounts.PAYOUTS_IN_TRANSIT) == 0


def test_a_changed_account_waits_until_it_is_verified(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON)
        (payout_id,) = prepare(session, cast).payout_ids
        session.add(BankDetail(vendor_id=cast.vendor, bank="농협", account_number="1", holder="남", created_at=NOON))
        session.flush()
        with pytest.raises(payouts.BankDetailUnverified):
            approve(session, cast, payout_id)
        assert session.get(Payout, payout_id).state is PayoutState.PREPARED


def test_approving_twice_books_once(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON)
        (payout_id,) = prepare(session, cast).payout_ids
        approve(session, cast, payout_id)
        with pytest.raises(MoveRefused):
            approve(session, cast, payout_id)
        assert balance_of(session, accounts.PAYOUTS_IN_TRANSIT) == -8_900


@pytest.mark.parametrize(("price", "refund", "reason"), [(1_000, 0, "tiny"), (1_000, 1_000, "tiny")])
def test_a_tiny_net_is_carried_forward(unit, cast, price, refund, reason):
    with unit() as session:
        sale = make_sale(session, cast.vendor, at=NOON, prices=(price,))
        if refund:
            make_refund(session, sale, at=NOON, won=refund)
        prepared = prepare(session, cast)
        assert prepared.payout_ids == []
        assert [carried.reason for carried in prepared.carried] == [reason]


def test_a_negative_net_is_carried_and_nets_the_next_payout_with_the_debt(unit, cast):
    with unit() as session:
        payout_id = make_approved_payout(session, cast.vendor, now=NOON, preparer=cast.accountant, approver=cast.manager)
        payouts.mark_payout_paid(session, payout_id=payout_id, paid_on=seoul_day(NOON), now=NOON)
        sold = session.scalar(select(Statement).where(Statement.payout_id == payout_id))
        paid = (sold.net_won, sold.line_count)
        refunded = make_sale(session, cast.vendor, at=NOON, prices=(10_000,))
        make_refund(session, refunded, at=NOON, won=10_000)
        make_refund(session, refunded, at=NOON, won=5_000)
        prepared = prepare(session, cast)
        assert [(c.amount_won, c.reason) for c in prepared.carried] == [(-4_450, "negative")]
        assert balance_of(session, accounts.vendor_debt(cast.vendor)) == 4_450
        make_sale(session, cast.vendor, at=TOMORROW, prices=(20_000,))
        (second,) = prepare(session, cast, TOMORROW).payout_ids
        assert approve(session, cast, second, TOMORROW).amount_won == 17_800 - 4_450
        assert balance_of(session, accounts.vendor_debt(cast.vendor)) == 0
        assert balance_of(session, accounts.vendor_payable(cast.vendor)) == 0
        assert (sold.net_won, sold.line_count) == paid


def test_a_refund_after_the_statement_is_never_paid_over(unit, cast):
    with unit() as session:
        sale = make_sale(session, cast.vendor, at=NOON)
        make_approved_statements(session, now=NOON, actor_id=cast.manager)
        make_refund(session, sale, at=NOON, won=4_000)
        prepared = payouts.prepare_payouts(session, actor_id=cast.accountant, now=NOON)
        assert [c.reason for c in prepared.carried] == ["refunds"]
        (payout_id,) = prepare(session, cast).payout_ids  # a further statement takes the refund in
        assert approve(session, cast, payout_id).amount_won == 8_900 - 3_560


def test_a_refund_between_preparation_and_approval_stops_the_payout(unit, cast):
    with unit() as session:
        sale = make_sale(session, cast.vendor, at=NOON)
        (payout_id,) = prepare(session, cast).payout_ids
        make_refund(session, sale, at=NOON, won=4_000)
        with session.begin_nested() as savepoint, pytest.raises(payouts.PayableTooSmall):
            approve(session, cast, payout_id)
        del savepoint
        session.rollback()


def test_a_canceled_payout_gives_its_statements_back(unit, cast):
    with unit() as session:
        make_sale(session, cast.vendor, at=NOON)
        (payout_id,) = prepare(session, cast).payout_ids
        payouts.cancel_payout(session, payout_id=payout_id, actor_id=cast.manager, reason="", now=NOON)
        (again,) = payouts.prepare_payouts(session, actor_id=cast.accountant, now=NOON).payout_ids
        assert session.get(Payout, again).amount_won == 8_900


def test_a_failed_transfer_is_owed_again_and_tried_as_a_second_attempt(unit, cast):
    with unit() as session:
        payout_id = make_approved_payout(session, cast.vendor, now=NOON, preparer=cast.accountant, approver=cast.manager)
        make_payout_file(session, actor_id=cast.accountant, now=NOON)
        payouts.fail_payout(session, payout_id=payout_id, actor_id=cast.accountant, reason="계좌 해지", now=NOON)
        assert balance_of(session, accounts.vendor_payable(cast.vendor)) == -8_900
        assert balance_of(session, accounts.PAYOUTS_IN_TRANSIT) == 0
        payout = approve(session, cast, payout_id)
        assert (payout.attempt, payout.state, payout.file_id) == (2, PayoutState.APPROVED, None)
        assert balance_of(session, accounts.PAYOUTS_IN_TRANSIT) == -8_900
        assert sum(total.balance_won for total in trial_balance(session)) == 0


def test_paid_says_the_statements_and_the_vendor(unit, cast):
    with unit() as session:
        payout_id = make_approved_payout(session, cast.vendor, now=NOON, preparer=cast.accountant, approver=cast.manager)
        payouts.mark_payout_paid(session, payout_id=payout_id, paid_on=seoul_day(NOON), now=NOON)
        assert session.get(Payout, payout_id).state is PayoutState.PAID
        assert [s.state for s in session.scalars(select(Statement))] == [StatementState.PAID]
        assert session.scalar(select(func.count()).where(Message.template == "payout_paid")) == 1


def test_the_bank_file_is_cp949_and_said_to_be_a_duplicate_the_second_time(unit, cast):
    with unit() as session:
        payout_id = make_approved_payout(session, cast.vendor, now=NOON, preparer=cast.accountant, approver=cast.manager)
        first = make_payout_file(session, actor_id=cast.accountant, now=NOON)
        rows = list(csv.DictReader(io.StringIO(first.content.decode("cp949"))))
        payout = session.get(Payout, payout_id)
        assert rows[0]["입금액"] == "8900"
        assert rows[0]["내통장표시"] == payout.number
        assert (payout.state, first.is_duplicate) == (PayoutState.SENT, False)
        again = export_again(session, file_id=first.file_id, actor_id=cast.accountant, now=NOON)
        assert (again.content, again.hash, again.is_duplicate) == (first.content, first.hash, True)


@pytest.mark.parametrize("text", ["=1+1", "+82", "-2", "@x", "\t=1+1", "\r\n=2"])
def test_no_cell_of_the_bank_file_is_a_formula(text):
    assert plain_cell(text)[0] == "'"
