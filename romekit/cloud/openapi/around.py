"""The shapes around the documented operations: a batch, and what is an extension of this cloud."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

from romekit.cloud.engine.classroom.quotas import MEANING
from romekit.cloud.engine.devices import PERSONALITIES
from romekit.cloud.engine.faults import FAULTS, LARGEST, LEGS, OPERATIONS, Fault
from romekit.cloud.graph.batch_body import MOST
from romekit.cloud.openapi.schema import ANY, COUNT, FILLED, MAYBE, NUMBER, TEXT, Schema, listed, record
from romekit.core.presence import Presence
from romekit.core.status import Status

HEADERS: Final[Schema] = {"type": "object", "additionalProperties": TEXT}
ITEM: Final = record(
    {
        "id": {"type": "string", "pattern": r"\S"},
        "method": {"type": "string", "pattern": r"\S"},
        "url": {"type": "string", "pattern": r"\S", "description": "Relative to the version, such as /me/devices."},
        "headers": {**HEADERS, "type": ["object", "null"], "description": "Content-Type belongs to a body."},
        "body": ANY,
        "dependsOn": {"type": ["array", "null"], "items": TEXT, "description": "Ids of this batch, in no circle."},
    },
    required=["id", "method", "url"],
    is_open=True,
)
BATCH: Final[Schema] = {
    "Batch": record(
        {"requests": {"type": "array", "items": ITEM, "minItems": 1, "maxItems": MOST}},
        is_open=True,
        about="Each id is there once.",
    ),
    "BatchAnswer": record(
        {
            "responses": {
                "type": "array",
                "items": record(
                    {"id": TEXT, "status": {"type": "integer"}, "headers": HEADERS, "body": ANY},
                    required=["id", "status", "headers"],
                ),
            }
        }
    ),
}

EXTENSIONS: Final[Schema] = {
    "History": listed(
        record(
            {
                "command": TEXT,
                "number": {"type": "integer", "minimum": 1},
                "device": TEXT,
                "deviceName": TEXT,
                "order": TEXT,
                "at": NUMBER,
                "from": MAYBE,
                "to": {"enum": [status.value for status in Status]},
                "who": {"enum": ["service", "device", "client", "clock", "fault"]},
                "why": FILLED,
            }
        )
    ),
    "Class": record(
        {
            "class": FILLED,
            "name": FILLED,
            "says": TEXT,
            "isFrozen": {"type": "boolean"},
            "quotas": record({name: {"type": "integer", "minimum": 1} for name in MEANING}),
            "used": record({"commands": COUNT, "events": COUNT, "faults": COUNT}),
        }
    ),
    "Deeds": listed(record({"at": NUMBER, "device": TEXT, "command": TEXT, "deed": TEXT})),
    "Presence": record({"presence": {"enum": [presence.value for presence in Presence]}}, is_open=True),
    "Personality": record({"personality": {"enum": list(PERSONALITIES)}}, is_open=True),
}


def _fault() -> Schema:
    known: Schema = {
        "what": {"enum": list(FAULTS)},
        "where": {"enum": ["", *LEGS, *OPERATIONS]},
        "device": TEXT,
        "skip": COUNT,
        "times": {"type": ["integer", "null"], "minimum": 1},
        "chance": {"type": "number", "minimum": 0, "maximum": 1},
        "value": {"type": "number", "minimum": 0, "maximum": max(LARGEST.values())},
        "retry_after": {"type": ["number", "null"]},
    }
    return record({field.name: known.get(field.name, ANY) for field in fields(Fault)}, required=["what"])


EXTENSIONS["Fault"] = _fault()
