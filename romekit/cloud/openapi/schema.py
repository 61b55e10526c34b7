"""Words to write schemas with: the simple types, an object, a collection, a reference."""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
FILLED: Final[Schema] = {"type": "string", "minLength": 1}
MAYBE: Final[Schema] = {"type": ["string", "null"]}
NULL: Final[Schema] = {"type": "null"}
NUMBER: Final[Schema] = {"type": "number"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
ANY: Final[Schema] = {}
OPEN: Final[Schema] = {"type": "object", "additionalProperties": True}
CONTEXT: Final[Schema] = {"@odata.context": {"type": "string", "format": "uri"}}


def ref(name: str) -> Schema:
    """A reference to one of the shapes."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(properties: Schema, *, required: list[str] | None = None, is_open: bool = False, about: str = "") -> Schema:
    """An object with these properties; all of them are required unless `required` says which."""
    shape: Schema = {"type": "object", "properties": properties}
    needed = list(properties) if required is None else required
    return {
        **shape,
        **({"description": about} if about else {}),
        **({"required": needed} if needed else {}),
        "additionalProperties": is_open,
    }


def listed(items: Schema, **more: Schema) -> Schema:
    """A collection as OData wraps it."""
    return record({**more, "value": {"type": "array", "items": items}}, required=["value"])
