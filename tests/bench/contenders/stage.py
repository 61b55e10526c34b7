"""What every contender does: read a task in a line of JSON, do it, tell how it went in another."""

import json
import sys


def on_stage(play):
    """Play as often as asked."""
    for line in sys.stdin:
        print(json.dumps(play(**json.loads(line))), flush=True)
