"""Joining a class over HTTP: the two questions that `romekit serve --class` answers, and what its refusals mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import time
from typing import Any, Final
from uuid import uuid4

import httpx

from romekit.auth.http import hint_for, http_client
from romekit.core.clock import seconds_in
from romekit.core.endpoints import Cloud
from romekit.core.errors import BadInput, Busy, NotAllowed, NotFound, Rejected, RomeError, Unreachable, Unreadable

#: The `code` of a refusal -> the error a person can act on. Any other is Rejected.
ERRORS: Final[dict[str, type[RomeError]]] = {
    "noSuchClass": NotFound,
    "classClosed": NotAllowed,
    "wrongWord": NotAllowed,
    "BadRequest": BadInput,
}


@dataclass(frozen=True, slots=True)
class ClassAccount:
    """A student's place in a class. `word` lets them back in."""

    room: str
    name: str
    account: str
    wall: str
    word: str = field(repr=False)


class ClassServer:
    """The class behind a server, over HTTP."""

    def __init__(self, cloud: Cloud) -> None:
        self._base = cloud.socket or ""
        self._http = http_client(httpx.Client, self._base, trust_env=False, timeout=10.0)

    def join(self, code: str, name: str, word: str = "") -> ClassAccount:
        """A place for a name; with a word, the one that name has already.

        A join whose answer is lost is repeated once: its key tells the server that it is the same join.
        """
        body = {"code": code, "name": name} | ({"word": word} if word else {})
        answer = self._ask("/romekit/join", body, key=str(uuid4()), tries=2)
        try:
            joined = answer.json()
            room, name, account, wall = (joined[each] for each in ("class", "name", "account", "wall"))
            return ClassAccount(room, name, account, wall, joined.get("word") or word)
        except (ValueError, KeyError, TypeError):  # a page of a hotel's network, for one
            raise _not_a_class(self._base) from None

    def approve(self, place: ClassAccount, user_code: str) -> None:
        body = {"account": place.account, "word": place.word, "user_code": user_code}
        if self._ask("/romekit/join/approve", body).status_code != 204:
            raise _not_a_class(self._base)

    def close(self) -> None:
        self._http.close()

    def _ask(self, path: str, body: dict[str, str], key: str = "", *, tries: int = 1) -> httpx.Response:
        try:
            answer = self._http.post(self._base + path, json=body, headers={"Idempotency-Key": key} if key else {})
        except UnicodeEncodeError:
            what = "There is half a character in the code, the name or the word."
            raise BadInput(what, hint="Type it again.") from None
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            if tries > 1 and isinstance(problem, httpx.ReadError | httpx.ReadTimeout | httpx.RemoteProtocolError):
                return self._ask(path, body, key, tries=tries - 1)
            what = f"The class at {self._base} cannot be reached: {str(problem).rstrip('.')}."
            raise Unreachable(what, hint=hint_for(problem)) from None
        if answer.is_success:
            return answer
        raise _refusal(answer, self._base)


def _refusal(answer: httpx.Response, base: str) -> RomeError:
    try:
        error: dict[str, Any] = answer.json()["error"]
        code, message = str(error["code"]), str(error["message"])
    except (ValueError, KeyError, TypeError):
        return _not_a_class(base)
    if answer.status_code == 429:
        pause = seconds_in(answer.headers.get("retry-after", ""), time()) or 1.0
        return Busy(message, retry_after=pause, hint="", status=429, code=code)
    if answer.status_code == 404 and code != "noSuchClass":
        return NotFound(f"There is no class at {base}.", hint="Look at the address again, or ask your teacher.")
    return ERRORS.get(code, Rejected)(message, hint="", status=answer.status_code, code=code)


def _not_a_class(base: str) -> RomeError:
    return Unreadable(f"What answers at {base} is not romekit.")
