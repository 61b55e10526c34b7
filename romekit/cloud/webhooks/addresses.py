"""Where updates may be posted: this machine's own loopback, and the places its operator has listed. Nothing else.

A server that posts anywhere is a way into networks its callers cannot reach (SSRF; dossier 5.4). So an address is
checked twice. **At send** it has to fit a pattern, which takes nothing that two parsers could read differently. **At
delivery** its name is resolved once, every address found has to be allowed, and the connection is made to that very
address: DNS rebinding changes nothing.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Collection
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, ip_address
from typing import Final, NamedTuple

from romekit.core.errors import BadInput, RomeError

LONGEST: Final = 2048
USUAL_PORT: Final = {"http": 80, "https": 443}
HERE: Final = IPv4Network("127.0.0.0/8")

#: The one spelling taken. What may follow the host is printable ASCII without a backslash and without a fragment.
_URI: Final = re.compile(
    r"(?P<scheme>[Hh][Tt][Tt][Pp][Ss]?)://"
    r"(?P<written>(?P<host>\[[0-9A-Fa-f:]+\]|[0-9A-Za-z._-]+)(?::(?P<port>[1-9][0-9]{0,4}))?)"
    r"(?P<rest>(?:[/?][!-\"$-\[\]-~]*)?)"
)
#: The words for a URI that does not fit: the first pattern that is found in it counts.
FLAWS: Final = (
    (rf".{{{LONGEST + 1}}}", f"has more than {LONGEST} characters"),
    (r"\A(?![Hh][Tt][Tt][Pp][Ss]?://)", "is not an absolute http or https URI"),
    (r"[^!-~]", "has blanks, control characters or letters beyond ASCII in it"),
    (r"\\", "has a backslash in it"),
    (r"://[^/?#]*@", "has a name or a password before its host"),
    (r"#", "has a fragment, which is never sent anywhere"),
    (r"://(?:\[[^/?]*\]|[^/?\[:]*):", "has no port from 1 to 65535"),
    (r"", "has no host in its ordinary spelling"),
)
HINT: Final = (
    "Use an address of this machine, such as http://127.0.0.1:8000/updates; "
    "the server's operator can list other places with --post-back-to HOST:PORT."
)


class PostAddress(NamedTuple):
    """A host and a port: what can be listed."""

    host: str
    port: int


class Target(NamedTuple):
    """Where to post. `written` is host and port as the sender wrote them, `rest` the path and the query."""

    scheme: str
    host: str
    port: int
    written: str
    rest: str

    @property
    def place(self) -> PostAddress:
        return PostAddress(self.host, self.port)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.written}{self.rest}"


class Unsafe(RomeError):
    """A name resolves to an address that is not allowed; nothing was sent."""


Resolve = Callable[[str, int], list[str]]


def target_of(uri: str, listed: Collection[PostAddress], *, here: bool = True) -> Target:
    """Where a `postBackUri` leads, or BadInput: one of the listed places, or loopback if that may be (`here`)."""
    target = _parsed(uri)
    if target is None:
        raise _refused(uri, next(words for pattern, words in FLAWS if re.search(pattern, uri, re.DOTALL)))
    is_own = here and (is_here(target.host) or target.host == "localhost")
    if not is_own and target.place not in listed:
        raise _refused(uri, f"leads to {target.host!r}, port {target.port}, which this server does not post to")
    return target


def place_of(text: str) -> PostAddress:
    """A place to list, written `HOST:PORT`; BadInput if it is not."""
    target = _parsed(f"http://{text}")
    if target is None or target.rest or not target.written.endswith(f":{target.port}"):
        raise BadInput(f"{text!r} is not HOST:PORT.", field="post_back_to", hint="Write it as receiver.example:8000.")
    return target.place


def _parsed(uri: str) -> Target | None:
    found = _URI.fullmatch(uri) if len(uri) <= LONGEST else None
    if found is None:
        return None
    scheme, host = found["scheme"].lower(), found["host"].strip("[]").lower()
    target = Target(scheme, host, int(found["port"] or USUAL_PORT[scheme]), found["written"], found["rest"])
    return target if target.port <= 65535 else None


def addresses_of(target: Target, resolve: Resolve) -> list[str]:
    """The addresses to connect to, looked up once; Unsafe if only one of them may not be reached."""
    with suppress(ValueError):
        return [str(ip_address(target.host))]
    found = resolve(target.host, target.port)
    fits = is_here if target.host == "localhost" else is_proper
    wrong = [address for address in found if not fits(address)]
    if wrong or not found:
        raise Unsafe(f"{target.host} has the address {', '.join(wrong) or '(none)'}, which is not posted to.")
    return found


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a name, from the system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_here(host: str) -> bool:
    """Whether this is a loopback address in its ordinary spelling. A mapped one (`::ffff:127.0.0.1`) is not."""
    with suppress(ValueError):
        return host == "::1" or IPv4Address(host) in HERE
    return False


def is_proper(address: str) -> bool:
    """Whether a listed name may have this address: one of a single host, and not of the network's own machinery."""
    with suppress(ValueError):
        found = ip_address(address)
        odd = found.is_unspecified or found.is_multicast or found.is_link_local or found.is_reserved
        return is_here(address) or not (odd or getattr(found, "ipv4_mapped", None) is not None)
    return False


def _refused(uri: str, words: str) -> BadInput:
    shown = uri if len(uri) <= 80 else f"{uri[:80]}…"
    return BadInput(f"postBackUri {shown!r} {words}.", field="postBackUri", hint=HINT)
