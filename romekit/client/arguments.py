"""What a person may pass to the client, checked before anything is sent: BadInput names it and the next step."""

from __future__ import annotations

from typing import TypeVar

from romekit.core.errors import BadInput
from romekit.core.model import Call, Device, Launch

K = TypeVar("K")


def check_order(order: object) -> None:
    """An order, whose address has nothing invisible in it: the service would take that, and no person means it."""
    if not isinstance(order, Launch | Call):
        raise BadInput(f"{order!r} is not an order.", field="order", hint="Make one with Launch(…) or Call(…).")
    if isinstance(order, Launch) and (order.uri != order.uri.strip() or not order.uri.isprintable()):
        hint = "Take away what is around it or invisible."
        raise BadInput(f"payload.uri {order.uri!r} is not plain.", field="payload.uri", hint=hint)


def check_device(device: object) -> None:
    """A Device; whoever gives a text is looked up first."""
    if not isinstance(device, Device):
        raise BadInput(f"{device!r} is not a device.", field="device", hint="Give a name, an id or a Device.")
    given: object = device.id
    if not isinstance(given, str) or not given or not given.isprintable():
        hint = "Take one that devices() returned."
        raise BadInput(f"A device cannot have the id {given!r}.", field="device", hint=hint)


def check_command(command: object, kind: type[K]) -> K:
    """A command that was sent by a client of this kind."""
    if isinstance(command, kind):
        return command
    hint = "Give commands that send_many(), send(), launch() or call() of this client returned."
    raise BadInput(f"{command!r} is not a command.", field="commands", hint=hint)


def check_name(name: object) -> None:
    """A text."""
    if not isinstance(name, str):
        raise BadInput(f"{name!r} is not a name.", field="device", hint="Give the name or the id of a device.")


def check_request_id(request_id: object) -> None:
    """A text that can stand in a header."""
    if not isinstance(request_id, str) or not request_id.isascii() or not (request_id.isprintable()):
        raise BadInput(f"request_id {request_id!r} is not plain text.", field="request_id", hint="Use a GUID.")


def check_progress(progress: object) -> None:
    """Something that can be called, or None."""
    if progress is not None and not callable(progress):
        hint = "Give a function that takes the command, or leave it out."
        raise BadInput(f"progress cannot be {progress!r}.", field="progress", hint=hint)


def check_deadline(deadline: object) -> None:
    """A number of seconds."""
    if not isinstance(deadline, int | float) or not deadline >= 0:
        raise BadInput(f"deadline {deadline!r} is not a time.", field="deadline", hint="Give seconds, such as 90.")
