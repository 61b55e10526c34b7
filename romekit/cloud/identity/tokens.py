"""Access tokens: claims, sealed with a key that the servers share. Nobody has to look one up.

They look like those of personal accounts, `EwB…` without dots (dossier 9.5), so that a client that tries to decode one
fails here as it would with Microsoft. They are sealed against change, not against reading: there is no secret inside.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from typing import Any, Final

PREFIX: Final = "EwB"
SEAL: Final = 32
#: Longer ones are not read at all; ours have about 600 characters.
LONGEST: Final = 8192

_written = json.JSONEncoder(separators=(",", ":")).encode


class BadToken(ValueError):
    """This is not an access token of ours, or not any more what it was."""


def seal(claims: dict[str, Any], key: bytes) -> str:
    """The token that carries these claims."""
    said = _written(claims).encode()
    # Blanks up to a multiple of three bytes: then base64 has no padding and no spare bits, and one spelling only.
    said += b" " * (-(SEAL + len(said)) % 3)
    return PREFIX + b64encode(hmac.digest(key, said, "sha256") + said).decode()


def unseal(token: str, key: bytes) -> dict[str, Any]:
    """The claims of a token; BadToken if it was not sealed with this key. When it ends, the caller checks."""
    if not token.startswith(PREFIX) or len(token) > LONGEST:
        raise BadToken("Not an access token of this identity provider.")
    try:
        raw = b64decode(token[len(PREFIX) :], validate=True)
    except ValueError:
        raise BadToken("Not an access token of this identity provider.") from None
    said = raw[SEAL:]
    if not hmac.compare_digest(raw[:SEAL], hmac.digest(key, said, "sha256")):
        raise BadToken("The access token was changed, or sealed with another key.")
    claims: dict[str, Any] = json.loads(said)
    return claims
