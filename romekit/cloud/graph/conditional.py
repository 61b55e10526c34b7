"""What a client says that it has already, `If-None-Match`, and how long it would wait for anything else.

What is known is answered with 304 instead of the same thing again; a preference that cannot be read is ignored.
"""

from __future__ import annotations

import re
from typing import Final

from romekit.cloud.graph.messages import GraphRequest

#: The preferences of a list: what stands between its commas, but for those inside of quotes.
_PREFERENCE: Final = re.compile(r'(?:[^,"]|"[^"]*")+')


def is_known(asked: GraphRequest, etag: str) -> bool:
    """Whether the caller says that they have this state already."""
    known = asked.headers.get("if-none-match")
    if known is None:
        return False
    return known.strip() == "*" or _opaque(etag) in (_opaque(each) for each in known.split(","))


def _opaque(etag: str) -> str:
    """What is compared: whether a tag is weak makes no difference here (RFC 9110, 13.1.2)."""
    return etag.strip().removeprefix("W/")


def seconds_to_wait(asked: GraphRequest) -> float | None:
    """What `Prefer: wait=20` says (RFC 7240, 4.3): whole seconds; None where nothing of the kind is said."""
    for preference in _PREFERENCE.findall(asked.headers.get("prefer", "")):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "wait":  # only the first one counts (RFC 7240, 2)
            digits = re.fullmatch(r'("?)([0-9]+)\1', value.strip())
            return float(digits[2]) if digits else None
    return None


def tagged(asked: GraphRequest, etag: str) -> dict[str, str]:
    """The headers of an answer that has this ETag; a wish to wait is confirmed."""
    headers = {"ETag": etag}
    if seconds_to_wait(asked) is not None:
        headers["Preference-Applied"] = "wait"
    return headers
