"""Running a function that somebody else wrote: bounded, in a copy of its globals, with its own line in what is said.

Requests, waits and virtual seconds are bounded by the transport and the clock the function is given; the operations of
its own code by a trace function; a call into C that does not come back by an alarm, where there are signals. Each bound
raises `BoundReached`, which is no Exception, so that a function's own `except Exception` does not swallow it.
"""

from __future__ import annotations

import copy
import inspect
import io
import linecache
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from random import Random
from types import FrameType, FunctionType
from typing import Any, Final

import httpx

from romekit.core.clock import Clock

#: Requests, virtual seconds, waits, operations of the function's own code, real seconds, characters that are printed.
REQUESTS: Final = 200
SECONDS: Final = 3600.0
WAITS: Final = 2000
OPERATIONS: Final = 500_000
REAL_SECONDS: Final = 5.0
PRINTED: Final = 4000


class BoundReached(BaseException):
    """A bound was reached; the words say which. `is_hung` is whether the function would not have come back at all."""

    is_hung = False


class Hung(BoundReached):
    """The function went on without asking or waiting."""

    is_hung = True


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What became of a function: what it returned, or why it did not; and the beginning of what it printed.

    `is_hung` is whether it had to be ended while it neither asked nor waited.
    """

    returned: Any = None
    problem: str = ""
    printed: str = ""
    is_hung: bool = False


class BoundedTransport(httpx.BaseTransport):
    """Lets so many requests through."""

    def __init__(self, transport: httpx.BaseTransport, most: int = REQUESTS) -> None:
        self._transport, self._left, self._most = transport, most, most

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._left <= 0:
            raise BoundReached(f"It made more than {self._most} requests.")
        self._left -= 1
        return self._transport.handle_request(request)


class BoundedClock:
    """The clock that a function is given. Only waiting moves it, and it has an end."""

    def __init__(self, clock: Clock, seconds: float = SECONDS, waits: int = WAITS) -> None:
        self._clock, self._waits, self._seconds = clock, waits, seconds
        self._end = clock.now() + seconds
        self._left = waits
        self.random: Random = clock.random

    def now(self) -> float:
        """Seconds since 1970 UTC, simulated."""
        return self._clock.now()

    def wait(self, seconds: float) -> None:
        """Let so many simulated seconds pass."""
        self._left -= 1
        if self._left < 0:
            raise BoundReached(f"It waited more than {self._waits} times.")
        if self._clock.now() + seconds > self._end:
            self._clock.wait(max(0.0, self._end - self._clock.now()))
            raise BoundReached(f"It was not finished after {self._seconds:g} simulated seconds.")
        self._clock.wait(seconds)

    sleep = wait  # what people type


def run(function: Callable[..., Any], *given: Any) -> RunOutcome:
    """Call a function within the bounds. Whatever it does, this returns; only a KeyboardInterrupt goes on its way."""
    if inspect.iscoroutinefunction(function):
        return RunOutcome(problem="It is an async function. Write `def` instead of `async def`, and leave out `await`.")
    said, printed = None, _Tail()
    try:
        inspect.signature(function).bind(*given)
    except TypeError as problem:
        return RunOutcome(problem=f"It cannot be called with {len(given)} arguments: {problem}.")
    mine = _in_a_copy(function)
    try:
        with redirect_stdout(printed), redirect_stderr(printed), _alarm(REAL_SECONDS), _counted(mine, OPERATIONS):
            said = mine(*given)
    except BoundReached as stopped:
        words = f"{stopped}{_own_line(stopped, mine)}"
        return RunOutcome(problem=words, printed=printed.text, is_hung=stopped.is_hung)
    except KeyboardInterrupt:
        raise
    except BaseException as problem:  # noqa: BLE001 (exit() must not end the kernel either)
        words = f"It raised {type(problem).__name__}: {str(problem)[:200]}"
        return RunOutcome(problem=f"{words}{_own_line(problem, mine)}", printed=printed.text)
    return RunOutcome(said, printed=printed.text)


class _Tail(io.TextIOBase):
    """Keeps the beginning of what is printed, and counts the rest."""

    def __init__(self) -> None:
        self._kept: list[str] = []
        self._room, self._lost = PRINTED, 0

    def write(self, text: str) -> int:
        part = text[: self._room]
        self._kept.append(part)
        self._room -= len(part)
        self._lost += len(text) - len(part)
        return len(text)

    @property
    def text(self) -> str:
        more = f"… and {self._lost} characters more" if self._lost else ""
        return "".join(self._kept) + more


@contextmanager
def _counted(function: Callable[..., Any], most: int) -> Iterator[None]:
    """Stop after so many operations of code from the function's own file. (Lines would miss `while True: pass`.)"""
    code = getattr(function, "__code__", None)
    mine, left = code.co_filename if code else "", most

    def each(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal left
        left -= event == "opcode"
        if left < 0:
            raise Hung(f"Its own code went on for more than {most:,} steps without an end.")
        return each

    def called(frame: FrameType, event: str, argument: object) -> Any:
        if frame.f_code.co_filename != mine:
            return None
        frame.f_trace_opcodes = True
        return each

    before = sys.gettrace()
    sys.settrace(called)
    try:
        yield
    finally:
        sys.settrace(before)


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Stop after so many real seconds, in the main thread of a system with signals."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def rang(number: int, frame: object) -> None:
        raise Hung(f"It took more than {seconds:g} real seconds. Use clock.wait(…), which costs none.")

    before = signal.signal(signal.SIGALRM, rang)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.2)  # again and again: a bare `except:` catches one
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _in_a_copy(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with its globals copied, so that no day sees what another has written there."""
    if not isinstance(function, FunctionType):
        return function
    home = function.__globals__
    world = dict(home)
    for name, value in home.items():
        if isinstance(value, FunctionType) and value.__globals__ is home:
            world[name] = _moved(value, world)
        elif type(value) in (list, dict, set, bytearray) and not name.startswith("_") and name not in ("In", "Out"):
            with suppress(Exception):
                world[name] = copy.deepcopy(value)
    return _moved(function, world)


def _moved(function: FunctionType, world: dict[str, Any]) -> FunctionType:
    """A function whose globals are these."""
    moved = FunctionType(function.__code__, world, function.__name__, function.__defaults__, function.__closure__)
    moved.__kwdefaults__ = function.__kwdefaults__
    return moved


def _own_line(problem: BaseException, function: Callable[..., Any]) -> str:
    """Where in the function's own file it happened: the last line of it that was on the way."""
    code = getattr(function, "__code__", None)
    step, found = problem.__traceback__, None
    while step is not None:
        if code is not None and step.tb_frame.f_code.co_filename == code.co_filename:
            found = step.tb_frame.f_code, step.tb_lineno
        step = step.tb_next
    if found is None:
        return ""
    at, line = found
    text = linecache.getline(at.co_filename, line).strip()
    return f" It was in line {line - at.co_firstlineno + 1} of {at.co_name}(){f': {text}' if text else ''}"
