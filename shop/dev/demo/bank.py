"""A pretended bank for the demo: it keeps the centre's account and prints statements in 전북은행's layout, CP949."""

import csv
import io
from dataclasses import dataclass, field
from datetime import datetime

from shop.kernel.clock import SEOUL

HEADER = ["", "거래일자", "거래시간", "출금금액", "입금금액", "거래후잔액", "적요", "취급은행(지점)"]


@dataclass
class PretendedBank:
    """Lines wait here until the next statement is printed."""

    balance_won: int = 0
    waiting: list[tuple[datetime, int, str, str]] = field(default_factory=list)

    def move(self, at: datetime, amount_won: int, description: str, branch: str = "전북은행") -> None:
        """Money comes in (positive) or goes out at an instant."""
        self.waiting.append((at, amount_won, description, branch))

    def print_statement(self, until: datetime) -> bytes | None:
        """The statement of everything up to an instant that no earlier statement had; None where nothing moved."""
        due = sorted(line for line in self.waiting if line[0] <= until)
        if not due:
            return None
        self.waiting = [line for line in self.waiting if line[0] > until]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerows([["거래내역조회"], ["예금주", "전주시사회적경제지원센터"], [], HEADER])
        total_in = total_out = 0
        for at, amount, description, branch in due:
            self.balance_won += amount
            local = at.astimezone(SEOUL)
            total_in, total_out = total_in + max(0, amount), total_out + max(0, -amount)
            writer.writerow(["", f"{local:%Y.%m.%d}", f"{local:%H:%M:%S}", f"{max(0, -amount):,}", f"{max(0, amount):,}",
                             f"{self.balance_won:,}", description, branch])
        writer.writerow(["", "합계", "", f"{total_out:,}", f"{total_in:,}", "", "", ""])
        return text.getvalue().encode("cp949")
