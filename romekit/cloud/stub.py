"""The whole simulated cloud in one object: spaces, people, Graph and the identity provider, as one application.

stub = Stub(clock=Virtual())
httpx.Client(transport=InProcessTransport(stub.app))      # in this process, no socket

Servers of one store share spaces, sign-ins, consent and keys, and with the keys the signatures of forms and page links.
What each server has for itself, and why that does no harm:

    throttle      an account may ask each of n servers as often as the limit says; no request is refused too early
    faults        a fault of the service strikes as often on each server as it was told to, and anew after a restart
    request_log   what "see the truth" shows: the requests that this server answered
    postback      the server that took a command posts its updates; the next server that starts posts what is left
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from starlette.routing import Route

from romekit.cloud.classroom.join import Joining
from romekit.cloud.classroom.overview import Overview
from romekit.cloud.classroom.policy import ClassPolicy
from romekit.cloud.classroom.roster import Opening, Roster, opened
from romekit.cloud.classroom.teacher import TeacherPage
from romekit.cloud.engine.decide import AddDevice
from romekit.cloud.engine.identity.state import IDENTITY_RULES
from romekit.cloud.engine.people import DEMO_DEVICES, PEOPLE, Person
from romekit.cloud.graph.graph import Graph
from romekit.cloud.graph.wall_page import WallPage
from romekit.cloud.http.application import Application, GraphEndpoint, request_ids
from romekit.cloud.identity.keys import KeyRing, Keys
from romekit.cloud.identity.provider import IdentityProvider
from romekit.cloud.openapi import contract
from romekit.cloud.store.contract import Memory, Store
from romekit.cloud.store.ledger import Ledger, Spaces
from romekit.cloud.webhooks.addresses import place_of
from romekit.cloud.webhooks.queue import WebhookQueue
from romekit.core.clock import Clock, Virtual
from romekit.core.model import MODERN, Profile


class Stub:
    """A cloud of your own. The same `seed` gives the same devices, ids, delays and chance.

    With a `secret` its keys are kept in the `store`, sealed; otherwise they are new ones each time, or `key` is given.
    With a `classroom` its people are the students of a class, each with one account (classroom/roster.py).

    `post_back_to` lists places, as `host:port`, that updates may be posted to beside this machine's loopback.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        seed: str = "romekit",
        store: Store | None = None,
        profile: Profile = MODERN,
        people: Sequence[Person] = PEOPLE,
        devices: Sequence[AddDevice] = DEMO_DEVICES,
        key: bytes | None = None,
        secret: bytes | None = None,
        post_back_to: Sequence[str] = (),
        classroom: Opening | None = None,
    ) -> None:
        self.clock: Clock = clock or Virtual(seed=seed)
        self.store: Store = store or Memory()
        self._ring = KeyRing(self.store, self.clock, secret, self._use) if secret else None
        keys = self._ring.keys if self._ring else Keys()
        sealing_key = key or keys.sealing
        self.roster = opened(classroom, self.store, self.clock, seed) if classroom else None
        self.spaces = Spaces(self.store, self.roster.time if self.roster else self.clock, seed, devices)
        self.graph = Graph(self.spaces, keys.root if self._ring else sealing_key, profile)
        self.postback = WebhookQueue(self.spaces, profile, self.graph.key)
        self.postback.here = classroom is None  # the loopback of a class server is not its students'
        self.graph.webhooks = self.postback
        self.postback.meet = lambda space, device: self.graph.faults.meet(space, "", device, "update")
        self.postback.listed.update(place_of(each) for each in post_back_to)
        self.identity = IdentityProvider(
            Ledger(self.store, "identity", IDENTITY_RULES), self.clock, sealing_key, people
        )
        self._use(replace(keys, sealing=sealing_key))
        self.graph.identity_fault = self._identity_fault
        self.postback.resume()
        self.app = self._built(seed)

    def _identity_fault(self, account: str, what: str) -> None:
        if what == "key rotation":
            self.rotate_keys()
        else:
            self.identity.revoke(account)

    def rotate_keys(self) -> None:
        """New keys for access tokens and id tokens; what was sealed with the old ones is refused from now on."""
        if self._ring is not None:
            self._ring.rotate()
        else:
            self._use(Keys())

    def _use(self, keys: Keys) -> None:
        self.graph.key = self.identity.key = keys.sealing
        self.identity.signing = keys.signing

    def close(self) -> None:
        """Post no more updates, and close the store when everything is stored."""
        self.postback.close()
        self.store.close()

    def _built(self, seed: str) -> Application:
        new_id = request_ids(seed if isinstance(self.clock, Virtual) else None)  # a real server's ids are random
        endpoints = [GraphEndpoint(self.graph, self.clock, new_id, version) for version in ("beta", "v1.0")]
        more = self._class_routes(self.roster) if self.roster else []
        wall = WallPage(self.graph, self.identity, self.clock)
        return Application(endpoints, [*self.identity.routes(), contract(self.graph), *wall.routes(), *more])

    def _class_routes(self, roster: Roster) -> list[Route]:
        self.graph.policy = policy = ClassPolicy(roster, self.spaces, self.graph.faults)
        self.spaces.plan = lambda account: roster.plan(account, DEMO_DEVICES)
        self.identity.directory = roster
        teacher = TeacherPage(roster, Overview(roster, policy, self.graph), self.graph, self.identity)
        return [*Joining(roster, self.identity).routes(), *teacher.routes()]
