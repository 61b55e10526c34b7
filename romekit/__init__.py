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
    from romekit.api.client import AsyncRome as AsyncRome
    from romekit.api.client import Rome as Rome
    from romekit.clouds import Cloud as Cloud
    from romekit.connection import connect as connect
    from romekit.errors import RomeError as RomeError
    from romekit.joining import join as join
    from romekit.lab import Lab as Lab
    from romekit.model import ECHO as ECHO
    from romekit.model import PING_PONG as PING_PONG
    from romekit.model import RANDOM_NUMBER as RANDOM_NUMBER
    from romekit.model import AppService as AppService
    from romekit.status import Status as Status
    from romekit.status import is_final as is_final

__version__ = "0.1.0"

_HOMES = {
    "AppService": "romekit.model",
    "AsyncRome": "romekit.api.client",
    "Cloud": "romekit.clouds",
    "ECHO": "romekit.model",
    "Lab": "romekit.lab",
    "PING_PONG": "romekit.model",
    "RANDOM_NUMBER": "romekit.model",
    "Rome": "romekit.api.client",
    "RomeError": "romekit.errors",
    "Status": "romekit.status",
    "connect": "romekit.connection",
    "is_final": "romekit.status",
    "join": "romekit.joining",
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
    "connect",
    "is_final",
    "join",
    "views",
]


def __getattr__(name: str) -> Any:
    if name in {"views", "errors", "model", "polling"}:
        return import_module(f"romekit.{name}")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'romekit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
