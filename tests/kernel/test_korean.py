"""Hangul is searched, compared and checked as Hangul."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.kernel.korean import (
    brn_digits,
    choseong,
    format_brn,
    is_brn,
    is_choseong,
    is_postcode,
    jamo,
    normal,
    password_form,
    phone,
    same_name,
)

syllables = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=8)

# Published by their holders at the foot of their own pages; each also passes python-stdnum's `kr.brn`.
REAL = ["116-82-00276", "1168200276", "124-81-00998", "120-81-47521", "220-81-62517"]
WRONG = ["", "116-82-0027", "116-82-002760", "116-82-00277", "11682O0276", "116.82.00276"]


@pytest.mark.parametrize("number", REAL)
def test_a_real_business_number_passes(number):
    assert is_brn(number)


@pytest.mark.parametrize("number", WRONG)
def test_what_cannot_be_a_business_number_is_refused(number):
    assert not is_brn(number)


@given(st.sampled_from(REAL), st.integers(0, 9), st.integers(1, 9))
def test_any_one_wrong_digit_is_caught_but_in_the_ninth_place(number, place, shift):
    digits = brn_digits(number)
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1:]
    if place != 8:  # the ninth counts by 5 plus its carried tens, which may coincide
        assert not is_brn(wrong)


def test_a_business_number_is_written_with_its_hyphens():
    assert format_brn("1168200276") == format_brn("116-82-00276") == format_brn("１１６８２００２７６") == "116-82-00276"


@given(syllables)
def test_a_syllable_is_three_symbols_and_its_first_is_its_choseong(text):
    assert len(jamo(text)) == 3 * len(text)
    assert jamo(text)[::3] == choseong(text)
    assert is_choseong(choseong(text))


@given(syllables, syllables, syllables)
def test_a_word_is_found_inside_a_longer_one_however_it_is_spaced(before, word, after):
    assert jamo(word) in jamo(f"{before} {word}-{after}")
    assert jamo(unicodedata.normalize("NFD", word)) == jamo(word)


def test_search_keys():
    assert jamo("한지") == "ㅎㅏㄴㅈㅣ_"
    assert jamo("Ａ4 한지") == "a4ㅎㅏㄴㅈㅣ_"
    assert jamo("값") == "ㄱㅏㅄ"
    assert choseong("전주 한지") == "ㅈㅈㅎㅈ"
    assert choseong("B급 사과") == "bㄱㅅㄱ"
    assert is_choseong("ㅎㅈ")
    assert jamo("ㅎㅈ") == "ㅎㅈ"
    assert not is_choseong("한ㅈ")
    assert not is_choseong(" ")


@given(st.text(max_size=40))
def test_normal_text_is_stable(text):
    assert normal(normal(text)) == normal(text)
    assert normal(unicodedata.normalize("NFD", text)) == normal(text)


def test_a_password_is_the_same_on_any_keyboard():
    assert password_form("비밀번호1") == password_form(unicodedata.normalize("NFD", "비밀번호1"))


@pytest.mark.parametrize(("one", "other"), [
    ("(주)한땀공방", "한땀 공방"), ("㈜한땀공방", "주식회사 한땀공방"), ("Ｋｉｍ", "kim"),
    ("김하늘", unicodedata.normalize("NFD", "김하늘")),
])
def test_names_a_bank_prints_differently_are_the_same(one, other):
    assert same_name(one, other)


@pytest.mark.parametrize(("one", "other"), [("김하늘", "김하눌"), ("", ""), ("(주)", "주식회사"), ("김하늘", "김하늘이")])
def test_other_names_and_no_names_are_not_the_same(one, other):
    assert not same_name(one, other)


@pytest.mark.parametrize(("typed", "written"), [
    ("01012345678", "010-1234-5678"), ("010 1234 5678", "010-1234-5678"), ("+82 10-1234-5678", "010-1234-5678"),
    ("0632811234", "063-281-1234"), ("02-123-4567", "02-123-4567"), ("0212345678", "02-1234-5678"), ("15881234", "1588-1234"),
    ("０１０１２３４５６７８", "010-1234-5678"), ("0505-123-4567", "0505-123-4567"),
])
def test_phone_numbers_are_written_one_way(typed, written):
    assert phone(typed) == written


@pytest.mark.parametrize("typed", ["", "12345", "010-1234-567890", "전화 없음"])
def test_what_cannot_be_a_phone_number_is_none(typed):
    assert phone(typed) is None


def test_postcodes_are_five_digits():
    assert is_postcode("54999")
    assert not any(is_postcode(text) for text in ("5499", "560-123", "54999 ", "５４９９９"))
