"""Reading the body of a POST: any case in, an order out, or the property that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from romekit.core.errors import BadInput
from romekit.core.model import COMMAND_NAMES, COMMAND_SPELLINGS, AppService, Call, Launch, Order, any_case


def order_from_wire(data: Any, *, any_payload: bool = False) -> Order:
    """Read a request body in any case (dossier 4.2); BadInput names the property that is wrong.

    `any_payload` lets an app service take something else than an object, as the documentation's skeleton prints it.
    """
    if not isinstance(data, dict):
        raise BadInput("The body is not a JSON object.", field="body", hint='Send {"type": …, "payload": {…}}.')
    _refuse_twice(data)
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


def _refuse_twice(data: Mapping[str, Any]) -> None:
    if len({key.lower() for key in data}) == len(data):
        return
    seen: dict[str, str] = {}
    for key in data:
        if (other := seen.setdefault(key.lower(), key)) != key:
            raise BadInput(f"{other} and {key} are the same property.", field=key, hint="Send it once.")
