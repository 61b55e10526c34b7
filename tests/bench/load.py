"""wrk as a load: requests over some connections for some seconds, each of which must be answered with a success."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.bench.peers import wrk

SECONDS = 2
CONNECTIONS = 4


def always(method: str, body: object) -> str:
    """The same request with a body, again and again, in wrk's own language."""
    return f'wrk.method = "{method}"\nwrk.body = [==[{json.dumps(body)}]==]\n'


def in_turn(place: str, body: object, status: str) -> str:
    """A POST of the body to a place, then a GET of a status, and so on."""
    return (
        f"local order, times = [==[{json.dumps(body)}]==], 0\n"
        "request = function()\n"
        "  times = times + 1\n"
        f'  if times % 2 == 1 then return wrk.format("POST", "{place}", nil, order) end\n'
        f'  return wrk.format("GET", "{status}")\n'
        "end\n"
    )


class Load:
    """One address, asked over and over; `script` says what is asked, without one it is a GET."""

    def __init__(
        self, folder: Path, url: str, headers: Mapping[str, str], script: str = "", *, connections: int = CONNECTIONS
    ) -> None:
        self._line = [wrk(), "-t1", f"-c{connections}", f"-d{SECONDS}s"]
        for name, value in headers.items():
            self._line += ["-H", f"{name}: {value}"]
        if script:
            file = folder / f"{len(list(folder.iterdir()))}.lua"
            file.write_text(script, encoding="utf-8")
            self._line += ["-s", str(file)]
        self._line.append(url)

    def __call__(self) -> float:
        """Requests a second."""
        return answered(self.begun())

    def begun(self) -> subprocess.Popen[str]:
        """The load, which goes on beside whatever else is done; `answered` waits for it."""
        return subprocess.Popen(self._line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def answered(running: subprocess.Popen[str]) -> float:
    """Requests a second of a load that was begun."""
    said, _ = running.communicate()
    assert running.returncode == 0, said
    assert "Non-2xx" not in said, said
    found = re.search(r"Requests/sec: +([\d.]+)", said)
    assert found, said
    return float(found[1])
