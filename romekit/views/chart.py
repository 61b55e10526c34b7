"""A chart that can be read everywhere: live Plotly, HTML that needs nothing, plain text, and always its table.

Plotly draws in JupyterLab, also without a network. GitHub, nbviewer and exported pages do not run it, and show the
HTML; terminals show the text. The figure is kept as the plain JSON it is sent as: the same bytes on every run, without
Plotly's default template (7 kB), and nobody waits for the import of plotly before asking for `figure`. What is
shown has the page's colours (themed.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from romekit.views.themed import in_theme

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

PLOTLY: Final = "application/vnd.plotly.v1+json"
CONFIG: Final = {"displaylogo": False, "responsive": True}


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A figure with its title, its `description` (the finding, in a sentence) and the `table` it was drawn from."""

    title: str
    description: str
    table: pd.DataFrame
    spec: dict[str, Any]
    html: str
    text: str

    def __repr__(self) -> str:
        return f"Chart: {self.title}. {self.description}"

    @property
    def figure(self) -> Figure:
        """The chart as a Plotly figure, to change it or to export it."""
        from plotly.graph_objects import Figure  # costs 50 ms, and showing the chart does not need it

        return Figure(self.spec)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            PLOTLY: {**in_theme(self.spec), "config": CONFIG},
            "text/html": self.html,
            "text/plain": f"{self.title}\n{self.description}\n\n{self.text}",
        }
