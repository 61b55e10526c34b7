"""The promises, as functions over what clients wrote down and what the store holds in the end.

lost         a 201 was given for it, and it is not there, or it never ends
repeated     one order became two commands, or one command was run twice
appeared     a client was told that nothing was done, and it was
backwards    a client saw a status that cannot follow the one it saw before, or one that its history does not have
strange      an error that is not ours, or one that says not what to do next
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from romekit.core.status import NEXT, Status, as_status, is_final
from tests.chaos.journal import Journal


@dataclass
class Kept:
    """What the server has in the end: for each command its URI, its statuses in order, and how often it was run."""

    uris: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, list[str]] = field(default_factory=dict)
    runs: Counter[str] = field(default_factory=Counter)


@dataclass
class Verdict:
    """What was found, in sentences; nothing in any of them is as it should be."""

    accepted: int
    errors: Counter[str]
    lost: list[str]
    repeated: list[str]
    appeared: list[str]
    backwards: list[str]
    strange: list[str]

    def wrong(self, said: str = "") -> list[str]:
        """What was found, what a server said on stderr that nobody should have to read, or that nothing was shown."""
        found = [*self.lost, *self.repeated, *self.appeared, *self.backwards, *self.strange]
        found += [said] if "Traceback" in said else []
        return found if self.accepted > 0 else [*found, "nothing was accepted, so nothing was shown"]


def judge(journals: Sequence[Journal], kept: Kept) -> Verdict:
    """Hold everything that was written down against what is kept."""
    return Verdict(
        accepted=len({id_ for journal in journals for wanted in journal.wanted.values() for id_ in wanted.ids}),
        errors=Counter(trouble.kind for journal in journals for trouble in journal.troubles),
        **{name: [found for journal in journals for found in look(journal, kept)] for name, look in LOOKS.items()},
    )


def lost(journal: Journal, kept: Kept) -> Iterator[str]:
    for wanted in journal.wanted.values():
        for id_ in set(wanted.ids):
            statuses = kept.statuses.get(id_)
            if statuses is None:
                yield f"lost: {journal.who} got a 201 for {id_} ({wanted.uri}), and it is not there"
            elif not is_final(statuses[-1]):
                yield f"lost: {id_} ({wanted.uri}) never ended, it is still {statuses[-1]}"


def repeated(journal: Journal, kept: Kept) -> Iterator[str]:
    made = _commands_by_uri(kept)
    for wanted in journal.wanted.values():
        commands = made.get(wanted.uri, [])
        if len(set(wanted.ids) | set(commands)) > 1:
            yield f"repeated: {wanted.uri} became {len(commands)} commands, {journal.who} was given {wanted.ids}"
        yield from (f"repeated: {id_} was run {kept.runs[id_]} times" for id_ in commands if kept.runs[id_] > 1)


def appeared(journal: Journal, kept: Kept) -> Iterator[str]:
    made = _commands_by_uri(kept)
    for wanted in journal.wanted.values():
        if not wanted.ids and not wanted.is_unsure and wanted.uri in made:
            yield f"appeared: {wanted.uri}, though {journal.who} was told {wanted.errors}"


def backwards(journal: Journal, kept: Kept) -> Iterator[str]:
    for id_, seen in journal.seen.items():
        for before, after in pairwise(seen):
            if before != after and as_status(after) not in AFTER[Status(before)]:
                yield f"backwards: {journal.who} saw {id_} go from {before} to {after}"
        if not _is_within(_changes(seen), kept.statuses.get(id_, [])):
            yield f"backwards: {journal.who} saw {_changes(seen)} of {id_}, whose history is {kept.statuses.get(id_)}"


def strange(journal: Journal, kept: Kept) -> Iterator[str]:
    for trouble in journal.troubles:
        if not trouble.is_ours:
            yield f"strange: {journal.who} got {trouble.kind}: {trouble.message}\n{trouble.where}"
        elif not trouble.hint.strip():
            yield f"strange: {journal.who} got {trouble.kind} without a hint: {trouble.message}"


LOOKS: Final[dict[str, Callable[[Journal, Kept], Iterator[str]]]] = {
    "lost": lost,
    "repeated": repeated,
    "appeared": appeared,
    "backwards": backwards,
    "strange": strange,
}


def _commands_by_uri(kept: Kept) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {}
    for id_, uri in kept.uris.items():
        made.setdefault(uri, []).append(id_)
    return made


def _changes(seen: Sequence[str]) -> list[str]:
    return [after for before, after in pairwise(["", *seen]) if before != after]


def _is_within(some: Iterable[str], whole: Iterable[str]) -> bool:
    """Whether all of some are in the whole, in their order."""
    left = iter(whole)
    return all(each in left for each in some)


def _after(status: Status) -> frozenset[Status]:
    found: set[Status] = set()
    ahead = [status]
    while ahead:
        new = set(NEXT[ahead.pop()].values()) - found
        found |= new
        ahead += new
    return frozenset(found)


#: For each status all that can still follow.
AFTER: Final = {status: _after(status) for status in Status}
