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
    from romekit.views.diagram import StatusDiagram as StatusDiagram, status_diagram as status_diagram
    from romekit.views.form import Form as Form
    from romekit.views.forms import launch_form as launch_form, service_form as service_form
    from romekit.views.heatmap import fleet_heatmap as fleet_heatmap
    from romekit.views.progress_line import Progress as Progress, progress as progress
    from romekit.views.race import Finish as Finish, race_chart as race_chart, race_table as race_table
    from romekit.views.signin_card import SignInCard as SignInCard
    from romekit.views.spans import text_timeline as text_timeline
    from romekit.views.tables import (
        device_table as device_table,
        history_table as history_table,
        interval_table as interval_table,
        summary_table as summary_table,
    )
    from romekit.views.truth.life import truth_of as truth_of
    from romekit.views.truth.line import TruthLine as TruthLine
    from romekit.views.truth.table import truth_table as truth_table
    from romekit.views.wall import DeviceWall as DeviceWall

_HOMES: Final = {
    "bands": "fleet_bands",
    "bet": "Bet",
    "chart": "Chart",
    "command_timeline": "timeline",
    "diagram": "StatusDiagram status_diagram",
    "form": "Form",
    "forms": "launch_form service_form",
    "heatmap": "fleet_heatmap",
    "progress_line": "Progress progress",
    "race": "Finish race_chart race_table",
    "signin_card": "SignInCard",
    "spans": "text_timeline",
    "tables": "device_table history_table interval_table summary_table",
    "truth.life": "truth_of",
    "truth.line": "TruthLine",
    "truth.table": "truth_table",
    "wall": "DeviceWall",
}
_HOME: Final = {name: home for home, names in _HOMES.items() for name in names.split()}

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
