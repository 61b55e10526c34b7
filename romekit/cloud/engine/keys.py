"""The one event of the stream `keys`: a cloud's keys, sealed so that whoever reads the stream learns nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from romekit.cloud.engine.events import KINDS, Event

#: The stream they are in. It is the only one with anything secret in it, and is left out of every copy.
STREAM: Final = "keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysSealed(Event):
    """New keys count from now on; `sealed` opens only with the secret that the servers of this cloud share."""

    kind: ClassVar[str] = "keys_sealed"
    sealed: str


KINDS[KeysSealed.kind] = KeysSealed
