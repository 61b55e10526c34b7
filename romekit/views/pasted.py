"""What a pasted curl command means to a form: a device, a kind of order and its parts, or which of them is missing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from romekit.core.errors import BadInput
from romekit.core.model import check_depth
from romekit.views.curl import BLANKS, Curl, bad_curl, read_curl
from romekit.views.snippets import as_json

_PLACE: Final = re.compile(r"/devices(?:/(?P<device>[^/]*))?(?:/(?P<commands>commands)(?:/(?P<more>.*))?)?/?$", re.I)
_KEYED: Final = re.compile(r"/devices\('(?P<device>[^']*)'\)/(?P<commands>commands)/?$", re.I)
PLACEHOLDER: Final = re.compile(r"[{<].*[}>]|\$\{?\w+\}?|:\w+")


@dataclass(slots=True)
class Pasted:
    """`values` are texts for the fields that were found, `problems` what is to be said at a field."""

    kind: str
    device: str
    values: dict[str, str] = field(default_factory=dict)
    problems: dict[str, BadInput] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


def read_pasted(text: str) -> Pasted:
    """Read a curl command; BadInput when there is nothing in it that a form could show."""
    curl = read_curl(text)
    if curl.method != "POST":
        asks = " and asks for something" if curl.method in ("GET", "HEAD") else ""
        raise bad_curl(f"This is a {curl.method}{asks}.", "A command to a device is sent with POST.")
    body = _body(curl)
    kind = _kind(body)
    pasted = Pasted(kind, "")
    _device(pasted, curl.url)
    (_launch if kind == "launchuri" else _call)(pasted, body)
    if "postbackuri" in body:
        pasted.said.append("Its postBackUri is left out: the form has no field for it.")
    pasted.said += [f"The {what} in it was not kept." for what in dict.fromkeys(curl.dropped)]
    return pasted


def _body(curl: Curl) -> dict[str, Any]:
    """The body, its own names in small letters: clients have written them in any case."""
    if not (curl.body or "").strip():
        raise bad_curl("The command sends no body.", "It needs -d or --json with the order in it.")
    try:
        check_depth(curl.body or "")
        body = _parsed(curl.body or "")
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # JSON can say half of a pair of surrogates, no request can carry it
        raise bad_curl("There is half a character in the body.", "Write it as itself, or as both halves.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise bad_curl(f"The body is no JSON: {place}: {error.msg}.", "Look at the quotes around it.") from None
    except ValueError:
        raise bad_curl("The body is too deep or too long to be read.", "Paste a smaller one.") from None
    if not isinstance(body, Mapping):
        raise bad_curl("The body is not a JSON object.", 'It begins with {"type": …}.')
    return {key.lower(): value for key, value in body.items()}


def _parsed(text: str) -> Any:
    """The JSON, also where a page has made no-break spaces of blanks, or bash wants `$` and a backtick escaped."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return json.loads(re.sub(r"\\([$`])", r"\1", re.sub(f"[{BLANKS}]", " ", text)))


def _kind(body: Mapping[str, Any]) -> str:
    kind = body.get("type")
    if not isinstance(kind, str):
        said = "The type in the body is no text." if "type" in body else "The body has no type."
        raise bad_curl(said, 'It needs "type": "LaunchUri" or "AppService".')
    if kind.lower() not in {"launchuri", "appservice"}:
        raise bad_curl(f"The type {kind!r} is no order to a device.", "It is LaunchUri or AppService.")
    return kind.lower()


def _device(pasted: Pasted, url: str) -> None:
    """The device's id, from the path: …/devices/{id}/commands."""
    try:
        path = urlsplit(url if "//" in url else f"//{url}").path
    except ValueError:
        pasted.problems["device"] = bad_curl("The pasted address is no address.", "Choose which device here.")
        return
    found = _KEYED.search(path) or _PLACE.search(path)
    parts = found.groupdict() if found else {}
    if parts.get("more"):
        raise bad_curl(
            "This is the address of a command that was sent.", "A new one goes to /me/devices/{id}/commands."
        )
    device = unquote(parts.get("device") or "")
    pasted.device = "" if device.lower() == "commands" else device
    if not pasted.device:
        problem, hint = "The pasted address names no device.", "It should end with /me/devices/{id}/commands."
    elif PLACEHOLDER.fullmatch(pasted.device):
        problem, hint = f"{pasted.device} in the pasted address stands for a device.", "Choose which one here."
    elif not parts.get("commands"):
        problem, hint = "The pasted address does not end with /commands.", "The device is taken from it all the same."
    else:
        return
    pasted.problems["device"] = bad_curl(problem, hint)


def _launch(pasted: Pasted, body: Mapping[str, Any]) -> None:
    payload = body.get("payload")
    small = {key.lower(): value for key, value in payload.items()} if isinstance(payload, Mapping) else {}
    uri = small.get("uri")
    pasted.values["uri"] = uri if isinstance(uri, str) else ""
    if not isinstance(uri, str):
        pasted.problems["uri"] = bad_curl("The pasted body has no payload.uri.", "It is the address to open.")


def _call(pasted: Pasted, body: Mapping[str, Any]) -> None:
    for name, key, word in (
        ("service", "appservicename", "appServiceName"),
        ("package", "packagefamilyname", "packageFamilyName"),
    ):
        value = body.get(key)
        pasted.values[name] = value if isinstance(value, str) else ""
        if not isinstance(value, str) or not value:
            pasted.problems[name] = bad_curl(f"The pasted body has no {word}.", "Fill it in here.")
    payload = body.get("payload")
    pasted.values["payload"] = as_json(payload) if "payload" in body else ""
    if not isinstance(payload, Mapping):
        what = "is not a JSON object" if "payload" in body else "is missing"
        pasted.problems["payload"] = bad_curl(f"The payload in the pasted body {what}.", 'Write {"key": value}.')
