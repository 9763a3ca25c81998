"""Pure decisions about what the books show: the trial balance folded for reading."""

from collections.abc import Iterable
from dataclasses import dataclass

from shop.ledger.accounts import is_owned
from shop.ledger.queries import AccountTotal


@dataclass(frozen=True)
class BalanceRow:
    """One line of the trial balance as accountants read it; `accounts` is how many were folded into it."""

    account: str
    accounts: int
    debit_won: int
    credit_won: int
    debit_balance_won: int
    credit_balance_won: int


def fold(totals: Iterable[AccountTotal], *, unfold: str = "") -> list[BalanceRow]:
    """Vendors' own accounts as one line each kind, but for the kind that is unfolded; the others as they are.

    Both balances of a folded line are sums over its accounts, so one vendor's debit never hides another's credit.
    """
    rows: dict[str, BalanceRow] = {}
    for total in totals:
        kind = total.account.rpartition(":")[0] if is_owned(total.account) else total.account
        name = total.account if kind == unfold else kind
        before = rows.get(name, BalanceRow(name, 0, 0, 0, 0, 0))
        rows[name] = _add(before, total)
    return list(rows.values())


def sum_up(rows: Iterable[BalanceRow]) -> BalanceRow:
    """The foot of the trial balance."""
    foot = BalanceRow("", 0, 0, 0, 0, 0)
    for row in rows:
        foot = BalanceRow("", foot.accounts + row.accounts, foot.debit_won + row.debit_won, foot.credit_won + row.credit_won,
                          foot.debit_balance_won + row.debit_balance_won, foot.credit_balance_won + row.credit_balance_won)
    return foot


def _add(row: BalanceRow, total: AccountTotal) -> BalanceRow:
    balance = total.balance_won
    return BalanceRow(row.account, row.accounts + 1, row.debit_won + total.debit_won, row.credit_won + total.credit_won,
                      row.debit_balance_won + max(balance, 0), row.credit_balance_won + max(-balance, 0))
