"""romekit's views of a long history: intervals, summary, and what the charts of a fleet are drawn from."""

import sys
from time import perf_counter

from history import history
from stage import on_stage

from romekit.views import fleet_bands, fleet_heatmap, interval_table, summary_table

told = history(int(sys.argv[1]))


def play():
    began = perf_counter()
    intervals, summary = interval_table(told), summary_table(told)
    assert fleet_heatmap(told).spec["data"]
    assert fleet_bands(told).spec["data"]
    seconds = perf_counter() - began
    counts = dict(sorted(zip(summary["status"], summary["count"].tolist(), strict=True)))
    return {"seconds": seconds, "rows": len(intervals), "counts": counts}


on_stage(play)
