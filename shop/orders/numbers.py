"""Names of orders: a short number that can be read over the telephone, and a long token that nobody guesses."""

import secrets
from datetime import datetime

from shop.kernel.clock import seoul_day

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O, no 1 I L: they are misread
TAIL = 4


def make_number(now: datetime) -> str:
    """A number such as `J261118-7KQ4`: the day in Seoul and four letters drawn by lot."""
    return f"J{seoul_day(now):%y%m%d}-{''.join(secrets.choice(LETTERS) for _ in range(TAIL))}"


def read_number(typed: str) -> str:
    """A number as a person types it, in the form in which it is kept."""
    text = "".join(typed.upper().split()).replace("–", "-").replace("−", "-")
    return f"{text[:7]}-{text[7:]}" if len(text) == 7 + TAIL and "-" not in text else text


def make_token() -> str:
    """32 random bytes as 43 URL-safe letters."""
    return secrets.token_urlsafe(32)
