"""Cookies nobody can forge: who it is, until when, and a seal made with the admin secret.

The secret and not the cloud's own keys: those are new after a key rotation, which is a lesson, and students are to stay
who they are. All servers with the same admin secret read each other's cookies; another secret makes all of them void.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from romekit.cloud.asgi import cookie_path, is_secure

STUDENT: Final = "romekit_student"
TEACHER: Final = "romekit_teacher"
LONGEST: Final = 600
#: Seconds: a school year for a student, a school day for the teacher.
LIFETIME: Final = {STUDENT: 300 * 86_400, TEACHER: 12 * 3600}


class SignedCookies:
    """Writes and reads the two cookies."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def give(self, request: Request, response: Response, cookie: str, who: str, now: float) -> None:
        """Let the browser keep who it is."""
        until = int(now + LIFETIME[cookie])
        text = urlsafe_b64encode(who.encode()).decode()
        value = f"{text}.{until}.{self._seal(cookie, text, until)}"
        # Lax, so that the link in a notebook finds a student signed in; the teacher's page is never linked to.
        same_site = "lax" if cookie == STUDENT else "strict"
        response.set_cookie(
            cookie,
            value,
            max_age=LIFETIME[cookie],
            path=cookie_path(request.scope),
            httponly=True,
            samesite=same_site,  # type: ignore[arg-type]  # one of two of its words
            secure=is_secure(request.scope),
        )

    def take(self, request: Request, response: Response, cookie: str) -> None:
        """Let the browser forget it."""
        response.delete_cookie(cookie, path=cookie_path(request.scope))

    def read(self, request: Request, cookie: str, now: float) -> str:
        """Who the browser is; empty when it has no cookie, or one that is not ours or not good any more."""
        value = request.cookies.get(cookie, "")
        parts = value.split(".")
        if len(value) > LONGEST or len(parts) != 3 or not parts[1].isdecimal() or not parts[1].isascii():
            return ""
        text, until, seal = parts
        if not hmac.compare_digest(self._seal(cookie, text, int(until)).encode(), seal.encode()) or int(until) <= now:
            return ""
        return urlsafe_b64decode(text).decode()

    def _seal(self, cookie: str, text: str, until: int) -> str:
        return hmac.digest(self._secret, f"{cookie}:{text}:{until}".encode(), "sha256").hex()
