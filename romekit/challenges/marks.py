"""Marks: what a careful client does, as pure functions of the evidence of a day. Each cites what it saw.

A mark answers None where the day says nothing about it. No mark passes alone: who never sends keeps `at most once`, and
fails `got it done`; who always says "unknown" is asked whether it could have known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from romekit.challenges.evidence import TRY_AGAIN, Evidence, WireExchange
from romekit.core.status import Status, is_final
from romekit.core.transition import Transition

#: Every word that a client can know: the statuses of a command, and the one of a status monitor that can mean several.
KNOWN: Final = frozenset({*Status, "Running"})
#: Seconds for which a client is expected to go on asking, and requests that are enough for any day.
PATIENCE: Final = 100.0
ENOUGH: Final = 60
#: Seconds after the end of a command at which a client should know it, beside the pauses that it was told to make.
LATE: Final = 10.0
#: Seconds that a service which has failed should be left alone, at least.
BREATH: Final = 0.5
#: These statuses say for certain what became of the order.
DEFINITE: Final = frozenset({Status.COMPLETED, Status.FAILED_TO_SEND, Status.COMMAND_DROPPED})


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a mark says of a day, in a sentence that cites the exchange or the deed."""

    mark: str
    passed: bool
    sentence: str


Judge = Callable[[Evidence], tuple[bool, str] | None]


def judged(evidence: Evidence, marks: tuple[str, ...]) -> dict[str, Judgement]:
    """The judgements of these marks on a day, without those that it says nothing about."""
    found = {name: MARKS[name](evidence) for name in marks}
    return {name: Judgement(name, *said) for name, said in found.items() if said is not None}


def finished(day: Evidence) -> tuple[bool, str]:
    return (not day.outcome.problem, day.outcome.problem or f"It returned {day.outcome.shown}.")


def at_most_once(day: Evidence) -> tuple[bool, str]:
    if len(day.deeds) > 1:
        orders = f"The order went out in requests {_numbers(day.sent)}."
        return False, f"It was done {len(day.deeds)} times: {', '.join(day.deeds)}. {orders}"
    return True, "The device did it once." if day.deeds else "The device did not do it."


def got_it_done(day: Evidence) -> tuple[bool, str]:
    if day.history:
        return True, "The service accepted the order."
    if not day.sent:
        return False, "The order was never sent."
    if others := [each for each in day.sent if each.status == 201]:
        return False, f"{_start(others[0])} was for another device or for another address than the order."
    return False, f"No order was accepted, and after {day.sent[-1]} it gave up: the service would have taken a repeat."


def told_the_truth(day: Evidence) -> tuple[bool, str] | None:
    said, done = day.outcome.returned, bool(day.deeds)
    if day.outcome.problem:
        return None
    if said not in ("done", "not done", "unknown"):
        return False, f'It returned {day.outcome.shown}. The answer is "done", "not done" or "unknown".'
    if said == "done" and not done:
        return False, f'It said "done", and the device never did it.{_end_of(day)}'
    if said == "not done" and done:
        return False, f'It said "not done", and the device did it: {", ".join(day.deeds)}.'
    end = _definite_end(day)
    if said == "unknown" and end is not None and end.at <= PATIENCE:
        return False, f'It said "unknown", and it could be known: the command was {end.to_status} at {end.at:g} s.'
    if said == "unknown" and not day.history:
        return False, 'It said "unknown", and it could be known: the service never accepted the order.'
    return True, f"It said {said!r}, and that is true."


def told_the_status(day: Evidence) -> tuple[bool, str] | None:
    if day.outcome.problem:
        return None
    said, end = day.outcome.returned, _final(day)
    if end is None or end.at > PATIENCE:
        return said == "unknown", f"It said {day.outcome.shown}; the command was not over when the deadline came."
    if said != end.to_status:
        return False, f"It said {day.outcome.shown}, and the command was {end.to_status} at {end.at:g} s."
    if all(each.command_status != said for each in day.reads):
        return False, f"It said {said!r}, and that is true by chance: no answer had told it so."
    return True, f"It said {said!r}, and that is true."


def one_key(day: Evidence) -> tuple[bool, str] | None:
    if not day.sent:
        return None
    for each in day.sent:
        if not each.request_headers.get("client-request-id"):
            return False, f"{_start(each)} had no client-request-id, so nobody could see that a repeat of it is one."
    keys = {each.request_headers["client-request-id"] for each in day.sent}
    if len(keys) > 1:
        return False, f"Requests {_numbers(day.sent)} are one order and had {len(keys)} different keys."
    return True, "Each request for the order had the same key."


def waited_for_retry_after(day: Evidence) -> tuple[bool, str] | None:
    told = 0
    for one, following in day.followed_by():
        wanted = one.asks_again_at
        told += wanted is not None
        if wanted is not None and following.at < wanted - 1e-6:
            told_to, waited = wanted - one.answered_at, following.at - one.answered_at
            return False, f"{_start(one)} told it to wait {told_to:g} s; it asked again after {waited:g} s."
    return (True, "It never asked again before the time it was told.") if told else None


def backed_off(day: Evidence) -> tuple[bool, str] | None:
    pauses: dict[str, float] = {}
    failures = False
    for one, following in day.followed_by():
        before = pauses.pop(one.method, 0.0)
        if one.status not in TRY_AGAIN or one.asks_again_at is not None:
            continue
        failures, pause = True, following.at - one.answered_at
        if pause < max(before, BREATH):
            words = "sooner than the time before" if pause < before else "and a service that has failed needs a pause"
            return False, f"After {one} it asked again after {pause:g} s, {words}."
        pauses[one.method] = pause
    return (True, "After each failure it made a pause, and never a shorter one.") if failures else None


def stopped_at_final(day: Evidence) -> tuple[bool, str] | None:
    final = None
    for each in day.reads:
        if final is not None and each.path.partition("?")[0] == final.path.partition("?")[0]:
            return False, f"{_start(final)} told {final.body['status']!r}, which is final; {each} asked once more."
        if is_final(each.command_status or "requesting"):
            final = each
    return (True, "It asked no more once the status was final.") if final is not None else None


def unknown_is_not_final(day: Evidence) -> tuple[bool, str] | None:
    strange = [each for each in day.reads if each.command_status and each.command_status not in KNOWN]
    if not strange:
        return None
    last = strange[-1]
    if day.reads[-1] is last:
        return False, f"{_start(last)} told {last.command_status!r}, a word nobody knows; it stopped there."
    return True, f"It went on asking after the unknown word {last.command_status!r}."


def polite(day: Evidence) -> tuple[bool, str]:
    count = len(day.exchanges)
    return count <= ENOUGH, f"It made {count} request{'' if count == 1 else 's'}; {ENOUGH} are enough for any day."


def prompt(day: Evidence) -> tuple[bool, str] | None:
    end = _final(day)
    if end is None or day.outcome.problem or day.finished_at < end.at:
        return None
    after = [each for each in day.exchanges if each.answered_at >= end.at]
    excused = sum(max((each.asks_again_at or 0.0) - each.answered_at, each.answered_at - each.at) for each in after)
    excused += LATE * sum(each.status in TRY_AGAIN or not isinstance(each.body, dict) for each in after)
    told = [each.asks_again_at or 0.0 for each in day.exchanges if each.answered_at < end.at]
    late = day.finished_at - max(end.at, *told, 0.0)
    if late > LATE + excused:
        return False, f"The command was {end.to_status} at {end.at:g} s; it knew that {late:.0f} s later."
    return True, f"It knew the end {late:.1f} s after it came."


def kept_the_token(day: Evidence) -> tuple[bool, str]:
    for token in day.secrets:
        for each in day.exchanges:
            if token in each.path or token.encode() in each.request_body or token in str(each.request_headers):
                return False, f"The token stands in {each}, where others can read it: it belongs in Authorization only."
        if token in day.outcome.printed or token in day.outcome.shown:
            return False, "It printed or returned the token, and a notebook is saved with what it shows."
    return True, "The token went into Authorization and nowhere else."


MARKS: Final[dict[str, Judge]] = {
    "finished": finished,
    "got it done": got_it_done,
    "at most once": at_most_once,
    "told the truth": told_the_truth,
    "told the status": told_the_status,
    "one key for one order": one_key,
    "waited for Retry-After": waited_for_retry_after,
    "backed off": backed_off,
    "stopped at final": stopped_at_final,
    "took an unknown word for not final": unknown_is_not_final,
    "polite": polite,
    "prompt": prompt,
    "kept the token to itself": kept_the_token,
}


def _final(day: Evidence) -> Transition | None:
    """The change that ended the first command of the day."""
    first = day.history[0].command if day.history else ""
    return next((each for each in day.history if each.command == first and is_final(each.to_status)), None)


def _definite_end(day: Evidence) -> Transition | None:
    """The end of the command, where it says for certain what became of the order."""
    end = _final(day)
    return end if end is not None and end.to_status in DEFINITE else None


def _end_of(day: Evidence) -> str:
    end = _final(day)
    return "" if end is None else f" The command was {end.to_status} at {end.at:g} s."


def _numbers(exchanges: Iterable[WireExchange]) -> str:
    return ", ".join(str(each.number) for each in exchanges)


def _start(exchange: WireExchange) -> str:
    words = str(exchange)
    return words[0].upper() + words[1:]
