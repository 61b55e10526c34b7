"""The device wall of a lab: it follows whatever happens, and its buttons do what the lab's own methods do.

A click may come in any thread, and time that a button lets pass may take real seconds (`pace`): then it passes in a
thread of its own, one stretch after the other, so that the kernel and the other buttons stay free meanwhile.
"""

from __future__ import annotations

from threading import Lock, RLock, Thread
from typing import TYPE_CHECKING

from romekit.cloud.engine.requests import SetApp, SetPresence
from romekit.cloud.engine.screens import cards
from romekit.core.errors import BadInput
from romekit.core.presence import Presence
from romekit.lab.watch import LabWatch

if TYPE_CHECKING:  # the lab makes these, so it is the one to import
    from romekit.lab.lab import Lab
    from romekit.views import DeviceWall


class LabWall:
    """What stands between a lab and its wall. There is one wall for a lab, however many cells show it."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._one_at_a_time = RLock()  # what is shown last is what is true last
        self._time_passes = Lock()
        self._view = self._new()
        self._watch = LabWatch(lab, self._show)

    def view(self) -> DeviceWall:
        """The wall as a widget; another one if somebody has closed the last."""
        if self._view.comm is None:
            self._view = self._new()
        return self._view

    def _new(self) -> DeviceWall:
        from romekit.views import DeviceWall  # ipywidgets is only needed by whoever looks

        made = DeviceWall(set_presence=self._set_presence, set_app=self._set_app, let_pass=self._let_pass)
        self._show(made)
        return made

    def _show(self, view: DeviceWall | None = None) -> None:
        with self._one_at_a_time:
            lab = self._lab
            shown = cards(lab.stub.spaces.now(lab.person.upn))
            (view or self._view).show(shown, lab.clock.now(), f"{lab.person.name}'s devices")

    def _set_presence(self, device: str, presence: str) -> None:
        if presence not in list(Presence):
            raise BadInput(f"presence {presence!r} is unknown.", field="presence", hint=f"Use: {', '.join(Presence)}.")
        self._lab.stub.spaces.ask(self._lab.person.upn, SetPresence(device, Presence(presence)))

    def _set_app(self, device: str, app: str, installed: bool) -> None:
        self._lab.stub.spaces.ask(self._lab.person.upn, SetApp(device, app, installed))

    def _let_pass(self, seconds: float) -> None:
        if self._lab.clock.pace:
            Thread(target=self._pass, args=(seconds,), daemon=True, name="romekit lets time pass").start()
        else:
            self._pass(seconds)

    def _pass(self, seconds: float) -> None:
        with self._time_passes:
            self._lab.clock.wait(seconds)
        self._show()
