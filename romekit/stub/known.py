"""What a client says that it has already: `If-None-Match`, answered with 304 instead of the same thing again."""

from __future__ import annotations

from romekit.stub.wire import Asked


def is_known(asked: Asked, etag: str) -> bool:
    """Whether the caller says that they have this state already."""
    known = asked.headers.get("if-none-match")
    return known is not None and (known.strip() == "*" or etag in (each.strip() for each in known.split(",")))


def tagged(asked: Asked, etag: str) -> dict[str, str]:
    """The headers of an answer that has this ETag; a wish to wait is confirmed."""
    headers = {"ETag": etag}
    if "prefer" in asked.headers and "wait" in asked.headers["prefer"].lower():
        headers["Preference-Applied"] = "wait"
    return headers
