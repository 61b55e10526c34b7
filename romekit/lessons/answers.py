"""How an answer is read, and what an exercise can ask for.

An answer can be any object: it may equal everything, refuse to be printed, or contain itself. So no method of it is
called. It is sorted by its type, and simple values are copied into plain Python values; only these are compared.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from math import isnan, nan
from typing import Any, Final

from romekit.core.status import FINAL, Status

#: The classes of each sort of answer, "package.Class" where they are not Python's own.
CLASSES: Final = {
    "dots": "ellipsis",
    "nothing": "NoneType",
    "yes or no": "bool numpy.bool",
    "word": "str",
    "number": "int float numpy.number",
    "set": "set frozenset",
    "list": "list tuple",
    "dict": "dict",
    "command": "romekit.Handle",
    "device": "romekit.Device",
    "verdict": "romekit.Verdict",
    "reply": "httpx.Response",
    "table": "pandas.DataFrame",
    "column": "pandas.Series numpy.ndarray",
    "coroutine": "coroutine",
    "function": "function method builtin_function_or_method type",
    "generator": "generator",
    "error": "BaseException",
}
SORTS: Final = {name: sort for sort, names in CLASSES.items() for name in names.split()}
OTHER: Final = "something else"
NAN: Final = nan  # always this one, since no two of them are equal
MOST: Final = 1000  # elements of a collection that are looked at


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer's sort, and the plain copy of it when it is a simple one."""

    sort: str
    value: Any = None


def read(answer: object) -> GivenAnswer:
    """Sort an answer and copy it. Never raises."""
    try:
        sort = _sort(answer)
        return GivenAnswer(sort, PLAIN[sort](answer) if sort in PLAIN else None)
    except Exception:  # noqa: BLE001 - whatever a strange object does when it is looked at, it is an answer all the same
        return GivenAnswer(OTHER)


def _sort(answer: object) -> str:
    for each in type(answer).__mro__:
        name = f"{each.__module__.partition('.')[0]}.{each.__qualname__}".removeprefix("builtins.")
        if name in SORTS:
            return SORTS[name]
    return OTHER


def _number(answer: Any) -> int | float:
    if issubclass(type(answer), int):
        return int.__int__(answer)
    if issubclass(type(answer), float):
        number = float.__float__(answer)
        return NAN if isnan(number) else number
    item = answer.item()  # numpy's
    if type(item) in (int, float):
        return _number(item)
    raise TypeError


def _element(number: int, answer: object) -> Any:
    """An element of a collection. What is not simple becomes its sort with a number: two devices are two elements."""
    sort = _sort(answer)
    return PLAIN[sort](answer) if sort in ("word", "number") else GivenAnswer(sort, number)


def _elements(answer: Any) -> Iterator[Any]:
    """Walk a collection as its own built-in class does."""
    walk = next(each.__iter__ for each in (set, frozenset, list, tuple) if issubclass(type(answer), each))
    return (_element(*each) for each in enumerate(islice(walk(answer), MOST)))


#: How a simple answer is copied. `str(answer)` would not do: a subclass may have its own idea.
PLAIN: Final[dict[str, Callable[[Any], Any]]] = {
    "word": str.__str__,
    "number": _number,
    "set": lambda answer: frozenset(_elements(answer)),
    "list": lambda answer: tuple(_elements(answer)),
}


#: What each sort is called in a sentence.
CALLED: Final[dict[str, str]] = {
    "nothing": "`None`",
    "yes or no": "a yes or no",
    "word": "a text",
    "number": "a number",
    "set": "a set",
    "list": "a list",
    "dict": "a dict",
    "command": "a whole command",
    "device": "a whole device",
    "verdict": "what a check said",
    "reply": "a whole answer of the service",
    "table": "a whole table",
    "column": "a whole column",
    "error": "an error",
}

#: What is the same whatever is asked for.
ALWAYS: Final[dict[str, str]] = {
    "nothing": "That is `None`, what Python gives when there is nothing to give. Which expression ends your cell?",
    "coroutine": "That is a promise of an answer, not the answer: put `await` in front of it.",
    "function": "That is a function, not what it gives: the parentheses `()` behind it are missing.",
    "generator": "That is a generator, which has computed nothing yet: put it into `sum(…)`, `list(…)` or `set(…)`.",
}


@dataclass(frozen=True, slots=True)
class AnswerKind:
    """`wants` ends the sentence "The question asks for …"; `instead` has sentences for other sorts of answer.

    `words` are all the words there are, if there are not many: `unknown` is said to another one. `unfinished` are
    those of them that a command has only on its way.
    """

    sort: str
    wants: str
    instead: Mapping[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    unknown: str = ""
    unfinished: frozenset[str] = frozenset()

    def other(self, sort: str) -> str:
        usual = f"That is {called(sort)}. The question asks for {self.wants}."
        return self.instead.get(sort) or ALWAYS.get(sort, usual)


def called(sort: str) -> str:
    return CALLED.get(sort, "a thing of another kind")


STATUS: Final = AnswerKind(
    "word",
    "a status, one word in quotation marks",
    {
        "command": "That is the whole command. It knows its status: put a dot and `status` behind it.",
        "list": "That is a list. Which of its words is the status you were asked for? Give that one.",
        "yes or no": "That is a yes or no, perhaps of `is_final`. The question asks for the status itself, a word.",
    },
    words=frozenset(Status),
    unknown="That is none of the fourteen statuses. Let the notebook show you one: end a cell with `….status`.",
    unfinished=frozenset(Status) - FINAL,
)
ERROR_WORD: Final = AnswerKind(
    "word",
    "the error word of a command, in quotation marks",
    {
        "command": "That is the whole command. The word you want is one of its properties: look at its `.error`.",
        "nothing": "`None` means that no error is known. Was the command followed to its end, and on the right device?",
        "number": "That is a number. What the device says is a word; the command has it in `.error`.",
    },
)
WORD: Final = AnswerKind("word", "one word in quotation marks")
LETTER: Final = AnswerKind("word", "one letter in quotation marks")
DEVICE_NAME: Final = AnswerKind(
    "word",
    "the name of a device, in quotation marks",
    {
        "device": "That is the whole device. What is its `name`?",
        "number": "That is a number: the label of a row, or seconds. Which device stands in that row?",
        "column": "That is a whole row or column. Which name stands in it?",
        "table": "That is a whole table. Which name stands in the row you mean?",
    },
)
NUMBER: Final = AnswerKind(
    "number",
    "a number",
    {
        "word": "That is a text. If it is a number, leave out the quotation marks.",
        "yes or no": "That is a yes or no. The question was how many, and Python would count yes as 1.",
        "column": "That is a whole column. The question asks for one number: which value of it, or what sum?",
    },
)
STATUS_CODE: Final = AnswerKind(
    "number",
    "the number of an HTTP status",
    {
        "reply": "That is the whole answer of the service. It has the number: put a dot and `status_code` behind it.",
        "word": "That is a text. The question asks for the number that HTTP gives, without quotation marks.",
        "dict": "That is the body of an answer. The number stands beside it: `status_code`.",
    },
)
WORDS: Final = AnswerKind(
    "set",
    "a set of words, in curly braces",
    {
        "word": 'That is one text. A set stands in curly braces, with commas: `{"one", "two"}`.',
        "list": 'That is a list or a tuple. A set has no order, and stands in curly braces: `{"one", "two"}`.',
        "dict": 'That is a dict (empty braces make one). A set holds words only: `{"one", "two"}`.',
    },
)
