"""Bodies: JSON that is nearly right, JSON that is not, and what is no JSON at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from hypothesis import strategies as st

from tests.fuzz.cloud import CALL, LAUNCH
from tests.fuzz.words import NO_JSON, NUMBERS, URLS, WORDS

TEXTS: Final = st.sampled_from(WORDS) | st.text(max_size=8)
LEAVES: Final = st.none() | st.booleans() | st.sampled_from(NUMBERS) | TEXTS
JSON: Final = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
)
ORDER_NAMES: Final = "type payload appServiceName packageFamilyName postBackUri uri error status id presence".split()
FAULT_NAMES: Final = "what where device skip times chance value retry_after".split()


@st.composite
def nearly(draw: Any, good: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[str, Any]:
    """One of the good bodies, with up to two properties made wrong and perhaps one left out."""
    body = dict(draw(st.sampled_from(good)))
    for name in draw(st.lists(st.sampled_from(names), max_size=2)):
        body[draw(st.sampled_from([name, name.upper(), name.title(), f"{name}@odata.type"]))] = draw(JSON)
    if draw(st.integers(0, 4)) == 4:
        body = dict(list(body.items())[1:])
    return body


ORDERS: Final = nearly([LAUNCH, CALL, LAUNCH, CALL, {}, {"presence": "online"}], ORDER_NAMES)
FAULTS: Final = nearly(
    [{"what": what} for what in ("refused", "answer lost", "slow answer", "crash", "late result", "malformed answer")],
    FAULT_NAMES,
)
ITEM_HEADERS: Final = ["Content-Type", "client-request-id", "Prefer", "Authorization", "If-None-Match"]
ITEMS: Final = st.fixed_dictionaries(
    {
        "id": st.uuids().map(str) | st.sampled_from(["1", "2"]) | LEAVES,
        "method": st.sampled_from(["GET", "GET", "POST", "post", "DELETE"]) | TEXTS,
        "url": st.sampled_from(URLS) | TEXTS,
    },
    optional={
        "headers": st.just({"Content-Type": "application/json"})
        | st.dictionaries(st.sampled_from(ITEM_HEADERS), TEXTS)
        | LEAVES,
        "body": ORDERS | JSON,
        "dependsOn": st.lists(st.sampled_from(["1", "2", "9"]), max_size=2) | LEAVES,
    },
)
#: A batch in which each request is sound enough to be run.
SOUND: Final = st.lists(
    st.fixed_dictionaries(
        {
            "id": TEXTS.filter(str.strip),
            "method": st.sampled_from(["GET", "POST", "get", "DELETE"]),
            "url": st.sampled_from(URLS),
            "headers": st.dictionaries(st.sampled_from(ITEM_HEADERS), TEXTS),
            "body": ORDERS | JSON,
        }
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda item: item["id"],
)
BATCHES: Final = st.builds(lambda items: {"requests": items}, SOUND | SOUND | st.lists(ITEMS, max_size=22) | LEAVES)


def written(value: object, *, in_ascii: bool = True) -> bytes:
    """JSON in bytes, also of what JSON does not have."""
    return json.dumps(value, ensure_ascii=in_ascii).encode("utf-8", "surrogatepass")


BODIES: Final = (
    st.sampled_from(NO_JSON)
    | st.binary(max_size=20)
    | st.builds(lambda value, flag: written(value, in_ascii=flag), ORDERS | BATCHES | JSON | FAULTS, st.booleans())
)
