"""The device commands of Microsoft Graph beta: a visible list of routes, and the one way through them.

The four documented operations are rows one to four (dossier 2.1). What is named `romekit.…` is ours, kept apart in
OData's own way of naming functions and actions that belong to a namespace.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from romekit.errors import RomeError
from romekit.model import MODERN, Profile
from romekit.stub import operations
from romekit.stub.exchanges import Exchange, Exchanges
from romekit.stub.gate import Caller, caller_of, need
from romekit.stub.limits import Throttle
from romekit.stub.routing import Route, find
from romekit.stub.spaces import Spaces
from romekit.stub.wire import Asked, Refused, Reply, envelope, refusal_of

DEVICES: Final = ("me", "devices")
COMMANDS: Final = (*DEVICES, "{device}", "commands")
COMMAND: Final = (*COMMANDS, "{command}")

ROUTES: Final = (
    Route("GET", DEVICES, "Device.Read", operations.list_devices),
    Route("POST", COMMANDS, "Device.Command", operations.send_command),
    Route("GET", COMMAND, "Device.Command", operations.get_status),
    Route("GET", (*COMMAND, "responsepayload"), "Device.Command", operations.get_payload),
    Route("GET", ("me", "romekit.history"), "Device.Command", operations.get_history),
    Route("POST", (*COMMAND, "romekit.cancel"), "Device.Command", operations.cancel_command),
    Route("POST", (*DEVICES, "{device}", "romekit.presence"), "Device.Command", operations.set_presence),
)


@dataclass(slots=True)
class Graph:
    """The Graph side of the stub: spaces, the key its tokens are sealed with, and how it spells.

    `retired` makes it the service as it is since 30 September 2020 (dossier 7.1, last row; ours in detail).
    """

    spaces: Spaces
    key: bytes
    profile: Profile = MODERN
    throttle: Throttle = field(default_factory=Throttle)
    exchanges: Exchanges = field(default_factory=Exchanges)
    retired: bool = False

    def answer(self, asked: Asked) -> Reply:
        """The answer to any request below `/beta`; never an exception."""
        account = ""
        try:
            caller = caller_of(asked, self.key)
            account = caller.upn
            self.throttle.count(caller.upn, asked.method != "GET", asked.at)
            reply = self._routed(asked, caller)
        except Refused as refused:
            account = account or refused.account
            reply = envelope(refused, asked)
        except RomeError as error:
            reply = envelope(refusal_of(error), asked)
        if account:
            self.exchanges.keep(account, Exchange(asked, reply))
        return reply

    def _routed(self, asked: Asked, caller: Caller) -> Reply:
        route, names = find(ROUTES, asked, caller)
        need(caller, route.scope)
        if self.retired:
            return _since_retired(route)
        return route.serve(self, caller, names, asked)


def _since_retired(route: Route) -> Reply:
    if route.path == DEVICES:
        return Reply(200, {"value": []})
    raise Refused(410, "Gone", "This API is deprecated and stopped returning data on September 30, 2020.")
