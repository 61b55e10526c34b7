"""Names as people type and read them: one spelling where a text enters, and nothing in it that nobody sees."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

ZWNJ, ZWJ = "\u200c", "\u200d"
#: Scripts whose spelling needs the two joiners between letters (compare RFC 5892, A.1 and A.2).
JOINING: Final = frozenset(
    "ARABIC SYRIAC MONGOLIAN NKO MANDAIC DEVANAGARI BENGALI GURMUKHI GUJARATI ORIYA TAMIL TELUGU KANNADA MALAYALAM "
    "SINHALA TIBETAN MYANMAR KHMER BALINESE JAVANESE".split()
)
#: Letters and marks that are blank wherever they stand; Python calls them printable.
BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(
    chr(each) for begin, end in ((0x180B, 0x1810), (0xFE00, 0xFE10), (0xE0100, 0xE01F0)) for each in range(begin, end)
)
#: Cyrillic and Greek letters that look like Latin ones.
LOOK_ALIKE: Final = str.maketrans(
    "аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅοαινρυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcyxijshdqwABEKMHOPCTYXIJSoaivpuABEZHIKMNOPTYX"
)
#: The apostrophes that a keyboard or a word processor puts where a name has a plain one.
APOSTROPHES: Final = str.maketrans("\u2018\u2019\u02bc\u00b4`", "'" * 5)


def normal(text: str) -> str:
    """The text in its composed spelling (NFC), with single blanks."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def as_typed(code: str) -> str:
    """A code as a person types it, without blanks, dashes, wide and small letters."""
    return "".join(each for each in unicodedata.normalize("NFKC", code).upper() if each.isalnum())


@lru_cache(maxsize=1024)
def as_seen(text: str) -> str:
    """A name as people compare names: however it was typed, in any case, with any kind of blank or apostrophe."""
    plain = (
        unicodedata.normalize("NFKC", text.translate(APOSTROPHES)).casefold().replace("i\u0307", "i")
    )  # İ is i as well
    return unicodedata.normalize("NFC", " ".join(plain.split()))


def is_readable(text: str) -> bool:
    """Whether every character can be seen, or is a joiner where spelling needs one, and no pile of marks hides it."""
    shown = "".join(each for at, each in enumerate(text) if not _joins(text, at))
    kinds = "".join(unicodedata.category(each)[0] for each in unicodedata.normalize("NFC", shown))
    return shown.isprintable() and not BLANK & {*shown} and not kinds.startswith("M") and "MMMM" not in kinds


def is_alike(one: str, other: str) -> bool:
    """Whether people would take two names for the same: case, width, joiners and look-alike letters do not count."""
    return _folded(one) == _folded(other) or _folded(one.translate(LOOK_ALIKE)) == _folded(other.translate(LOOK_ALIKE))


def _folded(text: str) -> str:
    return as_seen(text.replace(ZWNJ, "").replace(ZWJ, ""))


def _joins(text: str, at: int) -> bool:
    """Whether a joiner stands between letters of a script that needs it, or between two pictures."""
    if text[at] not in (ZWNJ, ZWJ) or not 0 < at < len(text) - 1:
        return False
    around = text[at - 1], text[at + 1]
    if all(unicodedata.category(each)[0] in "LM" for each in around):
        return all(unicodedata.name(each, "").partition(" ")[0] in JOINING for each in around)
    return text[at] == ZWJ and all(unicodedata.category(each) in ("So", "Sk") for each in around)
