"""`$filter`: a small language, parsed by hand into a predicate that is true, false or null for a device.

    any      = all { "or" all }
    all      = one { "and" one }
    one      = "not" one | compared
    compared = term [ ("eq" | "ne" | "lt" | "le" | "gt" | "ge") term | "in" "(" literal { "," literal } ")" ]
    term     = "(" any ")" | function "(" term "," term ")" | property | literal
    literal  = "'" text, with a quote doubled "'" | "null" | "true" | "false"

Words of the language and names of properties are understood in any case, values are not. `not` takes the whole
comparison behind it, as everybody writes it, though the grammar of OData binds it tighter.

A function of null is null, and null is neither true nor false: that is OData's logic, so that neither a filter nor its
`not` finds a device without the property. Comparing is simpler: null equals null, and is neither less nor more than
anything. Values are compared as they are, by code point.

Python's one OData parser, odata-query, was looked at: it stands on SLY, which its author has retired, it turns filters
into database queries only, and its syntax trees have no positions, which the errors here name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final, Literal, NamedTuple, NoReturn

from romekit.cloud.graph.messages import Refused
from romekit.cloud.graph.odata.types import DEVICE
from romekit.core.model import Device

Predicate = Callable[[Device], Any]

FUNCTIONS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": str.__contains__,
}
EQUALITY: Final[Mapping[str, Callable[[Any, Any], bool]]] = {"eq": eq, "ne": ne}
ORDER: Final[Mapping[str, Callable[[Any, Any], bool]]] = {"lt": lt, "le": le, "gt": gt, "ge": ge}
COMPARISONS: Final = EQUALITY.keys() | ORDER.keys()
CONSTANTS: Final = {"null": None, "true": True, "false": False}


class Term(NamedTuple):
    """Something that has a value for each device, and where it stands in the filter, counted from 1."""

    kind: Literal["string", "boolean", "null"]
    of: Predicate
    at: int


def refuse(message: str, at: int) -> NoReturn:
    """Refused: what is wrong with a filter, and where."""
    raise Refused(400, "BadRequest", f"Invalid filter clause: {message} at position {at}.", target="$filter")


def text(quoted: str, at: int) -> Term:
    """A literal in single quotes; a quote inside is doubled."""
    value = quoted[1:-1].replace("''", "'")
    return Term("string", lambda device: value, at)


def constant(word: str, at: int) -> Term:
    value = CONSTANTS[word.lower()]
    return Term("null" if value is None else "boolean", lambda device: value, at)


def named(name: str, at: int) -> Term:
    """A property of the device."""
    attribute = DEVICE.find_own(name, "filter").attribute
    return Term("string", lambda device: getattr(device, attribute), at)


def comparison(word: str, left: Term, right: Term) -> Predicate:
    """`left word right`, for words of the same kind."""
    kinds = {left.kind, right.kind} - {"null"}
    if len(kinds) > 1 or (kinds == {"boolean"} and word in ORDER):
        refuse(f"'{word}' cannot compare a {left.kind} with a {right.kind}", right.at)
    if word in EQUALITY:
        same = EQUALITY[word]
        return lambda device: same(left.of(device), right.of(device))
    before = ORDER[word]
    return lambda device: None not in (pair := (left.of(device), right.of(device))) and before(*pair)


def call(name: str, whole: Term, part: Term, at: int) -> Term:
    """One of FUNCTIONS, of two texts."""
    function = FUNCTIONS[name.lower()]
    for term in (whole, part):
        if term.kind == "boolean":
            refuse(f"'{name}' takes text", term.at)

    def of(device: Device) -> bool | None:
        texts = (whole.of(device), part.of(device))
        return None if None in texts else function(*texts)

    return Term("boolean", of, at)


def negated(predicate: Predicate) -> Predicate:
    """`not`: the opposite of null is null."""
    return lambda device: None if (values := predicate(device)) is None else not values


def any_of(predicates: Sequence[Predicate]) -> Predicate:
    """`or`: one true is enough, else a null leaves it open."""

    def of(device: Device) -> bool | None:
        values = {predicate(device) for predicate in predicates}
        return True if True in values else None if None in values else False

    return of


def all_of(predicates: Sequence[Predicate]) -> Predicate:
    """`and`: one false is enough, else a null leaves it open."""

    def of(device: Device) -> bool | None:
        values = {predicate(device) for predicate in predicates}
        return False if False in values else None if None in values else True

    return of


TOKEN: Final = re.compile(
    r"(?P<blank>\s+)|(?P<text>'(?:[^']|'')*')|(?P<number>-?\d[\w.:-]*)|(?P<word>[^\W\d]\w*)|(?P<mark>.)", re.DOTALL
)
KEYWORDS: Final = frozenset({"and", "or", "not", "in", *COMPARISONS, *CONSTANTS})
#: How many brackets and `not`s may be open at once. Ours, so that no filter can exhaust the stack.
DEEPEST: Final = 50


class FilterToken(NamedTuple):
    """One token of the filter, and where it starts, counted from 1."""

    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """What it means to the grammar; nothing for literals."""
        return self.text.lower() if self.kind in ("word", "mark") else "literal"


def predicate_of(written: str) -> Callable[[Device], bool]:
    """Whether a filter finds a device; Refused with 400 and the position when the filter cannot be parsed."""
    parser = _Parser(_tokens(written))
    predicate = parser.any()
    parser.expect("", "an operator or the end")
    return lambda device: predicate(device) is True


def _tokens(written: str) -> list[FilterToken]:
    found = [FilterToken(match.lastgroup or "", match.group(), match.start() + 1) for match in TOKEN.finditer(written)]
    return [*(token for token in found if token.kind != "blank"), FilterToken("mark", "", len(written) + 1)]


@dataclass(slots=True)
class _Parser:
    """One pass over the tokens, with a method per line of the grammar. The last token is the end; its word is ""."""

    tokens: Sequence[FilterToken]
    index: int = 0
    depth: int = 0

    def any(self) -> Predicate:
        return self._joined("or", self.all, any_of)

    def all(self) -> Predicate:
        return self._joined("and", self.one, all_of)

    def one(self) -> Predicate:
        if not self._take("not"):
            return self.compared()
        self._deeper()
        predicate = self.one()
        self.depth -= 1
        return negated(predicate)

    def compared(self) -> Predicate:
        left, word = self.term(), self._ahead.word
        if word in COMPARISONS:
            self.index += 1
            return comparison(word, left, self.term())
        if self._take("in"):
            return self._in_list(left)
        if left.kind != "boolean":
            refuse("this alone is neither true nor false", left.at)
        return left.of

    def term(self) -> Term:
        token = self._ahead
        if self._take("("):
            return self._nested(token.at)
        if token.kind == "word" and token.word not in KEYWORDS:
            self.index += 1
            return self._call(token) if self._ahead.word == "(" else named(token.text, token.at)
        return self._literal("a property, a value or a function")

    def expect(self, word: str, what: str) -> None:
        if not self._take(word):
            _misplaced(self._ahead, what)

    def _nested(self, at: int) -> Term:
        self._deeper()
        predicate = self.any()
        self.depth -= 1
        self.expect(")", "')'")
        return Term("boolean", predicate, at)

    def _call(self, name: FilterToken) -> Term:
        if name.word not in FUNCTIONS:
            refuse(f"the function '{name.text}' is unknown (there are {', '.join(FUNCTIONS)})", name.at)
        self._deeper()
        self.expect("(", "'('")
        whole = self.term()
        self.expect(",", "','")
        part = self.term()
        self.expect(")", "')'")
        self.depth -= 1
        return call(name.text, whole, part, name.at)

    def _in_list(self, left: Term) -> Predicate:
        self.expect("(", "'('")
        predicates = [comparison("eq", left, self._literal("a value"))]
        while self._take(","):
            predicates.append(comparison("eq", left, self._literal("a value")))
        self.expect(")", "',' or ')'")
        return any_of(predicates)

    def _literal(self, what: str) -> Term:
        token = self._ahead
        if token.kind != "text" and token.word not in CONSTANTS:
            _misplaced(token, what)
        self.index += 1
        return text(token.text, token.at) if token.kind == "text" else constant(token.text, token.at)

    def _joined(
        self, word: str, part: Callable[[], Predicate], join: Callable[[list[Predicate]], Predicate]
    ) -> Predicate:
        predicates = [part()]
        while self._take(word):
            predicates.append(part())
        return predicates[0] if len(predicates) == 1 else join(predicates)

    @property
    def _ahead(self) -> FilterToken:
        return self.tokens[self.index]

    def _take(self, word: str) -> bool:
        """Step over the next token if it is this word; nothing steps over the end."""
        is_it = self._ahead.word == word
        self.index += is_it and word != ""
        return is_it

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            refuse(f"more than {DEEPEST} levels", self._ahead.at)


def _misplaced(token: FilterToken, expected: str) -> NoReturn:
    if token.text == "'":
        refuse("a quote is opened and never closed", token.at)
    found = f"'{token.text}'" if token.text else "the end"
    quotes = ", which needs quotes" if token.kind == "number" else ""
    refuse(f"expected {expected}, found {found}{quotes}", token.at)
