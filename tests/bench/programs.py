"""Programs that play beside each other: each in a process and, where it needs one, an environment of its own.

A contender is told what to do in a line of JSON and answers with one; a server says where it listens in its first line.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.peers import ROOT
from tests.serving import DIRECT

CONTENDERS = Path(__file__).parent / "contenders"
ENVIRONMENT = {**DIRECT, "PYTHONPATH": str(ROOT)}


class Contender:
    """A program that does a thing again and again, as often as it is told."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def play(self, **task: Any) -> dict[str, Any]:
        """One round; what the program says about it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(task), file=self._process.stdin, flush=True)
        said = self._process.stdout.readline()
        assert said, "a contender ended without an answer: its own message stands above"
        answer: dict[str, Any] = json.loads(said)
        return answer


@contextmanager
def contender(python: Path, script: str, *words: str, sees_romekit: bool = True) -> Iterator[Contender]:
    """A contender for as long as the block lasts."""
    with _running(python, script, *words, sees_romekit=sees_romekit) as process:
        yield Contender(process)


@contextmanager
def server(python: Path, script: str, *words: str, sees_romekit: bool = True) -> Iterator[dict[str, Any]]:
    """What a server says of itself when it listens; it is stopped at the end of the block."""
    with _running(python, script, *words, sees_romekit=sees_romekit) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first, f"{script} did not start"
        yield json.loads(first)


@contextmanager
def _running(python: Path, script: str, *words: str, sees_romekit: bool) -> Iterator[subprocess.Popen[str]]:
    line = [str(python), str(CONTENDERS / script), *words]
    environment = ENVIRONMENT if sees_romekit else DIRECT
    prepare = _many_files if os.name == "posix" else None
    with subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, preexec_fn=prepare
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _many_files() -> None:
    """A thousand naive requests at once are a thousand open files."""
    import resource  # not on Windows, where nobody calls this

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536), most))
