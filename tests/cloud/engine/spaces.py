"""Spaces for tests: the demo devices, and one more for each personality that the demo does not have."""

from collections.abc import Iterable

from romekit.cloud.engine.codec import as_line, from_line
from romekit.cloud.engine.decide import DEVICE_RULES, AddDevice, open_space, send
from romekit.cloud.engine.devices import PERSONALITIES
from romekit.cloud.engine.events import Event
from romekit.cloud.engine.history import transitions
from romekit.cloud.engine.people import BOTH, DEMO_DEVICES
from romekit.cloud.engine.rules import Asked
from romekit.cloud.engine.space import EMPTY, CommandNow, Space
from romekit.cloud.store.contract import Store
from romekit.cloud.store.ledger import Ledger
from romekit.core.clock import BEGINNING
from romekit.core.model import Call, Launch
from romekit.core.presence import Presence

PAGE = Launch("https://bing.com/search?q=rome")


def as_text(events: Iterable[Event]) -> str:
    """Events as they are kept, a line each."""
    return "".join(f"{as_line(event)}\n" for event in events)


def from_text(text: str) -> list[Event]:
    """The events that were kept."""
    return [from_line(line) for line in text.splitlines()]


def opened(store: Store) -> Ledger:
    """The ledger of a space with the demo devices in this store."""
    ledger = Ledger(store, "s", DEVICE_RULES)
    ledger.ask_all([open_space("seed", "alex"), *DEMO_DEVICES], BEGINNING)
    return ledger


class World:
    """A space and the events that made it; `ask` decides, `pass_time` lets what is due happen."""

    def __init__(self, seed: str = "test") -> None:
        self.now = BEGINNING
        self.space: Space = EMPTY
        self.events: list[Event] = []
        self.ask(open_space(seed, "alex@romekit.example"))
        for device in DEMO_DEVICES:
            self.ask(device)
        for personality in sorted(set(PERSONALITIES) - {device.personality for device in DEMO_DEVICES}):
            about = {"manufacturer": "Contoso", "model": "X", "kind": "Laptop", "platform": "Windows", "apps": BOTH}
            self.ask(AddDevice(name=personality, personality=personality, presence=Presence.ONLINE, **about))

    def ask(self, request: Asked[Space]) -> str:
        decision = request(self.space, self.now)
        self.events += decision.events
        self.space = DEVICE_RULES.fold(decision.events, self.space)
        return decision.id

    def pass_time(self, seconds: float) -> None:
        self.now = round(self.now + seconds, 6)
        self.space, events = DEVICE_RULES.due(self.space, self.now)
        self.events += events

    def send(self, personality: str = "prompt", order: Launch | Call = PAGE) -> str:
        """Send a command to the device with this personality: its id."""
        return self.ask(send(self.device(personality), order))

    def command(self, command: str) -> CommandNow:
        return self.space.commands[command]

    def path(self, command: str) -> list[str]:
        """The statuses of a command from its first to its last."""
        return [each.to_status for each in transitions(self.events) if each.command == command]

    def device(self, personality: str) -> str:
        return next(d.id for d in self.space.listed() if d.personality == personality)
