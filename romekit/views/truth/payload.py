"""What the truth line's page gets, as JSON: a command's two tracks, and the exchanges behind them.

Every word is made here, so that it can be read and tested. Times are seconds since the command was accepted. A track
names an exchange by its number; what is in the exchange is sent apart, once. A token is taken out before it gets here;
one that is not, from whichever source, is not shown either.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from romekit.views.spans import Stretch
from romekit.views.styles import NOT_TOLD
from romekit.views.truth import sentences
from romekit.views.truth.life import Belief, Life, Real
from romekit.views.truth.requests import CommandRequest

#: How many characters of a body are shown.
SHOWN: Final = 3000
SECRETS: Final = frozenset({"authorization", "cookie", "set-cookie", "proxy-authorization"})


def life_as_json(life: Life) -> dict[str, Any]:
    row = life.row
    return {
        "id": row.command,
        "name": row.name,
        "title": f"{row.order} on {row.device}",
        "begin": _since(life, life.begin),
        "end": _since(life, life.end),
        "real": [_real(life, each) for each in life.real],
        "believed": [_belief(life, each) for each in life.believed],
        "requests": [_request(life, each) for each in life.requests],
    }


def _since(life: Life, at: float) -> float:
    return round(at - life.row.sent, 3)


def _interval(life: Life, lasting: Stretch, status: str, how: str, who: str) -> dict[str, Any]:
    since = f"from {sentences.after(life, lasting.begin)}"
    lasted = f"{since} on" if lasting.is_final else f"{since} for {sentences.seconds(lasting.seconds)}"
    return {
        "status": status,
        "begin": _since(life, lasting.begin),
        "end": _since(life, lasting.end),
        "final": lasting.is_final,
        "open": lasting.is_open,
        "says": f"{status}, {how}, {lasted}, by {who}",
        "who": who,
    }


def _real(life: Life, real: Real) -> dict[str, Any]:
    span, nearest = real.span, real.learned or next(iter(real.requests), None) or real.after or real.before
    return {
        **_interval(life, span, span.status, "really", span.who),
        "received": _since(life, real.learned.received_at) if real.learned else None,
        "why": span.why if span.why.endswith((".", "!", "?")) else f"{span.why}.",
        "device": sentences.on_device(life, real),
        "wire": sentences.learned(life, real),
        "request": _place(life, nearest),
    }


def _belief(life: Life, belief: Belief) -> dict[str, Any]:
    return {
        **_interval(life, belief, belief.status or NOT_TOLD, "believed", "client"),
        "wrong": belief.wrong,
        "why": sentences.why_believed(life, belief),
        "device": sentences.meanwhile(life, belief),
        "wire": sentences.note(belief.source) if belief.source else "No answer had told the client a status.",
        "request": _place(life, belief.source or next(iter(belief.requests), None)),
    }


def _request(life: Life, request: CommandRequest) -> dict[str, Any]:
    when, note = sentences.after(life, request.received_at), sentences.note(request)
    return {
        "number": request.number,
        "at": _since(life, request.received_at),
        "when": when,
        "outcome": request.outcome,
        "posted": request.is_posted,
        "says": f"{sentences.request_of(request)} at {when}: {note}",
        "note": note,
    }


def _place(life: Life, request: CommandRequest | None) -> int:
    return -1 if request is None else life.requests.index(request)


def exchange_as_json(request: CommandRequest) -> dict[str, Any]:
    """An exchange as JSON for a page: every value is text, every header a pair."""
    exchange = request.exchange
    return {
        "method": exchange.method,
        "path": exchange.path,
        "status": sentences.phrase(exchange.status),
        "request_headers": _headers(exchange.request_headers),
        "request_body": pretty(exchange.request_body),
        "headers": _headers(_answered(request)),
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


def _answered(request: CommandRequest) -> Mapping[str, str]:
    """The headers of the answer: those in the batch, for a request that travelled in one."""
    responses = request.carrier.body["responses"] if request.carrier else ()
    found = (each["headers"] for each in responses)
    mine = (headers for headers in found if headers.get("request-id") == request.exchange.request_id)
    return next(mine, request.exchange.headers)


def _headers(headers: Mapping[str, str]) -> list[list[str]]:
    secret = "(taken out)"
    return [
        [name, secret if name.lower() in SECRETS and secret not in value else value] for name, value in headers.items()
    ]
