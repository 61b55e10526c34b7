"""Running flows that block, several at a time without threads: while one waits for its answer, the next one asks.

A server answers about in the order in which it was asked, so whoever asked first is waited for first; what comes
meanwhile stays in its socket. A pause holds all of them up: a service that tells one to come later would tell the
others the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from romekit.client.steps import Ask, Flow
from romekit.client.ways import Underway, Way


@dataclass(slots=True)
class _Waiting:
    """A flow that has asked."""

    number: int
    flow: Flow[Any]
    underway: Underway


class Abreast:
    """One run of some flows over a way. `perform` does the steps that are no questions."""

    def __init__(self, way: Way, perform: Callable[[Any], Any]) -> None:
        self._way = way
        self._perform = perform
        self._waiting: deque[_Waiting] = deque()
        self._returned: dict[int, Any] = {}

    def run(self, flows: Iterable[Flow[Any]]) -> list[Any]:
        """What the flows return, in their order. When one fails, or we are interrupted, none goes on."""
        coming = enumerate(flows)
        try:
            while True:
                while len(self._waiting) < self._way.abreast and (one := next(coming, None)) is not None:
                    self._go_on(*one)
                if not self._waiting:
                    return [self._returned[number] for number in range(len(self._returned))]
                self._hear(self._waiting[0])
        finally:
            for each in self._waiting:
                each.underway.abandon()

    def _hear(self, first: _Waiting) -> None:
        reply, problem = None, None
        try:
            reply = first.underway.reply()
        except Exception as met:  # noqa: BLE001 (the flow decides which problems it can go on from)
            problem = met
        self._waiting.popleft()  # only now: an interrupt in between leaves nothing on its way
        self._go_on(first.number, first.flow, reply, problem)

    def _go_on(self, number: int, flow: Flow[Any], value: Any = None, problem: Exception | None = None) -> None:
        """Take a flow to its next question, or to its end."""
        while True:
            try:
                step = flow.send(value) if problem is None else flow.throw(problem)
            except StopIteration as done:
                self._returned[number] = done.value
                return
            value, problem = None, None
            try:
                if isinstance(step, Ask):
                    self._waiting.append(_Waiting(number, flow, self._way.begin(step)))
                    return
                value = self._perform(step)
            except Exception as met:  # noqa: BLE001 (as above)
                problem = met
