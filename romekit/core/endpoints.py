"""Where the service is: addresses as data, so that changing one argument changes the cloud and nothing else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from romekit.core.errors import BadInput

SCOPES: Final = ("https://graph.microsoft.com/Device.Command", "https://graph.microsoft.com/Device.Read")

#: The app every simulated sign-in is made for. It exists in romekit's world only.
DEMO_CLIENT: Final = "0d0e7e57-0000-4000-8000-c0ffee000001"
#: What a cloud may be called.
CLOUDS: Final = "Use 'embedded', 'microsoft', or an address such as http://127.0.0.1:8765."
STUB_LOGIN: Final = "https://login.romekit.localhost"
STUB_GRAPH: Final = "https://graph.romekit.localhost"


@dataclass(frozen=True, slots=True)
class Cloud:
    """A place to sign in at and a place to send commands to.

    `graph` is the base of the API, version included; `authority` is MSAL's; `client_id` is the app registration.
    `socket` is where both really listen when they are romekit's own behind a socket: the addresses above stay
    `https`, as MSAL demands, and are mapped to it. `pages` is where a cloud in this process serves its pages.
    """

    name: str
    graph: str
    authority: str
    client_id: str
    simulated: bool = True
    socket: str | None = None
    scopes: tuple[str, ...] = SCOPES
    pages: str = ""

    @property
    def address(self) -> str:
        """The base of the API for other programs, such as curl; empty for a cloud that nobody outside can reach."""
        if base := self.socket or self.pages:
            return f"{base}/beta"
        return "" if self.graph.startswith(STUB_GRAPH) else self.graph


EMBEDDED: Final = Cloud("embedded", f"{STUB_GRAPH}/beta", f"{STUB_LOGIN}/consumers", DEMO_CLIENT)


def served(address: str) -> Cloud:
    """The cloud behind a `romekit serve`, such as `http://127.0.0.1:8765`."""
    try:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
            raise ValueError
    except ValueError:
        what = f"{address!r} is neither a cloud's name nor the address of a server."
        raise BadInput(what, field="cloud", hint=CLOUDS) from None
    path = parts.path.rstrip("/").removesuffix("/beta")  # as one writes it for any other client of Graph
    base = f"{parts.scheme}://{parts.netloc}{path}"
    return Cloud("served", f"{base}/beta", f"{STUB_LOGIN}/consumers", DEMO_CLIENT, socket=base)


def microsoft(client_id: str | None = None) -> Cloud:
    """Microsoft's own cloud. It needs an app registration of yours; the service behind it has been retired."""
    client = client_id or os.environ.get("ROMEKIT_CLIENT_ID", "")
    if not client:
        hint = (
            "Register an app for personal accounts with public client flows allowed, then pass its id as client_id=… "
            "or in the environment variable ROMEKIT_CLIENT_ID."
        )
        raise BadInput("Microsoft's cloud needs a client id.", field="client_id", hint=hint)
    authority = "https://login.microsoftonline.com/consumers"
    return Cloud("microsoft", "https://graph.microsoft.com/beta", authority, client, simulated=False)


def check_text(field: str, value: object, hint: str) -> None:
    if not isinstance(value, str):
        raise BadInput(f"{field} cannot be {value!r}.", field=field, hint=hint)


def cloud_called(where: str | Cloud, client_id: str | None = None) -> Cloud:
    """The cloud a short name means: `embedded`, `microsoft`, or the address of a `romekit serve`."""
    if isinstance(where, Cloud):
        return where
    check_text("where", where, CLOUDS)
    if where == "embedded":
        return EMBEDDED
    return microsoft(client_id) if where == "microsoft" else served(where)
