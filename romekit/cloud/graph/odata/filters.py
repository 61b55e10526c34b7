"""`$filter`: a small language, parsed by hand into a predicate that is true, false or null for a device.

    any      = all { "or" all }
    all      = one { "and" one }
    one      = "not" one | compared
    compared = term [ ("eq" | "ne" | "lt" | "le" | "gt" | "ge") term | "in" "(" literal { "," literal } ")" ]
    term     = "(" any ")" | function "(" term "," term ")" | property | literal
    literal  = "'" text, with a quote doubled "'" | "null" | "true" | "false"

Words of the language and names of properties are understood in any case; values are compared as they are, by code
point. `not` takes the whole comparison behind it, as everybody writes it, though the grammar of OData binds it tighter.

A function of null is null, and null is neither true nor false: so neither a filter nor its `not` finds a device without
the property. Comparing is simpler: null equals null, and is neither less nor more than anything.

Python's one OData parser, odata-query, stands on SLY, which its author has retired, makes database queries only, and
its syntax trees have no positions, which the errors here name.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple, NoReturn

from romekit.cloud.graph.messages import Refused
from romekit.cloud.graph.odata.types import DEVICE
from romekit.core.model import Device

Value = Callable[[Device], Any]

TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d[\w.:-]*)|(?P<word>[^\W\d]\w*)|(?P<mark>\S)|\Z)", re.DOTALL
)
FUNCTIONS: Final = {"startswith": str.startswith, "endswith": str.endswith, "contains": str.__contains__}
EQUALITY: Final = frozenset({"eq", "ne"})
COMPARISONS: Final = EQUALITY | {"lt", "le", "gt", "ge"}
CONSTANTS: Final = {"null": None, "true": True, "false": False}
KEYWORDS: Final = frozenset({"and", "or", "not", "in", *COMPARISONS, *CONSTANTS})
#: How many brackets and `not`s may be open at once. Ours, so that no filter can exhaust the stack.
DEEPEST: Final = 50


class FilterToken(NamedTuple):
    """One token of the filter, and where it starts, counted from 1. The end has no text."""

    kind: str
    text: str
    at: int
    word: str = ""  # what it means to the grammar


class Term(NamedTuple):
    """Something that has a value for each device: a string, a boolean or null; and where it stands in the filter."""

    kind: str
    of: Value
    at: int


def predicate_of(written: str) -> Callable[[Device], bool]:
    """Whether a filter finds a device; Refused with 400 and the position when the filter cannot be parsed."""
    parser = _Parser(written)
    predicate = parser.any()
    parser.expect("", "an operator or the end")
    return lambda device: predicate(device) is True


class _Parser:
    """One pass over the tokens, with a method per line of the grammar."""

    def __init__(self, written: str) -> None:
        tokens = []
        for each in TOKEN.finditer(written):
            if kind := each.lastgroup:
                word = each[kind].lower() if kind in ("word", "mark") else "literal"
                tokens.append(FilterToken(kind, each[kind], each.start(kind) + 1, word))
        self.left = [*tokens, FilterToken("mark", "", len(written) + 1)][::-1]
        self.depth = 0

    def any(self) -> Value:
        return self._joined("or", lambda: self._joined("and", self.one, False), True)

    def one(self) -> Value:
        if not self._take("not"):
            return self.compared()
        value = self._deeper(self.one)
        return lambda device: None if (found := value(device)) is None else not found

    def compared(self) -> Value:
        left, word = self.term(), self.left[-1].word
        if word in COMPARISONS:
            self.left.pop()
            return _comparison(word, left, self.term())
        if self._take("in"):
            self.expect("(", "'('")
            found = self._joined(",", lambda: _comparison("eq", left, self.literal("a value")), True)
            self.expect(")", "',' or ')'")
            return found
        if left.kind != "boolean":
            _refuse("this alone is neither true nor false", left.at)
        return left.of

    def term(self) -> Term:
        token = self.left[-1]
        if self._take("("):
            value = self._deeper(self.any)
            self.expect(")", "')'")
            return Term("boolean", value, token.at)
        if token.kind != "word" or token.word in KEYWORDS:
            return self.literal("a property, a value or a function")
        self.left.pop()
        if self.left[-1].word == "(":
            return self._call(token)
        attribute = DEVICE.find_own(token.text, "filter").attribute
        return Term("string", operator.attrgetter(attribute), token.at)

    def literal(self, what: str) -> Term:
        token = self.left[-1]
        if token.kind != "text" and token.word not in CONSTANTS:
            _misplaced(token, what)
        self.left.pop()
        value = token.text[1:-1].replace("''", "'") if token.kind == "text" else CONSTANTS[token.word]
        kind = "null" if value is None else "string" if isinstance(value, str) else "boolean"
        return Term(kind, lambda device: value, token.at)

    def expect(self, word: str, what: str) -> None:
        if not self._take(word):
            _misplaced(self.left[-1], what)

    def _call(self, name: FilterToken) -> Term:
        if name.word not in FUNCTIONS:
            _refuse(f"the function '{name.text}' is unknown (there are {', '.join(FUNCTIONS)})", name.at)
        self.expect("(", "'('")
        whole: Term = self._deeper(self.term)
        self.expect(",", "','")
        part: Term = self._deeper(self.term)
        self.expect(")", "')'")
        for term in (whole, part):
            if term.kind == "boolean":
                _refuse(f"'{name.text}' takes text", term.at)
        return Term("boolean", _unless_null(FUNCTIONS[name.word], whole, part), name.at)

    def _joined(self, word: str, part: Callable[[], Value], decisive: bool) -> Value:
        """`or` (one true is enough) or `and` (one false is enough); else a null leaves it open."""
        values = [part()]
        while self._take(word):
            values.append(part())

        def of(device: Device) -> bool | None:
            found = {value(device) for value in values}
            return decisive if decisive in found else None if None in found else not decisive

        return values[0] if len(values) == 1 else of

    def _take(self, word: str) -> bool:
        """Step over the next token if it is this word; nothing steps over the end."""
        is_it = self.left[-1].word == word
        if is_it and word:
            self.left.pop()
        return is_it

    def _deeper(self, part: Callable[[], Any]) -> Any:
        self.depth += 1
        if self.depth > DEEPEST:
            _refuse(f"more than {DEEPEST} levels", self.left[-1].at)
        found = part()
        self.depth -= 1
        return found


def _comparison(word: str, left: Term, right: Term) -> Value:
    kinds = {left.kind, right.kind} - {"null"}
    if len(kinds) > 1 or (kinds == {"boolean"} and word not in EQUALITY):
        _refuse(f"'{word}' cannot compare a {left.kind} with a {right.kind}", right.at)
    compare = getattr(operator, word)
    if word in EQUALITY:
        return lambda device: compare(left.of(device), right.of(device))
    value = _unless_null(compare, left, right)
    return lambda device: value(device) is True


def _unless_null(function: Callable[[Any, Any], bool], left: Term, right: Term) -> Value:
    """A function of two values; null when one of them is."""

    def of(device: Device) -> bool | None:
        values = (left.of(device), right.of(device))
        return None if None in values else function(*values)

    return of


def _misplaced(token: FilterToken, expected: str) -> NoReturn:
    if token.text == "'":
        _refuse("a quote is opened and never closed", token.at)
    found = f"'{token.text}'" if token.text else "the end"
    quotes = ", which needs quotes" if token.kind == "number" else ""
    _refuse(f"expected {expected}, found {found}{quotes}", token.at)


def _refuse(message: str, at: int) -> NoReturn:
    raise Refused(400, "BadRequest", f"Invalid filter clause: {message} at position {at}.", target="$filter")
