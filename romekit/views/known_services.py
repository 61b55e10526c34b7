"""The app services the forms offer: their names, a message that works, and a JSON Schema of their messages.

The message contracts are those of the published samples (dossier 4.6). That no schema of ours forbids other keys is
meant: neither do the services. What a schema cannot say, such as that minvalue is at most maxvalue, the device refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from romekit.core.model import ECHO, PING_PONG, RANDOM_NUMBER, AppService

Schema = Mapping[str, Any]

SERVICES: Final = {"Ping-pong": PING_PONG, "Echo": ECHO, "Random number": RANDOM_NUMBER}

EXAMPLES: Final[dict[AppService, dict[str, Any]]] = {
    PING_PONG: {"Type": "ping", "CreationDate": "09/01/2020 09:00:00", "TargetId": "romekit"},
    ECHO: {"request": "Hello, Rome"},
    RANDOM_NUMBER: {"minvalue": 1, "maxvalue": 7},
}

#: A 32-bit integer of .NET, as the sample reads it.
_INT: Final = {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}

SCHEMAS: Final[dict[AppService, Schema]] = {
    PING_PONG: {
        "type": "object",
        "properties": {
            "Type": {
                "type": "string",
                "description": "ping is answered with pong, LaunchUri with Ok, anything else with Ack",
                "examples": ["ping", "LaunchUri", "Toast"],
            },
            "CreationDate": {"type": "string", "description": "When it was sent, as month/day/year and time"},
            "TargetId": {"type": "string", "description": "Whatever you like; a pong brings it back"},
        },
    },
    ECHO: {
        "type": "object",
        "properties": {"request": {"type": "string", "description": "What is to come back as the response"}},
    },
    RANDOM_NUMBER: {
        "type": "object",
        "properties": {
            "minvalue": {**_INT, "default": 1, "description": "The smallest number that may come"},
            "maxvalue": {**_INT, "default": 7, "description": "One more than the largest number that may come"},
        },
        "required": ["minvalue", "maxvalue"],
    },
}


def example_of(service: AppService, schema: Schema | None) -> dict[str, Any]:
    """A message to begin with: the example of a service we know, else what the schema has as defaults."""
    if service in EXAMPLES:
        return dict(EXAMPLES[service])
    properties = (schema or {}).get("properties", {})
    return {name: rule["default"] for name, rule in properties.items() if "default" in rule}
