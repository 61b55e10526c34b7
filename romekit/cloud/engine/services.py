"""What runs on a device: the apps, the app services they offer and what each one answers.

The three services answer exactly as their published samples do (dossier 4.6). A new app is a new row in APPS, a new
service a function from the message to its answer. Error words are the native ones (dossier 5.3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from romekit.core.model import ECHO, PING_PONG, PROVIDER_APP, RANDOM_NUMBER, ROMAN_TEST_APP, Call, Order


class ServiceFailed(Exception):
    """The app service broke on this message; the text says why."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What an app service knows beside its message: the time, and its own seeded chance when it asks for it."""

    at: float
    chance: Callable[[], Random]


AppServiceCode = Callable[[Mapping[str, Any], Moment], dict[str, Any]]


def ping_pong(message: Mapping[str, Any], moment: Moment) -> dict[str, Any]:
    """`ping` is answered `pong` with CreationDate and TargetId echoed, `LaunchUri` with Ok, the rest with Ack."""
    now = datetime.fromtimestamp(moment.at, UTC).strftime("%m/%d/%Y %H:%M:%S")
    match message.get("Type"):
        case "ping":
            return {"Type": "pong", "CreationDate": message.get("CreationDate"), "TargetId": message.get("TargetId")}
        case "LaunchUri":
            return {"Type": "Ok", "CreationDate": now}
        case _:
            return {"Type": "Ack", "CreationDate": now}


def echo(message: Mapping[str, Any], moment: Moment) -> dict[str, Any]:
    """`request` comes back as `response`."""
    return {"response": message.get("request")}


def random_number(message: Mapping[str, Any], moment: Moment) -> dict[str, Any]:
    """An integer from `minvalue`, inclusive, to `maxvalue`, exclusive, as .NET draws it."""
    low, high = (_integer(message, key) for key in ("minvalue", "maxvalue"))
    if low > high:
        raise ServiceFailed(f"minvalue {low} is greater than maxvalue {high}")
    return {"result": low if low == high else moment.chance().randrange(low, high)}


def _integer(message: Mapping[str, Any], key: str) -> int:
    value = message.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ServiceFailed(f"{key} is not an integer: {value!r}")


@dataclass(frozen=True, slots=True)
class App:
    """An installed app: the app services it offers, the URI schemes it opens, and what a person calls it."""

    services: Mapping[str, AppServiceCode] = field(default_factory=dict)
    schemes: frozenset[str] = frozenset()
    title: str = ""


APPS: Final[dict[str, App]] = {
    ROMAN_TEST_APP: App({PING_PONG.name: ping_pong, ECHO.name: echo}, title="Roman Test App"),
    PROVIDER_APP: App({RANDOM_NUMBER.name: random_number}, title="App Services Provider"),
    "Contoso.RomeCast_8wekyb3d8bbwe": App(schemes=frozenset({"romecast"}), title="RomeCast"),
}

#: Schemes a platform opens without any app of ours.
BUILT_IN: Final[dict[str, frozenset[str]]] = {
    "Windows": frozenset({"http", "https", "mailto", "ms-settings", "bingmaps", "ms-windows-store"}),
    "Android": frozenset({"http", "https", "mailto", "tel", "geo"}),
}
EVERYWHERE: Final = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an order ended on the device: an answer (calls only), or the native error word; and why, in a sentence."""

    why: str
    answer: dict[str, Any] | None = None
    error: str | None = None


def run(order: Order, platform: str, apps: tuple[str, ...], moment: Moment) -> Outcome:
    """Carry out an order on a device that is willing."""
    if isinstance(order, Call):
        return _serve(order, apps, moment)
    scheme = order.uri.partition(":")[0].lower()
    if scheme in BUILT_IN.get(platform, EVERYWHERE) or any(scheme in APPS[app].schemes for app in apps if app in APPS):
        return Outcome(f"The device opened {order.uri}")
    return Outcome(f"Nothing on the device opens {scheme}: addresses.", error="ProtocolUnavailable")


def _serve(order: Call, apps: tuple[str, ...], moment: Moment) -> Outcome:
    if order.service.package not in apps:
        return Outcome(f"The app {order.service.package} is not installed on the device.", error="AppNotInstalled")
    code = APPS.get(order.service.package, App()).services.get(order.service.name)
    if code is None:
        return Outcome(f"The app offers no service called {order.service.name}.", error="AppServiceUnavailable")
    message = order.payload if isinstance(order.payload, Mapping) else {}
    try:
        return Outcome("The app service answered.", answer=code(message, moment))
    except ServiceFailed as failed:
        return Outcome(f"The app service failed: {failed}.", error="Failure")
