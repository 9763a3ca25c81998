"""Which passwords are accepted, and their one form: NFKD, hashed with argon2id. Every password goes through here."""

import unicodedata
from functools import cache
from pathlib import Path

from flask_security import hash_password

from shop.kernel.errors import Invalid
from shop.kernel.korean import password_form

MIN_LENGTH = 8
MAX_LENGTH = 200


class PasswordRefused(Invalid):
    """The password is too short, too long, too common or the person's own e-mail (`why`)."""


@cache
def common_passwords() -> frozenset[str]:
    """Passwords that are tried first by everybody who guesses.

    Source: the frequency list of zxcvbn 4.5.0 (MIT licence), entries of eight letters and more, with Korean keyboard words added.
    """
    return frozenset(Path(__file__).with_name("common_passwords.txt").read_text().split("\n"))


def check_password(password: str, *, email: str = "") -> None:
    """Refuse a weak password. Length counts letters as they are read: `한` is one.

    Raises:
        PasswordRefused: `why` is short, long, common or email.
    """
    text = unicodedata.normalize("NFC", password)
    if len(text) < MIN_LENGTH:
        raise PasswordRefused(why="short", least=MIN_LENGTH)
    if len(text) > MAX_LENGTH:
        raise PasswordRefused(why="long", most=MAX_LENGTH)
    folded = text.casefold().strip()
    if folded in common_passwords() or len(set(folded)) < 3:
        raise PasswordRefused(why="common")
    if email and folded in (email.casefold(), email.casefold().partition("@")[0]):
        raise PasswordRefused(why="email")


def hash_new_password(password: str) -> str:
    """The stored form of a password that has been accepted."""
    return hash_password(password_form(password))
