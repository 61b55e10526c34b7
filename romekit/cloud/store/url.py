"""The URL of a store, as one word: `memory`, `sqlite:///rome.db` or `postgresql://…`; and the secret that goes with it.

The secret opens the cloud's keys, which are in the store sealed only, so whoever has a copy of the store has no key.
A SQLite store has it in a file beside it, readable by its owner only; the servers of a PostgreSQL store are all given
the same one, from the environment or from a file.
"""

from __future__ import annotations

import os
import re
import secrets
from codecs import BOM_UTF8
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from romekit.cloud.store.contract import Memory, Store, StoreRefused, Streams
from romekit.cloud.store.group_commit import GroupCommit
from romekit.core.errors import BadInput
from romekit.core.private_files import made_once

MEMORY: Final = "memory"
SQLITE: Final = "sqlite:///"
POSTGRES: Final = ("postgresql://", "postgres://")
VARIABLE: Final = "ROMEKIT_SECRET"
#: A % that does not begin a character written with two digits.
BAD_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
#: A secret that can be guessed protects nothing.
SHORTEST: Final = 16


@dataclass(frozen=True, slots=True)
class StoreUrl:
    """A store that can be opened. `shown` is its name for people: without a password."""

    url: str
    shown: str
    path: Path | None = None

    @property
    def is_memory(self) -> bool:
        return self.url == MEMORY

    def opened(self) -> Store:
        return Memory() if self.is_memory else self._durable()

    def everything(self) -> Streams:
        """All streams as they are at one moment, whoever uses them; StoreRefused when there is no store."""
        if self.path is not None:
            from romekit.cloud.store.sqlite import everything_in

            return everything_in(self.path)
        with closing(self._durable()) as store:
            return store.everything()

    def restore(self, streams: Streams, *, replace: bool) -> None:
        """Fill the store, which nobody else may use meanwhile."""
        with closing(self._durable()) as store:
            store.restore(streams, replace=replace)

    def _durable(self) -> GroupCommit:
        if self.path is not None:
            from romekit.cloud.store.sqlite import SQLite

            return SQLite(self.path)
        try:
            from romekit.cloud.store.postgres import Postgres  # psycopg is only needed here
        except ImportError as problem:
            hint = "Install it with: pip install romekit[postgres]"
            raise StoreRefused(f"PostgreSQL needs psycopg, which is not here ({problem}).", hint=hint) from None
        return Postgres(self.url, self.shown)


def store_url(url: str | None) -> StoreUrl:
    """The store that a person names; without a name, the file in their data folder. BadInput for anything else."""
    if url is None:
        return _file(usual_path())
    if url == MEMORY:
        return StoreUrl(MEMORY, "in memory")
    if url.startswith(SQLITE) and len(url) > len(SQLITE):
        return _file(Path(url.removeprefix(SQLITE)))
    if url.startswith(POSTGRES):
        return StoreUrl(_checked_address(url), _without_password(url))
    hint = "Use memory, sqlite:///rome.db (four slashes for a path from the root), or postgresql://user@host/name."
    has_secret = "://" not in url and ("@" in url or "=" in url)  # not shown: nobody knows where its password is
    raise BadInput(f"{'This' if has_secret else repr(_without_password(url))} is no store.", field="store", hint=hint)


def usual_path() -> Path:
    """The file in the user's own folder for what romekit keeps."""
    from platformdirs import user_data_path

    return user_data_path("romekit", appauthor=False) / "rome.db"


def secret_for(place: StoreUrl, file: Path | None, environment: Mapping[str, str] = os.environ) -> bytes | None:
    """The secret of a store: from the file named, the environment, or the file beside SQLite's; None in memory."""
    if place.is_memory:
        return None
    if file is not None:
        return _read(file)
    if given := environment.get(VARIABLE, ""):
        return _checked(os.fsencode(given), VARIABLE)
    if place.path is not None:
        return _beside(place.path)
    raise BadInput(
        "The servers of a PostgreSQL store need one secret between them, which opens the keys in it.",
        field="secret",
        hint=f"Set {VARIABLE} to a long random text, the same for all of them, or name a file with --secret-file.",
    )


def _file(path: Path) -> StoreUrl:
    if not path.name:
        raise BadInput(f"{path} is a folder.", field="store", hint="Name a file in it, such as sqlite:///rome.db.")
    try:
        path = path.expanduser()
    except RuntimeError:
        hint = "Write the whole path, with four slashes: sqlite:////home/…"
        raise BadInput(f"Nobody's home is {path.parts[0]} here.", field="store", hint=hint) from None
    return StoreUrl(f"{SQLITE}{path}", str(path), path)


def _checked_address(url: str) -> str:
    """The address of a database. One that would be read in another way than it was meant is not tried at all: the
    reader's own message would have half of the password in it."""
    rest = url.partition("://")[2]
    place = re.split(r"[/?#]", rest, maxsplit=1)[0]
    is_bracketed = re.fullmatch(r"([^\[\]]*@)?(\[[0-9A-Fa-f:.%]+\](:\d+)?|[^\[\]]*)", place) is not None
    if rest.count("@") > place.count("@") or place.count("@") > 1 or BAD_PERCENT.search(rest) or not is_bracketed:
        hint = "In a password write % as %25, @ as %40, / as %2F, : as %3A, ? as %3F, # as %23."
        raise BadInput("The address of the database cannot be read.", field="store", hint=hint)
    return url


def _without_password(url: str) -> str:
    scheme, found, rest = url.partition("://")
    who, at, where = rest.rpartition("@")
    return f"{scheme}{found}{who.partition(':')[0]}{at}{where.partition('?')[0]}"


def _beside(path: Path) -> bytes:
    file = path.with_name(f"{path.name}.key")
    try:
        made_once(file, f"{secrets.token_urlsafe(48)}\n")
        file.chmod(0o600)
    except OSError as problem:
        why = problem.strerror or problem
        raise StoreRefused(f"The file {file} cannot be written: {why}.", hint="Choose another with --store.") from None
    return _read(file)


def _read(file: Path) -> bytes:
    try:
        secret = file.read_bytes().removeprefix(BOM_UTF8).strip()
    except OSError as problem:
        why = problem.strerror or problem
        raise BadInput(f"The secret file {file} cannot be read: {why}.", field="secret-file") from None
    return _checked(secret, f"The file {file}")


def _checked(secret: bytes, where: str) -> bytes:
    if len(secret) < SHORTEST:
        hint = f"Use at least {SHORTEST} characters; `openssl rand -base64 32` makes some."
        raise BadInput(f"{where} holds a secret that can be guessed: {len(secret)} bytes.", field="secret", hint=hint)
    return secret
