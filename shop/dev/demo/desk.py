"""The office of the demo: reads the bank, settles with makers every ten days, pays them, banks the hall's takings."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from shop.dev.demo.bank import PretendedBank
from shop.dev.demo.cards import CardHouse
from shop.kernel.clock import seoul_day, seoul_month
from shop.kernel.db import unit_of_work
from shop.ledger import accounts
from shop.ledger.queries import balance_of
from shop.reconciliation.importing import import_statement
from shop.reconciliation.matching import Wanted, confirm_match, list_unexplained, match_automatically, suggest
from shop.reconciliation.models import BankAccount, MatchTarget
from shop.reconciliation.processor import sync_rows
from shop.settlements.lines import pull_lines
from shop.settlements.models import Payout, PayoutState, Statement, StatementState
from shop.settlements.payout_files import make_payout_file
from shop.settlements.payouts import approve_payout, prepare_payouts
from shop.settlements.statements import approve_statements, issue_statements

SETTLING_DAYS = (1, 11, 21)
TAKINGS = [accounts.drawer("1"), accounts.acquirer("hall"), accounts.LOCAL_CURRENCY]


class Desk:
    """Accountant and manager at work, by the days of the month."""

    def __init__(self, staff: dict[str, int], bank: PretendedBank, cards: CardHouse) -> None:
        self.cards = cards
        self.accountant, self.manager, self.bank = staff["accountant"], staff["manager"], bank

    def settle(self, now: datetime) -> None:
        """Issue statements on the settling days, approve and pay eight days later, bank the hall's takings on Mondays."""
        day = seoul_day(now)
        if day.day in SETTLING_DAYS:
            self._issue(day, now)
        if (day - timedelta(days=8)).day in SETTLING_DAYS:
            self._pay(now)
        if day.weekday() == 0:
            self._bank_takings(now)
            self._take_cards(now)

    def _take_cards(self, now: datetime) -> None:
        """The processor pays out what it holds; its rows are pulled, and the money reaches the bank two days later."""
        if won := self.cards.pay_out(now):
            self.bank.move(now + timedelta(days=2, hours=1), won, "STRIPE", "국민")
        sync_rows(self.cards.provider, now)

    def _issue(self, day: date, now: datetime) -> None:
        yesterday = day - timedelta(days=1)
        with unit_of_work() as session:
            pull_lines(session, through=yesterday, now=now)
        with unit_of_work() as session:
            issue_statements(session, month=seoul_month(yesterday), now=now, again=True, actor_id=self.accountant)

    def _pay(self, now: datetime) -> None:
        with unit_of_work() as session:
            undisputed = select(Statement.id).where(
                Statement.state == StatementState.ISSUED, Statement.object_until < seoul_day(now), Statement.net_won > 0)
            ready = list(session.scalars(undisputed.order_by(Statement.id)))
            if ready:
                approve_statements(session, statement_ids=ready, actor_id=self.accountant, now=now)
        with unit_of_work() as session:
            prepare_payouts(session, actor_id=self.accountant, now=now)
        with unit_of_work() as session:
            prepared = list(session.scalars(select(Payout.id).where(Payout.state == PayoutState.PREPARED).order_by(Payout.id)))
        for payout_id in prepared:
            with unit_of_work() as session:
                approve_payout(session, payout_id=payout_id, actor_id=self.manager, now=now)
        if not prepared:
            return
        with unit_of_work() as session:
            make_payout_file(session, actor_id=self.accountant, now=now)
            sent = session.scalars(select(Payout).where(Payout.state == PayoutState.SENT).order_by(Payout.id)).all()
            for minute, payout in enumerate(sent):
                self.bank.move(now + timedelta(hours=5, minutes=minute), -payout.amount_won, payout.holder or "", "전북은행")

    def _bank_takings(self, now: datetime) -> None:
        with unit_of_work() as session:
            for minute, (account, words) in enumerate(zip(TAKINGS, ("현금입금", "카드매입", "상품권정산"), strict=True)):
                if (won := balance_of(session, account)) > 0:
                    self.bank.move(now + timedelta(hours=2, minutes=minute), won, words, "전북은행")

    def read_bank(self, now: datetime, *, leave_open: bool) -> None:
        """Import the day's statement, let the rules match, and confirm the rest by hand unless it is to be left open."""
        content = self.bank.print_statement(now)
        if content is None:
            return
        with unit_of_work() as session:
            account_id = session.scalars(select(BankAccount.id).order_by(BankAccount.id).limit(1)).one()
            import_statement(session, account_id=account_id, content=content, actor_id=self.accountant, now=now)
        with unit_of_work() as session:
            match_automatically(session, now=now, actor_id=self.accountant)
        if not leave_open:
            self._confirm_by_hand(now)

    def _confirm_by_hand(self, now: datetime) -> None:
        with unit_of_work() as session:
            lines = list_unexplained(session)
            by_line = suggest(session, lines, now=now)
            for line in lines:
                found = by_line.get(line.id) or []
                wanted = [Wanted(t.kind, t.id, None) for t in found[0].targets] if found else [Wanted(MatchTarget.UNIDENTIFIED)]
                confirm_match(session, bank_line_ids=[line.id], targets=wanted, actor_id=self.accountant, now=now)
