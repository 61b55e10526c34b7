"""Who has used how much of the processors, where Linux tells it."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterable, Mapping
from pathlib import Path
from time import perf_counter, sleep

PROC = Path("/proc")
#: A process that uses less than this part of a core has nothing more to do.
QUIET = 0.1
LONGEST = 15.0


def family(pid: int) -> list[int]:
    """A process and all that come from it."""
    listed = PROC / str(pid) / "task" / str(pid) / "children"
    children = listed.read_text().split() if listed.exists() else []
    return [pid, *(each for child in children for each in family(int(child)))]


def seconds_of(pids: Iterable[int]) -> float:
    """The processor time of processes until now, all their threads together."""
    return sum(map(_seconds, pids))


def seconds_of_ended() -> float:
    """The processor time of the programs that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def seconds_of_all() -> float:
    """The processor time of everything on the machine until now."""
    try:
        fields = (PROC / "stat").read_text().splitlines()[0].split()[1:9]
    except OSError:
        return 0.0
    return (sum(map(int, fields)) - int(fields[3]) - int(fields[4])) / os.sysconf("SC_CLK_TCK")


def settled(*pids: int) -> None:
    """Return when the processes have nothing more to do, so that nobody works in somebody else's turn."""
    until = perf_counter() + LONGEST
    before = seconds_of(pids)
    while perf_counter() < until:
        sleep(0.25)
        now = seconds_of(pids)
        if now - before <= 0.25 * QUIET:
            return
        before = now


def in_cores(used: Mapping[str, float]) -> str:
    """`romekit 1.1, wrk 0.3 of 2`."""
    return f"{', '.join(f'{name} {cores:.2f}' for name, cores in used.items())} of {os.cpu_count()}"


def _seconds(pid: int) -> float:
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
