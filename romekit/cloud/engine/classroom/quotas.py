"""What each student of a class may use, as data. The defaults are far above what any lesson needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Final

from romekit.core.errors import BadInput

#: name -> what it is, and the largest number that makes sense
MEANING: Final[dict[str, tuple[str, int]]] = {
    "students": ("students in the class", 1000),
    "devices": ("devices a student begins with", 7),
    "commands_per_minute": ("commands a student sends within a minute", 100_000),
    "commands": ("commands a student sends in all", 1_000_000),
    "events": ("events a student's space holds", 10_000_000),
    "faults": ("faults a student has set at the same time", 1000),
    "waiting": ("requests a student lets the server hold at the same time", 1000),
    "body": ("bytes a request may have", 64 * 1024),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """For each student, but `students`, which is for the class."""

    students: int = 60
    devices: int = 7
    commands_per_minute: int = 240
    commands: int = 20_000
    events: int = 200_000
    faults: int = 20
    waiting: int = 12
    body: int = 64 * 1024

    def as_data(self) -> dict[str, int]:
        return asdict(self)


def quotas_from(data: Mapping[str, int]) -> Quotas:
    """The quotas somebody names, the rest as usual; BadInput says which of them is none."""
    known = {each.name for each in fields(Quotas)}
    for name, value in data.items():
        if name not in known:
            raise BadInput(f"There is no quota {name!r}.", field="quota", hint=f"There are: {', '.join(MEANING)}.")
        most = MEANING[name][1]
        if not 1 <= value <= most:
            raise BadInput(f"{value} {MEANING[name][0]}?", field="quota", hint=f"Use 1 to {most}.")
    return Quotas(**data)
