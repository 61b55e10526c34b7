"""Headers of the contract, and every status that is not a success, with its codes."""

from __future__ import annotations

from typing import Any, Final

from romekit.cloud.graph.bodies import LARGEST
from romekit.cloud.graph.messages import ALWAYS, SECRET
from romekit.cloud.openapi.shapes import DIGITS, TEXT, ref

#: Only there when it is switched on.
MONITOR: Final = "Operation-Location"
#: header -> (schema, description)
HEADERS: Final = {
    "request-id": ({"type": "string", "format": "uuid"}, "This request's own number."),
    "client-request-id": (TEXT, "What the client called its request, else the same as `request-id`."),
    "OData-Version": ({"const": ALWAYS["OData-Version"]}, "The version of OData."),
    "x-ms-ags-diagnostic": (TEXT, "Which server it was."),
    "Location": ({"type": "string", "format": "uri"}, "Where the command can be read."),
    MONITOR: ({"type": "string", "format": "uri"}, "Where the status monitor of the operation is."),
    SECRET: (TEXT, "What the updates are signed with; only when there is a `postBackUri`."),
    "ETag": (TEXT, "Changes whenever what is answered does."),
    "Preference-Applied": ({"const": "wait"}, "The wish to wait was heard."),
    "Retry-After": (DIGITS, "Whole seconds."),
    "WWW-Authenticate": (TEXT, "Where a token is to be had."),
    "Allow": (TEXT, "The verbs there are."),
    "Access-Control-Allow-Methods": (TEXT, "The verbs there are, for a browser."),
    "Access-Control-Allow-Headers": (TEXT, "The headers a browser may send."),
    "Access-Control-Max-Age": (DIGITS, "Seconds this may be remembered."),
}
EVERYWHERE: Final = ("request-id", "client-request-id", "OData-Version", "x-ms-ags-diagnostic")
#: Headers that an answer always has where the contract lists them; the others come with some of the answers.
NEVER_MISSING: Final = frozenset({*EVERYWHERE, MONITOR, "Location", "ETag", "Allow", "Access-Control-Allow-Methods"})
#: What only a fault causes; the fault says whether there is a Retry-After.
FAULTY: Final = frozenset({500, 502, 503, 504})

_SIGNED: Final = ("WWW-Authenticate",)
_LATER: Final = ("Retry-After",)
FORBIDDEN: Final = (
    "`AccessDenied`, `Authorization_RequestDenied`: a work account, another person's things, a missing scope; "
    "`quotaLimitReached`: a share of a class is used up."
)
#: status -> (name, headers of its own, what it means; the codes in backquotes)
REFUSALS: Final = {
    400: ("BadRequest", (), "`BadRequest`, `ExpandNotSupported`, `notSupported`: `target` names what is wrong."),
    401: ("Unauthorized", _SIGNED, "`InvalidAuthenticationToken`: no token, or a refused one."),
    403: ("Forbidden", _SIGNED, FORBIDDEN),
    404: ("NotFound", (), "`itemNotFound`: no such device or command, or it holds no answer."),
    405: ("MethodNotAllowed", ("Allow",), "`notAllowed`: this verb is not offered at this path. For all other verbs."),
    409: ("Conflict", (), "`notAllowed`: the command is final. `nameAlreadyExists`: a client-request-id came twice."),
    410: ("Gone", (), "`Gone`: in retired mode, the service as it is since 30 September 2020."),
    413: ("TooLarge", (), f"`RequestEntityTooLarge`: more than {LARGEST} bytes; a class may take less."),
    415: ("UnsupportedMediaType", (), "`BadRequest`: the body is not application/json, or it is compressed."),
    424: ("FailedDependency", (), "`FailedDependency`: only inside a batch, where another request failed."),
    429: ("TooManyRequests", _LATER, "`TooManyRequests`: come back later. Nothing was done."),
    500: ("InternalServerError", _LATER, "`generalException`: only when a fault says so."),
    502: ("BadGateway", _LATER, "`UnknownError`: only when a fault says so."),
    503: ("ServiceUnavailable", _LATER, "`serviceNotAvailable`: nothing can be stored now, or a fault says so."),
    504: ("GatewayTimeout", _LATER, "`serviceNotAvailable`: only when a fault says so. It may be done."),
    507: ("InsufficientStorage", (), "`quotaLimitReached`: the space is full; `insufficientStorage`: the disk is."),
}


def headers(*names: str) -> dict[str, Any]:
    """References to the headers of an answer: those of every answer, and these."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*EVERYWHERE, *names)}


def all_headers(status_monitor: bool) -> dict[str, Any]:
    return {
        name: {"description": about, "required": name in NEVER_MISSING, "schema": shape}
        for name, (shape, about) in HEADERS.items()
        if status_monitor or name != MONITOR
    }


def all_refusals() -> dict[str, Any]:
    content = {"application/json": {"schema": ref("Error")}}
    return {
        name: {"description": about, "headers": headers(*own), "content": content}
        for name, own, about in REFUSALS.values()
    }
