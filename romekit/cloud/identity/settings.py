"""What can be set on the identity provider, as data. Times are in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from romekit.core.endpoints import DEMO_CLIENT


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySettings:
    """The defaults are what Microsoft documents, or where it documents nothing, what teaches best."""

    access_lifetime: float = 3600
    refresh_lifetime: float = 90 * 86400
    device_lifetime: float = 900
    device_interval: float = 5
    code_lifetime: float = 600
    #: Answer `slow_down` to an app that polls faster than the interval.
    enforce_interval: bool = False
    #: Replace the refresh token each time it is used.
    rotate: bool = True
    #: End the whole sign-in when a refresh token or authorization code is shown a second time.
    reuse_detection: bool = True
    #: How answers spell scopes. MSAL finds its own tokens again only if it is as they were asked for.
    response_scope: Literal["asked", "short", "full"] = "asked"
    #: The client ids of known apps; None takes any, because a teaching stub has no app registrations.
    clients: frozenset[str] | None = None
    #: What apps are called, by client id, where a person is asked whether to allow one.
    names: Mapping[str, str] = field(default_factory=lambda: {DEMO_CLIENT: "romekit"})
