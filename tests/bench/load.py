"""wrk as a load: requests over some connections for some seconds, each of which must be answered with a success."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep

from tests.bench.peers import wrk
from tests.serving import signed_in

SECONDS = 2
CONNECTIONS = 4
#: The setting for others, in which httptools parses (notebooks/guides/deployment.md).
PROXIED = ("--behind-proxy", "127.0.0.1")
ORDER = {"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}


def always(method: str, body: object) -> str:
    """The same request with a body, again and again, in wrk's own language."""
    return f'wrk.method = "{method}"\nwrk.body = [==[{json.dumps(body)}]==]\n'


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
        """Requests a second, of which every one must have been answered well."""
        return answered(self.begun())

    def begun(self) -> subprocess.Popen[str]:
        """The load, which goes on beside whatever else is done; `answered` waits for it."""
        return subprocess.Popen(self._line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def answered(running: subprocess.Popen[str]) -> float:
    """Requests a second of a load that was begun."""
    said, _ = running.communicate()
    rate = re.search(r"Requests/sec: +([\d.]+)", said)
    assert rate, said
    assert "Non-2xx" not in said, said
    return float(rate[1])


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in to a server and sent a command; what their client asks over and over."""

    folder: Path
    headers: dict[str, str]
    address: str
    place: str
    status: str
    bodies: tuple[str, str]

    def get(self, address: str = "", connections: int = CONNECTIONS) -> Load:
        """The status of the command, asked of their server or of another that answers with as much."""
        return Load(self.folder, (address or self.address) + self.status, self.headers, connections=connections)

    def post(self, address: str = "", connections: int = CONNECTIONS) -> Load:
        """Another command for the same device."""
        typed = {**self.headers, "Content-Type": "application/json"}
        url = (address or self.address) + self.place
        return Load(self.folder, url, typed, always("POST", ORDER), connections=connections)


@contextmanager
def person(address: str, folder: Path, upn: str = "alex@romekit.example") -> Iterator[Person]:
    """Somebody whose command is over, so that its status is the same in every round."""
    with signed_in(address, upn) as http:
        device = http.get("/me/devices").json()["value"][0]["id"]
        sent = http.post(f"/me/devices/{device}/commands", json=ORDER)
        place = f"/me/devices/{device}/commands"
        status = f"{place}/{sent.json()['id']}"
        while (answer := http.get(status)).json()["status"] != "completed":
            sleep(0.1)
        headers = {"Authorization": http.headers["Authorization"], "Accept": "application/json"}
        yield Person(folder, headers, address, f"/beta{place}", f"/beta{status}", (answer.text, sent.text))
