"""The life of a command as a picture: the table of romekit.core.status, which JupyterLab draws as a Mermaid diagram."""

from __future__ import annotations

from typing import Any

from romekit.core.status import MEANING, NEXT, Status, diagram


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
        return f"```mermaid\n{diagram()}\n```\n\n{table}"

    def as_text(self) -> str:
        """One line per status: where it can lead, or that it is final."""
        return "\n".join(f"{status:>15} -> {_targets(status) or 'the end'}" for status in NEXT)


def _targets(status: Status) -> str:
    return ", ".join(dict.fromkeys(NEXT[status].values()))


def status_diagram() -> StatusDiagram:
    """The fourteen statuses and the moves between them."""
    return StatusDiagram()
