"""Reading the body of a request: JSON that can be written down again, and not too much of it.

What Python's reader takes and JSON does not have is refused: NaN, numbers too large to be written, halves of
characters. Otherwise it would come back in an answer that nobody can read.
"""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

from romekit.cloud.graph.messages import GraphRequest, Refused

#: The largest body taken, in bytes. Ours: none is documented, app service messages broke near here (dossier 5.4).
LARGEST: Final = 64 * 1024
#: The most brackets that may be open at once. Ours, so that no message can exhaust the stack of whoever handles it.
DEEPEST: Final = 64
#: What `Content-Encoding` may say: nothing is unpacked here (RFC 9110, 8.4 and 15.5.16).
PLAIN: Final = frozenset({"", "identity"})
NESTED: Final = (dict, list)


def json_of(asked: GraphRequest) -> Any:
    """The body as JSON; Refused with 415, 413 or 400."""
    kind = asked.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(415, "BadRequest", f"The content type {kind!r} is not supported. Send application/json.")
    coding = asked.headers.get("content-encoding", "identity").strip().lower()
    if coding not in PLAIN:
        raise Refused(
            415, "BadRequest", f"The content coding {coding[:40]!r} is not supported. Send the body as it is."
        )
    if asked.part is not None:
        return asked.part
    if len(asked.body) > LARGEST:
        raise Refused(413, "RequestEntityTooLarge", f"The body has more than {LARGEST} bytes.", target="payload")
    try:
        text = asked.body.decode()
        body = _READER.decode(text)
        if "\\u" in text:
            json.dumps(body, ensure_ascii=False).encode()
        if text.count("[") + text.count("{") > DEEPEST:
            _check_depth(body)
    except (ValueError, RecursionError) as problem:
        raise Refused(400, "BadRequest", f"The body is not JSON: {problem}.", target="body") from None
    return body


def _check_depth(body: Any) -> None:
    level, depth = [body] if isinstance(body, NESTED) else [], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise ValueError(f"more than {DEEPEST} levels")
        inside = [each.values() if isinstance(each, dict) else each for each in level]
        level = [value for values in inside for value in values if isinstance(value, NESTED)]


def _finite(number: str) -> float:
    value = float(number)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{number[:20]} is too large a number")
    return value


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")


_READER: Final = json.JSONDecoder(parse_float=_finite, parse_constant=_no_constant)
