"""A command's two tracks as the JSON its widget draws: every word is made here, so that it can be read and tested.

Times are seconds since the command was accepted. Exchanges are only named by their number; what is in them comes apart,
once each.
"""

from __future__ import annotations

from typing import Any

from romekit.views.styles import style_of
from romekit.views.truth import words
from romekit.views.truth.asks import Question
from romekit.views.truth.life import Belief, Life, Real

NOT_TOLD = "not told"


def shown(life: Life) -> dict[str, Any]:
    """One command."""
    row = life.row
    return {
        "id": row.command,
        "name": row.name,
        "title": f"{row.order} on {row.device}",
        "begin": _since(life, life.begin),
        "end": _since(life, life.end),
        "real": [_real(life, each) for each in life.real],
        "believed": [_belief(life, each) for each in life.believed],
        "asks": [_ask(life, each) for each in life.asks],
    }


def look(status: str) -> dict[str, str]:
    """How a status is painted: colours, pattern, and the character that stands for it."""
    if status == NOT_TOLD:
        return {"fill": "transparent", "ink": "inherit", "pattern": "none", "block": "?"}
    found = style_of(status)
    return {"fill": found.fill, "ink": found.ink, "pattern": found.pattern, "block": found.block}


def _since(life: Life, at: float) -> float:
    return round(at - life.row.sent, 3)


def _real(life: Life, real: Real) -> dict[str, Any]:
    span = real.span
    nearest = real.learned or next(iter(real.asks), None) or real.after or real.before
    return {
        "status": span.status,
        "begin": _since(life, span.begin),
        "end": _since(life, span.end),
        "final": span.is_final,
        "open": span.is_open,
        "told": None if real.learned is None else _since(life, real.learned.told_at),
        "says": f"{span.status}, really, {_stretch(life, span.begin, span.seconds, span.is_final)}, by {span.who}",
        "why": _sentence(span.why),
        "who": span.who,
        "device": words.on_device(life, real),
        "wire": words.learned(life, real),
        "ask": _place(life, nearest),
    }


def _belief(life: Life, belief: Belief) -> dict[str, Any]:
    status = belief.status or NOT_TOLD
    return {
        "status": status,
        "begin": _since(life, belief.begin),
        "end": _since(life, belief.end),
        "final": belief.is_final,
        "open": belief.is_open,
        "wrong": belief.wrong,
        "says": f"{status}, believed, {_stretch(life, belief.begin, belief.seconds, belief.is_final)}, by client",
        "why": words.why_believed(life, belief),
        "who": "client",
        "device": words.meanwhile(life, belief),
        "wire": words.note(belief.told_by) if belief.told_by else "No answer had told the client a status.",
        "ask": _place(life, belief.told_by or next(iter(belief.asks), None)),
    }


def _ask(life: Life, ask: Question) -> dict[str, Any]:
    return {
        "number": ask.number,
        "at": _since(life, ask.told_at),
        "when": words.after(life, ask.told_at),
        "outcome": ask.outcome,
        "posted": ask.is_posted,
        "says": f"{words.request_of(ask)} at {words.after(life, ask.told_at)}: {words.note(ask)}",
        "note": words.note(ask),
    }


def _stretch(life: Life, begin: float, seconds: float, is_final: bool) -> str:
    since = words.after(life, begin)
    return f"from {since} on" if is_final else f"from {since} for {words.seconds(seconds)}"


def _place(life: Life, ask: Question | None) -> int:
    return -1 if ask is None else life.asks.index(ask)


def _sentence(why: str) -> str:
    return why if why.endswith((".", "!", "?")) else f"{why}."
