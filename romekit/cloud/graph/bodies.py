"""Request bodies: strict JSON of limited size and depth, and the order that a POST to `commands` holds.

Python's reader also takes what JSON does not have: NaN, numbers too large to be written, halves of surrogate pairs.
They are refused here; otherwise they would come back in a response that no client can read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from romekit.cloud.graph.messages import GraphRequest, Refused
from romekit.core.errors import BadInput
from romekit.core.model import COMMAND_NAMES, COMMAND_SPELLINGS, AppService, Call, Launch, Order, any_case, check_depth

#: The largest body taken, in bytes. Ours: none is documented, app service messages broke near here (dossier 5.4).
LARGEST: Final = 64 * 1024
#: Only a text with one of these can hold half a surrogate pair, NaN, or a number too large to be written.
_SUSPECT: Final = re.compile(r"\\u[dD]|NaN|Infinity|\d[eE]|\d{300}")


def json_of(request: GraphRequest) -> Any:
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(415, "BadRequest", f"The content type {kind!r} is not supported. Send application/json.")
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("", "identity"):  # nothing is unpacked here (RFC 9110, 8.4 and 15.5.16)
        words = f"The content coding {coding[:40]!r} is not supported. Send the body as it is."
        raise Refused(415, "BadRequest", words)
    if request.part is not None:
        return request.part
    if len(request.body) > LARGEST:
        raise Refused(413, "RequestEntityTooLarge", f"The body has more than {LARGEST} bytes.", target="payload")
    try:
        text = request.body.decode("utf-8-sig")  # some editors begin a file with a byte order mark
        check_depth(text)
        body = json.loads(text)
        if _SUSPECT.search(text):
            json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as problem:
        raise Refused(400, "BadRequest", f"The body is not JSON: {problem}.", target="body") from None
    return body


def order_from_wire(data: Any, *, any_payload: bool = False) -> Order:
    """Read an order with names in any case (dossier 4.2); BadInput names the property that is wrong.

    `any_payload` lets an app service take something else than an object, as the documentation's skeleton prints it.
    """
    if not isinstance(data, dict):
        raise BadInput("The body is not a JSON object.", field="body", hint='Send {"type": …, "payload": {…}}.')
    _refuse_duplicates(data)
    known, _ = any_case(data, COMMAND_SPELLINGS)
    kind, payload, post_back = known.get("type"), known.get("payload"), _optional_text(known, "post_back_uri")
    match kind.lower() if isinstance(kind, str) else kind:
        case "launchuri":
            return Launch(_objects_only(payload).get("uri", ""), post_back)
        case "appservice":
            names = {name: _optional_text(known, name) or "" for name in ("app_service_name", "package_family_name")}
            service = AppService(names["app_service_name"], names["package_family_name"])
            message = {} if payload is None else payload
            return Call(service, payload if any_payload else dict(_objects_only(message)), post_back)
        case None:
            raise BadInput("type is missing.", field="type", hint="Use LaunchUri or AppService.")
        case _:
            raise BadInput(f"type {kind!r} is unknown.", field="type", hint="Use LaunchUri or AppService.")


def _objects_only(payload: object) -> dict[str, Any]:
    if isinstance(payload, dict):
        return payload
    if payload is None:
        raise BadInput("payload is missing.", field="payload", hint='A launch needs {"uri": "https://…"}.')
    raise BadInput("payload is not a JSON object.", field="payload", hint='Write {"key": value}.')


def _optional_text(known: Mapping[str, Any], attribute: str) -> str | None:
    value = known.get(attribute)
    if value is None or isinstance(value, str):
        return value
    name = COMMAND_NAMES[attribute][0]
    raise BadInput(f"{name} is not a string.", field=name, hint="Put it in quotes.")


def _refuse_duplicates(data: Mapping[str, Any]) -> None:
    seen: dict[str, str] = {}
    for key in data:
        if (other := seen.setdefault(key.lower(), key)) != key:
            raise BadInput(f"{other} and {key} are the same property.", field=key, hint="Send it once.")
