"""What a challenge shows: a scoreboard, and the smallest day that breaks the program, drawn beside what it believed.

Each shows itself as HTML in a notebook and as text everywhere else; `as_dict` is for programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any, Final

from romekit.challenges.bounds import SHOWN
from romekit.challenges.day import Evidence
from romekit.challenges.marks import Judgement
from romekit.challenges.scenario import Scenario
from romekit.core.errors import NotInstalled

if TYPE_CHECKING:
    from romekit.lab.lab import Lab

#: Marks without which the others mean nothing: a client that does nothing breaks no rule.
LIMITS: Final = ("finished", "got it done", "told the status", "told every end")
WIDTH: Final = 20
SHAPE: Final = {True: "✓", False: "✗"}
COLOUR: Final = {True: "#1a9c6b", False: "#b8740b"}


@dataclass(frozen=True, slots=True)
class Score:
    """One mark over all days: on how many it passed, of how many it could be seen on, and the first day it failed."""

    mark: str
    passed: int = 0
    days: int = 0
    failed: Scenario | None = None
    sentence: str = ""

    def with_day(self, scenario: Scenario, judgement: Judgement) -> Score:
        more = replace(self, passed=self.passed + judgement.passed, days=self.days + 1)
        is_first = self.failed is None and not judgement.passed
        return replace(more, failed=scenario, sentence=judgement.sentence) if is_first else more

    @property
    def share(self) -> float:
        """Between 0 and 1; a mark that no day could show counts as passed."""
        return self.passed / self.days if self.days else 1.0


@dataclass(frozen=True, slots=True)
class Replay:
    """One day, played: what each mark says of it, and the truth beside what the program believed."""

    scenario: Scenario
    evidence: Evidence
    judgements: Mapping[str, Judgement]
    mark: str
    lab: Lab

    @property
    def passed(self) -> bool:
        return all(each.passed for each in self.judgements.values())

    def as_dict(self) -> dict[str, Any]:
        marks = {name: {"passed": each.passed, "why": each.sentence} for name, each in self.judgements.items()}
        return {"card": self.scenario.card, "day": self.scenario.story, "marks": marks}

    def __repr__(self) -> str:
        return "\n".join([*self._lines(), _truth(self.lab, "text/plain")])

    def _lines(self) -> list[str]:
        said = sorted(self.judgements.items(), key=lambda each: each[0] != self.mark)
        judgements = [f"{SHAPE[each.passed]} {name}: {each.sentence}" for name, each in said]
        outcome = self.evidence.outcome
        text = self.evidence.redacted(outcome.printed)
        more = f"… and {len(text) - SHOWN} characters more" if len(text) > SHOWN else ""
        printed = [f"It printed: {text[:SHOWN]}{more}"] if text else []
        returned = [] if outcome.problem else [f"It returned {self.evidence.redacted(outcome.shown)}."]
        return [f"On this day: {self.scenario.story}", f"Card: {self.scenario.card}", *judgements, *returned, *printed]

    def _repr_html_(self) -> str:
        day, card, *rest = self._lines()
        lines = "".join(f"<li>{escape(line)}</li>" for line in rest)
        code = f"<pre>{escape(card.removeprefix('Card: '))}</pre>"
        return f"<p>{escape(day)}</p>{code}<ul>{lines}</ul>{_truth(self.lab, 'text/html')}"


@dataclass(frozen=True, slots=True)
class Report:
    """How a program did on all its days."""

    title: str
    scores: tuple[Score, ...]
    days: int
    smallest: Replay | None = None

    @property
    def passed(self) -> bool:
        return self.smallest is None

    def points(self, most: float = 10.0) -> float:
        """Points of `most`: each mark counts the same, by the share of the days on which it passed.

        Who does not get anything done earns nothing for being careful: that share bounds all others.
        """
        limits = [each.share for each in self.scores if each.mark in LIMITS]
        shares = [min(each.share, *limits, 1.0) for each in self.scores]
        return round(most * sum(shares) / len(shares), 2)

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data; its points are of 10."""
        about = {"challenge": self.title, "days": self.days, "passed": self.passed, "points": self.points()}
        marks = [
            {"mark": each.mark, "passed": each.passed, "days": each.days, "why": each.sentence} for each in self.scores
        ]
        return {**about, "marks": marks, "smallest": self.smallest and self.smallest.as_dict()}

    def __repr__(self) -> str:
        wide = max(len(each.mark) for each in self.scores)
        rows = [
            f"{word:<{wide + 2}}  {'█' * round(WIDTH * share):<{WIDTH}}  {count}"
            for word, count, share, _ in self._rows()
        ]
        return "\n".join([self._head(), *rows, *self._end(repr)])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th style="text-align:left">{escape(word)}</th><td>{count}</td><td>'
            '<div aria-hidden="true" style="width:10em;background:rgba(128,128,128,0.2)">'
            f'<div style="width:{100 * share:.0f}%;height:0.8em;background:{colour}"></div></div></td></tr>'
            for word, count, share, colour in self._rows()
        )
        head = "<tr><th>mark</th><th>days on which it passed</th><th></th></tr>"
        table = f'<table style="font-variant-numeric:tabular-nums"><thead>{head}</thead><tbody>{rows}</tbody></table>'
        return f"<h4>{escape(self._head())}</h4>{table}{''.join(self._end(Replay._repr_html_))}"

    def _rows(self) -> Iterator[tuple[str, str, float, str]]:
        """The table: each mark with its shape, on how many days it passed, how long its bar is, and its colour."""
        for each in self.scores:
            passed = each.failed is None
            count = f"{each.passed}/{each.days}" if each.days else "no day showed it"
            yield f"{SHAPE[passed]} {each.mark}", count, each.share if each.days else 0.0, COLOUR[passed]

    def _head(self) -> str:
        if self.passed:
            return f"{self.title}: every mark passed on all of {self.days} days."
        failed = sum(each.failed is not None for each in self.scores)
        return f"{self.title}: {failed} of {len(self.scores)} marks failed on one of {self.days} days or more."

    def _end(self, shown: Callable[[Replay], str]) -> list[str]:
        if self.smallest is None:
            return []
        return [f'The smallest day we found on which "{self.smallest.mark}" fails:', shown(self.smallest)]


def _truth(lab: Lab, form: str) -> str:
    """The truth line of a lab in one of its forms."""
    try:
        bundle: Any = lab.truth()._repr_mimebundle_()
    except NotInstalled as missing:
        return str(missing)
    return str((bundle[0] if isinstance(bundle, tuple) else bundle).get(form, ""))
