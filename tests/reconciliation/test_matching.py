from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shop.kernel.clock import seoul_day
from shop.ledger import accounts
from shop.ledger.models import JournalEntry
from shop.ledger.queries import balance_of, trial_balance
from shop.orders.models import FulfilmentState, Order, OrderState, VendorOrder
from shop.payments.models import Payment, PaymentState, Refund, RefundState
from shop.payments.unsettling import AlreadyUnderWay
from shop.reconciliation.matching import (
    AmountsDiffer,
    BankLineNotFound,
    LineExplained,
    LinesDiffer,
    Wanted,
    confirm_match,
    list_unexplained,
    match_automatically,
    suggest,
)
from shop.reconciliation.models import BankLine, BankLineState, Match, MatchTarget, ProcessorPayout
from shop.reconciliation.queries import list_explanations, sum_unexplained
from shop.reconciliation.settling_targets import TargetTaken, TargetUnknown
from shop.reconciliation.undoing import NothingToUndo, undo_match
from shop.settlements.models import Payout, PayoutState, Statement, StatementState
from tests.conftest import NOON
from tests.reconciliation.builders import bring_lines, make_awaited
from tests.settlements.builders import make_approved_payout, make_refund, make_sale

LATER = NOON + timedelta(hours=1)
BANK = accounts.bank("jb1")


def confirm(session, lines, *targets, actor=None):
    return confirm_match(session, bank_line_ids=lines, targets=[Wanted(*target) for target in targets], actor_id=actor, now=LATER)


def first_suggestion(session, line_id):
    line = session.get(BankLine, line_id)
    found = suggest(session, [line], now=LATER)[line_id]
    return found[0] if found else None


def test_the_one_payer_named_with_the_very_amount_is_matched_without_a_person(unit, cast):
    with unit() as session:
        payment = make_awaited(session, cast.vendor, won=24_600, payer="김 하늘", at=NOON)
        make_awaited(session, cast.vendor, won=24_600, payer="박바다", at=NOON)
        (line_id,) = bring_lines(session, [(LATER, 24_600, "김하늘")], now=LATER)
        assert match_automatically(session, now=LATER) == [line_id]
        assert payment.state is PaymentState.PAID
        assert session.get(Order, payment.order_id).state is OrderState.PAID
        assert balance_of(session, BANK) == 24_600
        assert session.get(BankLine, line_id).state is BankLineState.MATCHED
        assert sum_unexplained(session).won == 0


def test_the_orders_code_beside_any_name_is_enough(unit, cast):
    with unit() as session:
        payment = make_awaited(session, cast.vendor, won=14_500, payer="이모래", at=NOON, number="J261118-7TAB")
        bring_lines(session, [(LATER, 14_500, "어머니7TAB")], now=LATER)
        assert len(match_automatically(session, now=LATER)) == 1
        assert payment.state is PaymentState.PAID


@pytest.mark.parametrize(("description", "fit"), [("누군가", "amount"), ("이모레", "similar"), ("모바일 이모래", "similar")])
def test_what_is_not_beyond_doubt_is_only_suggested(unit, cast, description, fit):
    with unit() as session:
        make_awaited(session, cast.vendor, won=14_500, payer="이모래", at=NOON)
        (line_id,) = bring_lines(session, [(LATER, 14_500, description)], now=LATER)
        assert match_automatically(session, now=LATER) == []
        suggestion = first_suggestion(session, line_id)
        assert (suggestion.fit, suggestion.is_sure) == (fit, False)
        assert balance_of(session, BANK) == 0


def test_two_orders_of_one_payer_and_amount_are_for_a_person_unless_the_code_tells(unit, cast):
    with unit() as session:
        make_awaited(session, cast.vendor, won=9_000, payer="김하늘", at=NOON, number="J261118-AAAA")
        second = make_awaited(session, cast.vendor, won=9_000, payer="김하늘", at=NOON, number="J261118-BBBB")
        bring_lines(session, [(LATER, 9_000, "김하늘")], now=LATER)
        assert match_automatically(session, now=LATER) == []
        bring_lines(session, [(LATER + timedelta(minutes=1), 9_000, "김하늘BBBB")], now=LATER)
        match_automatically(session, now=LATER)
        assert second.state is PaymentState.PAID


def test_two_deposits_that_fit_one_order_are_for_a_person(unit, cast):
    with unit() as session:
        make_awaited(session, cast.vendor, won=9_000, payer="김하늘", at=NOON)
        bring_lines(session, [(LATER, 9_000, "김하늘"), (LATER + timedelta(minutes=3), 9_000, "김하늘")], now=LATER)
        assert match_automatically(session, now=LATER) == []


def test_money_that_came_before_the_order_is_not_for_it(unit, cast):
    with unit() as session:
        make_awaited(session, cast.vendor, won=9_000, payer="김하늘", at=NOON)
        bring_lines(session, [(NOON - timedelta(hours=2), 9_000, "김하늘")], now=LATER)
        assert match_automatically(session, now=LATER) == []


def test_a_code_that_another_payers_name_contradicts_is_for_a_person(unit, cast):
    with unit() as session:
        make_awaited(session, cast.vendor, won=9_000, payer="이바다", at=NOON, number="J261118-AAAA")
        make_awaited(session, cast.vendor, won=9_000, payer="AAAA", at=NOON, number="J261118-BBBB")
        bring_lines(session, [(LATER, 9_000, "AAAA")], now=LATER)
        assert match_automatically(session, now=LATER) == []


def test_one_deposit_may_pay_two_orders(unit, cast):
    with unit() as session:
        one = make_awaited(session, cast.vendor, won=17_000, payer="행복상사", at=NOON)
        two = make_awaited(session, cast.rival, won=14_000, payer="(주)행복상사", at=NOON)
        (line_id,) = bring_lines(session, [(LATER, 31_000, "행복상사")], now=LATER)
        suggestion = first_suggestion(session, line_id)
        assert (suggestion.fit, {t.id for t in suggestion.targets}) == ("sum", {one.id, two.id})
        assert match_automatically(session, now=LATER) == []
        confirm(session, [line_id], (MatchTarget.PAYMENT, one.id), (MatchTarget.PAYMENT, two.id))
        assert one.state is two.state is PaymentState.PAID
        assert [e.amount_won for e in list_explanations(session, [line_id])[line_id]] == [17_000, 14_000]
        assert balance_of(session, BANK) == 31_000


def test_two_deposits_may_pay_one_order(unit, cast):
    with unit() as session:
        payment = make_awaited(session, cast.vendor, won=30_000, payer="김하늘", at=NOON)
        lines = bring_lines(session, [(LATER, 10_000, "김하늘"), (LATER, 20_000, "김하늘")], now=LATER)
        with pytest.raises(AmountsDiffer):
            confirm(session, lines[:1], (MatchTarget.PAYMENT, payment.id))
        confirm(session, lines, (MatchTarget.PAYMENT, payment.id))
        assert payment.state is PaymentState.PAID
        assert session.scalar(select(func.sum(Match.amount_won))) == 30_000
        assert balance_of(session, BANK) == 30_000


def test_the_rest_of_an_over_payment_is_owed_back_and_its_refund_explains_the_transfer_out(unit, cast):
    with unit() as session:
        payment = make_awaited(session, cast.vendor, won=10_000, payer="김하늘", at=NOON)
        (line_id,) = bring_lines(session, [(LATER, 12_000, "김하늘")], now=LATER)
        suggestion = first_suggestion(session, line_id)
        assert (suggestion.fit, suggestion.over_won) == ("over", 2_000)
        confirm(session, [line_id], (MatchTarget.PAYMENT, payment.id))
        assert balance_of(session, accounts.REFUNDS_DUE) == -2_000
        refund = session.scalars(select(Refund)).one()
        (out,) = bring_lines(session, [(LATER + timedelta(hours=1), -2_000, "김하늘")], now=LATER)
        assert match_automatically(session, now=LATER) == [out]
        assert refund.state is RefundState.SENT
        assert balance_of(session, accounts.REFUNDS_DUE) == 0
        assert balance_of(session, BANK) == 10_000


def test_a_payout_is_paid_when_the_bank_says_so(unit, cast):
    with unit() as session:
        payout_id = make_approved_payout(session, cast.vendor, now=NOON, preparer=cast.accountant, approver=cast.manager)
        bring_lines(session, [(LATER, -8_900, "한땀공방")], now=LATER)
        assert len(match_automatically(session, now=LATER)) == 1
        payout = session.get(Payout, payout_id)
        assert (payout.state, payout.paid_on) == (PayoutState.PAID, seoul_day(LATER))
        assert session.scalars(select(Statement)).one().state is StatementState.PAID
        assert balance_of(session, accounts.PAYOUTS_IN_TRANSIT) == 0
        assert sum(total.balance_won for total in trial_balance(session)) == 0


def test_one_bulk_transfer_may_carry_several_payouts(unit, cast):
    with unit() as session:
        first = make_approved_payout(session, cast.vendor, now=NOON, preparer=cast.accountant, approver=cast.manager)
        second = make_approved_payout(session, cast.rival, now=NOON, preparer=cast.accountant, approver=cast.manager, won=20_000)
        (line_id,) = bring_lines(session, [(LATER, -26_700, "대량이체")], now=LATER)
        confirm(session, [line_id], (MatchTarget.PAYOUT, first), (MatchTarget.PAYOUT, second))
        assert [session.get(Payout, p).state for p in (first, second)] == [PayoutState.PAID] * 2
        assert balance_of(session, accounts.PAYOUTS_IN_TRANSIT) == 0


def test_a_transfer_that_the_bank_sends_back_is_owed_again(unit, cast):
    with unit() as session:
        payout_id = make_approved_payout(session, cast.vendor, now=NOON, preparer=cast.accountant, approver=cast.manager)
        out, back = bring_lines(session, [(LATER, -8_900, "한땀공방"), (LATER + timedelta(days=1), 8_900, "한땀공방")], now=LATER)
        confirm(session, [out], (MatchTarget.PAYOUT, payout_id))
        assert first_suggestion(session, back).targets[0].id == payout_id
        assert match_automatically(session, now=LATER) == []
        confirm(session, [back], (MatchTarget.PAYOUT, payout_id))
        assert session.get(Payout, payout_id).state is PayoutState.FAILED
        assert session.scalars(select(Statement)).one().state is StatementState.APPROVED
        assert balance_of(session, accounts.PAYOUTS_IN_TRANSIT) == 0
        assert balance_of(session, accounts.vendor_payable(cast.vendor)) == -8_900


def test_a_processor_payout_is_seen_at_the_bank(unit, cast):
    with unit() as session:
        session.add(ProcessorPayout(provider="stripe", provider_id="po_1", amount_won=28_980, state="paid"))
        bring_lines(session, [(LATER, 28_980, "STRIPE PAYMENTS")], now=LATER)
        assert len(match_automatically(session, now=LATER)) == 1
        assert balance_of(session, accounts.processor("stripe")) == -28_980
        assert balance_of(session, BANK) == 28_980


def test_an_unknown_deposit_is_put_aside_by_a_person(unit, cast):
    with unit() as session:
        (line_id,) = bring_lines(session, [(LATER, 5_000, "입금자없음")], now=LATER)
        assert match_automatically(session, now=LATER) == []
        assert (sum_unexplained(session).won, sum_unexplained(session).oldest_at) == (5_000, LATER)
        confirm(session, [line_id], (MatchTarget.UNIDENTIFIED,))
        assert balance_of(session, accounts.UNIDENTIFIED_RECEIPTS) == -5_000
        assert sum_unexplained(session).won == 0


def test_takings_of_the_hall_are_deposited_up_to_what_is_there(unit, cast):
    from shop.ledger.entries import Entry, credit, debit
    from shop.ledger.models import Account
    from shop.ledger.posting import post_entry

    with unit() as session:
        drawer = accounts.drawer("1")
        post_entry(
            session,
            Entry.of(
                "x:1", kind="x", effective_on=seoul_day(NOON), lines=[debit(drawer, 50_000), credit(accounts.COMMISSION, 50_000)]
            ),
            now=NOON,
        )
        account_id = session.scalar(select(Account.id).where(Account.code == drawer))
        lines = bring_lines(session, [(LATER, 30_000, "현금"), (LATER, 30_000, "현금")], now=LATER)
        confirm(session, lines[:1], (MatchTarget.HALL_DEPOSIT, account_id))
        assert balance_of(session, drawer) == 20_000
        with pytest.raises(TargetTaken):
            confirm(session, lines[1:], (MatchTarget.HALL_DEPOSIT, account_id))


def test_neither_side_is_matched_twice(unit, cast):
    with unit() as session:
        payment = make_awaited(session, cast.vendor, won=9_000, payer="김하늘", at=NOON)
        other = make_awaited(session, cast.vendor, won=9_000, payer="김하늘", at=NOON)
        lines = bring_lines(session, [(LATER, 9_000, "가"), (LATER, 9_000, "나")], now=LATER)
        confirm(session, lines[:1], (MatchTarget.PAYMENT, payment.id))
        with pytest.raises(LineExplained):
            confirm(session, lines[:1], (MatchTarget.PAYMENT, other.id))
        with pytest.raises(TargetTaken):
            confirm(session, lines[1:], (MatchTarget.PAYMENT, payment.id))
        with pytest.raises(TargetUnknown):
            confirm(session, lines[1:], (MatchTarget.PAYMENT, other.id), (MatchTarget.PAYMENT, other.id))
        with pytest.raises(BankLineNotFound):
            confirm(session, [9_999], (MatchTarget.PAYMENT, other.id))
        assert balance_of(session, BANK) == 9_000


def test_a_deposit_and_a_withdrawal_are_not_one_match(unit, cast):
    with unit() as session:
        payment = make_awaited(session, cast.vendor, won=9_000, payer="김하늘", at=NOON)
        lines = bring_lines(session, [(LATER, 10_000, "가"), (LATER, -1_000, "나")], now=LATER)
        with pytest.raises(LinesDiffer):
            confirm(session, lines, (MatchTarget.PAYMENT, payment.id))


def test_money_for_an_expired_order_is_only_suggested_and_owed_back(unit, cast):
    with unit() as session:
        payment = make_awaited(session, cast.vendor, won=9_000, payer="김하늘", at=NOON)
        payment.state = PaymentState.EXPIRED
        session.get(Order, payment.order_id).state = OrderState.EXPIRED
        (line_id,) = bring_lines(session, [(LATER, 9_000, "김하늘")], now=LATER)
        assert match_automatically(session, now=LATER) == []
        confirm(session, [line_id], (MatchTarget.PAYMENT, payment.id))
        assert balance_of(session, accounts.REFUNDS_DUE) == -9_000


def test_undo_takes_everything_back_and_the_right_match_can_be_made(unit, cast):
    with unit() as session:
        wrong = make_awaited(session, cast.vendor, won=9_000, payer="김하늘", at=NOON)
        right = make_awaited(session, cast.rival, won=9_000, payer="김하늘", at=NOON)
        (line_id,) = bring_lines(session, [(LATER, 9_000, "김하늘")], now=LATER)
        confirm(session, [line_id], (MatchTarget.PAYMENT, wrong.id))
        assert undo_match(session, bank_line_id=line_id, actor_id=cast.accountant, now=LATER) == [line_id]
        assert (balance_of(session, BANK), balance_of(session, accounts.ORDERS_IN_PROGRESS)) == (0, 0)
        assert session.get(Order, wrong.order_id).state is OrderState.AWAITING_PAYMENT
        assert session.scalar(select(VendorOrder.state).where(VendorOrder.order_id == wrong.order_id)) is FulfilmentState.WAITING
        confirm(session, [line_id], (MatchTarget.PAYMENT, right.id))
        assert right.state is PaymentState.PAID
        assert balance_of(session, BANK) == 9_000
        anew = session.scalars(
            select(Payment).where(Payment.order_id == wrong.order_id, Payment.state == PaymentState.PENDING)
        ).one()
        (second,) = bring_lines(session, [(LATER + timedelta(hours=1), 9_000, "김하늘")], now=LATER)
        assert match_automatically(session, now=LATER) == [second]
        assert anew.state is PaymentState.PAID
        assert balance_of(session, BANK) == 18_000
        assert sum(total.balance_won for total in trial_balance(session)) == 0


def test_undo_of_an_over_payment_takes_its_refund_back_too(unit, cast):
    with unit() as session:
        payment = make_awaited(session, cast.vendor, won=9_000, payer="김하늘", at=NOON)
        (line_id,) = bring_lines(session, [(LATER, 9_500, "김하늘")], now=LATER)
        confirm(session, [line_id], (MatchTarget.PAYMENT, payment.id))
        undo_match(session, bank_line_id=line_id, actor_id=None, now=LATER)
        assert session.scalar(select(func.count()).select_from(Refund)) == 0
        assert (balance_of(session, BANK), balance_of(session, accounts.REFUNDS_DUE)) == (0, 0)


def test_undo_frees_every_line_that_paid_the_same_order(unit, cast):
    with unit() as session:
        payment = make_awaited(session, cast.vendor, won=30_000, payer="김하늘", at=NOON)
        lines = bring_lines(session, [(LATER, 10_000, "김하늘"), (LATER, 20_000, "김하늘")], now=LATER)
        confirm(session, lines, (MatchTarget.PAYMENT, payment.id))
        assert undo_match(session, bank_line_id=lines[1], actor_id=None, now=LATER) == lines
        assert {line.id for line in list_unexplained(session)} == set(lines)


def test_undo_of_a_payout_can_be_matched_again(unit, cast):
    with unit() as session:
        payout_id = make_approved_payout(session, cast.vendor, now=NOON, preparer=cast.accountant, approver=cast.manager)
        (line_id,) = bring_lines(session, [(LATER, -8_900, "한땀공방")], now=LATER)
        for _ in range(2):
            confirm(session, [line_id], (MatchTarget.PAYOUT, payout_id))
            assert balance_of(session, accounts.PAYOUTS_IN_TRANSIT) == 0
            undo_match(session, bank_line_id=line_id, actor_id=None, now=LATER)
            assert session.get(Payout, payout_id).state is PayoutState.SENT
            assert balance_of(session, accounts.PAYOUTS_IN_TRANSIT) == -8_900
        with pytest.raises(NothingToUndo):
            undo_match(session, bank_line_id=line_id, actor_id=None, now=LATER)
        references = set(session.scalars(select(JournalEntry.reference).where(JournalEntry.kind == "bank_line")))
        assert references == {f"bank_line:{line_id}", f"bank_line:{line_id}:2"}


def test_a_refund_sent_by_transfer_can_be_undone_and_sent_again(unit, cast):
    with unit() as session:
        sale = make_sale(session, cast.vendor, at=NOON)
        refund = make_refund(session, sale, at=NOON, won=4_000)
        (line_id,) = bring_lines(session, [(LATER, -4_000, "환불")], now=LATER)
        before = balance_of(session, BANK)
        confirm(session, [line_id], (MatchTarget.REFUND, refund.id))
        undo_match(session, bank_line_id=line_id, actor_id=None, now=LATER)
        assert (balance_of(session, accounts.REFUNDS_DUE), balance_of(session, BANK)) == (-4_000, before)
        confirm(session, [line_id], (MatchTarget.REFUND, refund.id))
        assert refund.state is RefundState.SENT
        assert (balance_of(session, accounts.REFUNDS_DUE), balance_of(session, BANK)) == (0, before - 4_000)


def test_a_payment_whose_goods_have_left_is_not_undone(unit, cast):
    with unit() as session:
        payment = make_awaited(session, cast.vendor, won=9_000, payer="김하늘", at=NOON)
        (line_id,) = bring_lines(session, [(LATER, 9_000, "김하늘")], now=LATER)
        confirm(session, [line_id], (MatchTarget.PAYMENT, payment.id))
        session.scalars(
            select(VendorOrder).where(VendorOrder.order_id == payment.order_id)
        ).one().state = FulfilmentState.HANDED_OVER
        session.flush()
        with pytest.raises(AlreadyUnderWay):
            undo_match(session, bank_line_id=line_id, actor_id=None, now=LATER)


def test_a_closed_month_gets_its_bank_entry_today_with_the_month_it_belongs_to(unit, cast):
    from shop.ledger.models import PeriodState
    from shop.ledger.periods import move_period

    with unit() as session:
        make_sale(session, cast.vendor, at=NOON - timedelta(days=40))
        (line_id,) = bring_lines(session, [(NOON - timedelta(days=40), 5_000, "누구")], now=LATER)
        move_period(session, month="2026-10", to=PeriodState.SOFT, actor_id=None, now=NOON)
        confirm(session, [line_id], (MatchTarget.UNIDENTIFIED,))
        entry = session.scalars(select(JournalEntry).where(JournalEntry.reference == f"bank_line:{line_id}")).one()
        assert (entry.effective_on, entry.relates_to_period) == (seoul_day(LATER), "2026-10")
