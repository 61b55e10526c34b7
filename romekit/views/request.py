"""The HTTP request an order becomes, as the documentation prints it (dossier 4.2)."""

from __future__ import annotations

import json
from typing import Any

from romekit.errors import BadInput
from romekit.model import Order


def as_http(device: str, order: Order) -> str:
    """Method, path and body; the token stays out of it."""
    body = json.dumps(order.as_wire(), indent=2, ensure_ascii=False)
    return f"POST /beta/me/devices/{device}/commands\nContent-Type: application/json\n\n{body}"


def as_payload(text: str) -> dict[str, Any]:
    """The JSON object a person wrote, or BadInput that says in which line and column it stops being one."""
    if not text.strip():
        raise BadInput("The payload is empty.", field="payload", hint="Write a JSON object; {} is the smallest.")
    try:
        payload = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = f"Line {error.lineno}, column {error.colno}"
        raise BadInput(f"{place}: {error.msg}.", field="payload", hint="The payload must be valid JSON.") from None
    if not isinstance(payload, dict):
        raise BadInput("The payload is not a JSON object.", field="payload", hint='Write {"key": value}.')
    return payload


def _refuse(constant: str) -> None:
    raise BadInput(f"{constant} is not JSON.", field="payload", hint="Use a number, or null.")
