"""All rows, by name."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.rounds import Line
from tests.bench.row_durable import durable
from tests.bench.row_fleet import fleet
from tests.bench.row_holding import holding
from tests.bench.row_opening import opening
from tests.bench.row_pair import pair
from tests.bench.row_postgres import two_servers
from tests.bench.row_server import server_alone
from tests.bench.row_views import views

ROWS: dict[str, Callable[[int], list[Line]]] = {
    "pair": pair,
    "server": server_alone,
    "durable": durable,
    "postgres": two_servers,
    "opening": opening,
    "fleet": fleet,
    "views": views,
    "holding": holding,
}
