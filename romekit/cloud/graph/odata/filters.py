"""`$filter`: a small language, read by hand into a question that can be put to a device.

    any      = all { "or" all }
    all      = one { "and" one }
    one      = "not" one | compared
    compared = term [ ("eq" | "ne" | "lt" | "le" | "gt" | "ge") term | "in" "(" literal { "," literal } ")" ]
    term     = "(" any ")" | function "(" term "," term ")" | property | literal
    literal  = "'" text, with a quote doubled "'" | "null" | "true" | "false"

Words of the language and names of properties are understood in any case, values are not. `not` takes the whole
comparison behind it, as everybody writes it, though the grammar of OData binds it tighter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, NoReturn

from romekit.cloud.graph.odata.terms import (
    COMPARISONS,
    CONSTANTS,
    FUNCTIONS,
    Question,
    Term,
    call,
    comparison,
    constant,
    every,
    named,
    neither,
    refuse,
    some,
    text,
)
from romekit.core.model import Device

TOKEN: Final = re.compile(
    r"(?P<blank>\s+)|(?P<text>'(?:[^']|'')*')|(?P<number>-?\d[\w.:-]*)|(?P<word>[^\W\d]\w*)|(?P<mark>.)", re.DOTALL
)
KEYWORDS: Final = frozenset({"and", "or", "not", "in", *COMPARISONS, *CONSTANTS})
#: How many brackets and `not`s may be open at once. Ours, so that no filter can exhaust the stack.
DEEPEST: Final = 50


class FilterToken(NamedTuple):
    """A piece of the filter, and where it starts, counted from 1."""

    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """What it means to the grammar; nothing for literals."""
        return self.text.lower() if self.kind in ("word", "mark") else "literal"


def matcher(written: str) -> Callable[[Device], bool]:
    """The question a filter asks; Refused with 400 and the position when it is not one."""
    reading = _Reading(_tokens(written))
    asks = reading.any()
    reading.expect("", "an operator or the end")
    return lambda device: asks(device) is True


def _tokens(written: str) -> list[FilterToken]:
    found = [FilterToken(match.lastgroup or "", match.group(), match.start() + 1) for match in TOKEN.finditer(written)]
    return [*(token for token in found if token.kind != "blank"), FilterToken("mark", "", len(written) + 1)]


@dataclass(slots=True)
class _Reading:
    """One pass over the tokens, with a method per line of the grammar. The last token is the end, whose word is ""."""

    tokens: Sequence[FilterToken]
    index: int = 0
    depth: int = 0

    def any(self) -> Question:
        return self._joined("or", self.all, some)

    def all(self) -> Question:
        return self._joined("and", self.one, every)

    def one(self) -> Question:
        if not self._take("not"):
            return self.compared()
        self._deeper()
        asks = self.one()
        self.depth -= 1
        return neither(asks)

    def compared(self) -> Question:
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
        asks = self.any()
        self.depth -= 1
        self.expect(")", "')'")
        return Term("boolean", asks, at)

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

    def _in_list(self, left: Term) -> Question:
        self.expect("(", "'('")
        asked = [comparison("eq", left, self._literal("a value"))]
        while self._take(","):
            asked.append(comparison("eq", left, self._literal("a value")))
        self.expect(")", "',' or ')'")
        return some(asked)

    def _literal(self, what: str) -> Term:
        token = self._ahead
        if token.kind != "text" and token.word not in CONSTANTS:
            _misplaced(token, what)
        self.index += 1
        return text(token.text, token.at) if token.kind == "text" else constant(token.text, token.at)

    def _joined(self, word: str, part: Callable[[], Question], join: Callable[[list[Question]], Question]) -> Question:
        asked = [part()]
        while self._take(word):
            asked.append(part())
        return asked[0] if len(asked) == 1 else join(asked)

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
