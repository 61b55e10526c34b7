"""What people have typed into forms, kept while the kernel lives, so that running a cell again does not empty its form.

This is the one piece of romekit that belongs to the whole kernel and not to an object somebody holds: the form of the
last run is gone when its cell runs again, and nothing else could carry its values over. JupyterLab names the cell with
each execution; a draft is found by that name, the form's title, and which form of the run it is. Where no cell has a
name (a script, nbval, an export) nothing is kept, so that what comes out is the same each time. It holds at most
MOST drafts, the oldest go first, and never what was pasted: that may hold a token.
"""

from __future__ import annotations

import sys
from collections import Counter, OrderedDict
from typing import Any, Final

MOST: Final = 64
Key = tuple[str, str, int]
Draft = dict[str, Any]

_DRAFTS: Final[OrderedDict[Key, Draft]] = OrderedDict()
_MADE: Final[Counter[str]] = Counter()  # forms of each title in the run that is under way
_RUN: Final = ["", ""]  # the cell, and the execution of it


def place_of(title: str) -> Key | None:
    """Where the form that is being made keeps its draft; None where cells have no names."""
    jupyter = sys.modules.get("IPython")
    shell = jupyter.get_ipython() if jupyter else None
    parent: Any = getattr(shell, "get_parent", dict)() or {}
    cell = str((parent.get("metadata") or {}).get("cellId") or "")
    if not cell:
        return None
    run = [cell, str((parent.get("header") or {}).get("msg_id", ""))]
    if run != _RUN:
        _RUN[:] = run
        _MADE.clear()
    _MADE[title] += 1
    return cell, title, _MADE[title]


def kept(key: Key | None) -> Draft:
    """The draft kept there, if any."""
    return dict(_DRAFTS.get(key, {})) if key else {}


def keep(key: Key | None, draft: Draft) -> None:
    """Keep a draft there, and let the oldest go when there are too many."""
    if key:
        _DRAFTS[key] = draft
        _DRAFTS.move_to_end(key)
        while len(_DRAFTS) > MOST:
            _DRAFTS.popitem(last=False)
