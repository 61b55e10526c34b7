"""An update as it goes over the wire: a command after a transition, and the headers that say who posted it and when."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from romekit.cloud.engine.space import CommandNow
from romekit.cloud.graph.handlers import as_command
from romekit.core.model import Profile
from romekit.core.status import Status


class Post(NamedTuple):
    """What goes over the wire: headers and body."""

    headers: Mapping[str, str]
    body: bytes


class StatusUpdate(NamedTuple):
    """One transition to post: its number, when it happened, and the command as it was."""

    number: int
    at: float
    body: bytes


def signature(secret: str, at: float, body: bytes) -> str:
    """What `X-Romekit-Signature` holds for a body posted at this time."""
    time = f"{at:.3f}"
    return f"t={time},v1={hmac.digest(secret.encode(), time.encode() + b'.' + body, 'sha256').hex()}"


def signed(request: str, secret: str, update: StatusUpdate, at: float) -> Post:
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "romekit-post-back",
        "client-request-id": request,
        "X-Romekit-Sequence": str(update.number),
        "X-Romekit-Timestamp": f"{update.at:.3f}",
        "X-Romekit-Signature": signature(secret, at, update.body),
    }
    return Post(headers, update.body)


def forged(command: CommandNow, update: StatusUpdate, profile: Profile) -> StatusUpdate:
    """The update with an end that has not come."""
    end = Status.FAILED_TO_SEND if b'"completed"' in update.body else Status.COMPLETED
    return update._replace(body=as_body(replace(command, status=end), profile))


def as_body(command: CommandNow, profile: Profile) -> bytes:
    return json.dumps(as_command(command).as_wire(profile), ensure_ascii=False, separators=(",", ":")).encode()
