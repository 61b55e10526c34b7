"""What a romekit server is asked under load: the status of one command, and to take another for the same device."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep

import httpx

from tests.bench.load import CONNECTIONS, Load, always, in_turn
from tests.bench.peers import OURS
from tests.bench.programs import server
from tests.bench.row_pair import token_of
from tests.serving import signed_in

ORDER = {"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}
ALEX, SAM = "alex@romekit.example", "sam@romekit.example"


@dataclass(frozen=True)
class Asked:
    """A person's device, a command to it, and what a server says of both; the load is the same wherever it goes."""

    folder: Path
    headers: dict[str, str]
    place: str
    status: str
    bodies: tuple[str, str]

    def get(self, address: str, connections: int = CONNECTIONS) -> Load:
        return Load(self.folder, f"{address}{self.status}", self.headers, connections=connections)

    def post(self, address: str, connections: int = CONNECTIONS) -> Load:
        typed = {**self.headers, "Content-Type": "application/json"}
        return Load(self.folder, f"{address}{self.place}", typed, always("POST", ORDER), connections=connections)

    def both(self, address: str, connections: int = CONNECTIONS) -> Load:
        """A POST, a GET, a POST …"""
        typed = {**self.headers, "Content-Type": "application/json"}
        return Load(self.folder, address, typed, in_turn(self.place, ORDER, self.status), connections=connections)

    @contextmanager
    def bare(self) -> Iterator[str]:
        """The address of a bare Starlette that answers with the same bytes."""
        with server(OURS, "bare.py", *self.bodies) as bare:
            got = httpx.get(bare["address"] + self.status, trust_env=False)
            sent = httpx.post(bare["address"] + self.place, json=ORDER, trust_env=False)
            assert [got.text, len(sent.text)] == [self.bodies[0], len(self.bodies[1])], "not the same bytes"
            yield bare["address"]


@contextmanager
def asked(address: str, folder: Path, person: str = ALEX) -> Iterator[Asked]:
    """Somebody who has signed in and sent a command."""
    with signed_in(address, person) as http:
        device = http.get("/me/devices").json()["value"][0]["id"]
        sent = http.post(f"/me/devices/{device}/commands", json=ORDER)
        place = f"/me/devices/{device}/commands"
        status = f"{place}/{sent.json()['id']}"
        headers = {"Authorization": f"Bearer {token_of(http)}", "Accept": "application/json"}
        bodies = (_over(http, status), sent.text)
        yield Asked(folder, headers, f"/beta{place}", f"/beta{status}", bodies)


def _over(http: httpx.Client, status: str) -> str:
    """What is said of the command when it is over, which is the same in every round."""
    while (answer := http.get(status)).json()["status"] != "completed":
        sleep(0.1)
    return answer.text
