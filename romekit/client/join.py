"""`romekit.join()`: one line, and a notebook has an account of its own in a class.

rome = romekit.join("https://rome.school.example", code="WREN-42", name="Mia")

Nothing is typed into a page: the class's code and a name open an account, and the notebook that opened it may approve
a sign-in in its name; tokens come from an unmodified MSAL as always.

The word that lets a student back in is kept in a file that only they can read, and never shown: a notebook is saved
with what it shows. So the same line again, also tomorrow, is the same student again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Final

from romekit.auth.class_account import ClassServer
from romekit.auth.device_code import SignIn
from romekit.auth.http import login_client
from romekit.auth.session import application
from romekit.client.client import Rome
from romekit.core.arguments import explained
from romekit.core.clock import Clock, Wall
from romekit.core.endpoints import Cloud, check_text, served
from romekit.core.errors import BadInput, NotAllowed
from romekit.core.names import as_seen
from romekit.core.private_files import put

SERVER, CODE, NAME = "ROMEKIT_SERVER", "ROMEKIT_CLASS_CODE", "JUPYTERHUB_USER"
#: What is missing -> what to do about it.
HINTS: Final = {
    "where": f'Write romekit.join("https://…", …), or set {SERVER}.',
    "code": f'Your teacher knows it: code="WREN-42", or set {CODE}.',
    "name": 'Say who you are: name="Mia".',
}


@explained("romekit")
def join(
    where: str = "",
    *,
    code: str = "",
    name: str = "",
    word: str = "",
    show: Callable[[str], object] = print,
    clock: Clock | None = None,
) -> Rome:
    """Join a class, or come back to it, and get a signed-in client.

    `where` is the server's address, `code` the class's, `name` what you are called there. A JupyterHub has all three in
    the environment: ROMEKIT_SERVER, ROMEKIT_CLASS_CODE and JUPYTERHUB_USER. `word` is your rejoin word: only for a
    computer on which you have not joined yet. Raises NotFound for a wrong code, Rejected for a name that is taken or a
    class that is full, NotAllowed for a wrong word or a closed class.
    """
    where, code, name = _given("where", where, SERVER), _given("code", code, CODE), _given("name", name, NAME)
    check_text("word", word, 'Give your rejoin word in quotes: word="…".')
    cloud = served(where)
    server, words = ClassServer(cloud), RejoinWords(cloud, name)
    try:
        kept = word or words.kept()
        try:
            place = server.join(code, name, kept)
        except NotAllowed as refused:
            if word or not kept or refused.code != "wrongWord":
                raise
            place = server.join(code, name)  # the word was for a class that is over: this is a new student
        is_remembered = words.keep(place.word)  # before anything else can go wrong
        signing = SignIn(application(cloud, login_client(cloud)), cloud, clock or Wall())
        server.approve(place, signing.user_code)
    finally:
        server.close()
    session = signing.result()  # asks again where the network hiccups
    show(f"You are {place.name} in {place.room}. Your devices: {place.wall}")
    if not is_remembered:
        show("This computer cannot remember that. To come back as the same student you will need your teacher.")
    return Rome(cloud, session, clock=clock)


def _given(field: str, value: str, variable: str) -> str:
    check_text(field, value, HINTS[field])
    found = value or os.environ.get(variable, "")
    if not found:
        raise BadInput(f"{field} is missing.", field=field, hint=HINTS[field])
    return found


class RejoinWords:
    """The rejoin words of this computer: each in a file of its own, which only its owner can read."""

    def __init__(self, cloud: Cloud, name: str) -> None:
        from platformdirs import user_data_path  # only who joins a class needs it

        self._whose = {"server": cloud.socket, "name": as_seen(name)}
        named = sha256(json.dumps(self._whose).encode()).hexdigest()[:32]
        self._path = user_data_path("romekit", appauthor=False) / "class-words" / f"{named}.json"

    def kept(self) -> str:
        """The word for this server and name; empty when there is none."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError):
            return ""
        return str(found.get("word", "")) if isinstance(found, dict) else ""

    def keep(self, word: str) -> bool:
        """Remember it; whether that could be done. Where nothing can be written the word is only good for now."""
        if self.kept() != word:
            with suppress(OSError):
                put(self._path, json.dumps({**self._whose, "word": word}))
        return self.kept() == word
