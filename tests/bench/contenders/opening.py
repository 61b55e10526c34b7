"""Opens one long space from a SQLite file, in a process that has opened none yet: opening.py FILE ACCOUNT NEW OLD

Told in milliseconds: from the file to the list of devices; then the status of a new command, one that is sent, and the
status of one that was over long ago.
"""

import os
import sys
from pathlib import Path
from time import perf_counter

from stage import on_stage

from romekit.cloud.engine.decide import DEVICE_RULES
from romekit.cloud.engine.requests import Send
from romekit.cloud.store.ledger import Ledger
from romekit.cloud.store.sqlite import SQLite
from romekit.core.model import Launch

file, account, new, old = sys.argv[1:]


def play(at):
    told, began = {}, perf_counter()

    def note(name):
        nonlocal began
        told[name] = (perf_counter() - began) * 1000
        began = perf_counter()

    store = SQLite(Path(file))
    ledger = Ledger(store, f"space:{account}", DEVICE_RULES)
    devices = ledger.at(at).listed()
    note("opened")
    assert ledger.at(at).commands[new].id == new
    note("new")
    ledger.ask(Send(devices[0].id, Launch("https://bing.com"), f"a request of {os.getpid()}"), at)
    store.uncommitted.settle()
    note("sent")
    assert ledger.at(at).commands[old].id == old
    note("old")
    return told


on_stage(play)
