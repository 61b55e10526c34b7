"""The same commands in the style of Azure: 202, `Operation-Location` and a status monitor. Ours, off by default.

POST …/romekit.operations takes the order that POST …/commands takes, and GET …/romekit.operations/{id} is its status
monitor. Both show the same record in other words: there is no second state machine and no second store. The form is
that of Microsoft's Azure REST API guidelines ("LRO action on a resource", "The Status Monitor Resource"):

    POST   202, `Operation-Location` (absolute), `Retry-After`, and a status monitor in the body. The same order again
           (`client-request-id`) gets the same answer, as the guidelines want it: NotStarted, whatever has happened.
    GET    200; whole seconds in `Retry-After` until the status is final; then `result` when it Succeeded and the app
           service answered, or `error` when it Failed or is Canceled, whose `code` is the status of the command.

There is no `Location`: the guidelines put the result of an action into its status monitor. `Operation-Id` is not read.
"""

from __future__ import annotations

from typing import Any, Final

from romekit.cloud.engine.decide import command_of
from romekit.cloud.engine.space import CommandNow
from romekit.cloud.graph.auth import Caller
from romekit.cloud.graph.context import Context
from romekit.cloud.graph.handlers import as_command, retry_hint, send_command
from romekit.cloud.graph.messages import ALWAYS, GraphRequest, GraphResponse
from romekit.core.status import FINAL, MEANING, Status

PATH: Final = "romekit.operations"
#: What Azure's guidelines call each status of a command.
AZURE: Final = {
    **dict.fromkeys(Status, "Running"),
    **dict.fromkeys(FINAL, "Failed"),
    Status.REQUESTING: "NotStarted",
    Status.COMPLETED: "Succeeded",
    Status.CANCELED: "Canceled",
}
EXPOSED: Final = "Access-Control-Expose-Headers"


def start_operation(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    sent = send_command(context, caller, names, request)
    path, _, identity = sent.headers["Location"].rpartition("/commands/")
    space = context.spaces.now(caller.upn)
    command = command_of(space, names["device"], identity)
    headers = {
        **{name: value for name, value in sent.headers.items() if name not in ("Location", "ETag")},
        "Operation-Location": f"{path}/{PATH}/{identity}",
        "Retry-After": "1",
        **retry_hint(space, command, request.at),
        EXPOSED: f"{ALWAYS[EXPOSED]}, Operation-Location",
    }
    return GraphResponse(202, _as_monitor(command, Status.REQUESTING), headers)


def get_operation(context: Context, caller: Caller, names: dict[str, str], request: GraphRequest) -> GraphResponse:
    space = context.spaces.now(caller.upn)
    command = command_of(space, names["device"], names["command"])
    return GraphResponse(200, _as_monitor(command, command.status), retry_hint(space, command, request.at))


def _as_monitor(command: CommandNow, status: Status) -> dict[str, Any]:
    monitor = {"id": command.id, "kind": as_command(command).type, "status": AZURE[status]}
    if monitor["status"] == "Succeeded":
        return monitor if command.answer is None else {**monitor, "result": command.answer}
    if status not in FINAL:
        return monitor
    why = f"{MEANING[status]}{f': {command.error}' if command.error else ''}."
    return {**monitor, "error": {"code": status.value, "message": why[0].upper() + why[1:]}}
