"""Where a store is, as one word: `memory`, `sqlite:///rome.db` or `postgresql://…`; and the secret that goes with it.

The secret opens the cloud's keys, which are in the store sealed only: whoever has a copy of the store has no key. It is
never in the store itself. A SQLite store has it in a file beside it, made for it and readable by its owner only; the
servers of a PostgreSQL store are all given the same one, from the environment or from a file.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from romekit.errors import BadInput
from romekit.store.backup import Streams, Whole
from romekit.store.contract import Store, StoreRefused
from romekit.store.memory import Memory

MEMORY: Final = "memory"
SQLITE: Final = "sqlite:///"
POSTGRES: Final = ("postgresql://", "postgres://")
VARIABLE: Final = "ROMEKIT_SECRET"
#: A secret that can be guessed protects nothing.
SHORTEST: Final = 16


@dataclass(frozen=True, slots=True)
class Place:
    """A store that can be opened. `shown` is how it may be told to anybody: without a password."""

    url: str
    shown: str
    path: Path | None = None

    @property
    def is_memory(self) -> bool:
        return self.url == MEMORY

    def opened(self) -> Store:
        """The store itself; StoreRefused says why it cannot be opened."""
        if self.is_memory:
            return Memory()
        if self.path is not None:
            from romekit.store.sqlite import SQLite

            return SQLite(self.path)
        try:
            from romekit.store.postgres import Postgres  # psycopg is only needed here
        except ImportError as problem:
            hint = "Install it with: pip install romekit[postgres]"
            raise StoreRefused(f"PostgreSQL needs psycopg, which is not here ({problem}).", hint=hint) from None
        return Postgres(self.url, self.shown)

    def everything(self) -> Streams:
        """All streams as they are at one moment, whoever uses them; StoreRefused when there is no store."""
        if self.path is not None:
            from romekit.store.sqlite import everything_in

            return everything_in(self.path)
        with closing(self.opened()) as store:
            return cast("Whole", store).everything()

    def restore(self, streams: Streams, *, replace: bool) -> None:
        """Fill the store, which nobody else may use meanwhile."""
        with closing(self.opened()) as store:
            cast("Whole", store).restore(streams, replace=replace)


def place_at(url: str | None) -> Place:
    """The place a person names; without one, the file in their data folder. BadInput when it is no place."""
    if url is None:
        return _file(usual_path())
    if url == MEMORY:
        return Place(MEMORY, "in memory")
    if url.startswith(SQLITE) and len(url) > len(SQLITE):
        return _file(Path(url.removeprefix(SQLITE)).expanduser())
    if url.startswith(POSTGRES):
        return Place(url, _without_password(url))
    hint = "Use memory, sqlite:///rome.db (four slashes for a path from the root), or postgresql://user@host/name."
    raise BadInput(f"{_without_password(url)!r} is no store.", field="store", hint=hint)


def data_folder() -> Path:
    """The user's own folder for what romekit keeps."""
    from platformdirs import user_data_path

    return user_data_path("romekit", appauthor=False)


def usual_path() -> Path:
    """The file in the user's data folder."""
    return data_folder() / "rome.db"


def secret_for(place: Place, file: Path | None, environment: Mapping[str, str] = os.environ) -> bytes | None:
    """The secret of a store: from the file named, the environment, or the file beside SQLite's; None in memory."""
    if place.is_memory:
        return None
    if file is not None:
        return _checked(_read(file), f"The file {file}")
    if given := environment.get(VARIABLE, ""):
        return _checked(os.fsencode(given), VARIABLE)
    if place.path is not None:
        return _beside(place.path)
    raise BadInput(
        "The servers of a PostgreSQL store need one secret between them, which opens the keys in it.",
        field="secret",
        hint=f"Set {VARIABLE} to a long random text, the same for all of them, or name a file with --secret-file.",
    )


def _file(path: Path) -> Place:
    return Place(f"{SQLITE}{path}", str(path), path)


def _without_password(url: str) -> str:
    scheme, found, rest = url.partition("://")
    who, at, where = rest.rpartition("@")
    return f"{scheme}{found}{who.partition(':')[0]}{at}{where.partition('?')[0]}"


def _beside(path: Path) -> bytes:
    """The key file of a SQLite store, made the first time."""
    file = path.with_name(f"{path.name}.key")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        file.chmod(0o600)
        return _checked(_read(file), f"The file {file}")
    with os.fdopen(handle, "w") as made:
        made.write(secrets.token_urlsafe(48) + "\n")
        made.flush()
        os.fsync(handle)
    return _checked(_read(file), f"The file {file}")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes().strip()
    except OSError as problem:
        why = problem.strerror or problem
        raise BadInput(f"The secret file {file} cannot be read: {why}.", field="secret-file") from None


def _checked(secret: bytes, where: str) -> bytes:
    if len(secret) < SHORTEST:
        hint = f"Use at least {SHORTEST} characters; `openssl rand -base64 32` makes some."
        raise BadInput(f"{where} holds a secret that can be guessed: {len(secret)} bytes.", field="secret", hint=hint)
    return secret
