"""The life of a command as a picture: the table of romekit.status, which JupyterLab draws as a Mermaid diagram."""

from __future__ import annotations

from typing import Any

from romekit.status import NEXT, diagram


class StatusDiagram:
    """The status machine: markdown with Mermaid where that is drawn, a list of moves elsewhere."""

    def __repr__(self) -> str:
        return f"The {len(NEXT)} statuses of a command and how one leads to another"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": f"{self!r}\n{self.as_text()}", "text/markdown": f"```mermaid\n{diagram()}\n```"}

    def as_text(self) -> str:
        """One line per status: where it can lead, or that it is final."""
        targets = {status: ", ".join(dict.fromkeys(moves.values())) for status, moves in NEXT.items()}
        return "\n".join(f"{status:>15} -> {words or 'the end'}" for status, words in targets.items())


def status_diagram() -> StatusDiagram:
    """The fourteen statuses and the moves between them."""
    return StatusDiagram()
