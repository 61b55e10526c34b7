"""The whole simulated cloud in one object: spaces, people, Graph and the identity provider, as one application.

stub = Stub(clock=Virtual())
httpx.Client(transport=HandDriven(stub.app))      # in this process, no socket
with stub.pages() as address: ...                 # the same on a socket, for a browser
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from starlette.applications import Starlette

from romekit.clock import Clock, Virtual
from romekit.model import MODERN, Profile
from romekit.store.ledger import Ledger
from romekit.store.memory import Memory, Store
from romekit.stub.addresses import place_of
from romekit.stub.app import GraphDoor, RequestIds, build
from romekit.stub.graph import Graph
from romekit.stub.identity.keys import SigningKey
from romekit.stub.identity.provider import IDENTITY_RULES, IdentityProvider
from romekit.stub.openapi.served import contract
from romekit.stub.spaces import Spaces
from romekit.stub.wall_page import WallPage
from romekit.world.people import PEOPLE, Person
from romekit.world.requests import AddDevice
from romekit.world.seed import DEMO_DEVICES


class Stub:
    """A cloud of your own. The same `seed` gives the same devices, ids, delays and luck.

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
        post_back_to: Sequence[str] = (),
    ) -> None:
        self.clock: Clock = clock or Virtual(seed=seed)
        kept = store or Memory()
        sealing_key = key or secrets.token_bytes(32)
        self.spaces = Spaces(kept, self.clock, seed, devices)
        self.graph = Graph(self.spaces, sealing_key, profile)
        self.postback = self.graph.postback
        self.postback.listed.update(place_of(each) for each in post_back_to)
        self.identity = IdentityProvider(Ledger(kept, "identity", IDENTITY_RULES), self.clock, sealing_key, people)
        self.graph.identity_fault = self._identity_fault
        self.app: Starlette = self._built(seed)

    def _identity_fault(self, account: str, what: str) -> None:
        if what == "key rotation":
            self.rotate_keys()
        else:
            self.identity.revoke(account)

    def rotate_keys(self) -> None:
        """New keys for access tokens and id tokens; what was sealed with the old ones is refused from now on."""
        self.graph.key = self.identity.key = secrets.token_bytes(32)
        self.identity.signing = SigningKey()

    def _built(self, seed: str) -> Starlette:
        new_id = RequestIds(seed)
        doors = [GraphDoor(self.graph, self.clock, new_id, version) for version in ("beta", "v1.0")]
        wall = WallPage(self.graph, self.identity, self.clock)
        return build(doors, [*self.identity.routes(), contract(self.graph), *wall.routes()])
