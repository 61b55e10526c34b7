"""One command as it was asked for: the selected properties, and what the app service answered if that is expanded.

The answer is a navigation property, `responsepayload` (dossier 3.2): usually fetched from an address of its own, here
embedded, or null while there is none. The type is open, so an app's own words for its properties stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from romekit.cloud.graph.messages import Refused
from romekit.cloud.graph.odata.options import Options
from romekit.cloud.graph.odata.properties import COMMAND, only
from romekit.core.model import Answer, Command, Profile

TAKEN: Final = frozenset({"expand", "select"})
PAYLOAD: Final = "responsepayload"


def shaped(command: Command, answer: Mapping[str, Any] | None, options: Options, profile: Profile) -> dict[str, Any]:
    """The command as Graph writes it for a request with these options."""
    _check_expand(options)
    whole = command.as_wire(profile)
    entity = whole["value"] if profile.wrapped else whole
    if options.select and "*" not in options.select:
        entity = only(entity, [COMMAND.find(name, "select") for name in options.select], profile)
    if options.expand:
        entity = {**entity, PAYLOAD: _embedded(answer)}
    return {"value": entity} if profile.wrapped else entity


def _check_expand(options: Options) -> None:
    for name in options.expand:
        if name.lower() != PAYLOAD:
            message = f"'{name}' cannot be expanded here. A command has '{PAYLOAD}', without options of its own."
            raise Refused(400, "ExpandNotSupported", message, target="$expand")


def _embedded(answer: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    return {name: value for name, value in Answer(answer).as_wire().items() if name != "@odata.context"}
