"""One order in four languages: HTTP as documented, curl, romekit's Python, and Microsoft's SDK for Python.

Each is complete enough to be run, and tests do run it. None holds a token: `$TOKEN` is a variable of the reader's
shell.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pprint import pformat
from textwrap import indent
from typing import Any, Final
from urllib.parse import quote, urlsplit

from romekit.core.errors import BadInput
from romekit.core.model import ECHO, PING_PONG, RANDOM_NUMBER, Launch, Order, check_depth

#: Where `romekit serve` listens unless told otherwise: Microsoft's own service only says that it has been retired.
SERVED: Final = "http://127.0.0.1:8765/beta"
NAMED: Final = {PING_PONG: "romekit.PING_PONG", ECHO: "romekit.ECHO", RANDOM_NUMBER: "romekit.RANDOM_NUMBER"}
WIDTH: Final = 88


def as_json(value: Any) -> str:
    """JSON for people: indented, with letters as they are, unless they are halves of letters that no UTF-8 can hold."""
    with suppress(UnicodeEncodeError):
        text = json.dumps(value, indent=2, ensure_ascii=False)
        text.encode()
        return text
    return json.dumps(value, indent=2)


def json_object(text: str, what: str, field: str) -> dict[str, Any]:
    """The JSON object a person wrote, or BadInput that says in which line and column it stops being one."""
    refused = partial(BadInput, field=field)

    def refuse(constant: str) -> None:
        raise refused(f"{constant} is not JSON.", hint="Use a number, or null.")

    if not text.strip():
        raise refused(f"The {what} is empty.", hint="Write a JSON object; {} is the smallest.")
    try:
        check_depth(text)
        found = json.loads(text, parse_constant=refuse)
        json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        place = f"Line {error.lineno}, column {error.colno}"
        raise refused(f"{place}: {error.msg}.", hint=f"The {what} must be valid JSON.") from None
    except UnicodeEncodeError:  # JSON can say half of a pair of surrogates, no request can carry it
        hint = "Write it as itself, or as both halves: \\ud83d\\ude00."
        raise refused(f"There is half a character in the {what}.", hint=hint) from None
    except ValueError:  # deeper or longer than anybody reads
        raise refused(f"The {what} is too deep or holds too long a number.", hint="Send something smaller.") from None
    if not isinstance(found, dict):
        raise refused(f"The {what} is not a JSON object.", hint='Write {"key": value}.')
    return found


def as_http(device: str, order: Order, address: str = SERVED) -> str:
    """Method, path and body, as the documentation prints it (dossier 4.2), and the host."""
    head = f"POST {_path(device)}\nHost: {urlsplit(address).netloc}\nContent-Type: application/json"
    return f"{head}\n\n{as_json(order.as_wire())}"


def as_curl(device: str, order: Order, address: str = SERVED) -> str:
    """A line for a POSIX shell with the access token in its variable TOKEN."""
    place = f"{address.rstrip('/')}{_path(device).removeprefix('/beta')}"
    parts = [
        f"curl {_quoted(place)}",
        '-H "Authorization: Bearer $TOKEN"',
        "-H 'Content-Type: application/json'",
        f"--data-raw {_quoted(as_json(order.as_wire()))}",
    ]
    return " \\\n  ".join(parts)


def as_romekit(device: str, order: Order, address: str = SERVED) -> str:
    """Python for a `rome` that is signed in."""
    if isinstance(order, Launch):
        return f"command = rome.launch({device!r}, {order.uri!r})\ncommand.follow().status"
    service = NAMED.get(order.service) or f"romekit.{order.service!r}"
    sent = f"command = rome.call(\n    {device!r},\n    {service},\n{_literal(order.payload)},\n)"
    return f"import romekit\n\n{sent}\ncommand.follow().payload()"


def as_msgraph(device: str, order: Order, address: str = SERVED) -> str:
    """Python for a `client`, a GraphServiceClient of msgraph-beta-sdk, inside a coroutine or a notebook's cell."""
    wire = order.as_wire()
    where = f"client.request_adapter.base_url = {address.rstrip('/')!r}\n"
    commands = f"client.me().devices.by_device_id({device!r}).commands"
    if not _can_be_bound(wire["payload"]):
        return _as_raw_body(where, commands, wire)
    fields = [("type", "type"), ("app_service_name", "appServiceName"), ("package_family_name", "packageFamilyName")]
    named = "\n".join(f"    {name}={wire[key]!r}," for name, key in fields if key in wire)
    return (
        "from msgraph_beta.generated.models.command import Command\n"
        "from msgraph_beta.generated.models.payload_request import PayloadRequest\n\n"
        f"message = (\n{_literal(wire['payload'])}\n)\n"
        f"order = Command(\n{named}\n    payload=PayloadRequest(additional_data=message),\n)\n"
        f"{where}sent = await {commands}.post(order)\n"
        "sent.status"
    )


def _can_be_bound(value: Any) -> bool:
    """Whether the SDK can write it: a list that mixes objects or lists with other things it cannot (kiota 1.16)."""
    if isinstance(value, dict):
        return all(_can_be_bound(each) for each in value.values())
    if isinstance(value, list):
        kinds = {dict if isinstance(each, dict) else list if isinstance(each, list) else None for each in value}
        return list not in kinds and len(kinds) <= 1 and all(_can_be_bound(each) for each in value)
    return True


def _as_raw_body(where: str, commands: str, wire: dict[str, Any]) -> str:
    """The SDK's own way round its serializer: the body as it is to be sent."""
    return (
        "import json\n\n"
        "from msgraph_beta.generated.models.command import Command\n\n"
        f"body = (\n{_literal(wire)}\n)\n"
        f"{where}request = {commands}.to_post_request_information(Command())\n"
        'request.set_stream_content(json.dumps(body).encode(), "application/json")\n'
        "sent = await client.request_adapter.send_async(request, Command, {})\n"
        "sent.status"
    )


Snippet = Callable[[str, Order, str], str]

CURL_NOTE: Final = (
    "$TOKEN is a variable of your shell that holds an access token; rome.token() makes one. None is shown."
)
SDK_NOTE: Final = (
    "Here client is a GraphServiceClient of msgraph-beta-sdk, signed in. It sends tokens over https only: to romekit "
    "serve --tls, not to a lab."
)
#: The name of a language, how to write it, and what it takes to run it.
SNIPPETS: Final[tuple[tuple[str, Snippet, str], ...]] = (
    ("HTTP", as_http, "With a header “Authorization: Bearer …”, which holds your access token and is never shown."),
    ("curl", as_curl, CURL_NOTE),
    ("romekit Python", as_romekit, "Here rome is a signed-in client, such as lab.rome() or romekit.connect(…)."),
    ("msgraph SDK Python", as_msgraph, SDK_NOTE),
)


def _path(device: str) -> str:
    return f"/beta/me/devices/{quote(device, safe='')}/commands"


def _quoted(text: str) -> str:
    """A text as one word of a POSIX shell."""
    inside = text.replace("'", "'\\''")
    return f"'{inside}'"


def _literal(value: Any) -> str:
    """A value as Python writes it, on lines of their own."""
    return indent(pformat(value, width=WIDTH, sort_dicts=False), " " * 4)
