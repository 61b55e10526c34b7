"""The exercises of 08 Race the pollers."""

from __future__ import annotations

from typing import Final

from romekit.lessons.exercise import Exercise, Slip
from romekit.lessons.kinds import NUMBER

EXERCISES: Final = (
    Exercise(
        kind=NUMBER,
        answer=692,
        right="more than ten times the price of `long-poll`, and still not as soon.",
        slips=(
            Slip(lambda each: 30 < each < 36, "That is for each command. The question asks for the whole race.", 32.95),
            Slip(21, "That is how many commands there are. What was spent on them?"),
            Slip(97, "That is what a question every second costs. How often does `Fixed(0.1)` ask?"),
        ),
        hint='Let `race({"often": Fixed(0.1)})` run, and look at it with `views.race_table`.',
        stronger="the table has a column `requests`, and one row.",
    ),
    Exercise(
        kind=NUMBER,
        answer=3,
        right="as cheap as `long-poll`, and more than a second and a half late on average.",
        slips=(
            Slip(1, "That is the `fixed` of the race you have seen. What did it spend beside `long-poll`?"),
            Slip(2, "Nearly. Compare its `requests` with those of `long-poll` once more."),
            Slip(4, "That is patient enough. Would one second less have done?"),
        ),
        hint="Race some whole numbers of seconds, and compare their `requests` with those of `long-poll` in `table`.",
        stronger='a race takes many ways at once: `{f"every {n} s": Fixed(n) for n in range(1, 6)}`.',
    ),
    Exercise(
        kind=NUMBER,
        answer=7,
        right="one for each device: nothing got lost, and nothing was sent twice.",
        slips=(
            Slip(5, "Those were accepted at first. How many are they with the ones you have sent again?"),
            Slip(2, "Those had failed at first. How many are they with the ones that were accepted at once?"),
            Slip(12, "So many? Send `some.failed` again, not all of the orders."),
        ),
        hint="Hand `some.failed` to `rome.send_many`, and count what was accepted before and now.",
        stronger="`len(…)` of a fleet is how many of its orders were accepted.",
    ),
)
