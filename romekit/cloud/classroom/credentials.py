"""What lets people in: the class's code, a student's rejoin word, the admin secret, and the cookies that remember them.

Codes and words are easy to type: short words without I, L and O and digits without 0 and 1, so that nothing in them is
taken for something else on any blackboard. Both have 26 bits, too many to be guessed over a network, so a right one
always lets its owner in, whatever others behind the same address try; whoever tries wrong ones is asked to slow down.
A word is kept as a slow salted hash only. A code that a teacher chooses is as good as the choice.
"""

from __future__ import annotations

import hmac
import os
import secrets
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from romekit.cloud.asgi import cookie_path, is_secure
from romekit.cloud.engine.classroom.names import place_of
from romekit.cloud.store.url import usual_path
from romekit.core.errors import BadInput
from romekit.core.names import as_typed
from romekit.core.private_files import made_once, others_can_read

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
SALT: Final = 12


def fresh_code() -> str:
    """A code for a class, such as WREN-FERN-4279."""
    digits = "".join(secrets.choice(DIGITS) for _ in range(4))
    return f"{secrets.choice(WORDS)}-{secrets.choice(WORDS)}-{digits}".upper()


class RejoinWord(NamedTuple):
    """A student's word, such as fern-puma-dusk-57, and the salt that it is hashed with."""

    text: str
    salt: bytes

    @classmethod
    def made_of(cls, digest: bytes) -> RejoinWord:
        """The word and salt that 32 random bytes stand for."""
        number = int.from_bytes(digest[SALT:], "big")
        parts = [WORDS[number // len(WORDS) ** place % len(WORDS)] for place in range(3)]
        rest = number // len(WORDS) ** 3
        return cls("-".join([*parts, DIGITS[rest % 8] + DIGITS[rest // 8 % 8]]), digest[:SALT])

    def hashed(self) -> str:
        return f"{b64encode(self.salt).decode()}.{b64encode(_slow(self.text, self.salt)).decode()}"

    def is_salt_of(self, kept: str) -> bool:
        """Whether what is kept of a word was made with the same salt."""
        return kept.partition(".")[0] == b64encode(self.salt).decode()


def fits(word: str, kept: str) -> bool:
    salt, _, rest = kept.partition(".")
    return hmac.compare_digest(_slow(word, b64decode(salt)), b64decode(rest))


def _slow(word: str, salt: bytes) -> bytes:
    """Ten milliseconds of work, so that whoever steals a store cannot try them all."""
    from hashlib import scrypt  # a Python in a browser tab has none: it is built without OpenSSL

    return scrypt(as_typed(word)[:100].encode(), salt=salt, n=2**12, r=8, p=1, dklen=24)


STUDENT: Final = "romekit_student"
TEACHER: Final = "romekit_teacher"
#: The key of a join on the page, for as long as the page may be reloaded and still show the rejoin word.
JOINED: Final = "romekit_joined"
LONGEST: Final = 600
#: Seconds: a school year for a student, a school day for the teacher.
LIFETIME: Final = {STUDENT: 300 * 86_400, TEACHER: 12 * 3600, JOINED: 600}


class SignedCookies:
    """Cookies nobody can forge: who it is, until when, and a signature made with the admin secret.

    The secret and not the cloud's own keys: those are new after a key rotation, which is a lesson, and students are to
    stay who they are. All servers with the same admin secret read each other's cookies; another secret makes them void.
    `bound_to` says what else the signature is made of: a student's is bound to the hash of their word, so that in a new
    term, with a new store, nobody is somebody by last term's cookie.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def give(self, request: Request, response: Response, cookie: str, who: str, now: float, bound_to: str = "") -> None:
        until = str(int(now + LIFETIME[cookie]))
        text = urlsafe_b64encode(who.encode()).decode()
        # Lax, so that the link in a notebook finds a student signed in; the teacher's page is never linked to.
        response.set_cookie(
            cookie,
            f"{text}.{until}.{self._signature(cookie, text, until, bound_to)}",
            max_age=LIFETIME[cookie],
            path=cookie_path(request.scope),
            httponly=True,
            samesite="strict" if cookie == TEACHER else "lax",
            secure=is_secure(request.scope),
        )

    def take(self, request: Request, response: Response, cookie: str) -> None:
        response.delete_cookie(cookie, path=cookie_path(request.scope))

    def read(self, request: Request, cookie: str, now: float, bound_to: Callable[[str], str] = lambda who: "") -> str:
        """Who the browser is; empty when it has no cookie, or one that is not ours or not good any more."""
        try:
            text, until, signature = request.cookies.get(cookie, "")[:LONGEST].split(".")
            who, end = urlsafe_b64decode(text).decode(), int(until)
        except ValueError:
            return ""
        right = self._signature(cookie, text, until, bound_to(who))
        return who if hmac.compare_digest(right.encode(), signature.encode()) and end > now else ""

    def _signature(self, cookie: str, text: str, until: str, bound_to: str) -> str:
        return hmac.digest(self._secret, f"{cookie}:{text}:{until}:{bound_to}".encode(), "sha256").hex()


VARIABLE: Final = "ROMEKIT_ADMIN_SECRET"
#: Fewer characters can be guessed.
SHORTEST: Final = 12


class AdminSecret(NamedTuple):
    """What makes somebody the teacher, where it is in words, and whether it has just been made.

    It never stands on a command line, where every process of the machine can read it, nor in what the server logs. One
    that is made here is written into a file that only its owner can read, and shown once if a person is looking.
    """

    value: bytes
    where: str
    is_new: bool = False


def admin_secret(name: str, file: Path | None, environment: Mapping[str, str] = os.environ) -> AdminSecret:
    """The secret of the class of this name; BadInput if there is none, or one that can be guessed."""
    given = environment.get(VARIABLE, "")
    if file is None and given:
        return AdminSecret(_checked(_as_typed(given), VARIABLE), f"in {VARIABLE}")
    path = file or usual_path().with_name(f"class-{place_of(name)}.secret")
    hint = f"Name a file with --admin-secret-file, or set {VARIABLE}."
    try:
        if not path.exists():
            made = secrets.token_urlsafe(18)
            if made_once(path, f"{made}\n"):  # otherwise another server was faster
                return AdminSecret(made.encode(), f"in {path}", is_new=True)
        secret = _checked(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or "it is not text"
        raise _bad_secret(f"No admin secret can be read from {path} or made there: {why}.", hint) from None
    warning = f" (others can read it: chmod 600 {path})" if others_can_read(path) else ""
    return AdminSecret(secret, f"in {path}{warning}")


def _as_typed(given: str) -> str:
    """A text of the environment as its bytes are in UTF-8, which is what a browser sends."""
    try:
        return os.fsencode(given).decode()
    except UnicodeError:
        hint = "Use letters and digits, or name a file that does not exist yet with --admin-secret-file."
        raise _bad_secret(f"The admin secret in {VARIABLE} is not text, so nobody could type it.", hint) from None


def _checked(text: str, where: str) -> bytes:
    secret = text.strip()
    if len(secret) < SHORTEST:
        hint = "Use a long random one, or name a file that does not exist yet: romekit makes one."
        raise _bad_secret(f"The admin secret in {where} has fewer than {SHORTEST} characters.", hint)
    return secret.encode()


def _bad_secret(message: str, hint: str) -> BadInput:
    return BadInput(message, field="admin_secret_file", hint=hint)
