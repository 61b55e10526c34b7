"""What a lab is given: each check names the field and says what to give instead."""

from __future__ import annotations

import os
from collections.abc import Mapping
from math import inf, nan
from typing import Any

from romekit.cloud.engine.people import Person
from romekit.core.errors import BadInput
from romekit.core.presence import Presence


def check_person(person: object) -> None:
    if not isinstance(person, Person):
        hint = "Import one from romekit.cloud.engine.people (ALEX, SAM or WREN), or make one: Person(address, name)."
        raise BadInput(f"{person!r} is not a person.", field="person", hint=hint)


def checked_details(details: Mapping[str, Any]) -> dict[str, Any]:
    """What may be said of a device beside its name: BadInput for a word that is none, or apps that are no list."""
    checked = dict(details)
    if "presence" in details:
        try:
            checked["presence"] = Presence(details["presence"])
        except ValueError:
            hint = f"Use: {', '.join(Presence)}."
            raise BadInput(f"presence cannot be {details['presence']!r}.", field="presence", hint=hint) from None
    if "apps" in details:
        apps = details["apps"]
        if not isinstance(apps, list | tuple) or not all(isinstance(app, str) and app for app in apps):
            hint = "Give a list of package family names."
            raise BadInput(f"apps cannot be {apps!r}.", field="apps", hint=hint)
        checked["apps"] = tuple(apps)
    for field in ("listed", "id"):
        if not isinstance(details.get(field, ""), str | None):
            raise BadInput(
                f"{field} cannot be {details[field]!r}.", field=field, hint="Give some text, or leave it out."
            )
    return checked


def check_app(app: object) -> None:
    if not isinstance(app, str) or not app:
        raise BadInput(f"app cannot be {app!r}.", field="app", hint="Give a package family name, in quotes.")


def check_count(field: str, number: object) -> None:
    if number is not None and (isinstance(number, bool) or not isinstance(number, int) or number < 0):
        raise BadInput(f"{field} cannot be {number!r}.", field=field, hint="Give a whole number, 0 or more, or None.")


def check_number(field: str, number: object) -> None:
    if isinstance(number, bool) or not (isinstance(number, int | float) and 0 <= number < inf):
        raise BadInput(f"{field} cannot be {number!r}.", field=field, hint="Give a number, 0 or more.")


def pace_from(given: float | None) -> float:
    field, word = ("pace", given) if given is not None else ("ROMEKIT_PACE", os.environ.get("ROMEKIT_PACE", "0"))
    try:
        pace = float(word)
    except (ValueError, TypeError):
        pace = nan
    if 0 <= pace < inf:
        return pace
    raise BadInput(f"{field} is {word!r}.", field=field, hint="Set it to a number of seconds, such as 0 or 1.")
