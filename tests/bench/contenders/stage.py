"""What every contender does: read a task in a line of JSON, do it, tell how it went in another."""

import json
import sys
from time import perf_counter


def on_stage(play):
    """Play as often as asked."""
    for line in sys.stdin:
        print(json.dumps(play(**json.loads(line))), flush=True)


def at_a_rate(do):
    """Do it for so many seconds; how often that was, per second."""

    def play(seconds):
        began, times = perf_counter(), 0
        while (took := perf_counter() - began) < seconds:
            do()
            times += 1
        return {"rate": times / took}

    return play
