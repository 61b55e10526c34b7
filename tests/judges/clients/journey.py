"""The journey that every Python client plays once it has a token.

`ask` is the client's own way to send a request; it gives status, headers and body of any answer. This file knows
nothing of who is on the other side.
"""

import json
import time
from collections.abc import Callable
from typing import Any

SCOPES = ["https://graph.microsoft.com/Device.Read", "https://graph.microsoft.com/Device.Command"]
LAUNCH = {"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}
PING = {
    "type": "AppService",
    "appServiceName": "com.microsoft.test.cdppingpongservice",
    "packageFamilyName": "5085ShawnHenry.RomanTestApp_jsjw7knzsgcce",
    "payload": {"Type": "ping", "CreationDate": "11/22/2026 10:00:00", "TargetId": "judge"},
}
Answer = tuple[int, Any, Any]
Ask = Callable[..., Answer]


def say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


def journey(ask: Ask) -> dict[str, Any]:
    """List, page, launch, call, poll, read the payload, meet a 404 and a 429."""
    _, _, listed = ask("GET", "/me/devices")
    commands = f"/me/devices/{listed['value'][0]['id']}/commands"
    return {
        "devices": [device["name"] for device in listed["value"]],
        "pages": pages(ask),
        "launch": command(ask, commands, LAUNCH),
        "call": command(ask, commands, PING),
        "notFound": refusal(ask("GET", f"{commands}/nothing")),
        "throttled": throttled(ask, commands),
    }


def pages(ask: Ask) -> list[int]:
    sizes, following = [], "/me/devices?$top=2"
    while following:
        _, _, page = ask("GET", following)
        sizes.append(len(page["value"]))
        following = page.get("@odata.nextLink")
    return sizes


def command(ask: Ask, commands: str, body: dict[str, Any]) -> dict[str, Any]:
    sent, _, accepted = ask("POST", commands, body)
    place, status, end = f"{commands}/{accepted['id']}", accepted["status"], time.monotonic() + 60
    while status != "completed" and time.monotonic() < end:
        time.sleep(0.2)
        status = ask("GET", place)[2]["status"]
    found, _, payload = ask("GET", f"{place}/responsepayload")
    seen = {"sent": sent, "end": status, "payload": found}
    return seen | ({"answer": payload["Type"]} if found == 200 else {})


def throttled(ask: Ask, commands: str) -> dict[str, Any]:
    for _ in range(20):
        status, headers, body = ask("POST", commands, LAUNCH)
        if status == 429:
            return {**refusal((status, headers, body)), "retryAfter": headers["Retry-After"]}
    return {}


def refusal(answer: Answer) -> dict[str, Any]:
    return {"status": answer[0], "code": answer[2]["error"]["code"]}


def asking(session: Any, address: str) -> Ask:
    """The same for a session as requests has it: all that is asked goes below Graph's beta."""

    def ask(method: str, path: str, body: Any = None) -> Answer:
        url = path if "://" in path else f"{address}/beta{path}"
        answer = session.request(method, url, json=body)
        return answer.status_code, answer.headers, answer.json() if answer.content else None

    return ask
