"""Arguments that cannot be: each becomes BadInput, which names the field and the next step.

A call with an argument missing, or one too many, is Python's TypeError: it becomes a sentence and a call that works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from inspect import Parameter, isclass, isfunction, signature
from math import inf
from re import search
from typing import Any, Final, TypeVar

from romekit.core.errors import BadInput

T = TypeVar("T", bound=Callable[..., Any])

#: What stands in an example for a call, for an argument of one call, or for an argument of any call.
EXAMPLES: Final = {
    "Rome()": 'romekit.connect("http://127.0.0.1:8765")', "AsyncRome()": "lab.async_rome()",
    "AppService.name": '"com.microsoft.test.echo"', "add_device.name": '"Mia\'s Laptop"', "join.name": '"Mia"',
    "is_final.word": '"completed"', "compare.answer": "3", "lock.value": "3",
    "name": '"Surface"', "device": '"Surface"', "devices": "rome.devices()", "personality": '"prompt"',
    "app": '"com.example.app_8wekyb3d8bbwe"', "package": '"com.example.app_8wekyb3d8bbwe"', "service": "romekit.ECHO",
    "payload": '{"message": "hello"}', "uri": '"https://bing.com"', "where": '"http://127.0.0.1:8765"',
    "code": '"WREN-42"', "user_code": '"BCDFGHJK"', "orders": '[("Surface", order)]', "commands": "[command]",
    "deadline": "30", "send": "rome.send", "transitions": "lab.history()", "what": '"answer lost"', "writes": "8",
    "window": "10", "question": '"Which?"', "choices": '"this", "that"',
}  # fmt: skip


def check(is_right: bool, field: str, value: object, hint: str) -> None:
    """BadInput for a value that an argument cannot have."""
    if not is_right:
        raise BadInput(f"{field} cannot be {value!r}.", field=field, hint=hint)


def is_amount(number: object) -> bool:
    """Whether it is a number from 0 up."""
    return isinstance(number, int | float) and not isinstance(number, bool) and 0 <= number < inf


def is_whole(number: object, least: int = 0, most: float = inf) -> bool:
    """Whether it is a whole number in these bounds."""
    return isinstance(number, int) and not isinstance(number, bool) and least <= number <= most


def explained(owner: str, like: type | None = None) -> Callable[[T], T]:
    """Let a function, or each public method of a class, say how to call it when it was called in another way.

    Methods without words of their own have those of the class that theirs is `like`.
    """

    def decorate(what: T) -> T:
        if not isclass(what):
            return _explained(what, f"{owner}.{what.__name__}")
        for name, method in list(vars(what).items()):
            if isfunction(method) and name[0] != "_":
                method.__doc__ = method.__doc__ or getattr(like, name, method).__doc__
                setattr(what, name, _explained(method, f"{owner}.{name}"))
        setattr(what, "__init__", _explained(what.__init__, f"romekit.{what.__name__}"))  # noqa: B010 (mypy wants it)
        return what

    return decorate


def _explained(call: T, shown: str) -> T:
    @wraps(call)
    def checked(*args: Any, **more: Any) -> Any:
        try:
            return call(*args, **more)
        except TypeError as problem:
            if problem.__traceback__ is None or problem.__traceback__.tb_next is None:  # it was not even begun
                _refuse(call, shown, args, more)
            raise

    return checked  # type: ignore[return-value]  # it is called as `call` is


def _refuse(call: Callable[..., Any], shown: str, args: tuple[Any, ...], more: dict[str, Any]) -> None:
    name, asked = shown.partition(".")[2], signature(call)
    try:
        asked.bind(*args, **more)
    except TypeError as problem:
        field = search(r"'(\w+)'", str(problem))
        example = EXAMPLES.get(f"{name}()") or f"{shown}({', '.join(_usual(asked.parameters.values(), name))})"
        words, hint = f"{name}() cannot be called so: {problem}.", f"Write {example}."
        raise BadInput(words, field=field and field[1], hint=hint) from None


def _usual(parameters: Iterable[Parameter], name: str) -> Iterator[str]:
    """The arguments that a call must have, and those that most calls have."""
    for each in parameters:
        example = EXAMPLES.get(f"{name}.{each.name}") or EXAMPLES.get(each.name)
        is_needed = each.default is each.empty and each.kind is not each.VAR_KEYWORD and each.name != "self"
        if example or is_needed:
            yield f"{each.name}={example or each.name}" if each.kind is each.KEYWORD_ONLY else example or each.name
