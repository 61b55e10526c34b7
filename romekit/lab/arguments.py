"""What a lab is given, checked: each check names the field and says what to give instead."""

from __future__ import annotations

import os
from collections.abc import Mapping
from math import inf, nan
from typing import Any, Final

from romekit.cloud.engine.decide import AddDevice
from romekit.core.errors import BadInput
from romekit.core.names import is_readable
from romekit.core.presence import Presence

#: What a device that is added must say of itself in letters that can be seen.
TEXTS: Final = ("name", "manufacturer", "model", "kind", "platform")


def checked_device(details: Mapping[str, Any]) -> AddDevice:
    """The device to add; BadInput for a field it does not have, or a value that field cannot have."""
    fields = AddDevice.__dataclass_fields__
    checked = dict(details)
    for field, value in details.items():
        if field not in fields:
            raise BadInput(f"A device has no {field}.", field=field, hint=f"It has: {', '.join(fields)}.")
        if field == "presence":
            check(value in list(Presence), field, value, f"Use: {', '.join(Presence)}.")
            checked[field] = Presence(value)
        elif field == "apps":
            are_names = isinstance(value, list | tuple) and all(isinstance(app, str) and app for app in value)
            check(are_names, field, value, "Give a list of package family names.")
            checked[field] = tuple(value)
        elif field in ("listed", "id"):
            check(isinstance(value, str | None), field, value, "Give some text, or leave it out.")
        elif field in TEXTS and (field, value) != ("model", None):
            is_text = isinstance(value, str) and bool(value.strip()) and is_readable(value.strip())
            check(is_text, field, value, "Give some text.")
    return AddDevice(**checked)


def is_amount(number: object) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and 0 <= number < inf


def check(is_right: bool, field: str, value: object, hint: str) -> None:
    if not is_right:
        raise BadInput(f"{field} cannot be {value!r}.", field=field, hint=hint)


def checked_pace(value: float | None) -> float:
    field, text = ("ROMEKIT_PACE", os.environ.get("ROMEKIT_PACE", "0")) if value is None else ("pace", value)
    try:
        pace = float(text)
    except (ValueError, TypeError):
        pace = nan
    if 0 <= pace < inf:
        return pace
    raise BadInput(f"{field} is {text!r}.", field=field, hint="Set it to a number of seconds, such as 0 or 1.")
