"""The same tables from the same long history with polars: views_polars.py LENGTH"""

import sys
from time import perf_counter

import polars as pl
from history import history
from stage import on_stage

told = history(int(sys.argv[1]))
FINAL = ["completed", "failed", "commandDropped"]
READ = ["command", "number", "device_name", "order", "at", "to_status", "who", "why"]
MOMENTS = 48


def intervals():
    """One row per status a command was in."""
    read = pl.DataFrame({name: [getattr(change, name) for change in told] for name in READ})
    lives = read.sort("number", "at", maintain_order=True)
    latest = lives["at"].max()
    over, begin = pl.col("at").shift(-1).over("command"), pl.col("at")
    final = pl.col("to_status").is_in(FINAL)
    end = pl.when(final).then(begin).otherwise(over.fill_null(latest))
    sent = begin.first().over("command")
    return lives.select(
        pl.format("#{}", "number").alias("command"),
        "device_name",
        "order",
        pl.col("to_status").alias("status"),
        (begin - sent).round(3).alias("begin"),
        (end - sent).round(3).alias("end"),
        (end - begin).round(3).alias("seconds"),
        final.alias("final"),
        (over.is_null() & ~final).alias("open"),
        "who",
        "why",
        (begin * 1000).round().cast(pl.Int64).cast(pl.Datetime("ms", "UTC")).alias("at"),
    )


def summary(table):
    """How often each status was met, and for how long."""
    lasted = pl.col("seconds").filter(~pl.col("final") & ~pl.col("open"))
    spread = [lasted.mean().alias("mean"), lasted.median().alias("median"), lasted.max().alias("max")]
    return table.group_by("status").agg(pl.len().alias("count"), *(each.round(3) for each in spread)).sort("status")


def chart(table):
    """How many commands are in each status at each moment, and the percentiles of how long each status lasts."""
    step = table["end"].max() / MOMENTS
    moments = pl.Series([step * place for place in range(MOMENTS + 1)])
    heat = {}
    for (status,), mine in table.partition_by("status", as_dict=True).items():
        begun = mine["begin"].sort().search_sorted(moments, side="right")
        ended = mine.filter(~pl.col("final"))["end"].sort().search_sorted(moments, side="right")
        heat[status] = (begun.cast(pl.Int64) - ended.cast(pl.Int64)).to_list()
    lasted = table.filter(~pl.col("final") & ~pl.col("open")).group_by("status")
    bands = lasted.agg(*(pl.col("seconds").quantile(q, "linear").alias(f"{q}") for q in (0.05, 0.25, 0.5, 0.75, 0.95)))
    return heat, bands.to_dicts()


def play():
    began = perf_counter()
    table = intervals()
    summed = summary(table)
    chart(table)
    seconds = perf_counter() - began
    counts = dict(sorted(zip(summed["status"], summed["count"], strict=True)))
    return {"seconds": seconds, "rows": len(table), "counts": counts}


on_stage(play)
