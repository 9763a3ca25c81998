"""Korean text and numbers: search keys, name comparison, business registration number, phone, postcode. Pure functions."""

import re
import unicodedata

_CHOSEONG = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_JUNGSEONG = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_JONGSEONG = "_ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"  # `_` stands for "no final"
_CONSONANTS = set(_CHOSEONG)
_LONE_JAMO = str.maketrans(  # NFKC turns a typed `ㅎ` into the joining letter U+1112; this turns it back
    {0x1100 + i: letter for i, letter in enumerate(_CHOSEONG)}
    | {0x1161 + i: letter for i, letter in enumerate(_JUNGSEONG)}
    | {0x11A7 + i: letter for i, letter in enumerate(_JONGSEONG) if i}
)
_KEYS = dict(zip("rRseEfaqQtTdwWczxvg" "koiOjpuPhynbml", _CHOSEONG + "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ", strict=True))
_VOWEL_PAIRS = {("ㅗ", "ㅏ"): "ㅘ", ("ㅗ", "ㅐ"): "ㅙ", ("ㅗ", "ㅣ"): "ㅚ", ("ㅜ", "ㅓ"): "ㅝ",
                ("ㅜ", "ㅔ"): "ㅞ", ("ㅜ", "ㅣ"): "ㅟ", ("ㅡ", "ㅣ"): "ㅢ"}
_SPLIT_FINALS = {"ㄳ": ("ㄱ", "ㅅ"), "ㄵ": ("ㄴ", "ㅈ"), "ㄶ": ("ㄴ", "ㅎ"), "ㄺ": ("ㄹ", "ㄱ"), "ㄻ": ("ㄹ", "ㅁ"),
                 "ㄼ": ("ㄹ", "ㅂ"), "ㄽ": ("ㄹ", "ㅅ"), "ㄾ": ("ㄹ", "ㅌ"),
                 "ㄿ": ("ㄹ", "ㅍ"), "ㅀ": ("ㄹ", "ㅎ"), "ㅄ": ("ㅂ", "ㅅ")}
_JOINED_FINALS = {pair: final for final, pair in _SPLIT_FINALS.items()}
_SPACES = re.compile(r"\s+")
_NOT_SEARCHED = re.compile(r"[\s\-·,./()\[\]'\"“”‘’!?:;+&%_~]+")


def normal(text: str) -> str:
    """NFC, spaces folded and trimmed: the form every typed text is stored in."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def password_form(text: str) -> str:
    """NFKD, the form in which a password is hashed and compared (Hangul typed on any keyboard is then equal)."""
    return unicodedata.normalize("NFKD", text)


def _searchable(text: str) -> str:
    return _NOT_SEARCHED.sub("", unicodedata.normalize("NFKC", text).translate(_LONE_JAMO).casefold())


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


def from_latin_keys(text: str) -> str:
    """What a Korean two-set keyboard would have written for these Latin keys: `gkswl` → `한지`. Other letters stay."""
    written: list[str] = []
    for key in text.lower() if text.isupper() else text:
        jamo_key = _KEYS.get(key) or _KEYS.get(key.lower()) or key
        if not _join(written, jamo_key):
            written.append(jamo_key)
    return "".join(written)


def _join(written: list[str], letter: str) -> bool:
    """Join a typed letter to the last one written, as an input method does; False where it stands alone."""
    last = written[-1] if written else ""
    parts = _syllable(last) if len(last) == 1 else None
    if letter in _JUNGSEONG:
        if last and last in _CHOSEONG:
            written[-1] = _compose(_CHOSEONG.index(last), _JUNGSEONG.index(letter), 0)
            return True
        if parts and parts[2]:
            kept, moved = _SPLIT_FINALS.get(_JONGSEONG[parts[2]], ("_", _JONGSEONG[parts[2]]))
            written[-1:] = [_compose(parts[0], parts[1], _JONGSEONG.index(kept)),
                            _compose(_CHOSEONG.index(moved), _JUNGSEONG.index(letter), 0)]
            return True
        pair = _VOWEL_PAIRS.get((_JUNGSEONG[parts[1]], letter)) if parts else None
        if parts and pair:
            written[-1] = _compose(parts[0], _JUNGSEONG.index(pair), 0)
            return True
    elif parts and letter in _CONSONANTS:
        final = letter if not parts[2] else _JOINED_FINALS.get((_JONGSEONG[parts[2]], letter), "")
        if final and final in _JONGSEONG:
            written[-1] = _compose(parts[0], parts[1], _JONGSEONG.index(final))
            return True
    return False


def _compose(first: int, middle: int, last: int) -> str:
    return chr(0xAC00 + first * 588 + middle * 28 + last)


def same_name(one: str, other: str) -> bool:
    """Whether two payer names are the same person as a bank prints them: spaces, case, width and `(주)` aside."""
    return _name_key(one) == _name_key(other) != ""


def _name_key(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    text = re.sub(r"주식회사|\(주\)|유한회사|\(유\)|㈜", "", text)
    return re.sub(r"[^0-9a-z가-힣]", "", text)


def brn_digits(text: str) -> str:
    """The digits of a business registration number, whatever separators were typed."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


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
    match = re.fullmatch(r"(02|01\d|050\d|0\d{2})(\d{3,4})(\d{4})", digits) or re.fullmatch(
        r"()(1\d{3})(\d{4})", digits
    )
    return "-".join(part for part in match.groups() if part) if match else None


def is_postcode(text: str) -> bool:
    """A Korean postcode: five digits since 2015-08-01."""
    return bool(re.fullmatch(r"[0-9]{5}", text))
