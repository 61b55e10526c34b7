"""What each device shows: the wall of a space is a pure function of it, one card per device.

A card tells what a person who stands before the device sees (its screen), what the service knows (the listed status),
and what is between the two (commands on their way, and how the last one ended). Cards are small: texts are cut where a
glance ends, and what waits is counted, so that a wall of a hundred devices stays cheap to send and to compare.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, Final, Literal

from romekit.cloud.engine.services import APPS, App
from romekit.cloud.engine.space import CommandNow, DeviceNow, Space
from romekit.core.model import PING_PONG, Call, Launch, in_words
from romekit.core.presence import Presence
from romekit.core.screens import Card, CardApp, CardCommand, Screen
from romekit.core.status import is_final

#: Characters of a text, and commands on their way, that a card has room for.
GLANCE: Final = 240
QUEUE: Final = 5


def cards(space: Space) -> tuple[Card, ...]:
    """The wall: a card for each device, in the order in which they joined."""
    on_the_way: dict[str, list[CommandNow]] = {}
    for entry in chain(*space.agenda):  # commands that are over are not in it, so they cost nothing here
        command = space.commands[entry.id]
        if not is_final(command.status):
            on_the_way.setdefault(command.device, []).append(command)
    return tuple(_card(space, device, on_the_way.get(device.id, [])) for device in space.listed())


def screen_of(space: Space, device: DeviceNow) -> Screen:
    if device.presence is not Presence.ONLINE:
        kind, why = DARK[device.presence]
        return Screen(kind, text=why, at=device.since)
    if not device.did:
        return Screen("nothing yet")
    command = space.commands[device.did]
    order = command.order
    if isinstance(order, Launch):
        return _page(order.uri, device.did_at)
    if order.service == PING_PONG and isinstance(order.payload, Mapping):
        draw = PICTURES.get(str(order.payload.get("Type")))
        if draw is not None:
            return draw(order.payload, device.did_at)
    return _answer(order, command.answer, device.did_at)


def app_name(package: str) -> str:
    return APPS.get(package, App()).title or package.partition("_")[0]


DARK: Final[dict[Presence, tuple[Literal["asleep", "offline"], str]]] = {
    Presence.ASLEEP: ("asleep", "Connected Standby: it drops what arrives."),
    Presence.OFFLINE: ("offline", "No push channel: nothing reaches it."),
}


def _card(space: Space, device: DeviceNow, on_the_way: list[CommandNow]) -> Card:
    ended = space.commands.get(device.ended)
    queue = sorted(on_the_way, key=lambda command: command.number)
    return Card(
        device=device.id,
        name=device.name,
        kind=device.kind,
        platform=device.platform,
        presence=device.presence,
        listed=device.as_listed().status,
        personality=device.personality,
        story=device.manner.story,
        deeds=device.deeds,
        screen=screen_of(space, device),
        waiting=len(queue),
        commands=tuple(map(_on_card, queue[:QUEUE])),
        last=None if ended is None else _on_card(ended),
        apps=tuple(CardApp(app, app_name(app), app in device.apps) for app in dict.fromkeys((*device.apps, *APPS))),
    )


def _on_card(command: CommandNow) -> CardCommand:
    order = command.order
    words = in_words(order) if isinstance(order, Launch) else f"call {order.service.name.rpartition('.')[2]}"
    return CardCommand(command.id, command.number, _cut(words), command.status.value, command.error, command.moved_at)


def _page(uri: str, at: float) -> Screen:
    scheme, _, rest = uri.partition(":")
    host = rest.lstrip("/").partition("/")[0].rpartition("@")[2]
    return Screen("page", _cut(host or scheme), _cut(uri), at)


def _opened_by_app(message: Mapping[str, Any], at: float) -> Screen:
    return _page(str(message.get("Uri") or "http://bing.com"), at)  # the app's own default (dossier 4.6)


def _toast(message: Mapping[str, Any], at: float) -> Screen:
    title, subtitle = (_cut(str(message.get(name, ""))) for name in ("Title", "Subtitle"))
    return Screen("toast", title, subtitle, at)


def _answer(order: Call, answer: Mapping[str, Any] | None, at: float) -> Screen:
    said = "It answered too late: nobody heard it." if answer is None else json.dumps(answer, ensure_ascii=False)
    return Screen("answer", _cut(f"{app_name(order.service.package)}, {order.service.name}"), _cut(said), at)


#: What the ping-pong app does with a message of this type, beside answering it (dossier 4.6).
PICTURES: Final[dict[str, Callable[[Mapping[str, Any], float], Screen]]] = {
    "Toast": _toast,
    "LaunchUri": _opened_by_app,
}


def _cut(text: str) -> str:
    return text if len(text) <= GLANCE else f"{text[: GLANCE - 1]}…"
