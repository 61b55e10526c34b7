"""Running a function that somebody else wrote: bounded, in a copy of its globals, with its own line in what is said.

Requests, waits and virtual seconds are bounded by the transport and the clock the function is given; the operations of
its own code by a trace function; a call into C that does not come back by an alarm. Where there is none, as in a
browser tab, each line of its code looks at the time, and `time.sleep` refuses what would take too long. Each bound
raises `BoundReached`, which is no Exception, so that a function's own `except Exception` does not swallow it.
"""

from __future__ import annotations

import copy
import inspect
import io
import linecache
import opcode
import random
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from functools import partial
from math import inf
from pathlib import Path
from traceback import walk_tb
from types import AsyncGeneratorType, CoroutineType, FrameType, FunctionType, GeneratorType, ModuleType
from typing import Any, Final
from warnings import catch_warnings, simplefilter

from romekit.core.clock import Clock

#: Requests, virtual seconds, waits, operations of the function's own code, real seconds.
REQUESTS: Final = 200
SECONDS: Final = 3600.0
WAITS: Final = 2000
OPERATIONS: Final = 500_000
REAL_SECONDS: Final = 10.0
#: Characters of its output that are shown, and that are kept.
SHOWN: Final = 4000
KEPT: Final = 200_000
#: The operation in which Python notes what was caught; an exception just there would be noted for ever.
CAUGHT: Final = opcode.opmap["PUSH_EXC_INFO"]
#: Whose data is copied for each day, beside that of classes of one's own.
COPIED: Final = ("builtins", "collections", "itertools")
#: Where an object is in memory: another place in each process.
ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+")
LAZY: Final = "Calling it ran nothing: it has `async` or `yield` in it. Write a plain `def` with `return`, no `await`."


class BoundReached(BaseException):
    """A bound was reached; the words say which."""


class Hung(BoundReached):
    """The function went on without asking or waiting, and would not have come back at all."""


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What became of a function: what it returned (and its repr), or why it did not; and what it printed.

    `returned` is empty when that was no string. `is_hung` is whether it neither asked nor waited any more.
    """

    returned: str = ""
    shown: str = "None"
    problem: str = ""
    printed: str = ""
    is_hung: bool = False


class BoundedClock:
    """The clock that a function is given. Only waiting moves it, and it has an end; its methods cannot be replaced."""

    __slots__ = ("_clock", "_end", "_left", "random")

    def __init__(self, clock: Clock) -> None:
        self._clock, self._end, self._left, self.random = clock, clock.now() + SECONDS, WAITS, clock.random

    def now(self) -> float:
        """Seconds since 1970 UTC, simulated."""
        return self._clock.now()

    def wait(self, seconds: float) -> None:
        """Let so many simulated seconds pass."""
        self._left -= 1
        if self._left < 0:
            raise BoundReached(f"It waited more than {WAITS} times.")
        if self._clock.now() + seconds > self._end:
            self._clock.wait(max(0.0, self._end - self._clock.now()))
            raise BoundReached(f"It was not finished after {SECONDS:g} simulated seconds.")
        self._clock.wait(seconds)

    sleep = wait  # what people type


def run(function: Callable[..., Any], *given: Any, seconds: float = REAL_SECONDS) -> RunOutcome:
    """Call a function within the bounds. Whatever it does, this returns; only a KeyboardInterrupt goes on its way."""
    with suppress(ValueError):  # a builtin that does not say what it takes
        try:
            inspect.signature(function).bind(*given)
        except TypeError as problem:
            return RunOutcome(problem=f"It cannot be called with {len(given)} arguments: {problem}.")
    printed = _Beginning()
    with _forgetting(function) as mine:
        try:
            with _quietly(printed), _alarm(seconds), _counted(globals_of(function), seconds):
                said = mine(*given)
                shown = ADDRESS.sub("", repr(said)[:SHOWN])
        except KeyboardInterrupt:
            raise
        except BaseException as problem:  # noqa: BLE001 (exit() must not end the kernel either)
            return RunOutcome("", "", sentence(problem, function), printed.getvalue(), isinstance(problem, Hung))
    if isinstance(said, CoroutineType | GeneratorType | AsyncGeneratorType):
        getattr(said, "close", str)()  # or Python warns of what was never awaited
        return RunOutcome(problem=LAZY, printed=printed.getvalue())
    return RunOutcome(str.__str__(said) if isinstance(said, str) else "", shown, printed=printed.getvalue())


def sentence(problem: BaseException, function: Callable[..., Any]) -> str:
    """What an exception says, and the last line of the function's own code on its way."""
    words = ""
    with suppress(Exception):  # somebody's own exception may not even be able to say what it is
        words = ADDRESS.sub("", str(problem)[:200])
    if not isinstance(problem, BoundReached):
        words = f"It raised {type(problem).__name__}{': ' if words else ''}{words.rstrip('.')}."
    home = globals_of(function)
    steps = [step for step in walk_tb(problem.__traceback__) if step[0].f_globals is home]
    if not steps:
        return words
    at, line = steps[-1][0].f_code, steps[-1][1]
    text = linecache.getline(at.co_filename, line).strip()
    return f"{words} It was in line {line - at.co_firstlineno + 1} of {at.co_name}(){f': {text}' if text else ''}"


@contextmanager
def _quietly(printed: io.StringIO) -> Iterator[None]:
    """Catch what is printed, and let `random` begin alike, so that a day is the same when it is played again."""
    before = random.getstate()
    random.seed(0)
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            yield
    finally:
        random.setstate(before)


class _Beginning(io.StringIO):
    """Keeps the beginning of what is printed."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, KEPT - self.tell())])
        return len(text)


@contextmanager
def _counted(home: dict[str, Any], seconds: float) -> Iterator[None]:
    """Stop after so many operations of the student's own code. (Lines would miss `while True: pass`.)

    A bound that the code has caught with a bare `except:` is raised again in that `except:`.
    """
    left, caught = OPERATIONS, None
    end = time.monotonic() + seconds if seconds and not _has_alarm() else inf

    def each(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal left, caught
        if event == "exception" and isinstance(argument[1], BoundReached):
            caught = argument[1]
        elif event == "line" and time.monotonic() > end:
            raise _took_longer(seconds)
        elif event == "opcode":
            left -= 1
            if (caught or left < 0) and frame.f_code.co_code[frame.f_lasti] != CAUGHT:
                raise caught or Hung(f"Its own code went on for more than {OPERATIONS:,} steps without an end.")
        return each

    def called(frame: FrameType, event: str, argument: object) -> Any:
        if frame.f_globals is not home:
            return None
        frame.f_trace, frame.f_trace_opcodes = each, True  # in this order for 3.13
        return each

    before, of_threads = sys.gettrace(), threading.gettrace()
    sys._getframe().f_trace_opcodes = True  # 3.12 has to know of operations before it begins
    sys.settrace(called)
    threading.settrace(called)
    try:
        yield
    finally:
        sys.settrace(before)
        threading.settrace(of_threads)


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Stop after so many real seconds; where no alarm can ring, before a sleep that would take longer."""
    if not _has_alarm():
        with _short_sleeps(seconds):
            yield
        return

    def rang(number: int, frame: object) -> None:
        raise _took_longer(seconds)

    before = signal.signal(signal.SIGALRM, rang)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.02)  # again and again: a bare `except:` catches one
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _has_alarm() -> bool:
    """Whether this is the main thread of a system with signals."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def _took_longer(seconds: float) -> Hung:
    return Hung(f"It took more than {seconds:g} real seconds. Use clock.wait(…), which costs none.")


@contextmanager
def _short_sleeps(seconds: float) -> Iterator[None]:
    before = time.sleep

    def sleep(duration: Any, /) -> None:
        if 0 < seconds < duration:
            raise _took_longer(seconds)
        before(duration)

    time.sleep = sleep
    try:
        yield
    finally:
        time.sleep = before


@contextmanager
def _forgetting(function: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """The function with copies of all that it can change, so that no day sees what another has left.

    Afterwards everything is as it was: globals, classes, modules, defaults, and what functions close over.
    """
    home, copies = _Globals(function), dict[int, Any]()
    kept = list(_state(home, _innermost(function)))
    owners = {home, *(owner for owner, *_ in kept if isinstance(owner, type | ModuleType))}
    names = {owner: set(vars(owner)) for owner in owners}
    try:
        for owner, name, value in kept:
            with suppress(Exception), catch_warnings():  # what cannot be copied stays: from Python 3.14 on iterators
                simplefilter("ignore", DeprecationWarning)
                setattr(owner, name, copy.deepcopy(value, copies))
        yield copy.deepcopy(function, copies)
    finally:
        for owner, name, value in kept:
            setattr(owner, name, value)
        for owner, before in names.items():
            for added in set(vars(owner)) - before:
                delattr(owner, added)


class _Globals:
    """The globals of a function as attributes, so that they are kept like those of a module or of a class."""

    def __init__(self, function: Any) -> None:
        self.__dict__ = globals_of(function)


def _innermost(function: Any) -> Any:
    """The function itself, of a method, of a partial, or of an object that can be called."""
    while isinstance(function, partial):
        function = function.func
    found = inspect.unwrap(getattr(function, "__func__", function))
    return found if isinstance(found, FunctionType) else type(found).__call__


def globals_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The globals of a function: the code that has the same is the student's own."""
    found: dict[str, Any] = getattr(_innermost(function), "__globals__", {})
    return found


def _state(home: _Globals, function: Any) -> Iterator[tuple[Any, str, Any]]:
    """What code of one's own can change: the object that it belongs to, its name there, and its value."""
    around, here = vars(home), Path.cwd()
    own = around.get("__name__")
    classes = [each for each in around.values() if isinstance(each, type) and each.__module__ == own]
    modules = [each for each in around.values() if isinstance(each, ModuleType)]
    beside = [each for each in modules if Path(getattr(each, "__file__", None) or "").parent == here]
    for owner in (home, *beside, *classes):
        for name, value in vars(owner).items():
            is_code = isinstance(value, FunctionType | ModuleType | type)
            is_data = not is_code and type(value).__module__ in (own, *COPIED)
            if is_data and not name.startswith("_") and name not in ("In", "Out"):
                yield owner, name, value
    for each in (function, *around.values(), *(method for kind in classes for method in vars(kind).values())):
        if isinstance(each, FunctionType) and each.__globals__ is around:
            yield from ((each, name, getattr(each, name)) for name in ("__defaults__", "__kwdefaults__", "__dict__"))
            for cell in each.__closure__ or ():
                with suppress(ValueError):  # empty so far
                    yield cell, "cell_contents", cell.cell_contents
        elif type(each).__name__ == "_lru_cache_wrapper":
            each.cache_clear()
