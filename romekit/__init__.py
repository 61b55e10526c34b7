"""romekit: Project Rome's device commands in Microsoft Graph, alive again for learning.

import romekit
lab = romekit.Lab()                                   # a cloud of your own, no account, no network
rome = lab.rome()                                     # a signed-in client
command = rome.launch("Surface", "https://bing.com")  # opens a page on a pretend Surface
command.follow().status                               # 'completed'
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # type checkers know this name; importing it from typing would cost more than all the rest here
if TYPE_CHECKING:
    from typing import Any

    from romekit import views as views
    from romekit.challenges import challenge as challenge
    from romekit.client.client import AsyncRome as AsyncRome, Rome as Rome
    from romekit.client.join import join as join
    from romekit.core.endpoints import Cloud as Cloud
    from romekit.core.errors import RomeError as RomeError
    from romekit.core.model import (
        ECHO as ECHO,
        PING_PONG as PING_PONG,
        RANDOM_NUMBER as RANDOM_NUMBER,
        AppService as AppService,
    )
    from romekit.core.status import Status as Status, is_final as is_final
    from romekit.lab.connect import connect as connect
    from romekit.lab.lab import Lab as Lab

__version__ = "0.1.0"

_HOMES = {
    "AppService": "romekit.core.model",
    "AsyncRome": "romekit.client.client",
    "Cloud": "romekit.core.endpoints",
    "ECHO": "romekit.core.model",
    "Lab": "romekit.lab.lab",
    "PING_PONG": "romekit.core.model",
    "RANDOM_NUMBER": "romekit.core.model",
    "Rome": "romekit.client.client",
    "RomeError": "romekit.core.errors",
    "Status": "romekit.core.status",
    "challenge": "romekit.challenges",
    "connect": "romekit.lab.connect",
    "is_final": "romekit.core.status",
    "join": "romekit.lab.connect",
}
__all__ = [
    "ECHO",
    "PING_PONG",
    "RANDOM_NUMBER",
    "AppService",
    "AsyncRome",
    "Cloud",
    "Lab",
    "Rome",
    "RomeError",
    "Status",
    "challenge",
    "connect",
    "is_final",
    "join",
    "views",
]


def __getattr__(name: str) -> Any:
    if name in {"views", "model", "polling"}:
        return import_module(f"romekit.{name}")
    if name == "errors":
        return import_module("romekit.core.errors")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'romekit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
