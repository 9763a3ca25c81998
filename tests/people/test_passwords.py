"""Passwords: what is refused, and that Hangul is the same however it was typed."""

import unicodedata

import pytest

from shop.people.passwords import PasswordRefused, check_password, common_passwords


@pytest.mark.parametrize(
    "password", ["아주 긴 한글 비밀번호", "tailored-otter-47", "가" * 60 + "나다", "p" * 3 + "한옥마을 골목길"]
)
def test_a_good_password_is_accepted(password):
    check_password(password, email="person@example.com")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("짧은암호", "short"),
        ("seven77", "short"),
        ("x1" * 101, "long"),
        ("password1", "common"),
        ("QWERTYUIOP", "common"),
        ("dlsxjspt1", "common"),
        ("aaaaaaaabb", "common"),
        ("person@example.com", "email"),
        ("personone", "email"),
    ],
)
def test_a_weak_password_is_refused(password, why):
    with pytest.raises(PasswordRefused) as refusal:
        check_password(
            password, email="personone@example.com" if why == "email" and "@" not in password else "person@example.com"
        )
    assert refusal.value.data["why"] == why


def test_letters_are_counted_as_they_are_read():
    decomposed = unicodedata.normalize("NFD", "한글비번한글")  # six letters, sixteen code points
    with pytest.raises(PasswordRefused):
        check_password(decomposed)


def test_thousands_of_common_passwords_are_known():
    assert len(common_passwords()) > 3000
