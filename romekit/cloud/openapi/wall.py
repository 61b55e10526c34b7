"""The shapes of the wall: a card per device, and an app that is put on or taken off."""

from __future__ import annotations

from typing import Final, get_args, get_type_hints

from romekit.cloud.engine.devices import PERSONALITIES
from romekit.cloud.engine.screens import QUEUE
from romekit.cloud.engine.services import APPS
from romekit.cloud.openapi.schema import COUNT, FILLED, MAYBE, NULL, NUMBER, TEXT, Schema, listed, record, ref
from romekit.core.presence import Presence
from romekit.core.screens import Screen
from romekit.core.status import Status

COMMAND: Final = record(
    {
        "id": FILLED,
        "number": {"type": "integer", "minimum": 1},
        "order": FILLED,
        "status": {"enum": [status.value for status in Status]},
        "error": MAYBE,
        "at": NUMBER,
    }
)
SCREEN: Final = record(
    {
        "kind": {"enum": list(get_args(get_type_hints(Screen)["kind"]))},
        "title": TEXT,
        "text": TEXT,
        "at": {"type": ["number", "null"]},
    }
)
CARD: Final = record(
    {
        "device": FILLED,
        "name": FILLED,
        "kind": FILLED,
        "platform": FILLED,
        "presence": {"enum": [presence.value for presence in Presence]},
        "listed": MAYBE,
        "personality": {"enum": list(PERSONALITIES)},
        "story": FILLED,
        "deeds": COUNT,
        "waiting": COUNT,
        "screen": SCREEN,
        "commands": {"type": "array", "items": COMMAND, "maxItems": QUEUE},
        "last": {"anyOf": [NULL, COMMAND]},
        "apps": {
            "type": "array",
            "items": record({"package": FILLED, "name": FILLED, "installed": {"type": "boolean"}}),
        },
    }
)
WALL: Final[Schema] = {
    "Card": CARD,
    "Wall": listed(ref("Card")),
    "AppOnDevice": record({"app": {"enum": list(APPS)}, "installed": {"type": "boolean"}}, is_open=True),
}
