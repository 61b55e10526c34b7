"""The JSON object a person writes, read strictly, and told where it stops being one."""

from __future__ import annotations

import json
from typing import Any

from romekit.core.errors import BadInput


def as_payload(text: str) -> dict[str, Any]:
    """The JSON object a person wrote, or BadInput that says in which line and column it stops being one."""
    if not text.strip():
        raise BadInput("The payload is empty.", field="payload", hint="Write a JSON object; {} is the smallest.")
    try:
        payload = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = f"Line {error.lineno}, column {error.colno}"
        raise BadInput(f"{place}: {error.msg}.", field="payload", hint="The payload must be valid JSON.") from None
    except (RecursionError, ValueError):  # deeper or longer than Python reads
        hint = "Send something smaller."
        raise BadInput("The payload is too deep or holds too long a number.", field="payload", hint=hint) from None
    try:
        json.dumps(payload, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # JSON can say half of a pair of surrogates, no request can carry it
        hint = "Write it as itself, or as both halves: \\ud83d\\ude00."
        raise BadInput("There is half a character in the payload.", field="payload", hint=hint) from None
    if not isinstance(payload, dict):
        raise BadInput("The payload is not a JSON object.", field="payload", hint='Write {"key": value}.')
    return payload


def _refuse(constant: str) -> None:
    raise BadInput(f"{constant} is not JSON.", field="payload", hint="Use a number, or null.")
