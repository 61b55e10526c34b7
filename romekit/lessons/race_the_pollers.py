"""The exercises of 08 Race the pollers. What is right is raced for, with the `race` that the notebook hands over."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from romekit.core.polling import Fixed
from romekit.lessons.answers import NUMBER
from romekit.lessons.exercise import Exercise, Slip

Race = Callable[..., Any]


def spent(finishes: Any, way: str) -> int:
    return sum(finish.requests for finish in finishes if finish.way == way)


@cache  # the same seed, the same race: half a second the first time
def cost(race: Race, pause: float) -> int:
    """How many requests a fixed pause spends in all."""
    return spent(race({"fixed": Fixed(pause)}), "fixed")


def shortest(finishes: Any, race: Race) -> int:
    """The shortest pause in whole seconds that spends no more requests than the long-poll did."""
    most = spent(finishes, "long-poll")
    return next(pause for pause in range(1, 61) if cost(race, pause) <= most)


def accepted_since_refusal(lab: Any) -> int:
    """How many commands were accepted since the first order of the newest refusal."""
    posts = [each.status for each in lab.exchanges() if each.method == "POST" and each.path.endswith("/commands")]
    last = max(number for number, status in enumerate(posts) if status == 400)
    return posts[last:].count(201)


EXERCISES: Final = (
    Exercise(
        kind=NUMBER,
        answer=lambda race: cost(race, 0.1),
        right="that is more than ten times what the long poll spends, and still not as prompt.",
        slips=(
            Slip(55, "That is what the long poll spends. Race `Fixed(0.1)`."),
            Slip(106, "That is what one question a second spends. Ask ten times as often."),
            Slip(lambda count: 20 < count < 50, "That is for each command. The column `requests` has all of them.", 38),
            Slip(0.1, "That is the pause. How many requests does it spend?"),
        ),
        instead={
            "list": "Those are the finishes, one for each command. Each has its `requests`: add them all up, or let "
            "`views.race_table` do it.",
            "table": "That is the whole table, one row for each way. The number stands in its column `requests`.",
            "column": "That is a column or a row of the table. Which number in it are the requests?",
        },
        hint='Race `{"often": Fixed(0.1)}`, and read the column `requests` of its table.',
        stronger='`views.race_table(race({"often": Fixed(0.1)}))["requests"]` is a column of one; `.iloc[0]` takes it.',
    ),
    Exercise(
        kind=NUMBER,
        answer=shortest,
        right="what you save in requests you pay in seconds: compare `mean_delay` with that of the long poll.",
        slips=(
            Slip(1, "That is the `fixed` of the race, and it spends far more. Make the pause longer."),
            Slip(lambda pause: 1 < pause <= 3, "It spends more than the long poll. Compare their `requests`.", 3),
            Slip(lambda pause: 4 < pause <= 60, "That spends few enough. Is there a shorter pause that does, too?", 10),
            Slip(lambda pause: 0 < pause < 1, "The shorter the pause, the more requests. Go the other way.", 0.5),
            Slip(lambda pause: pause > 60, "That is longer than a command lives. Think of seconds.", 1000),
        ),
        instead={"something else": "Give the seconds only, not the whole `Fixed(…)`."},
        hint="Race some pauses in whole seconds, and compare their `requests` with that of the long poll.",
        stronger="race several at once: `race({str(pause): Fixed(pause) for pause in range(1, 9)})`, then its table.",
    ),
    Exercise(
        kind=NUMBER,
        answer=7,
        right="there is one for each device: nothing got lost, and nothing was sent twice.",
        slips=(
            Slip(5, "Those were accepted at the first try. What became of the others?"),
            Slip(2, "Those were accepted at the second try. How many is that together with the first?"),
            Slip(lambda count: count > 7, "Something was sent twice. Send `some.failed` again, and only that.", 12),
        ),
        instead={"something else": "That is the whole fleet. How many commands are in it? `len(…)` counts."},
        hint="Send what is in `some.failed`, keep the answer, and count both fleets together.",
        stronger="`again = rome.send_many(some.failed)` is the second fleet; `len(…)` counts each.",
        seen=lambda lab: accepted_since_refusal(lab) >= 7,
        unseen="the number is right, but the two refused orders have not been sent again. Send `some.failed`.",
    ),
)
