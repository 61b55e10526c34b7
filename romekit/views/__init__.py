"""Looking at things: functions from data to a table, a chart, a form or a card.

Nothing is imported before it is used (PEP 562): pandas, plotly and ipywidgets cost far more than everything else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from romekit.core.errors import NotInstalled

if TYPE_CHECKING:
    from romekit.views.bands import fleet_bands as fleet_bands
    from romekit.views.bet import Bet as Bet
    from romekit.views.chart import Chart as Chart
    from romekit.views.command_timeline import timeline as timeline
    from romekit.views.diagram import StatusDiagram as StatusDiagram
    from romekit.views.diagram import status_diagram as status_diagram
    from romekit.views.form import Form as Form
    from romekit.views.forms import launch_form as launch_form
    from romekit.views.forms import service_form as service_form
    from romekit.views.heatmap import fleet_heatmap as fleet_heatmap
    from romekit.views.progress_line import Progress as Progress
    from romekit.views.progress_line import progress as progress
    from romekit.views.race import Finish as Finish
    from romekit.views.race import race_chart as race_chart
    from romekit.views.race import race_table as race_table
    from romekit.views.signin_card import SignInCard as SignInCard
    from romekit.views.tables import device_table as device_table
    from romekit.views.tables import history_table as history_table
    from romekit.views.tables import interval_table as interval_table
    from romekit.views.tables import summary_table as summary_table
    from romekit.views.terminal import text_timeline as text_timeline
    from romekit.views.truth.life import truth_of as truth_of
    from romekit.views.truth.line import TruthLine as TruthLine
    from romekit.views.truth.table import truth_table as truth_table
    from romekit.views.wall import DeviceWall as DeviceWall

_HOME: Final = {
    "Bet": "bet",
    "Chart": "chart",
    "DeviceWall": "wall",
    "Finish": "race",
    "Form": "form",
    "Progress": "progress_line",
    "SignInCard": "signin_card",
    "StatusDiagram": "diagram",
    "TruthLine": "truth.line",
    "device_table": "tables",
    "fleet_bands": "bands",
    "fleet_heatmap": "heatmap",
    "history_table": "tables",
    "interval_table": "tables",
    "launch_form": "forms",
    "progress": "progress_line",
    "race_chart": "race",
    "race_table": "race",
    "service_form": "forms",
    "status_diagram": "diagram",
    "summary_table": "tables",
    "text_timeline": "terminal",
    "timeline": "command_timeline",
    "truth_of": "truth.life",
    "truth_table": "truth.table",
}

__all__ = sorted(_HOME)  # the table above is the list


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        home = import_module(f"{__name__}.{_HOME[name]}")
        found = getattr(home, name)
    except ModuleNotFoundError as missing:
        hint = f"Install it with `%pip install {missing.name}`. Sending and following commands works without it."
        raise NotInstalled(f"views.{name} needs {missing.name}, which is not installed here.", hint=hint) from None
    if name.islower():
        from romekit.core.arguments import explained

        found = explained("views")(found)
        setattr(home, name, found)  # so that it can be pickled
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
