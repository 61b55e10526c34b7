"""What students are called: a name as they typed it, tidied, and an account made of it that nobody else ever had."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from hashlib import sha256
from itertools import count
from typing import Final

from romekit.core.errors import BadInput
from romekit.core.names import is_readable, normal

LONGEST: Final = 40
#: Where students' accounts are: a domain that nobody can own (RFC 2606).
DOMAIN: Final = "romekit.example"


def tidied(name: str) -> str:
    """A name in its one spelling; BadInput for one that is missing, too long, or cannot be read."""
    text = normal(name)
    if not text:
        raise BadInput("A name is missing.", field="name", hint="Type the name your teacher knows you by.")
    if len(text) > LONGEST:
        raise BadInput(f"This name is longer than {LONGEST} letters.", field="name", hint="Type a shorter one.")
    if not is_readable(text):
        hint = "Type it with letters that can be seen."
        raise BadInput("This name has characters in it that cannot be seen.", field="name", hint=hint)
    return text


def slug(text: str) -> str:
    """A text as a part of an address: small letters, digits and dashes; empty if it has none of these."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def place_of(room: str) -> str:
    """A class's name as a part of an address that no other class has.

    Letters without accents, digits and blanks are kept. Where anything else is lost, a hash of the name stands for it.
    """
    whole = slug(room)
    if re.fullmatch("[a-z0-9 ]+", normal(room).lower()) and len(whole) <= LONGEST:
        return whole
    digest = sha256(normal(room).casefold().encode()).hexdigest()[:12]
    return f"{whole[: LONGEST - 13]}-{digest}".strip("-")


def account_of(name: str, room: str, taken: Callable[[str], object | None]) -> str:
    """An account for a name in a class, with a number behind it if others have the same."""
    stem = slug(name)[:LONGEST] or "student"
    domain = f"{place_of(room)}.{DOMAIN}"
    numbered = (f"{stem}@{domain}" if number == 1 else f"{stem}-{number}@{domain}" for number in count(1))
    return next(account for account in numbered if taken(account) is None)


def next_free(name: str, taken: Callable[[str], object | None]) -> str:
    """The name with the first number behind it that is free: `Mia 2`."""
    stem = name[: LONGEST - 5].rstrip()
    return next(fresh for number in count(2) if taken(fresh := f"{stem} {number}") is None)
