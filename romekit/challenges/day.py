"""One day in a world of its own: the scenario's faults, an order, and whoever has a client plays it."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Final

import httpx

from romekit.challenges.bounds import BoundedClock, RunOutcome
from romekit.challenges.evidence import Arrival, Evidence, Told, Wire
from romekit.challenges.scenario import Scenario
from romekit.cloud.engine.events import DeviceDid
from romekit.cloud.http.in_process import InProcessTransport
from romekit.core.endpoints import EMBEDDED
from romekit.lab.lab import Lab

#: Seconds that are waited after the program has ended, so that whatever comes late has come.
AFTERWARDS: Final = 300.0
SCOPES: Final = [f"https://graph.microsoft.com/Device.{each}" for each in ("Read", "Command")]


class Day:
    """A world at the beginning of a day. `begin` sets the faults; `evidence` is taken when the program has ended."""

    def __init__(self, scenario: Scenario, *, pace: float = 0.0) -> None:
        self.scenario = scenario
        self.lab = Lab(scenario.seed, pace=pace)
        self.tokens = Tokens(self.lab)
        self.uri = f"https://shop.example/buy?ticket={int(sha256(scenario.seed.encode()).hexdigest()[:6], 16)}"
        self.device = self.id_of(scenario.device)
        self.devices: tuple[str, ...] = (self.device,)  # those that orders go to
        self.arrived: list[Arrival] = []
        self.told: list[Told] = []
        self.is_over = False
        self.clock = BoundedClock(self.lab.clock)
        self.wire = Wire(self.lab.stub.app, self.lab.clock)

    def begin(self) -> None:
        """Let the faults of the scenario strike from now on; the times of the evidence count from now."""
        for fault in self.scenario.faults:
            self.lab.stub.graph.set_fault(self.lab.person.upn, fault)
        self.wire.begin()

    def id_of(self, name: str) -> str:
        """The id of a device."""
        return next(each.id for each in self.lab.context.space().listed() if each.name == name)

    def since(self) -> float:
        """Seconds since the day began."""
        return round(self.lab.clock.now() - self.wire.began, 3)

    def send(self, device: str, collection: str = "commands", **more: str) -> httpx.Response:
        """Send the order of the day, as somebody else than the program that is played."""
        body = {"type": "LaunchUri", "payload": {"uri": self.uri}, **more}
        headers = {"Authorization": f"Bearer {self.tokens.token()}"}
        with self.lab.http() as http:
            return http.post(f"/me/devices/{device}/{collection}", json=body, headers=headers)

    def http(self) -> httpx.Client:
        """A client into this world, seen by its wire."""
        return httpx.Client(transport=InProcessTransport(self.wire), base_url=EMBEDDED.graph, trust_env=False)

    def evidence(self, outcome: RunOutcome) -> Evidence:
        """What is known of the day, some time after the program has ended."""
        began, finished_at, self.is_over = self.wire.began, self.since(), True
        self.lab.clock.advance(AFTERWARDS)
        events = self.lab.stub.spaces.events(self.lab.person.upn)
        did = [each for each in events if isinstance(each, DeviceDid) and each.device == self.device]
        history = [each for each in self.lab.history() if each.device in self.devices]
        return Evidence(
            outcome,
            tuple(self.wire.exchanges),
            tuple(f"{each.deed!r} at {each.at - began:g} s" for each in did if self.uri in each.deed),
            tuple(replace(each, at=round(each.at - began, 3)) for each in history if self.uri in each.order),
            finished_at,
            tuple(self.tokens.given),
            tuple(self.arrived),
            tuple(self.told),
        )


class Tokens:
    """Access tokens of the lab's person, got with MSAL; `given` are all that were handed out."""

    def __init__(self, lab: Lab) -> None:
        self.given: list[str] = []
        self._app = lab.msal_app()
        flow = self._app.initiate_device_flow(SCOPES)
        lab.approve(flow["user_code"])
        self._keep(self._app.acquire_token_by_device_flow(flow))

    def token(self, refused: str = "") -> str:
        """The access token to use now; a new one when the present one was refused."""
        if refused == self.given[-1]:
            self._keep(self._app.acquire_token_by_refresh_token(self.refresh_token, SCOPES))
        return self.given[-1]

    def _keep(self, answer: dict[str, str]) -> None:
        self.given.append(answer["access_token"])
        self.refresh_token = answer["refresh_token"]
