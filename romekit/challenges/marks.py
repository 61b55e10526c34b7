"""Marks: what a careful client does, as pure functions of the evidence of a day. Each cites what it saw.

A rule answers "" where it was kept, what is wrong where it was not, and None where the day says nothing about it. No
mark passes alone: who never sends keeps `at most once`, and fails `got it done`; who always says "unknown" is asked
whether it could have known, and who says "done" whether an answer had told it so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from romekit.challenges.day import LONGEST_ANSWER, TRY_AGAIN, Evidence, Told, WireExchange
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
#: Seconds after which a customer should have been told, and for which an order should be left alone.
SOON: Final = 90.0
SILENCE: Final = 10.0
#: These statuses say for certain what became of the order.
DEFINITE: Final = frozenset({Status.COMPLETED, Status.FAILED_TO_SEND, Status.COMMAND_DROPPED})


class Judgement(NamedTuple):
    """What a mark says of a day, in a sentence that cites the exchange or the deed."""

    passed: bool
    sentence: str


def judged(evidence: Evidence, marks: tuple[str, ...]) -> dict[str, Judgement]:
    """The judgements of these marks on a day, without those that it says nothing about."""
    found = {name: MARKS[name][0](evidence) for name in marks}
    return {
        name: Judgement(not wrong, evidence.redacted(wrong or MARKS[name][1]))
        for name, wrong in found.items()
        if wrong is not None
    }


def at_most_once(day: Evidence) -> str:
    words = f"It was done {len(day.deeds)} times: {', '.join(day.deeds)}. The order went out in {_numbers(day.sent)}."
    return words if len(day.deeds) > 1 else ""


def got_it_done(day: Evidence) -> str:
    others = [each for each in day.sent if each.status == 201]
    if day.history or not day.sent:
        return "" if day.history else "The order was never sent."
    if others:
        return f"{others[0]} was for another device or for another address than the order."
    return f"No order was accepted, and after {day.sent[-1]} it gave up: the service would have taken a repeat."


def told_the_truth(day: Evidence) -> str | None:
    said, done, end = day.outcome.returned, bool(day.deeds), _final(day)
    if day.outcome.problem:
        return None
    if said not in ("done", "not done", "unknown"):
        return f'It returned {day.outcome.shown}. The answer is "done", "not done" or "unknown".'
    if said == "done" and not done:
        return f'It said "done", and the device never did it.{f" {_ended(end)}." if end else ""}'
    if said == "not done" and done:
        return f'It said "not done", and the device did it: {", ".join(day.deeds)}.'
    if said == "unknown" and end and end.to_status in DEFINITE and end.at <= PATIENCE:
        return f'It said "unknown", and it could be known. {_ended(end)}.'
    if said == "unknown" and not day.history:
        return 'It said "unknown", and it could be known: the service never accepted the order.'
    told = {each.command_status for each in day.reads if is_final(each.command_status or "requesting")}
    needed = {"done": {Status.COMPLETED}, "not done": DEFINITE}.get(said, told)
    if not day.history or told & needed or (said == "unknown" and day.finished_at >= PATIENCE):
        return ""
    return f"It said {said!r}, and that is true by chance: no answer had told it so."


def told_the_status(day: Evidence) -> str | None:
    said, end = day.outcome.returned, _final(day)
    if day.outcome.problem:
        return None
    if end is None or end.at > PATIENCE:
        waited = said == "unknown" and day.finished_at >= PATIENCE
        words = f"It said {day.outcome.shown} at {day.finished_at:g} s"
        return "" if waited else f"{words}; the command was not over when the deadline came, at {PATIENCE:g} s."
    if said != end.to_status:
        return f"It said {day.outcome.shown}. {_ended(end)}."
    is_told = any(each.command_status == said for each in day.reads)
    return "" if is_told else f"It said {said!r}, and that is true by chance: no answer had told it so."


def one_key(day: Evidence) -> str | None:
    keys = {each.request_headers.get("client-request-id", ""): each for each in day.sent}
    if "" in keys:
        return f"{keys['']} had no client-request-id, so nobody could see that a repeat of it is one."
    if len(keys) > 1:
        return f"The {_numbers(day.sent)} are one order and had {len(keys)} different keys."
    return "" if keys else None


def waited_for_retry_after(day: Evidence) -> str | None:
    told = [pair for pair in day.followed_by() if pair[0].asks_again_at is not None]
    for one, following in told:
        wanted, waited = (one.asks_again_at or 0.0) - one.answered_at, following.at - one.answered_at
        if waited < wanted - 1e-6:
            return f"{one} told it to wait {wanted:g} s; it asked again after {waited:g} s."
    return "" if told else None


def backed_off(day: Evidence) -> str | None:
    pauses: dict[str, float] = {}
    failures = False
    for one, following in day.followed_by():
        before = pauses.pop(one.method, 0.0)
        if one.status not in TRY_AGAIN or one.asks_again_at is not None:
            continue
        failures, pause = True, following.at - one.answered_at
        if pause < max(before, BREATH):
            words = "sooner than the time before" if pause < before else "and a service that has failed needs a pause"
            return f"After {one} it asked again after {pause:g} s, {words}."
        pauses[one.method] = pause
    return "" if failures else None


def stopped_at_final(day: Evidence) -> str | None:
    finals: dict[str, WireExchange] = {}
    for each in day.reads:
        if final := finals.get(each.resource):
            return f"{final} told {final.body['status']!r}, which is final; {each} asked once more."
        if is_final(each.command_status or "requesting"):
            finals[each.resource] = each
    return "" if finals else None


def unknown_is_not_final(day: Evidence) -> str | None:
    strange = [each for each in day.reads if each.command_status and each.command_status not in KNOWN]
    if not strange:
        return None
    words = f"{strange[-1]} told {strange[-1].command_status!r}, a word nobody knows; it stopped there."
    return words if day.reads[-1] is strange[-1] else ""


def prompt(day: Evidence) -> str | None:
    end = _final(day)
    if end is None or day.outcome.problem or day.finished_at < end.at:
        return None
    after = [each for each in day.exchanges if each.answered_at >= end.at]
    excused = sum(max((each.asks_again_at or 0.0) - each.answered_at, each.answered_at - each.at) for each in after)
    excused += LATE * sum(each.status in TRY_AGAIN or not isinstance(each.body, dict) for each in after)
    told = [each.asks_again_at or 0.0 for each in day.exchanges if each.answered_at < end.at]
    late = day.finished_at - max(end.at, *told, 0.0)
    return f"{_ended(end)}; it knew that {late:.0f} s later." if late > LATE + excused else ""


def kept_the_token(day: Evidence) -> str:
    for token in day.secrets:
        for each in day.exchanges:
            if token in each.path or token.encode() in each.request_body or token in str(each.request_headers):
                return f"The token stands in {each}, where others can read it: it belongs in Authorization only."
        if token in f"{day.outcome.printed}{day.outcome.shown}{day.outcome.returned}{day.outcome.problem}":
            return "It printed or returned the token, and a notebook is saved with what it shows."
    return ""


# ── being told ──────────────────────────────────────────────────────────────────────────────────────────────────────


def told_every_end(day: Evidence) -> str:
    for end in (each for each in day.history if is_final(each.to_status) and each.at <= PATIENCE):
        told = next((each.at for each in day.told if each[1:] == (end.command, end.to_status)), None)
        words = f"{_order(day, end.command)} was {end.to_status} at {end.at:g} s, and its customer was"
        if told is None:
            return f"{words} never told."
        if told - end.at > SOON:
            return f"{words} told {told - end.at:.0f} s later."
    return ""


def told_nothing_false(day: Evidence) -> str:
    changes = [(was.command, was.to_status, was.at) for was in day.history]
    false = (each for each in day.told if not any(was[:2] == each[1:] and was[2] <= each.at for was in changes))
    return next((f"{_told(day, each)}, and that was not true." for each in false), "")


def told_nothing_twice(day: Evidence) -> str:
    told, changes = [each[1:] for each in day.told], [(was.command, was.to_status) for was in day.history]
    again = (each for each in day.told if told.count(each[1:]) > max(1, changes.count(each[1:])))
    return next((f"{_told(day, each)}, and told that once more." for each in again), "")


def told_nothing_old(day: Evidence) -> str:
    newest: dict[str, int] = {}
    for each in day.told:
        life = [was.to_status for was in day.history if was.command == each.command]
        place = newest.get(each.command, 0)
        if each.status in life[place:]:
            newest[each.command] = life.index(Status(each.status), place)
        elif each.status in life:
            return f"{_told(day, each)}, after it had told {life[place]!r}, which is newer."
    return ""


def took_what_is_genuine(day: Evidence) -> str:
    refused = (each for each in day.arrived if not each.flaw and not 200 <= each.answer < 300)
    return next((f"A genuine {each}. {each.problem}".rstrip() for each in refused), "")


def refused_what_is_not(day: Evidence) -> str | None:
    flawed = [each for each in day.arrived if each.flaw]
    taken = (each for each in flawed if not 400 <= each.answer < 500)
    return next((f"An {each.flaw} {each}. The answer to it is 401." for each in taken), "") if flawed else None


def answered_at_once(day: Evidence) -> str:
    slow = (each for each in day.arrived if each.answered_at - each.at > LONGEST_ANSWER)
    words = "its sender does not wait that long"
    return next((f"An {each} after {each.answered_at - each.at:g} s; {words}." for each in slow), "")


def asked_after_a_silence(day: Evidence) -> str | None:
    heard: dict[str, float] = {}
    failed = False
    for each in day.reads:
        command = each.resource.rpartition("/")[2]
        told = [was.answered_at for was in day.arrived if was.command == command and not was.flaw and was.at <= each.at]
        silent = each.at - max([heard.get(command, 0.0), *told])
        if silent < SILENCE and not failed:
            return f"{each} was about an order of which it had heard {silent:g} s before."
        failed = not each.command_status
        if not failed:
            heard[command] = each.answered_at
    return "" if day.reads else None


#: The rule of each mark, and what is said when it was kept.
MARKS: Final[dict[str, tuple[Callable[[Evidence], str | None], str]]] = {
    "finished": (lambda day: day.outcome.problem, "It came back."),
    "got it done": (got_it_done, "The service accepted the order."),
    "at most once": (at_most_once, "The device did it at most once."),
    "told the truth": (told_the_truth, "What it said is true."),
    "told the status": (told_the_status, "What it said is true."),
    "one key for one order": (one_key, "Each request for the order had the same key."),
    "waited for Retry-After": (waited_for_retry_after, "It never asked again before the time it was told."),
    "backed off": (backed_off, "After each failure it made a pause, and never a shorter one."),
    "stopped at final": (stopped_at_final, "It asked no more once the status was final."),
    "took an unknown word for not final": (unknown_is_not_final, "It went on asking after a word that nobody knows."),
    "polite": (
        lambda day: f"It made {len(day.exchanges)} requests." if len(day.exchanges) > ENOUGH else "",
        f"It made at most {ENOUGH} requests, which are enough for any day.",
    ),
    "prompt": (prompt, "It knew the end soon after it came."),
    "kept the token to itself": (kept_the_token, "The token went into Authorization and nowhere else."),
    "told every end": (told_every_end, "The customer of each order was told how it ended."),
    "told nothing false": (told_nothing_false, "What it told was true."),
    "told nothing twice": (told_nothing_twice, "It told nothing twice."),
    "told nothing old": (told_nothing_old, "It told nothing older than what it had told before."),
    "took what is genuine": (took_what_is_genuine, "Each genuine update was taken."),
    "refused what is not": (refused_what_is_not, "Nothing was taken that nobody should trust."),
    "answered at once": (answered_at_once, "Each update was answered before the work began."),
    "asked only after a silence": (asked_after_a_silence, "It asked only about orders that had been silent."),
}


def _final(day: Evidence) -> Transition | None:
    """The change that ended the first command of the day."""
    first = day.history[0].command if day.history else ""
    return next((each for each in day.history if each.command == first and is_final(each.to_status)), None)


def _ended(end: Transition) -> str:
    return f"The command was {end.to_status} at {end.at:g} s"


def _order(day: Evidence, command: str) -> str:
    """An order by its number."""
    orders = list(dict.fromkeys(each.command for each in day.history))
    return f"Order {orders.index(command) + 1}" if command in orders else "An order that there is not"


def _told(day: Evidence, told: Told) -> str:
    return f"{_order(day, told.command)} was told to be {told.status!r} at {told.at:g} s"


def _numbers(exchanges: Iterable[WireExchange]) -> str:
    return f"requests {', '.join(str(each.number) for each in exchanges)}"
