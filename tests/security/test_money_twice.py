"""Money that could leave twice or be stuck: refunds that failed, payouts that failed, statements that are under way."""

import csv
import io
import json

import pytest

from shop.kernel.clock import seoul_day
from shop.ledger import accounts
from shop.ledger.queries import balance_of
from shop.payments import card as cards
from shop.payments.events import receive_event
from shop.payments.models import Refund, RefundState
from shop.payments.paying_back import pay_refund
from shop.payments.refunding import cancel_order
from shop.payments.settling import settle_payment
from shop.reconciliation.matching import Wanted
from shop.reconciliation.models import MatchTarget
from shop.reconciliation.settling_targets import TargetTaken, hold_targets
from shop.settlements import payouts, statements
from shop.settlements.models import Payout, PayoutState, Statement, StatementState
from shop.settlements.payout_files import NothingToSend, export_again, make_payout_file
from tests.fake_card import FakeCard, event
from tests.makers import cart, makers, order  # noqa: F401
from tests.settlements.builders import make_approved_payout

DRAWER = accounts.drawer("1")


@pytest.fixture
def provider(app):
    with app.app_context():
        yield FakeCard()


def send_refunds(provider, refund_ids, now):
    for refund_id in refund_ids:
        cards.send_refund(provider, refund_id=refund_id, now=now)


def pay_by_card(provider, order, now):  # noqa: F811
    cards.start_card_payment(provider, payment_id=order.payment, public_url="http://127.0.0.1:8000", now=now)
    provider.pay("cs_1")
    cards.learn_checkout(provider, session_id="cs_1", now=now)


def cancel(unit, order, now):  # noqa: F811
    with unit() as session:
        return cancel_order(session, order_id=order.id, reason="shopper", now=now).refund_ids


def say_failed(provider, number, kind, now):
    body = event(number, kind, object_kind="refund", object_id="re_1")
    return receive_event(provider, provider.parse_webhook(json.dumps(body).encode(), "proven"), now=now)


def test_news_of_a_failed_refund_that_was_paid_otherwise_since_does_not_owe_it_again(provider, order, unit, now):  # noqa: F811
    pay_by_card(provider, order, now)
    refunds = cancel(unit, order, now)
    send_refunds(provider, refunds, now)
    provider.fail_refund("re_1")
    say_failed(provider, 1, "refund.failed", now)
    with unit() as session:
        pay_refund(session, refund_id=refunds[0], from_account=DRAWER, actor_id=None, now=now)
    say_failed(provider, 2, "refund.updated", now)
    with unit() as session:
        assert session.get_one(Refund, refunds[0]).state is RefundState.SENT
        assert balance_of(session, accounts.REFUNDS_DUE) == 0


def test_the_counter_does_not_pay_what_the_processor_is_about_to_pay(provider, order, unit, now, cast, client, sign_in):  # noqa: F811
    pay_by_card(provider, order, now)
    refund_id = cancel(unit, order, now)[0]
    sign_in(cast.cashier)
    answer = client.post(f"/staff/counter/{order.number}/pay-back/{refund_id}")
    with unit() as session:
        assert session.get_one(Refund, refund_id).state is RefundState.DUE
        assert balance_of(session, DRAWER) == 0
    assert answer.status_code == 409


def test_surplus_money_of_a_card_is_the_processors_to_pay_back(provider, order, unit, now, cast, client, sign_in):  # noqa: F811
    cards.start_card_payment(provider, payment_id=order.payment, public_url="http://127.0.0.1:8000", now=now)
    with unit() as session:
        cancel_order(session, order_id=order.id, reason="shopper", now=now)
    provider.pay("cs_1")
    status = provider.get_checkout("cs_1")
    with unit() as session:
        made = settle_payment(session, payment_id=order.payment, amount_won=status.amount_won, intent_id=status.intent_id,
                              asset_account=accounts.processor("stripe"), now=now)
        assert made.refund_id is not None
    sign_in(cast.cashier)
    page = client.get(f"/staff/counter/{order.number}").text
    assert f"/pay-back/{made.refund_id}" not in page
    assert client.post(f"/staff/counter/{order.number}/pay-back/{made.refund_id}").status_code == 409
    with unit() as session, pytest.raises(TargetTaken):
        hold_targets(session, [Wanted(MatchTarget.REFUND, made.refund_id)], rest_won=-30_000)


def test_a_vendor_cannot_object_to_what_is_on_its_way_to_the_bank(unit, cast, now):
    with unit() as session:
        payout_id = make_approved_payout(session, cast.vendor, now=now, preparer=cast.accountant, approver=cast.manager)
        statement = session.query(Statement).filter(Statement.payout_id == payout_id).one()
        with pytest.raises(statements.StatementInPayout):
            statements.object_to_statement(session, statement_id=statement.id, vendor_id=cast.vendor, text="덜 왔어요",
                                           actor_id=cast.vendor_owner, now=now)
        assert statement.state is StatementState.APPROVED
        payouts.mark_payout_paid(session, payout_id=payout_id, paid_on=seoul_day(now), now=now)
        assert session.get_one(Payout, payout_id).state is PayoutState.PAID


def test_a_file_exported_again_leaves_out_what_the_bank_could_not_transfer(unit, cast, now):
    with unit() as session:
        failed = make_approved_payout(session, cast.vendor, now=now, preparer=cast.accountant, approver=cast.manager)
        sent = make_approved_payout(session, cast.rival, now=now, preparer=cast.accountant, approver=cast.manager)
        file = make_payout_file(session, actor_id=cast.accountant, now=now)
        payouts.fail_payout(session, payout_id=failed, actor_id=cast.accountant, reason="closed account", now=now)
        rows = list(csv.reader(io.StringIO(export_again(session, file_id=file.file_id, actor_id=None, now=now).content
                                           .decode("cp949"))))
        assert [row[-1] for row in rows[1:]] == [session.get_one(Payout, sent).number]
        payouts.fail_payout(session, payout_id=sent, actor_id=cast.accountant, reason="closed account", now=now)
        with pytest.raises(NothingToSend):
            export_again(session, file_id=file.file_id, actor_id=None, now=now)
