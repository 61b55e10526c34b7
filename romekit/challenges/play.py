"""A challenge: a story, a signature, levels and marks. A program is played against its days, and the smallest day that
breaks it is found.

    report = challenge("bad-day").try_(buy)
    challenge("bad-day").replay(card, buy)

Everything is decided by the seeds: the same program gets the same report in every process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Final

from romekit.challenges import bounds
from romekit.challenges.day import Day
from romekit.challenges.marks import judged
from romekit.challenges.report import Replay, Report, Score
from romekit.challenges.scenario import LEVELS, Scenario, drawn, scenario_from, smaller
from romekit.core.errors import BadInput
from romekit.core.interrupts import RUN_STOPPED, CalmStop
from romekit.lab.live_views import tell_progress

#: How a program is played on a day: it gets the day, begins it, and gives what became of it.
Play = Callable[[Day], bounds.RunOutcome]
DAYS: Final = 60
#: Days that are played at most on the way to the smallest one.
SHRINKING: Final = 60


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """`prepare` begins a day and says what the function is given after `http`, `clock` and `token`, by their names.

    `only` is the one operation that faults of the service strike; empty for all.
    """

    name: str
    title: str
    story: str
    signature: str
    marks: tuple[str, ...]
    prepare: Callable[[Day], dict[str, Any]]
    levels: tuple[str, ...] = ("calm", "busy", "lossy", "late", "everything")
    only: str = ""

    def __repr__(self) -> str:
        levels = "\n".join(f"  {each}: {LEVELS[each].story}" for each in self.levels)
        marks = f"Marks: {', '.join(self.marks)}."
        return f"{self.title}\n\n{self.story}\n\n{self.signature}\n\nLevels:\n{levels}\n\n{marks}"

    def _repr_html_(self) -> str:
        levels = "".join(f"<li><b>{each}</b>: {escape(LEVELS[each].story)}</li>" for each in self.levels)
        marks = "".join(f"<li>{escape(each)}</li>" for each in self.marks)
        head = f"<h4>{escape(self.title)}</h4><p>{escape(self.story)}</p><pre>{escape(self.signature)}</pre>"
        columns = f'<ul style="columns:14em">{marks}</ul>'
        return f"{head}<p>Levels, from easy to hard</p><ul>{levels}</ul><p>Marks</p>{columns}"

    def scenarios(self, level: str = "", days: int = DAYS, student: str = "") -> list[Scenario]:
        """The days of a level, or as many of all levels, one after the other."""
        if level and level not in self.levels:
            hint = f"There are: {', '.join(self.levels)}."
            raise BadInput(f"{self.name} has no level {level!r}.", field="level", hint=hint)
        if not 1 <= days <= 1000:
            raise BadInput(f"days cannot be {days!r}.", field="days", hint="Give a whole number from 1 to 1000.")
        levels = (level,) if level else self.levels
        return [
            drawn(levels[number % len(levels)], number // len(levels), student=student, only=self.only)
            for number in range(days)
        ]

    def try_(self, function: Callable[..., Any], level: str = "", *, days: int = DAYS, student: str = "") -> Report:
        """Play a function of your own on so many days, and report what was seen."""
        return self.report(self.player(function), self.scenarios(level, days, student))

    def replay(self, card: str, function: Callable[..., Any], *, pace: float = 0.0) -> Replay:
        """Play exactly the day of a card. `pace` is how many real seconds a simulated one takes."""
        return self.replayed(scenario_from(card), self.player(function), pace=pace)

    def points(self, function: Callable[..., Any], *, most: float = 10.0, days: int = DAYS, student: str = "") -> float:
        """How many points of `most` a function earns: each mark counts the same, and by the days on which it passed."""
        return self.try_(function, days=days, student=student).points(most)

    def player(self, function: Callable[..., Any]) -> Play:
        """Plays a Python function on a day, within its bounds."""
        if not callable(function):
            hint = f"Give the function itself, without parentheses: try_({self.signature.split('(')[0].split()[-1]})."
            raise BadInput(f"{function!r} is not a function.", field="function", hint=hint)

        def play(day: Day) -> bounds.RunOutcome:
            given = self.prepare(day)
            with day.http() as http:
                seconds = 0.0 if day.lab.clock.pace else bounds.REAL_SECONDS  # a slow replay takes its time
                return bounds.run(function, http, day.clock, day.tokens.token, *given.values(), seconds=seconds)

        return play

    # ── playing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @CalmStop(RUN_STOPPED)
    def report(self, play: Play, scenarios: Iterable[Scenario]) -> Report:
        """Play all days, and for the first mark that fails find the smallest day that breaks it."""
        days = list(scenarios)
        scores = {name: Score(name) for name in self.marks}
        for number, scenario in enumerate(days, start=1):
            played = self.replayed(scenario, play)
            for name, judgement in played.judgements.items():
                scores[name] = scores[name].with_day(scenario, judgement)
            tell_progress(f"Day {number} of {len(days)}")
            if played.evidence.outcome.is_hung:  # every further day would take as long; none of them was finished
                scores["finished"] = replace(scores["finished"], days=len(days))
                break
        tell_progress("")
        failed = next((score for score in scores.values() if score.failed is not None), None)
        return Report(self.title, tuple(scores.values()), len(days), self._smallest(failed, play) if failed else None)

    def _smallest(self, score: Score, play: Play) -> Replay:
        """The first day on which a mark failed, made smaller as long as it still fails: only days that were played."""

        def fails(scenario: Scenario) -> bool:
            judgement = self.replayed(scenario, play).judgements.get(score.mark)
            return judgement is not None and not judgement.passed

        day, tries = score.failed, iter(range(SHRINKING))
        assert day is not None
        while found := next((each for each in smaller(day) if next(tries, None) is not None and fails(each)), None):
            day = found
        return self.replayed(day, play, mark=score.mark)

    @CalmStop(RUN_STOPPED)
    def replayed(self, scenario: Scenario, play: Play, *, mark: str = "", pace: float = 0.0) -> Replay:
        """One day, with everything that can be seen of it."""
        day = Day(scenario, pace=pace)
        evidence = day.evidence(play(day))
        return Replay(scenario, evidence, judged(evidence, self.marks), mark, day.lab)
