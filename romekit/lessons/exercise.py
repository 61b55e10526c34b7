"""One exercise as a row of data, and the verdict on an answer to it.

A verdict does not give the answer away: a usual mistake gets a sentence of its own, any other the exercise's hint. From
the third different wrong answer on, a stronger hint follows. Only the `check` that the notebook holds remembers the
tries; the same answer gets the same words however often its cell is run.
"""

import json
import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final, Literal

from romekit.lessons.answers import NAN, AnswerKind, GivenAnswer, called, read

Word = Literal["Right", "Not yet", "Your turn"]

#: A shape beside each word, and the colour of the edge: dark enough on white, light enough on black.
SHAPES: Final[dict[Word, tuple[str, str]]] = {
    "Right": ("✓", "#1a9c6b"),
    "Not yet": ("➜", "#b8740b"),
    "Your turn": ("…", "#6e7781"),
}
SHEET: Final = "padding:6px 12px;margin:2px 0;max-width:46em;line-height:1.5;"
_MARKS: Final = re.compile(r"`([^`]+)`|\*([a-z]+)\*")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to think of an answer. In `said`, `backticks` mean code and a *word* is stressed."""

    word: Word
    said: str

    def __repr__(self) -> str:
        return f"{self.word}: {self.said}"

    def _repr_html_(self) -> str:
        shape, colour = SHAPES[self.word]
        said = _MARKS.sub(_as_html, escape(self.said))
        return (
            f'<div role="status" style="border-left:4px solid {colour};{SHEET}">'
            f'<b><span aria-hidden="true">{shape}</span> {self.word}:</b> {said}</div>'
        )


def _as_html(mark: re.Match[str]) -> str:
    return f"<code>{mark[1]}</code>" if mark[1] else f"<em>{mark[2]}</em>"


YOUR_TURN: Final = Verdict("Your turn", "put your answer in place of the dots, run that cell, then this one.")
LONGEST: Final = 1000  # characters of a text that are looked through
NO_EVIDENCE: Final = "the check needs what the cells above have made. Run them from the top, then this one again."
NO_LAB: Final = "the check looks at what your lab has done. Give it the lab as well: `check({}, answer, lab)`."
STRONGER_AT: Final = 3


@dataclass(frozen=True, slots=True)
class Slip:
    """A wrong answer that people give for a reason, and what to say to it.

    `answer` is that answer, or a function that recognises it. A function needs an `example` that it recognises, so
    that a test can show what is said then.
    """

    answer: Any | Callable[[Any], bool]
    said: str
    example: Any = None

    def fits(self, value: Any) -> bool:
        return bool(self.answer(value) if callable(self.answer) else self.answer == value)


def holding(words: str | Set[str], said: str) -> Slip:
    """What to say to a set that has this word in it, or one of these."""
    these = frozenset({words} if isinstance(words, str) else words)
    return Slip(lambda given: these & given, said, {min(these)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """`answer` is the right answer, or a function that finds it in what the check was given.

    `right` says why it is right; `hint` is for a wrong answer that nobody foresaw, `stronger` for the third try.
    `instead` has sentences for other sorts of answer where this exercise knows better than its kind.
    An exercise that asks for something done has `seen`, a function that looks for it in what the check was given,
    such as the lab's exchanges and deeds; `unseen` is said to a right answer without it.
    """

    kind: AnswerKind
    answer: Any | Callable[..., Any]
    right: str
    slips: tuple[Slip, ...] = ()
    hint: str
    stronger: str
    instead: Mapping[str, str] = field(default_factory=dict)
    seen: Callable[..., bool] | None = None
    unseen: str = ""

    def wanted(self, *given: Any) -> Any:
        """The right answer, read as an answer is."""
        return read(self.answer(*given) if callable(self.answer) else self.answer).value

    def wrong(self, answer: GivenAnswer, wanted: Any) -> str:
        if answer.sort != self.kind.sort:
            return self.instead.get(answer.sort) or self.kind.other(answer.sort)
        elements = answer.value if isinstance(answer.value, frozenset) else ()
        strange = [each for each in elements if not isinstance(each, str)]
        if strange:
            sort = getattr(strange[0], "sort", "number")
            return f"Inside your answer there is {called(sort)}. The question asks for {self.kind.wants}."
        said = next((slip.said for slip in self.slips if slip.fits(answer.value)), "")
        return said or _near(answer.value, wanted, self.kind) or self.hint


def _near(value: Any, wanted: Any, kind: AnswerKind) -> str:
    if value is NAN:
        return "That is `nan`, which is no number and not even equal to itself. Where did it come from?"
    if not isinstance(value, str):
        return ""
    if value.strip(" \t\n'\"`.").casefold() == str(wanted).casefold():
        return "The word is the right one, its spelling is not yet: capital letters, blanks and quotation marks count."
    if re.search(rf"(?<!\w){re.escape(str(wanted))}(?!\w)", value[:LONGEST]):
        return "The right word is in there, and more beside it. Give that one word alone."
    if value in kind.unfinished:
        return "That status is not final: the command was still on its way. Follow it to its end, then look again."
    return kind.unknown if kind.words and value not in kind.words else ""


class Checks:
    """The checks of one lesson: call it with the number of an exercise, your answer, and what it has to look at."""

    def __init__(self, *exercises: Exercise) -> None:
        self.exercises = exercises
        self._tries: dict[int, list[tuple[str, Any]]] = {}

    def __repr__(self) -> str:
        return f"Checks of {len(self.exercises)} exercise{'' if len(self.exercises) == 1 else 's'}"

    def __call__(self, number: int = 1, answer: object = ..., *given: Any) -> Verdict:
        """What to think of an answer. Never raises, whatever the answer is."""
        if not (type(number) is int and 1 <= number <= len(self.exercises)):
            return Verdict("Not yet", f"there are exercises 1 to {len(self.exercises)}: `check(1, answer)`.")
        said = read(answer)
        return YOUR_TURN if said.sort == "dots" else self._judge(number, said, given)

    def _judge(self, number: int, answer: GivenAnswer, given: tuple[Any, ...]) -> Verdict:
        exercise = self.exercises[number - 1]
        try:
            wanted = exercise.wanted(*given)
            is_seen = exercise.seen is None or exercise.seen(*given)
        except Exception:  # noqa: BLE001 - what the cells above made may be missing or changed in any way
            return Verdict("Not yet", NO_LAB.format(number) if exercise.seen and not given else NO_EVIDENCE)
        if answer.sort == exercise.kind.sort and answer.value == wanted:
            return Verdict("Right", exercise.right) if is_seen else Verdict("Not yet", exercise.unseen)
        more = f" Stronger hint: {exercise.stronger}" if self._is_late(number, answer) else ""
        return Verdict("Not yet", exercise.wrong(answer, wanted) + more)

    def _is_late(self, number: int, answer: GivenAnswer) -> bool:
        """Is this the third different wrong answer, or a later one?"""
        tries = self._tries.setdefault(number, [])
        trace = (answer.sort, answer.value)  # answers of which both are the same are the same try
        if trace not in tries:
            tries.append(trace)
        return tries.index(trace) + 1 >= STRONGER_AT


def ended(lab: Any, device: str, status: str, order: str = "") -> bool:
    """Whether a command got this status; `device` and `order` are parts of its device's name and of what it asks."""
    moves = [change for change in lab.history() if change.to_status == status]
    return any(device in change.device_name and order in change.order for change in moves)


def posted(lab: Any) -> list[tuple[int, dict[str, Any]]]:
    """Every command that was posted and could be read: the HTTP status it was answered with, and its body."""
    posts = [each for each in lab.exchanges() if each.method == "POST" and each.path.endswith("/commands")]
    return [(each.status, body) for each in posts if isinstance(body := _json(each.request_body), dict)]


def accepted(lab: Any) -> list[dict[str, Any]]:
    """The payloads of the commands that the service has created."""
    payloads = [body.get("payload") for status, body in posted(lab) if status == 201]
    return [payload for payload in payloads if isinstance(payload, dict)]


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
