"""What one client writes down while it works: what it wanted, what it was told, what it saw, and what went wrong."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field

from romekit.core.errors import RomeError


@dataclass
class Wanted:
    """One order that a client wanted to be done once. `uri` is nobody else's.

    `ids` are those its 201s brought, one for each time it was sent. `is_unsure` is whether an answer to it was ever
    lost: until then, an error means that nothing was done.
    """

    uri: str
    ids: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    is_unsure: bool = False


@dataclass(frozen=True)
class Trouble:
    """An error as a client of ours got it. `where` is its last line of code, for one that is not ours."""

    kind: str
    is_ours: bool
    message: str
    hint: str
    where: str = ""

    @classmethod
    def of(cls, problem: BaseException) -> Trouble:
        is_ours = isinstance(problem, RomeError)
        where = "" if is_ours else "".join(traceback.format_exception(problem)[-3:])
        message, hint = getattr(problem, "message", str(problem)), getattr(problem, "hint", "")
        return cls(type(problem).__name__, is_ours, str(message), str(hint), where)


@dataclass
class Journal:
    """One client's. `seen` has, for each command, every status in the order in which it was shown."""

    who: str
    account: str
    wanted: dict[str, Wanted] = field(default_factory=dict)
    seen: dict[str, list[str]] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)

    def wants(self, uri: str) -> Wanted:
        return self.wanted.setdefault(uri, Wanted(uri))

    def saw(self, id_: str, status: str) -> None:
        self.seen.setdefault(id_, []).append(status)

    def accepted(self, uri: str, id_: str, status: str) -> None:
        self.wants(uri).ids.append(id_)
        self.saw(id_, status)

    def trouble(self, problem: BaseException, uri: str = "") -> None:
        told = Trouble.of(problem)
        self.troubles.append(told)
        if uri:
            wanted = self.wants(uri)
            wanted.errors.append(told.kind)
            wanted.is_unsure = wanted.is_unsure or told.kind == "Unsure"
