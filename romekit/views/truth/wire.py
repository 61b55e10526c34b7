"""One exchange as it is shown: request line, headers and bodies, written so that a person can read them.

Bodies that are JSON are indented, and a long one is cut with its whole size said. A token is taken out before it gets
here; one that is not, from whichever source, is not shown either.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from romekit.views.truth.asks import Question
from romekit.views.truth.words import phrase

#: How many characters of a body are shown.
SHOWN: Final = 3000
SECRETS: Final = frozenset({"authorization", "cookie", "set-cookie", "proxy-authorization"})


def as_shown(ask: Question) -> dict[str, Any]:
    """An exchange as JSON for a page: every value is text, every header a pair."""
    exchange = ask.exchange
    return {
        "method": exchange.method,
        "path": exchange.path,
        "status": phrase(exchange.status),
        "asked": _headers(exchange.request_headers),
        "asked_body": pretty(exchange.request_body),
        "headers": _headers(_answered(ask)),
        "body": pretty(exchange.body),
    }


def pretty(body: Any) -> str:
    """A body in lines; empty for none."""
    if body is None or body == b"":
        return ""
    if isinstance(body, bytes):
        size, text = f"{len(body):,} bytes", _indented(body)
    else:
        text = json.dumps(body, indent=2, ensure_ascii=False)
        size = f"{len(text):,} characters"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}\n… cut here, {size} in all"


def _indented(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")


def _answered(ask: Question) -> Mapping[str, str]:
    """The headers of the answer: those in the batch, for a request that travelled in one."""
    if ask.carrier is not None:
        for response in ask.carrier.body["responses"]:
            if response["headers"].get("request-id") == ask.exchange.request_id:
                found: Mapping[str, str] = response["headers"]
                return found
    return ask.exchange.headers


def _headers(headers: Mapping[str, str]) -> list[list[str]]:
    return [[name, _safe(name, value)] for name, value in headers.items()]


def _safe(name: str, value: str) -> str:
    return "(taken out)" if name.lower() in SECRETS and "(taken out)" not in value else value
