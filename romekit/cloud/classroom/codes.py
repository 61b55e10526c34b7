"""What people have to type: a class's code, `WREN-42`, and a student's own word, `fern-puma-dusk-57`.

Short words without I, L and O and digits without 0 and 1: nothing in them is taken for something else, in any typeface,
on any blackboard. A code has about 13 bits and lets somebody into a room that the teacher watches and can close; a word
has 26 bits, is kept as a slow salted hash only, and both may be wrong a few times a minute only (tries.py).
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from hashlib import scrypt
from hmac import compare_digest
from typing import Final

from romekit.cloud.engine.classroom.decide import as_typed

WORDS: Final = tuple(
    (
        "amber aster badger bay bear beaver beech bud carp cave cedar cheetah cherry chub crab crane creek cress dawn "
        "deer duck dune dusk earth eagre egret ember emu ewe feather fern ferret gem gnu grebe grape gust hake hamster "
        "hare hawk heath hen hue jade jaguar jay jute karst kea kudu macaw manatee marsh marten mesa "
        "musk newt panda panther peach peak pear perch puma quartz raven reed reef rhea sage sand sea sedge shark "
        "shrew skate sky space spark spray spruce stag star steam stream sun swan swarm tahr tamarack tapestry tench "
        "tern tetra thyme thunder tree tuna tundra vane vervet wasp wave wax weaver wheat wren yak yew zebra"
    ).split()
)
DIGITS: Final = "23456789"


def fresh_code() -> str:
    """A code for a class."""
    return f"{secrets.choice(WORDS).upper()}-{_number()}"


def fresh_word() -> str:
    """A word for a student."""
    return "-".join([*(secrets.choice(WORDS) for _ in range(3)), _number()])


def hashed(word: str) -> str:
    """What is kept of a word."""
    salt = secrets.token_bytes(12)
    return f"{b64encode(salt).decode()}.{b64encode(_slow(word, salt)).decode()}"


def fits(word: str, kept: str) -> bool:
    """Whether this is the word that was kept."""
    salt, _, rest = kept.partition(".")
    return compare_digest(_slow(word, b64decode(salt)), b64decode(rest))


def _slow(word: str, salt: bytes) -> bytes:
    """Ten milliseconds of work, so that whoever steals a store cannot try them all."""
    return scrypt(as_typed(word)[:100].encode(), salt=salt, n=2**12, r=8, p=1, dklen=24)


def _number() -> str:
    return "".join(secrets.choice(DIGITS) for _ in range(2))
