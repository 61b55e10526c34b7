"""Truth and belief in sentences: how the client learned of a status, or why it did not and what it heard instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from http.client import responses
from typing import Final

from romekit.views.truth.life import Belief, Life, Real
from romekit.views.truth.requests import CommandRequest


def seconds(value: float) -> str:
    """A stretch of time, to the hundredth, and to the thousandth when it is less than one of those."""
    return f"{value:.2f} s" if value >= 0.01 or not value else f"{value:.3f} s"


def after(life: Life, at: float) -> str:
    """A moment, counted from when the command was accepted."""
    since = round(at - life.row.sent, 3)
    return seconds(since) if since >= 0 else f"{seconds(-since)} before it was accepted"


def request_of(request: CommandRequest) -> str:
    """An exchange in two words: `GET (200)`, or one for what was posted to the client."""
    return "update" if request.is_posted else f"{request.exchange.method} ({request.exchange.status})"


def source(request: CommandRequest) -> str:
    return "the update that was posted to it" if request.is_posted else f"the answer to its {request_of(request)}"


def phrase(status: int) -> str:
    return f"{status} {responses.get(status, '')}".strip()


def learned(life: Life, real: Real) -> str:
    """How the client learned of a status, or why it never did."""
    if real.learned is not None:
        what = f"from {source(real.learned)}"
        when = f"learned of it {seconds(real.lag)} later" if real.lag else "knew at once"
        return f"The client {when}, {what}."
    if not life.requests:
        return "No exchange about this command is kept, so nobody can say what a client was told."
    lasted = f"it lasted {seconds(real.span.seconds)} and"
    if real.requests:
        return f"The client was not told, though it asked while it was so: {_answers(real.requests)}."
    if real.span.is_final or real.span.is_open:
        last = after(life, life.requests[-1].at)
        return f"The client does not know: its last request was at {last}, before this was so."
    if real.after is None:
        return f"The client never saw it: {lasted} was over before the client asked again, which it never did."
    if real.before is None:
        return f"The client never saw it: {lasted} was over when the client first asked."
    between = f"{after(life, real.before.at)} and {after(life, real.after.at)}"
    return f"The client never saw it: {lasted} fell between two requests, at {between}."


def on_device(life: Life, real: Real) -> list[str]:
    """What happened on the device itself while a status lasted."""
    was = f" {life.row.device} was {real.presence}." if real.presence else ""
    if real.happened:
        return [f"At {after(life, each.at)}: {each.words}" for each in real.happened]
    if real.span.who == "device":
        return [f"This was the device's own doing.{was}"]
    return [f"Nothing happened on {life.row.device} itself.{was}"]


def why_believed(life: Life, belief: Belief) -> str:
    """Why the client believed it, and how true that was."""
    if belief.source is None:
        if not life.requests:
            return "No exchange about this command is kept, so nobody can say what a client was told."
        return f"The client had been told nothing of this command: {_answers(belief.requests or life.requests[:1])}."
    said = f"T{source(belief.source)[1:]} said so"
    if belief.true_since is None:
        return f"{said}, though the history has no such status then."
    late = round(belief.begin - belief.true_since, 3)
    return f"{said}, {seconds(late)} after it had become true." if late else f"{said}, at the moment it became true."


def meanwhile(life: Life, belief: Belief) -> list[str]:
    """What the command really was while the client believed this."""
    if belief.is_final:
        return ["A final status never changes, so what the client believes is true from here on."]
    until = max(belief.begin, belief.end)
    met = [
        f"{real.span.status} from {after(life, real.span.begin)}"
        for real in life.real
        if real.span.begin < until and (real.span.end > belief.begin or real.span.is_final or real.span.is_open)
    ]
    said = [f"Really it was {', then '.join(met)}."] if met else []
    if belief.wrong:
        still = "has not been true for" if belief.is_open else "was no longer true for"
        said.append(f"What the client believed {still} {seconds(belief.wrong)}.")
    return said


def note(request: CommandRequest) -> str:
    said = _told(request)
    if request.is_posted and request.received_at > request.at:
        said += f" It was taken {seconds(request.received_at - request.at)} after the change."
    if request.carrier is not None:
        said += " It travelled in a batch, and its answer came with the whole."
    if request.received_at > request.exchange.at:
        said += f" The answer took {seconds(request.received_at - request.exchange.at)}; it tells what was true before."
    if "wait=" in request.exchange.request_headers.get("prefer", "") and request.outcome in ("reported", "unchanged"):
        said += " The client was willing to wait; the time given is that of the answer."
    return said


def _told(request: CommandRequest) -> str:
    if request.outcome == "reported":
        how = "The service posted it, unasked: it" if request.is_posted else "It"
        return f"{how} told the client: {request.reported}."
    if request.outcome != "refused":
        return _NOTES[request.outcome].format(request.exchange.status)
    why = _WHY.get(request.exchange.status, "The service refused")
    wait = next((value for name, value in request.exchange.headers.items() if name.lower() == "retry-after"), "")
    later = f" and asked to come back after {wait} s" if wait else ""
    return f"{why}{later}: the client learned nothing of the command."


_WHY: Final = {401: "The token was refused", 429: "The service was asked too often"}
_NOTES: Final = {
    "lost": "The service did it, but the answer was lost: with {} the client cannot know that.",
    "unchanged": "Nothing has changed since the ETag that the client sent along, so it told nothing new.",
    "silent": "It says nothing about the status.",
    "unreadable": "The body breaks off: nobody can read a status in it, so the client learned nothing.",
    "old": "The service posted it, unasked, and the client knew something newer by then.",
}


def _answers(requests: Iterable[CommandRequest]) -> str:
    counts = Counter(f"{request_of(request)}{_WORD.get(request.outcome, '')}" for request in requests)
    listed = [f"{count} × {words}" if count > 1 else words for words, count in counts.items()]
    is_one = sum(counts.values()) == 1
    return f"{'the answer was' if is_one else 'the answers were'} {', '.join(listed)}"


_WORD: Final = {
    "unchanged": ", nothing new",
    "silent": ", nothing about the status",
    "unreadable": ", but it broke off",
    "lost": ", though it was done",
    "reported": ", of something else",
    "old": ", too late",
}
