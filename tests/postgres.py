"""A PostgreSQL of our own: a private cluster in a temporary folder, reachable through a socket in it only.

Debian keeps the programs out of the PATH, and none of them runs as root; then the user `postgres` runs them, whom the
package brings along. Where there is no PostgreSQL the tests that need one are skipped and say so; with
`ROMEKIT_REQUIRE_POSTGRES=1` that is a failure.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

REQUIRED = os.environ.get("ROMEKIT_REQUIRE_POSTGRES") == "1"
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
SETTINGS = "-c listen_addresses='' -c unix_socket_permissions=0777 -c max_connections=60"
#: No test cuts the power, so nothing is synced, unless it is to be measured.
UNSYNCED = "-c fsync=off"


def programs() -> Path | None:
    """The folder with initdb and pg_ctl in it."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    found = shutil.which("initdb")
    return next(iter([*debian, *([Path(found).parent] if found else [])]), None)


class Cluster:
    """A running server, and new databases in it."""

    def __init__(self, bin_folder: Path, folder: Path, *, is_synced: bool = False) -> None:
        self._bin, self._folder = bin_folder, folder
        self._settings = SETTINGS if is_synced else f"{SETTINGS} {UNSYNCED}"
        self._data = folder / "data"
        self._numbers = count(1)

    @property
    def pid(self) -> int:
        """The process that all others of the server come from."""
        return int((self._data / "postmaster.pid").read_text().splitlines()[0])

    @property
    def socket(self) -> Path:
        """Where the server can be reached."""
        return self._folder / ".s.PGSQL.5432"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={self._folder}"

    def new_database(self) -> str:
        """The address of an empty database."""
        import psycopg

        name = f"rome_{os.getpid()}_{next(self._numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def start(self) -> None:
        options = f"{self._settings} -c unix_socket_directories='{self._folder}'"
        self._run("pg_ctl", "-D", self._data, "-l", self._folder / "log", "-w", "-o", options, "start")

    def stop(self, how: str = "immediate") -> None:
        self._run("pg_ctl", "-D", self._data, "-m", how, "-w", "stop")

    def make(self) -> None:
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.start()

    def _run(self, program: str, *options: object) -> None:
        line = [str(self._bin / program), *map(str, options)]
        who = {"user": "postgres", "group": "postgres", "extra_groups": []} if AS_ROOT else {}
        done = subprocess.run(
            line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=self._folder, timeout=120, **who
        )
        assert done.returncode == 0, f"{program} failed: {done.stderr}"


@contextmanager
def running(*, is_synced: bool = False) -> Iterator[Cluster]:
    """A cluster for as long as the block lasts; skipped, or failed where it is required, when there is none."""
    found = programs()
    if found is None:
        why = "PostgreSQL is not installed: apt-get install postgresql"
        if REQUIRED:
            pytest.fail(why)
        pytest.skip(why)
    # The name of a socket may have about 100 characters, which pytest's own folders come near.
    folder = Path(tempfile.mkdtemp(prefix="rome-pg-"))
    if AS_ROOT:
        shutil.chown(folder, "postgres")
    folder.chmod(0o755)
    cluster = Cluster(found, folder, is_synced=is_synced)
    try:
        cluster.make()
        yield cluster
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
