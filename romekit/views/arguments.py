"""What a person passes to a view, checked before anything is drawn: BadInput names the argument and the next step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from romekit.core.errors import BadInput
from romekit.core.model import Device
from romekit.core.transition import Transition

T = TypeVar("T")


def list_of(kind: type[T], values: object, field: str, hint: str) -> list[T]:
    """The values as a list of one kind; BadInput shows the first that is of another."""
    is_many = isinstance(values, Iterable) and not isinstance(values, str | bytes)
    found: list[T] = []
    for each in values if is_many else [values]:  # type: ignore[attr-defined]  # is_many says that it is Iterable
        if not isinstance(each, kind):
            raise BadInput(f"{field} cannot be {repr(each)[:60]}.", field=field, hint=hint)
        found.append(each)
    return found


def checked_devices(devices: object) -> list[Device]:
    return list_of(Device, devices, "devices", "Give what rome.devices() answers.")


def checked_transitions(transitions: object) -> list[Transition]:
    """The status changes; BadInput for anything else. Of several histories by name, each command says whose it is."""
    if isinstance(transitions, Mapping):
        named = [(str(name), each) for name, told in transitions.items() for each in checked_transitions(told)]
        return [
            replace(each, command=f"{name} {each.command}", device_name=f"{name}: {each.device_name}")
            for name, each in named
        ]
    return list_of(Transition, transitions, "transitions", "Give a history: lab.history() or command.history().")
