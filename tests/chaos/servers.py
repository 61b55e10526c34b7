"""A `romekit serve` that can be killed and comes back on the same port, over the same store; and who signs in there."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx

from romekit.client.client import Rome
from romekit.core.endpoints import served
from romekit.lab.connect import connect
from tests.chaos.oracle import Kept
from tests.serving import DIRECT, ROMEKIT, approve, free_ports

#: Seconds a server has for coming up, and a database for coming back.
PATIENCE = 30.0
#: The clients of the test that is being played; they are closed after it (conftest.py).
OPEN: list[Rome] = []


class Server:
    """One server as a process. `program` stands in the place of `romekit`; what it says on stderr is kept in `log`."""

    def __init__(
        self,
        store: str,
        log: Path,
        *,
        port: int = 0,
        program: Sequence[str | Path] = (ROMEKIT,),
        options: Sequence[str] = (),
        **environment: str,
    ) -> None:
        self.store, self.log = store, log
        self.port = port or free_ports()[0]
        self.address = f"http://127.0.0.1:{self.port}"
        self.starts = 0
        self._options = list(options)
        self._program, self._environment = list(program), DIRECT | environment
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Return when it answers."""
        line = [*self._program, "serve", "--port", str(self.port), "--store", self.store, *self._options]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=log, env=self._environment)
        self.starts += 1
        until = monotonic() + PATIENCE
        while not self._answers():
            assert self._process.poll() is None, f"it did not start: {self.said()}"
            assert monotonic() < until, "it does not answer"
            sleep(0.02)

    def kill(self) -> None:
        """As the kernel does it when memory is short: no goodbye."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As a service manager does it."""
        self._end(signal.SIGTERM)

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def memory(self) -> float:
        """Resident, in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]  # Linux always has it

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/romekit/openapi.json", trust_env=False, timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=PATIENCE)
            self._process = None


def signed_in(address: str, person: str, *, page_at: str = "") -> Rome:
    """A client of ours, for a person who approves in a browser, which may reach the server by another way."""

    def show(said: str) -> None:
        _, code = re.findall(r"https?://\S+|[A-Z0-9]{8,9}(?:-[A-Z0-9]+)?$", said)
        assert "You are signed in" in approve(f"{page_at or address}/link", code, person)

    OPEN.append(connect(address, show=show))
    return OPEN[-1]


def another(rome: Rome, address: str) -> Rome:
    """Another client of the same person, with connections of its own, perhaps by another way."""
    OPEN.append(Rome(served(address), rome._tokens))
    return OPEN[-1]


def kept_in(store: str, folder: Path, **environment: str) -> Kept:
    """What is in a store, as `romekit export` tells it."""
    copy = folder / "copy.jsonl"
    line = [ROMEKIT, "export", "--store", store, "--replace", copy]
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL, env=DIRECT | environment, timeout=60)
    kept = Kept()
    for event in map(json.loads, copy.read_text(encoding="utf-8").splitlines()):
        match event.get("kind"):
            case "command_accepted":
                kept.uris[event["command"]] = _uri(event["order"])
                kept.statuses[event["command"]] = ["requesting"]
            case "command_moved":
                assert kept.statuses[event["command"]][-1] == event["from_status"]
                kept.statuses[event["command"]].append(event["to_status"])
            case "device_did":
                kept.runs[event["command"]] += 1
    return kept


def _uri(order: dict[str, Any]) -> str:
    return str(order.get("uri") or order["payload"]["uri"])
