"""A bet: a question that somebody answers before the notebook does. It is locked, so that it stays what it was.

Where no widget runs, the bet is its question in words. Until it is locked, whatever shows it is the same each time: a
notebook that nobody has clicked in prints the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from math import isfinite
from typing import Any, Final

from ipywidgets import HTML, VBox

from romekit.core.arguments import explained
from romekit.core.errors import BadInput
from romekit.views.assets import TEXT
from romekit.views.form_widgets import Control, SendButton, choice, message_of, tick

PICK: Final = "Choose…"
TOO_LATE: Final = "The answer was shown before a bet was locked."
Guess = float | str | frozenset[str]


@dataclass(frozen=True, slots=True)
class BetResult:
    """A bet beside what happened; `said` is whether it was right, and the running score, or empty without a bet."""

    question: str
    rows: tuple[tuple[str, ...], ...]
    is_right: bool | None
    said: str

    def __repr__(self) -> str:
        wide = max(len(row[0]) for row in self.rows)
        rows = (f"{row[0]:{wide}}  {'  '.join(row[1:])}".rstrip() for row in self.rows)
        return "\n".join([self.question, *rows, *filter(None, [self.said])])

    def _repr_html_(self) -> str:
        rows = ((escape(head), "</td><td>".join(map(escape, more))) for head, *more in self.rows)
        table = "".join(f'<tr><th scope="row">{head}</th><td>{more}</td></tr>' for head, more in rows)
        return f'<div role="status"><b>{escape(self.question)}</b><table>{table}</table>{self.said}</div>'


@explained("bet")
class Bet(VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """A question, a control for the answer (a number, one of `choices`, or `several` of them), and a button Lock.

    `value` is what was locked, or None. `others` are the bets that the running score counts.
    """

    def __init__(
        self,
        question: str,
        choices: Sequence[str] = (),
        *,
        unit: str = "",
        several: bool = False,
        others: Collection[Bet] = (),
    ) -> None:
        self.question, self._choices, self._unit, self._several, self._others = question, choices, unit, several, others
        self.value: Guess | None = None
        self.result: BetResult | None = None
        self._controls = self._made()
        self._button = SendButton(self._pressed, "A locked bet stays as it is")
        self._button.description = "Lock"
        self._button.wait_for(self._controls)
        self._status = HTML()
        heading = [HTML(f'<div style="{TEXT}font-weight:600;">{escape(question)}</div>')] if several else []
        super().__init__([*heading, *self._controls, self._button, self._status])
        self.add_class("rk-bet")

    def lock(self, value: object) -> None:
        """Lock an answer, as a click on Lock does. What is locked stays. BadInput for what does not answer it."""
        guess = self._read(value)
        if self.value is None and self.result is None:
            self.value = guess
            self._end(f"Locked: {self._words(guess)}.")

    def compare(self, answer: Any, within: float = 0.0) -> BetResult:
        """The bet beside what happened. A number is right if it is no more than `within` away."""
        truth, guess = self._read(answer), self.value
        is_near = isinstance(guess, float) and isinstance(truth, float) and abs(guess - truth) <= within
        is_right, said = None if guess is None else guess == truth or is_near, ""
        if is_right is not None:
            ends = [each.result.is_right for each in self._others if each is not self and each.result]
            made = [each for each in [*ends, is_right] if each is not None]
            word = "✓ Right." if is_right else "➜ Not this time."
            said = f"{word} Your bets so far: {sum(made)} of {len(made)} right."
        self.result = BetResult(self.question, self._rows(guess, truth), is_right, said)
        if guess is None:
            self._end(TOO_LATE)
        return self.result

    def _made(self) -> list[Control]:
        if self._several:
            return [tick(each, "") for each in self._choices]
        if self._choices:
            return [choice(self.question, "", {PICK: "", **{each: each for each in self._choices}})]
        return [Control(kind="number", description=self.question, help=self._wanted(), rules={"step": "any"})]

    def _pressed(self) -> None:
        ticked = [each.description for each in self._controls if each.value is True]
        try:
            self.lock(ticked if self._several else self._controls[0].value)
        except BadInput as problem:
            self._controls[0].problem = message_of(problem)

    def _read(self, value: Any) -> Guess:
        """An answer to the question, or BadInput."""
        with suppress(TypeError, ValueError):
            if self._several:
                if (ticked := frozenset(value)) <= frozenset(self._choices):
                    return ticked
            elif self._choices:
                if str(value) in self._choices:
                    return str(value)
            elif isfinite(number := float(value)):
                return number
        hint = f"Give {self._wanted()}." if value or value == 0 else "Answer first, then lock."
        raise BadInput(f"{value!r} does not answer “{self.question}”", field="bet", hint=hint)

    def _wanted(self) -> str:
        if self._choices:
            return f"{'some' if self._several else 'one'} of: {'; '.join(self._choices)}"
        return f"a number of {self._unit}" if self._unit else "a number"

    def _words(self, guess: Guess | None) -> str:
        if guess is None:
            return "none"
        if isinstance(guess, float):
            return f"{guess:g} {self._unit}".rstrip()
        return guess if isinstance(guess, str) else ", ".join(sorted(guess)) or "none of them"

    def _rows(self, guess: Guess | None, truth: Guess) -> tuple[tuple[str, ...], ...]:
        if isinstance(truth, frozenset):
            mine = guess if isinstance(guess, frozenset) else frozenset[str]()
            ticks = {True: "✓", False: "–"}
            lines = ((each, f"bet {ticks[each in mine]}", f"happened {ticks[each in truth]}") for each in self._choices)
            return tuple(line if guess is not None else (line[0], line[2]) for line in lines)
        return ("your bet", self._words(guess)), ("what happened", self._words(truth))

    def _end(self, words: str) -> None:
        """The bet is made, or over: nothing can be changed any more."""
        self._status.value = f'<div role="status" style="{TEXT}">{escape(words)}</div>'
        self._button.disabled = True
        for control in self._controls:
            control.disabled, control.problem = True, message_of(None)

    def __repr__(self) -> str:
        locked = "" if self.value is None else f" Locked: {self._words(self.value)}."
        return f"Your bet: {self.question} ({self._wanted()}){locked}"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super()._repr_mimebundle_(**kwargs)
        return {**shown, "text/plain": repr(self), "text/html": f"<p>{escape(repr(self))}</p>"}
