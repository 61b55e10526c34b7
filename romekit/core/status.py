"""The life of a command: fourteen statuses, the signals that move a command between them, and nothing else.

                 +------------- BREAK: error (from anywhere but the end) --------------+
    requesting --DELIVER--> sentToTarget --ACKNOWLEDGE--> executing --FINISH--> completed
      |  |  |                 |  |  |                       |  |
      |  |  |                 |  |  +-FINISH-> completed    |  +--FAIL--> executionFailed
      |  |  |                 |  +-SLEEP-> commandDropped   +--REPORT--> custom --RESUME--> executing
      |  |  +-RUN_OUT-> expired  +-RUN_OUT-> expired                       +--FINISH, FAIL
      |  +-TRY_AGAIN-> retry --DELIVER, GIVE_UP, RUN_OUT
      +-GIVE_UP-> failedToSend
    ASK_CANCEL (from any of these) -> cancel --CANCELLING-> cancelling --CANCELED-> canceled
                                      cancel, cancelling --FINISH, FAIL-> the cancellation came too late

The fourteen words and their meanings are documented (dossier 5.1). No transition is: the table below is what the
words suggest (dossier 5.2, grade I). A client must therefore never rely on which status follows which, only on
whether a status is final, and must treat a word it does not know as *not* final.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from romekit.core.arguments import explained
from romekit.core.errors import BadInput, IllegalMove


class Status(StrEnum):
    """What the service says about a command; the spelling is the wire's."""

    REQUESTING = "requesting"
    SENT_TO_TARGET = "sentToTarget"
    EXECUTING = "executing"
    COMPLETED = "completed"
    FAILED_TO_SEND = "failedToSend"
    EXECUTION_FAILED = "executionFailed"
    COMMAND_DROPPED = "commandDropped"
    CANCEL = "cancel"
    CANCELLING = "cancelling"
    CANCELED = "canceled"
    RETRY = "retry"
    EXPIRED = "expired"
    ERROR = "error"
    CUSTOM = "custom"


class Signal(StrEnum):
    """What happens to a command. Only a signal moves it."""

    DELIVER = "deliver"  # the push channel handed it to the device
    TRY_AGAIN = "try again"  # a delivery failed, another one is planned
    GIVE_UP = "give up"  # no delivery is possible any more
    SLEEP = "sleep"  # the device received it in Connected Standby and dropped it
    ACKNOWLEDGE = "acknowledge"  # the device said: I have it and I run it
    REPORT = "report"  # the app reported a status of its own
    RESUME = "resume"  # the app went on after reporting
    FINISH = "finish"  # the device reported success
    FAIL = "fail"  # the device reported failure
    RUN_OUT = "run out"  # the expiry time came first
    BREAK = "break"  # the service itself failed
    ASK_CANCEL = "ask cancel"  # somebody wants it stopped
    CANCELLING = "cancelling"  # the device was told to stop
    CANCELED = "canceled"  # the device stopped in time


MEANING: Final[dict[Status, str]] = {
    Status.REQUESTING: "created, waiting to be processed",
    Status.SENT_TO_TARGET: "handed to the target device",
    Status.EXECUTING: "the device has acknowledged it and is running it",
    Status.COMPLETED: "finished",
    Status.FAILED_TO_SEND: "the service could not deliver it",
    Status.EXECUTION_FAILED: "the device tried and failed",
    Status.COMMAND_DROPPED: "dropped by a device in Connected Standby",
    Status.CANCEL: "cancellation asked for",
    Status.CANCELLING: "cancellation in progress",
    Status.CANCELED: "canceled before it ran",
    Status.RETRY: "the service is trying to deliver it again",
    Status.EXPIRED: "its time ran out before it was done",
    Status.ERROR: "the service itself failed while processing it",
    Status.CUSTOM: "a status of the app's own",
}

_S, _G = Status, Signal
#: What can come in between as long as nobody has asked for the command to be stopped.
_ANY_TIME: Final = {_G.RUN_OUT: _S.EXPIRED, _G.BREAK: _S.ERROR, _G.ASK_CANCEL: _S.CANCEL}
#: How a command ends whose cancellation came too late.
_TOO_LATE: Final = {_G.FINISH: _S.COMPLETED, _G.FAIL: _S.EXECUTION_FAILED, _G.BREAK: _S.ERROR}

NEXT: Final[dict[Status, dict[Signal, Status]]] = {
    _S.REQUESTING: {_G.DELIVER: _S.SENT_TO_TARGET, _G.TRY_AGAIN: _S.RETRY, _G.GIVE_UP: _S.FAILED_TO_SEND, **_ANY_TIME},
    _S.RETRY: {_G.DELIVER: _S.SENT_TO_TARGET, _G.GIVE_UP: _S.FAILED_TO_SEND, **_ANY_TIME},
    _S.SENT_TO_TARGET: {
        _G.ACKNOWLEDGE: _S.EXECUTING,
        _G.FINISH: _S.COMPLETED,
        _G.SLEEP: _S.COMMAND_DROPPED,
        **_ANY_TIME,
    },
    _S.EXECUTING: {_G.FINISH: _S.COMPLETED, _G.FAIL: _S.EXECUTION_FAILED, _G.REPORT: _S.CUSTOM, **_ANY_TIME},
    _S.CUSTOM: {_G.RESUME: _S.EXECUTING, _G.FINISH: _S.COMPLETED, _G.FAIL: _S.EXECUTION_FAILED, **_ANY_TIME},
    _S.CANCEL: {_G.CANCELLING: _S.CANCELLING, **_TOO_LATE},
    _S.CANCELLING: {_G.CANCELED: _S.CANCELED, **_TOO_LATE},
    **{end: {} for end in (_S.COMPLETED, _S.FAILED_TO_SEND, _S.EXECUTION_FAILED, _S.COMMAND_DROPPED)},
    **{end: {} for end in (_S.CANCELED, _S.EXPIRED, _S.ERROR)},
}

FINAL: Final = frozenset(status for status, moves in NEXT.items() if not moves)
_KNOWN: Final = {status.value.lower(): status for status in Status}


def step(status: Status, signal: Signal) -> Status:
    """The status that `signal` leads to; IllegalMove when the table has no such move."""
    try:
        return NEXT[status][signal]
    except KeyError:
        possible = ", ".join(NEXT[status]) or "none, it is final"
        raise IllegalMove(
            f"A command that is {status.value!r} cannot take the signal {signal.value!r}.",
            hint=f"Possible from here: {possible}.",
        ) from None


def as_status(word: str) -> Status | None:
    """The Status a word names, in any case; None for a word that is not one of the fourteen."""
    if not isinstance(word, str):
        hint = "Give a word, such as 'completed'; a command has its own in .status."
        raise BadInput(f"{word!r} is not a status.", field="status", hint=hint)
    return _KNOWN.get(word.lower())


@explained("romekit")
def is_final(word: str) -> bool:
    """Whether a command with this status will never change again; an unknown word is not final."""
    return as_status(word) in FINAL


def is_success(word: str) -> bool:
    """Whether this status says that the device did what was asked."""
    return as_status(word) is Status.COMPLETED
