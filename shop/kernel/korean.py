"""Korean text and numbers: search keys, name comparison, business registration number, phone, postcode. Pure functions."""

import re
import unicodedata

_CHOSEONG = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_JUNGSEONG = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_JONGSEONG = "_ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"  # `_` stands for "no final"
_CONSONANTS = set(_CHOSEONG)
_SPACES = re.compile(r"\s+")
_NOT_SEARCHED = re.compile(r"[\s\-·,./()\[\]'\"“”‘’!?:;+&%_~]+")


def normal(text: str) -> str:
    """NFC, spaces folded and trimmed: the form every typed text is stored in."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def password_form(text: str) -> str:
    """NFKD, the form in which a password is hashed and compared (Hangul typed on any keyboard is then equal)."""
    return unicodedata.normalize("NFKD", text)


def _searchable(text: str) -> str:
    return _NOT_SEARCHED.sub("", unicodedata.normalize("NFKC", text).casefold())


def _syllable(letter: str) -> tuple[int, int, int] | None:
    index = ord(letter) - 0xAC00
    if not 0 <= index < 11172:
        return None
    return index // 588, index // 28 % 21, index % 28


def jamo(text: str) -> str:
    """Space-stripped text with every syllable as exactly three symbols (`_` when there is no final).

    A two-syllable word is then six symbols, long enough for a trigram index, and `한지` is found
    inside `전주한지` and `전주 한 지` alike. Letters that are no syllables stay one symbol.
    """
    parts = []
    for letter in _searchable(text):
        syllable = _syllable(letter)
        if syllable is None:
            parts.append(letter)
        else:
            first, middle, last = syllable
            parts.append(_CHOSEONG[first] + _JUNGSEONG[middle] + _JONGSEONG[last])
    return "".join(parts)


def choseong(text: str) -> str:
    """The first consonants of a text: `전주 한지` → `ㅈㅈㅎㅈ`; letters that are no syllables stay."""
    letters = []
    for letter in _searchable(text):
        syllable = _syllable(letter)
        letters.append(letter if syllable is None else _CHOSEONG[syllable[0]])
    return "".join(letters)


def is_choseong(text: str) -> bool:
    """True where a query is made of first consonants only, such as `ㅎㅈ`."""
    letters = _searchable(text)
    return bool(letters) and all(letter in _CONSONANTS for letter in letters)


def same_name(one: str, other: str) -> bool:
    """Whether two payer names are the same person as a bank prints them: spaces, case, width and `(주)` aside."""
    return _name_key(one) == _name_key(other) != ""


def _name_key(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    text = re.sub(r"주식회사|\(주\)|유한회사|\(유\)|㈜", "", text)
    return re.sub(r"[^0-9a-z가-힣]", "", text)


def brn_digits(text: str) -> str:
    """The digits of a business registration number, whatever separators were typed."""
    return re.sub(r"\D", "", text)


def is_brn(text: str) -> bool:
    """Checksum of a 사업자등록번호 (10 digits). A pass says nothing about whether the business is open.

    Source: 국세청 check digit, weights 1 3 7 1 3 7 1 3 5, checked against python-stdnum `kr.brn`.
    """
    digits = brn_digits(text)
    if len(digits) != 10 or not re.fullmatch(r"[\d\-\s]+", text):
        return False
    numbers = [int(d) for d in digits]
    total = sum(w * d for w, d in zip((1, 3, 7, 1, 3, 7, 1, 3, 5), numbers, strict=False)) + numbers[8] * 5 // 10
    return (10 - total % 10) % 10 == numbers[9]


def format_brn(text: str) -> str:
    """`1168200276` → `116-82-00276`."""
    digits = brn_digits(text)
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"


def phone(text: str) -> str | None:
    """A Korean phone number as `010-1234-5678`, or None where it cannot be one."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    if digits.startswith("82"):
        digits = "0" + digits[2:]
    match = re.fullmatch(r"(02|01\d|0\d{2}|050\d)(\d{3,4})(\d{4})", digits) or re.fullmatch(
        r"()(1\d{3})(\d{4})", digits
    )
    return "-".join(part for part in match.groups() if part) if match else None


def is_postcode(text: str) -> bool:
    """A Korean postcode: five digits since 2015-08-01."""
    return bool(re.fullmatch(r"\d{5}", text))
