"""The admin secret: what makes somebody the teacher. From a file, from the environment, or made here.

It never stands on a command line, where every process of the machine can read it, nor in what the server logs. One that
is made here is written into a file that only its owner can read, and shown once if a person is looking.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from romekit.cloud.engine.classroom.names import place_of
from romekit.cloud.store.url import usual_path
from romekit.core.errors import BadInput
from romekit.core.private_files import made_once

VARIABLE: Final = "ROMEKIT_ADMIN_SECRET"
#: Fewer characters can be guessed.
SHORTEST: Final = 12


class AdminSecret(NamedTuple):
    """The secret, where it is in words, and whether it has just been made."""

    value: bytes
    where: str
    is_new: bool = False


def admin_secret(name: str, file: Path | None, environment: Mapping[str, str] = os.environ) -> AdminSecret:
    """The secret of the class of this name; BadInput if there is none, or one that can be guessed."""
    given = environment.get(VARIABLE, "")
    if file is None and given:
        return AdminSecret(_checked(_as_typed(given), VARIABLE), f"in {VARIABLE}")
    path = file or _usual(name)
    try:
        return AdminSecret(_checked(path.read_text(encoding="utf-8"), str(path)), f"in {path}")
    except FileNotFoundError:
        return _made(path)
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput(
            f"The admin secret cannot be read from {path}: {getattr(problem, 'strerror', None) or 'it is not text'}.",
            field="admin_secret_file",
            hint=f"Name a file with --admin-secret-file, or set {VARIABLE}.",
        ) from None


def _made(path: Path) -> AdminSecret:
    made = secrets.token_urlsafe(18)
    try:
        if not made_once(path, f"{made}\n"):  # another server was faster
            return AdminSecret(_checked(path.read_text(encoding="utf-8"), str(path)), f"in {path}")
    except OSError as problem:
        raise BadInput(
            f"No admin secret could be written to {path}: {problem.strerror}.",
            field="admin_secret_file",
            hint=f"Name a file that can be written with --admin-secret-file, or set {VARIABLE}.",
        ) from None
    return AdminSecret(made.encode(), f"in {path}", is_new=True)


def _as_typed(given: str) -> str:
    """A text of the environment as its bytes are in UTF-8, which is what a browser sends."""
    try:
        return os.fsencode(given).decode()
    except UnicodeError:
        raise BadInput(
            f"The admin secret in {VARIABLE} is not text, so nobody could type it.",
            field="admin_secret_file",
            hint="Use letters and digits, or name a file that does not exist yet with --admin-secret-file.",
        ) from None


def _checked(text: str, where: str) -> bytes:
    secret = text.strip()
    if len(secret) < SHORTEST:
        raise BadInput(
            f"The admin secret in {where} has fewer than {SHORTEST} characters.",
            field="admin_secret_file",
            hint="Use a long random one, or name a file that does not exist yet: romekit makes one.",
        )
    return secret.encode()


def _usual(name: str) -> Path:
    """Beside the store that is used when none is named."""
    return usual_path().with_name(f"class-{place_of(name)}.secret")
