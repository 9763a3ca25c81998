"""Random histories of a hall: after every step each entry, the trial balance and every vendor's account still add up."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.kernel.db import db
from shop.kernel.money import share_bps, vat_on
from shop.ledger import accounts as chart
from shop.ledger.entries import Entry, Line, credit, debit
from shop.ledger.models import JournalEntry, Posting
from shop.ledger.posting import (
    NotReversible,
    PayableOverdrawn,
    ReferenceReused,
    post_entries,
    post_entry,
    reverse_entry,
    split_vendor_claim,
)
from shop.ledger.queries import balance_of, sum_postings, trial_balance
from shop.ledger.verifying import verify
from tests.conftest import NOON
from tests.ledger.two_makers import BANK, DAY, STRIPE, move

VENDORS = (7, 8, 9)
vendors = st.sampled_from(VENDORS)
amounts = st.integers(100, 300_000)


class Hall(RuleBasedStateMachine):
    """A hall whose books are also kept a second time, naively, in a dict."""

    paid = Bundle("paid")
    confirmed = Bundle("confirmed")
    sent = Bundle("sent")

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(db.engine.execution_options(write=True))
        self.mirror: dict[str, int] = {}
        self.posted: list[Entry] = []
        self.number = 0

    def teardown(self) -> None:
        self.session.rollback()
        self.session.close()

    def post(self, kind: str, *lines: Line) -> Entry:
        self.number += 1
        entry = Entry.of(f"{kind}:{self.number}", kind=kind, effective_on=DAY, lines=lines)
        post_entry(self.session, entry, now=NOON)
        self.note(entry)
        return entry

    def note(self, entry: Entry) -> None:
        self.posted.append(entry)
        for line in entry.lines:
            self.mirror[line.account] = self.mirror.get(line.account, 0) + line.amount_won

    @rule(target=paid, vendor=vendors, goods=amounts, coupon_bps=st.integers(0, 5_000))
    def sale(self, vendor, goods, coupon_bps):
        coupon = share_bps(goods, coupon_bps)
        self.post("capture", debit(STRIPE, goods - coupon), credit(chart.ORDERS_IN_PROGRESS, goods - coupon, vendor_id=vendor))
        return vendor, goods, coupon

    @rule(target=confirmed, sale=consumes(paid))
    def confirm(self, sale):
        vendor, goods, coupon = sale
        commission = share_bps(goods, 1_000)
        self.post("confirm", debit(chart.ORDERS_IN_PROGRESS, goods - coupon, vendor), debit(chart.PROMOTIONS, coupon, vendor),
                  credit(chart.vendor_payable(vendor), goods - commission - vat_on(commission)),
                  credit(chart.COMMISSION, commission, vendor), credit(chart.VAT_OUTPUT, vat_on(commission), vendor))
        return sale

    @rule(sale=consumes(confirmed))
    def refund(self, sale):
        vendor, goods, coupon = sale
        commission = share_bps(goods, 1_000)
        from_payable, to_debt = split_vendor_claim(self.session, vendor, goods - commission - vat_on(commission))
        self.post("refund", debit(chart.vendor_payable(vendor), from_payable), debit(chart.vendor_debt(vendor), to_debt),
                  debit(chart.COMMISSION, commission, vendor), debit(chart.VAT_OUTPUT, vat_on(commission), vendor),
                  credit(chart.PROMOTIONS, coupon, vendor), credit(STRIPE, goods - coupon))

    @rule(target=sent, vendor=vendors)
    def payout(self, vendor):
        owed = -balance_of(self.session, chart.vendor_payable(vendor))
        if owed <= 0:
            return multiple()
        self.post("payout", debit(chart.vendor_payable(vendor), owed), credit(chart.PAYOUTS_IN_TRANSIT, owed, vendor))
        return vendor, owed

    @rule(payout=consumes(sent))
    def seen_at_the_bank(self, payout):
        vendor, won = payout
        self.post("bank_line", debit(chart.PAYOUTS_IN_TRANSIT, won, vendor), credit(BANK, won, vendor))

    @rule(vendor=vendors, won=amounts, account=st.sampled_from([chart.drawer("1"), chart.acquirer("bc"), chart.LOCAL_CURRENCY]))
    def till_sale(self, vendor, won, account):
        commission = share_bps(won, 1_000)
        self.post("till", debit(account, won, channel="hall"),
                  credit(chart.vendor_payable(vendor), won - commission - vat_on(commission), channel="hall"),
                  credit(chart.COMMISSION, commission, vendor), credit(chart.VAT_OUTPUT, vat_on(commission), vendor))

    @rule(data=st.data())
    def reverse_something(self, data):
        if not self.posted:
            return
        entry = data.draw(st.sampled_from(self.posted))
        undone = {known.reference for known in self.posted if known.kind == "reversal"}
        try:
            reverse_entry(self.session, reference=entry.reference, reason="", effective_on=DAY, now=NOON)
        except (NotReversible, PayableOverdrawn):
            return
        if f"reverse:{entry.reference}" not in undone:
            lines = tuple(Line(x.account, -x.amount_won, x.vendor_id, x.order_line_id, x.channel) for x in entry.lines)
            self.note(Entry(f"reverse:{entry.reference}", "reversal", DAY, lines))

    @rule(data=st.data())
    def replay_something(self, data):
        if not self.posted:
            return
        again = data.draw(st.lists(st.sampled_from(self.posted), max_size=5))
        numbers = post_entries(self.session, again, now=NOON)
        assert numbers == [self.posted.index(entry) + 1 for entry in again]

    @rule(vendor=vendors, won=amounts)
    def take_more_than_is_owed(self, vendor, won):
        owed = -balance_of(self.session, chart.vendor_payable(vendor))
        with pytest.raises(PayableOverdrawn):
            post_entry(self.session, move("over:1", chart.vendor_payable(vendor), BANK, owed + won, vendor), now=NOON)

    @rule(data=st.data())
    def reuse_a_reference(self, data):
        if not self.posted:
            return
        entry = data.draw(st.sampled_from(self.posted))
        with pytest.raises(ReferenceReused):
            post_entry(self.session, Entry.of(entry.reference, kind="x", effective_on=DAY, lines=[
                *entry.lines, debit(BANK, 1), credit(chart.CASH_SAFE, 1)]), now=NOON)

    @invariant()
    def every_entry_and_the_trial_balance_sum_to_0(self):
        crooked = select(Posting.entry_id).group_by(Posting.entry_id).having(func.sum(Posting.amount_won) != 0)
        assert self.session.scalar(crooked) is None
        totals = trial_balance(self.session)
        assert sum(total.balance_won for total in totals) == 0
        assert {total.account: total.balance_won for total in totals} == self.mirror

    @invariant()
    def each_vendors_sub_ledger_is_its_accounts_and_no_payable_is_below_0(self):
        for vendor in VENDORS:
            by_vendor = sum_postings(self.session, account_prefix=chart.PAYABLE_PREFIX, vendor_id=vendor)
            assert by_vendor == balance_of(self.session, chart.vendor_payable(vendor)) <= 0

    @invariant()
    def a_replay_from_empty_gives_the_same_books(self):
        verdict = verify(self.session)
        assert verdict.broken is None
        assert verdict.entries == len(self.posted) == self.session.scalar(select(func.count()).select_from(JournalEntry))


def test_any_history_keeps_the_books(app):
    with app.app_context():
        run_state_machine_as_test(Hall, settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)))
