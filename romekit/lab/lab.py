"""One line opens it all in a notebook: a cloud of your own, a person to sign in as, and time that obeys.

    lab = romekit.Lab()
    rome = await lab.sign_in()

Nothing here is global: every Lab is a new world from its seed, so a notebook prints the same on its thirtieth run.
`pace` is how many real seconds pass per simulated one; `romekit lab` sets it to 1 through ROMEKIT_PACE.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from weakref import finalize

import httpx

from romekit.auth.device_code import SignIn
from romekit.auth.http import login_client
from romekit.auth.session import Session, application
from romekit.client.client import AsyncRome, Rome
from romekit.cloud.asgi import suspending
from romekit.cloud.engine.decide import AddDevice, clear_faults, set_app, set_personality, set_presence
from romekit.cloud.engine.events import DeviceDid
from romekit.cloud.engine.faults import fault_from_wire
from romekit.cloud.engine.life import check_seed
from romekit.cloud.engine.people import ALEX, Person
from romekit.cloud.engine.space import DeviceNow
from romekit.cloud.graph.request_log import Exchange
from romekit.cloud.graph.throttling import Limits
from romekit.cloud.http.application import request_ids
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.stub import Stub
from romekit.core.arguments import check, explained, is_amount, is_whole
from romekit.core.clock import BEGINNING, Virtual
from romekit.core.endpoints import EMBEDDED, check_text
from romekit.core.errors import BadInput, not_picklable
from romekit.core.model import Profile, by_name
from romekit.core.names import is_readable
from romekit.core.presence import Presence
from romekit.core.transition import Transition
from romekit.lab.context import LabContext, checked_pace
from romekit.lab.live_views import LabTruth, LabWall, show_progress, watched
from romekit.lab.pages import LabPages, is_in_a_notebook, is_in_a_tab
from romekit.lab.receiver import Receiver
from romekit.lab.sign_in import LabSignIn, kernel_place

if TYPE_CHECKING:  # anywidget is only needed by whoever looks
    from romekit.views import Bet, DeviceWall, TruthLine

#: Simulated seconds after which the simulated person types the code, if nobody has clicked before.
APPROVE_AFTER: Final = 4.0
A_PERSON: Final = "Import one from romekit.cloud.engine.people (ALEX, SAM or WREN), or make one: Person(address, name)."
A_CODE: Final = "Give the code that the app shows, in quotes."


@explained("lab")
class Lab:
    """A simulated cloud in this process, and the controls that only its owner has.

    With `status_monitor` it also takes commands as Azure does (cloud/graph/status_monitor.py).
    """

    def __init__(
        self, seed: str = "romekit", *, pace: float | None = None, person: Person = ALEX, status_monitor: bool = False
    ) -> None:
        if not isinstance(person, Person):
            raise BadInput(f"{person!r} is not a person.", field="person", hint=A_PERSON)
        check_seed(seed)
        self.clock = Virtual(pace=checked_pace(pace), seed=seed)
        self.stub = Stub(clock=self.clock, seed=seed)
        self.stub.graph.status_monitor = bool(status_monitor)
        pages, new_id = LabPages(self.stub, self.clock), request_ids(f"{seed}:client")
        self.context = LabContext(self.clock, self.stub, person, pages, new_id)
        self._seed = seed
        self._truth = LabTruth(self.context)
        self._wall = LabWall(self.context)
        self._bets: dict[object, Bet] = {}
        show_progress(self.context)
        finalize(self, _mark_as_earlier, self.context, self._truth, self._wall).atexit = False

    def __repr__(self) -> str:
        return f"Lab({self.person.name}'s {len(self.context.space().devices)} devices, simulated)"

    def __reduce__(self) -> Any:
        raise not_picklable("A lab", "Make one over there: the same seed is the same world.")

    @property
    def person(self) -> Person:
        """Whoever signed in last, or is to sign in."""
        return self.context.person

    @person.setter
    def person(self, person: Person) -> None:
        self.context.person = person

    # ── signing in ──────────────────────────────────────────────────────────────────────────────────────────────────

    def sign_in(self, *, approve_after: float | None = APPROVE_AFTER) -> LabSignIn:
        """Begin a device code sign-in; `await` it, or call `.rome()`, to wait for the person.

        The simulated person approves by themselves after `approve_after` simulated seconds; None leaves it to you.
        """
        may_be_opened = self.clock.pace or approve_after is None or "ipykernel" in sys.modules
        if may_be_opened and not is_in_a_tab():
            self.pages()
        signing = SignIn(self.msal_app(), EMBEDDED, self.clock)
        # Not self.rome, so that a sign-in keeps no lab alive.
        return LabSignIn(self.context, signing, partial(_rome, self.context), approve_after)

    def approve(self, user_code: str) -> None:
        """Type a device code's short code as the lab's person, and say yes."""
        check_text("user_code", user_code, A_CODE)
        self.stub.identity.approve(user_code, self.person.upn)

    def decline(self, user_code: str) -> None:
        """Type a device code's short code as the lab's person, and say no."""
        check_text("user_code", user_code, A_CODE)
        self.stub.identity.decline(user_code)

    def msal_app(self) -> Any:
        """Unmodified MSAL, pointed at this world's identity provider."""
        return application(EMBEDDED, login_client(EMBEDDED, InProcessTransport(self.stub.app)))

    def rome(self, session: Session | None = None) -> Rome:
        """A blocking client, signed in: as `session`, or at once as the lab's person."""
        if is_in_a_notebook() and kernel_place(os.environ) == "here":
            self.pages()  # the forms name this address: what they show can be run in a terminal
        return _rome(self.context, session or self._session())

    def async_rome(self, session: Session | None = None) -> AsyncRome:
        """The same, awaiting."""
        http = httpx.AsyncClient(transport=httpx.ASGITransport(suspending(self.stub.app)), trust_env=False)
        session = session or self._session()
        return watched(AsyncRome(EMBEDDED, session, http=http, clock=self.clock, new_id=self.context.new_id))

    def http(self) -> httpx.Client:
        """An httpx client for this world. Its base address is Graph's beta version; it sends no token by itself."""
        return httpx.Client(transport=InProcessTransport(self.stub.app), base_url=EMBEDDED.graph, trust_env=False)

    def token(self) -> str:
        """A new access token of the lab's person, for requests of your own: `Authorization: Bearer …`."""
        return self._session().token()

    def pages(self) -> str:
        """Serve the sign-in pages for a browser on this machine, if that is not done yet; their address."""
        return self.context.pages.serve()

    def close(self) -> None:
        """Stop serving pages."""
        self.context.pages.close()

    def branch(self, name: str, at: float | None = None) -> Lab:
        """A lab that has this one's past and goes its own way from `at` on, in seconds since 1970 (None: now).

        `name` tells its client's requests from those of other branches.
        """
        moment = self.clock.now() if at is None else at
        hint = "Give a time between the lab's beginning and lab.clock.now(), or leave it out."
        check(is_amount(moment) and BEGINNING <= moment <= self.clock.now(), "at", at, hint)
        self.context.space()  # what is due by now has happened
        twin = Lab(self._seed, pace=self.clock.pace, person=self.person)
        twin.stub.graph.status_monitor = self.stub.graph.status_monitor
        twin.context.new_id = request_ids(f"{self._seed}:{name}")
        twin.clock.reach(moment)
        twin.stub.graph.faults = self.stub.graph.faults.copy()
        for stream in self.stub.store.streams():
            past = [event for event in self.stub.store.read(stream) if event.at <= moment]
            if past and stream.startswith("space:"):
                twin.stub.store.append(stream, 0, past)
        return twin

    # ── what really happened ────────────────────────────────────────────────────────────────────────────────────────

    def history(self) -> list[Transition]:
        """Every status change in this world, with its cause."""
        return self.context.history()

    def deeds(self) -> list[str]:
        """What the devices really did, whatever was reported of it."""
        space = self.context.space()
        did = (event for event in self.stub.spaces.events(self.person.upn) if isinstance(event, DeviceDid))
        return [f"{space.devices[event.device].name}: {event.deed}" for event in did]

    def exchanges(self) -> list[Exchange]:
        """The last HTTP requests and their answers, without the token."""
        return self.context.exchanges()

    def truth(self, command: Any = None) -> TruthLine:
        """A live picture of what really happened above what the client believed: of all commands, or of one."""
        return self._truth.line(command)

    def receiver(self) -> Receiver:
        """An address in this world that commands can give as `post_back_uri`, and everything that is posted there."""
        return self._truth.receiver()

    def wall(self, *, compact: bool = False) -> DeviceWall:
        """Every device as a card that changes as commands arrive, with buttons; `compact` makes it one row of tiles.

        It is the last expression of a cell. Its button "Keep in view" puts a compact copy beside the notebook.
        """
        return self._wall.view(bool(compact))

    def bet(self, question: str, *choices: str, unit: str = "", several: bool = False) -> Bet:
        """A question to answer before the notebook does, the last expression of a cell; `compare` shows what happened.

        The answer is a number, of a `unit`, or one of the `choices`, or `several` of them. A locked bet stays locked.
        """
        from romekit.views import Bet  # ipywidgets is only needed by whoever looks

        for field, text in (("question", question), ("unit", unit), *(("choices", each) for each in choices)):
            check_text(field, text, 'Write lab.bet("How many?"), or lab.bet("Which?", "this", "that").')
        check(bool(choices) or not several, "several", several, "Give the choices as well.")
        asked = question, choices, unit, several
        if asked not in self._bets:
            others = self._bets.values()
            self._bets[asked] = Bet(question, choices, unit=unit, several=several, others=others)
        return self._bets[asked]

    # ── making things happen ────────────────────────────────────────────────────────────────────────────────────────

    def wake(self, device: str) -> str:
        """Wake a device, or switch it on."""
        return self._set_presence(device, Presence.ONLINE)

    def put_to_sleep(self, device: str) -> str:
        """Put a device into Connected Standby: it will drop what it receives."""
        return self._set_presence(device, Presence.ASLEEP)

    def take_offline(self, device: str) -> str:
        """Cut a device off."""
        return self._set_presence(device, Presence.OFFLINE)

    def install(self, device: str, app: str) -> str:
        """Install an app, by its package family name."""
        return self._set_app(device, app, True)

    def uninstall(self, device: str, app: str) -> str:
        """Remove an app, by its package family name."""
        return self._set_app(device, app, False)

    def add_device(self, name: str, personality: str = "prompt", **details: Any) -> str:
        """Put another device into the space; see romekit.cloud.engine.devices for the personalities."""
        usual = {"manufacturer": "Contoso", "model": "Contoso Book 13", "kind": "Laptop", "platform": "Windows"}
        new = _checked({"name": name, "personality": personality, **usual, **details})
        added = self.context.ask(AddDevice(**new))
        return f"{name} joined: {self.context.space().devices[added.id].manner.story}."

    def limit(
        self, *, reads: int | None = None, writes: int | None = None, window: float = 300.0, fractions: bool = False
    ) -> str:
        """Throttle this world: so many reads and writes per window of seconds; no numbers lift the limits.

        With `fractions` a `Retry-After` is `3.988`, as a page of Graph's documentation once printed it.
        """
        for field, number in (("reads", reads), ("writes", writes)):
            check(number is None or is_whole(number), field, number, "Give a whole number, 0 or more, or None.")
        check(is_amount(window), "window", window, "Give a number, 0 or more.")
        self.stub.graph.throttle.limits = Limits(reads, writes, window, bool(fractions))
        said = ["unlimited" if number is None else number for number in (reads, writes)]
        return f"In {window:g} s: {said[0]} reads, {said[1]} writes."

    def fault(self, what: str, *, device: str = "", **details: Any) -> str:
        """Let something go wrong on purpose; romekit.cloud.engine.faults has the words and what may be said of each."""
        found = self._device(device) if device else None
        fault = fault_from_wire({"what": what, "device": found.id if found else "", **details})
        self.stub.graph.set_fault(self.person.upn, fault)
        begin = "Once" if fault.times == 1 else "From now on"
        return f"{begin}, {fault.story}{f' ({found.name})' if found else ''}."

    def set_personality(self, device: str, personality: str) -> str:
        """Give a device another character; romekit.cloud.engine.devices has the words."""
        found = self._device(device)
        self.context.ask(set_personality(found.id, personality))
        return f"{found.name}: {self._device(device).manner.story}."

    def clear_faults(self) -> str:
        """Let nothing go wrong on purpose any more."""
        self.context.ask(clear_faults())
        return "No faults."

    def revoke(self) -> str:
        """End all sessions of the person, as after a changed password: no refresh token works any more."""
        self.stub.identity.revoke(self.person.upn)
        return f"All sessions of {self.person.name} are revoked."

    def enforce_interval(self, on: bool = True) -> str:
        """Answer `slow_down` to an app that asks for a token sooner than the interval of its device code allows."""
        identity = self.stub.identity
        identity.settings = replace(identity.settings, enforce_interval=bool(on))
        return f"Polling too fast is {'answered with slow_down' if on else 'allowed'}."

    def rotate_keys(self) -> str:
        """Give the cloud new keys: every access token handed out so far is refused."""
        self.stub.rotate_keys()
        return "The keys are new; old access tokens are worth nothing."

    def give_hints(self, on: bool = True) -> str:
        """Let the service say, with each status that is not final, in how many seconds it is worth asking again."""
        self.stub.graph.hints = bool(on)
        return f"Unfinished commands are answered with{'' if on else 'out'} a Retry-After."

    def speak(self, profile: Profile) -> str:
        """Let the service spell property names as a profile does: MODERN, or LIVE_2020 as the live service did."""
        check(isinstance(profile, Profile), "profile", profile, "Use MODERN or LIVE_2020 of romekit.core.model.")
        self.stub.graph.profile = profile
        return f"Property names are spelled in {profile.casing} case."

    def retire(self) -> str:
        """Make the service what it has been since 30 September 2020."""
        self.stub.graph.retired = True
        return "The service is retired."

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _session(self) -> Session:
        signing = SignIn(self.msal_app(), EMBEDDED, self.clock)
        self.stub.identity.approve(signing.user_code, self.person.upn)
        return signing.result()

    def _device(self, name: str) -> DeviceNow:
        if not isinstance(name, str):
            raise BadInput(f"{name!r} is not a name.", field="device", hint="Give the name of a device, in quotes.")
        devices = {device.id: device for device in self.context.space().listed()}
        found = by_name((device.as_listed() for device in devices.values()), name)
        if len(found) != 1:
            names = ", ".join(device.name for device in devices.values())
            raise BadInput(f"{name!r} is not one device.", field="device", hint=f"There are: {names}.")
        return devices[found[0].id]

    def _set_presence(self, name: str, presence: Presence) -> str:
        device = self._device(name)
        self.context.ask(set_presence(device.id, presence))
        return f"{device.name} is {presence.value}."

    def _set_app(self, name: str, app: object, installed: bool) -> str:
        device = self._device(name)
        check(isinstance(app, str) and bool(app), "app", app, "Give a package family name, in quotes.")
        if not installed and app not in device.apps:
            hint = f"It has: {', '.join(device.apps)}." if device.apps else "It has no apps at all."
            raise BadInput(f"{device.name} has no app {app!r}.", field="app", hint=hint)
        self.context.ask(set_app(device.id, str(app), installed))
        count = len(self.context.space().devices[device.id].apps)
        return f"{device.name} has {count} app{'' if count == 1 else 's'}."


def _checked(details: dict[str, Any]) -> dict[str, Any]:
    """What a device that is added says of itself; BadInput for what it does not have, or cannot be."""
    fields = AddDevice.__dataclass_fields__
    for field, value in details.items():
        is_text, hint = isinstance(value, str) and bool(value.strip()) and is_readable(value.strip()), "Give some text."
        match field:
            case "presence":
                check(value in list(Presence), field, value, f"Use: {', '.join(Presence)}.")
            case "apps":
                are_names = isinstance(value, list | tuple) and all(isinstance(app, str) and app for app in value)
                check(are_names, field, value, "Give a list of package family names.")
            case "listed" | "id":
                check(isinstance(value, str | None), field, value, "Give some text, or leave it out.")
            case "name" | "manufacturer" | "kind" | "platform":
                check(is_text, field, value, hint)
            case "model":
                check(is_text or value is None, field, value, hint)
            case _ if field not in fields:
                raise BadInput(f"A device has no {field}.", field=field, hint=f"It has: {', '.join(fields)}.")
    plain = {"presence": Presence, "apps": tuple}
    return {field: plain[field](value) if field in plain else value for field, value in details.items()}


def _rome(context: LabContext, session: Session) -> Rome:
    is_reached = kernel_place(os.environ) == "here"  # a reader's terminal reaches no hub's loopback
    cloud = replace(EMBEDDED, pages=context.pages.address if is_reached else "")
    http = InProcessTransport(context.stub.app)
    rome = watched(Rome(cloud, session, http=http, clock=context.clock, new_id=context.new_id))
    context.clients.add(rome)
    return rome


def _mark_as_earlier(context: LabContext, truth: LabTruth, wall: LabWall) -> None:
    """The lab is gone, such as when `lab = romekit.Lab()` has run again, and its views are still on the page."""
    truth.mark_as_earlier()
    for view in (wall, *(form for rome in list(context.clients) for form in list(rome.views))):
        view.mark_as_earlier()
