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


def answered(running: subprocess.Popen[str], *, may_refuse: bool = False) -> float:
    """Requests a second of a load that was begun. Unless it `may_refuse`, every one must have been answered well."""
    said, _ = running.communicate()
    assert running.returncode == 0, said
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    assert may_refuse or refused is None, said
    rate, whole = re.search(r"Requests/sec: +([\d.]+)", said), re.search(r"(\d+) requests in", said)
    assert rate, said
    assert whole, said
    return float(rate[1]) * (1 - int(refused[1]) / int(whole[1]) if refused else 1)
