"""Many commands as one thing: those that were accepted, in order, and those that failed, each with its error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar, overload

from romekit.client.command import Handle
from romekit.core.errors import RomeError, SomeFailed
from romekit.core.model import Device, Order

H = TypeVar("H", bound=Handle)
#: How many failures a message names before it only counts.
NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class ChangesLink:
    """A place in a service's list of changes: the address of what comes after it, and its ETag.

    `is_last` is False for the end of a page that has a next one.
    """

    link: str
    etag: str
    is_last: bool = True


@dataclass(frozen=True, slots=True)
class Failed:
    """An order that was not accepted, or a command that could not be followed, and why.

    `number` is its place in what was given, from 1. One that was not accepted has its `order` and the `request_id` it
    was sent under; handed to `send_many` it is sent again under that id.
    """

    number: int
    device: Device
    words: str
    error: RomeError
    order: Order | None = None
    request_id: str = ""

    def __repr__(self) -> str:
        where = self.device.name or self.device.id
        return f"#{self.number} {self.words} on {where}: {type(self.error).__name__}: {self.error.message}"


class Fleet(Sequence[H], Generic[H]):
    """The commands of a `send_many` in their order, to be used like a list of them; `failed` says what went wrong.

    `size` is how many orders there were, `since` where this fleet begins in the service's list of changes, if there is
    one.
    """

    def __init__(
        self, sent: Sequence[H], failed: Sequence[Failed], size: int, since: ChangesLink | None = None
    ) -> None:
        self.sent = list(sent)
        self.failed = list(failed)
        self.size = size
        self.since = since

    @overload
    def __getitem__(self, place: int) -> H: ...
    @overload
    def __getitem__(self, place: slice) -> list[H]: ...
    def __getitem__(self, place: int | slice) -> H | list[H]:
        return self.sent[place]

    def __len__(self) -> int:
        return len(self.sent)

    def statuses(self) -> dict[str, int]:
        """How many commands are in which status, as seen last."""
        return dict(sorted(Counter(command.status for command in self.sent).items()))

    @property
    def is_final(self) -> bool:
        """Whether no command's status will change any more."""
        return all(command.is_final for command in self.sent)

    def check(self) -> Fleet[H]:
        """The fleet itself; SomeFailed, naming each, if an order failed."""
        if not self.failed:
            return self
        named = "\n".join(f"  {each!r}" for each in self.failed[:NAMED])
        more = f"\n  and {len(self.failed) - NAMED} more" if len(self.failed) > NAMED else ""
        raise SomeFailed(f"{len(self.failed)} of {self.size} failed.\n{named}{more}\n", failed=self.failed)

    def __repr__(self) -> str:
        counted = ", ".join(f"{count} {status}" for status, count in self.statuses().items()) or "none accepted"
        failed = f"; {_count(len(self.failed), 'failure')}" if self.failed else ""
        return f"<{_count(len(self.sent), 'command')}: {counted}{failed}>"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
