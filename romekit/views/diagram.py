"""The life of a command as a picture: the table of romekit.core.status as three boxes that fit any width.

The ends stand in a box of their own and have numbers, so that they can be counted. An arrow stands beside the status
that it leaves, or beside the end that it reaches; what every status of a box can do is said once, under it.
"""

from __future__ import annotations

from typing import Any, Final

from romekit.core.status import FINAL, MEANING, NEXT, Status
from romekit.views.chart import SHEET
from romekit.views.styles import style_of

STOPPING: Final = (Status.CANCEL, Status.CANCELLING)
ENDS: Final = tuple(status for status in NEXT if status in FINAL)
UNDER_WAY: Final = tuple(status for status in NEXT if status not in (*STOPPING, *ENDS))
BOX: Final = "flex:1 1 250px;padding:4px 12px 8px;border:1px solid #808080;border-radius:6px;"
CHIP: Final = "display:inline-block;padding:0 8px;border:1px solid #808080;border-radius:4px;"
LINE: Final = "margin:6px 0;line-height:1.6;"


class StatusDiagram:
    """The status machine: three boxes as HTML, closed under them its table, and a line per status as text."""

    def __repr__(self) -> str:
        return f"The {len(NEXT)} statuses of a command and how one leads to another"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": f"{self!r}\n{self.as_text()}", "text/html": self.as_html()}

    def as_html(self) -> str:
        """The picture, and a table with a row per status."""
        rows = (
            f"<tr><td>{each}</td><td>{MEANING[each]}</td><td>{_targets(each) or 'nowhere: final'}</td></tr>"
            for each in NEXT
        )
        head = "<tr><th>status</th><th>meaning</th><th>leads to</th></tr>"
        boxes = _box("under way", UNDER_WAY) + _box("being stopped", STOPPING) + _end_box()
        return (
            f'<div style="{SHEET}"><div style="display:flex;flex-wrap:wrap;gap:8px;">{boxes}</div>'
            f"<details><summary>Table of the statuses</summary><table>{head}{''.join(rows)}</table></details></div>"
        )

    def as_text(self) -> str:
        """One line per status: where it can lead, or that it is final."""
        return "\n".join(f"{status:>15} -> {_targets(status) or 'the end'}" for status in NEXT)


def _box(title: str, members: tuple[Status, ...]) -> str:
    shared = set.intersection(*({*NEXT[each].items()} for each in members))
    lines = (f'<div style="{LINE}">{_chip(each)} {_arrows(each, shared)}</div>' for each in members)
    all_can = ", ".join(" → ".join(move) for move in NEXT[members[0]].items() if move in shared)
    return f'<div style="{BOX}"><b>{len(members)} {title}</b>{"".join(lines)}<div>each of them: {all_can}</div></div>'


def _arrows(status: Status, shared: set[Any]) -> str:
    """The moves of a status to others that are no ends, but for those that its whole box can make."""
    moves = [move for move in NEXT[status].items() if move not in shared and move[1] not in FINAL]
    return "&ensp;".join(f"<i>{signal}</i> → {target}" for signal, target in moves)


def _end_box() -> str:
    lines = "".join(f'<li style="{LINE}"><b>{_chip(end)}</b> ← {_reasons(end)}</li>' for end in ENDS)
    return f'<div style="{BOX}border-width:3px;"><b>{len(ENDS)} ends</b><ol style="margin:0;">{lines}</ol></div>'


def _reasons(end: Status) -> str:
    """What leads to an end: each signal, and from which statuses."""
    sources: dict[str, list[Status]] = {}
    for status, moves in NEXT.items():
        for signal, target in moves.items():
            if target is end:
                sources.setdefault(signal, []).append(status)
    return "; ".join(f"<i>{signal}</i> ({_named(found)})" for signal, found in sources.items())


def _named(statuses: list[Status]) -> str:
    if set(statuses) >= {*UNDER_WAY, *STOPPING}:
        return "any"
    return "any under way" if set(statuses) == set(UNDER_WAY) else ", ".join(statuses)


def _chip(status: Status) -> str:
    style = style_of(status)
    return f'<span style="{CHIP}background-color:{style.fill};color:{style.ink};">{style.block} {status}</span>'


def _targets(status: Status) -> str:
    return ", ".join(dict.fromkeys(NEXT[status].values()))


def status_diagram() -> StatusDiagram:
    """The fourteen statuses and the moves between them."""
    return StatusDiagram()
