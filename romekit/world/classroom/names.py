"""What students are called: a name as they typed it, tidied, and an account made of it that nobody else ever had."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import count
from typing import Final

from romekit.errors import BadInput

LONGEST: Final = 40
#: Where students' accounts are: a domain that nobody can own (RFC 2606).
DOMAIN: Final = "romekit.example"


def tidied(name: str) -> str:
    """A name with single blanks and nothing invisible in it; BadInput if nothing is left, or too much."""
    text = unicodedata.normalize("NFC", " ".join(name.split()))
    if not text:
        raise BadInput("A name is missing.", field="name", hint="Type the name your teacher knows you by.")
    if len(text) > LONGEST or not text.isprintable():
        raise BadInput(
            f"This name is longer than {LONGEST} letters, or has characters in it that cannot be seen.",
            field="name",
            hint="Type a shorter one.",
        )
    return text


def slug(text: str) -> str:
    """A text as a part of an address: small letters, digits and dashes; empty if it has none of these."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST]


def account_of(name: str, room: str, is_taken: Callable[[str], bool]) -> str:
    """An account for a name in a class, with a number behind it if others have the same."""
    stem = slug(name) or "student"
    domain = f"{slug(room) or 'class'}.{DOMAIN}"
    numbered = (f"{stem}@{domain}" if number == 1 else f"{stem}-{number}@{domain}" for number in count(1))
    return next(account for account in numbered if not is_taken(account))


def another(name: str, is_taken: Callable[[str], bool]) -> str:
    """The name with the first number behind it that is free: `Mia 2`."""
    stem = name[: LONGEST - 5].rstrip()
    return next(fresh for number in count(2) if not is_taken(fresh := f"{stem} {number}"))
