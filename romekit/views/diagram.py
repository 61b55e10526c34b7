"""The life of a command as a picture: the table of romekit.core.status, which JupyterLab draws as a Mermaid flowchart.

The ends stand together in a frame of their own, so that they can be counted. A move that every status of a frame can
make is one arrow from the frame, which leaves half as many arrows as there are moves.
"""

from __future__ import annotations

from typing import Any

from romekit.core.status import FINAL, MEANING, NEXT, Signal, Status


class StatusDiagram:
    """The status machine: markdown with Mermaid, and under the picture its table, which is left where none is drawn."""

    def __repr__(self) -> str:
        return f"The {len(NEXT)} statuses of a command and how one leads to another"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": f"{self!r}\n{self.as_text()}", "text/markdown": self.as_markdown()}

    def as_markdown(self) -> str:
        """The picture, and a table with a row per status."""
        rows = (f"| `{status}` | {MEANING[status]} | {_targets(status) or 'nowhere: final'} |" for status in NEXT)
        table = "\n".join(("| status | meaning | leads to |", "| --- | --- | --- |", *rows))
        return f"```mermaid\n{flowchart()}\n```\n\n{table}"

    def as_text(self) -> str:
        """One line per status: where it can lead, or that it is final."""
        return "\n".join(f"{status:>15} -> {_targets(status) or 'the end'}" for status in NEXT)


def flowchart() -> str:
    """The statuses in three frames, and the moves between them, in Mermaid's words."""
    stopping = [Status.CANCEL, Status.CANCELLING]
    ends = [status for status in NEXT if status in FINAL]
    frames: dict[str, tuple[str, list[Status]]] = {
        "underway": ("under way", [status for status in NEXT if status not in (*stopping, *ends)]),
        "stopping": ("being stopped", stopping),
        "ends": (f"the {len(ends)} ends", ends),
    }
    lines = ["flowchart LR"]
    for frame, (title, members) in frames.items():
        nodes = (f"        {each}([{each}])" if each in FINAL else f"        {each}" for each in members)
        lines += [f'    subgraph {frame} ["{title}"]', *nodes, "    end"]
    for frame, (_, members) in frames.items():
        lines += [f"    {source} -- {signal} --> {target}" for source, signal, target in _moves(frame, members)]
    return "\n".join([*lines, "    classDef final stroke-width:4px", f"    class {','.join(ends)} final"])


def _moves(frame: str, members: list[Status]) -> list[tuple[str, str, str]]:
    """The arrows from a frame: from the frame itself where each of its statuses has that move, else from the status."""
    sources: dict[tuple[Signal, Status], list[Status]] = {}
    for status in members:
        for signal, target in NEXT[status].items():
            sources.setdefault((signal, target), []).append(status)
    return [
        (source, signal, target)
        for (signal, target), mine in sources.items()
        for source in ([frame] if mine == members else mine)
    ]


def _targets(status: Status) -> str:
    return ", ".join(dict.fromkeys(NEXT[status].values()))


def status_diagram() -> StatusDiagram:
    """The fourteen statuses and the moves between them."""
    return StatusDiagram()
