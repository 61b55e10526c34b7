"""What a person may pass to a view, checked before anything is drawn: BadInput names it and the next step."""

from __future__ import annotations

from collections.abc import Iterable

from romekit.core.errors import BadInput
from romekit.core.model import Device


def checked_devices(devices: object) -> list[Device]:
    """The devices; BadInput for anything else."""
    listed = list(devices) if isinstance(devices, Iterable) else [devices]
    found = [each for each in listed if isinstance(each, Device)]
    if len(found) < len(listed) or isinstance(devices, str):
        shown = repr(devices)[:60]
        raise BadInput(f"devices cannot be {shown}.", field="devices", hint="Give what rome.devices() answers.")
    return found
