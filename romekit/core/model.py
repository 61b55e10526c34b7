"""The messages of the API as frozen records: read in any spelling, written in the one a profile asks for.

The documentation prints camelCase, the live service spoke PascalCase (dossier 10, rows 1 to 4), and clients sent both.
So reading ignores case everywhere, and writing follows a `Profile`. Property names live in one table per entity.
How deeply a message may be nested is a number, so that no limit depends on the interpreter's recursion.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from operator import attrgetter
from typing import Any, Final, Literal

from romekit.core.arguments import explained
from romekit.core.errors import BadInput
from romekit.core.names import as_seen

Wire = dict[str, Any]

#: The most brackets that may be open at once. Ours, so that no message can exhaust the stack of whoever handles it.
DEEPEST: Final = 64
_STRING_OR_BRACKET: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
PAYLOAD_CONTEXT: Final = "https://graph.microsoft.com/devices/$metadata#microsoft.graph.PayloadResponse"


def check_depth(text: str, most: int = DEEPEST) -> None:
    """ValueError for a text with too many open brackets, counted before anybody parses it."""
    if text.count("[") + text.count("{") <= most:
        return
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        depth += (found.group() in "[{") - (found.group() in "]}")
        if depth > most:
            raise ValueError(f"it has more than {most} levels")


def _spelled(words: str) -> dict[str, tuple[str, str]]:
    """attribute -> (camelCase, PascalCase as in the service's metadata of August 2020, where `id` stayed small)."""
    pascal = {attribute: attribute.title().replace("_", "") for attribute in words.split()}
    return {attribute: (name[0].lower() + name[1:], name) for attribute, name in pascal.items()} | {"id": ("id", "id")}


DEVICE_NAMES: Final = _spelled("name id manufacturer model kind status platform")
COMMAND_NAMES: Final = _spelled(
    "id status type app_service_name package_family_name error permission_ticket post_back_uri payload"
)


@dataclass(frozen=True, slots=True)
class Profile:
    """How the service spells its answers (dossier 12)."""

    casing: Literal["camel", "pascal"] = "camel"  # as today's SDKs bind them, or as the live service sent them
    echo_type: bool = False  # repeat the type that was sent instead of null
    wrapped: bool = False  # put a status inside `{"value": …}` as the 2021 page prints it
    skeleton: bool = False  # the documentation's skeletons: `"null"` for null and a `responsePayload` beside it

    @property
    def column(self) -> int:
        return 1 if self.casing == "pascal" else 0


MODERN: Final = Profile()
LIVE_2020: Final = Profile(casing="pascal")
SKELETON: Final = Profile(echo_type=True, skeleton=True)


class Spellings:
    """The properties of an entity: how each is written, and which of our attributes is meant by a name in any case."""

    def __init__(self, names: Mapping[str, tuple[str, str]]) -> None:
        self._columns = [[both[column] for both in names.values()] for column in (0, 1)]
        self._values = attrgetter(*names)
        self.meant = {name: attribute for attribute, both in names.items() for name in (*both, both[0].lower())}

    def written(self, entity: object, profile: Profile) -> Wire:
        """The entity with the names that the profile asks for."""
        return dict(zip(self._columns[profile.column], self._values(entity), strict=True))


DEVICE_SPELLINGS: Final = Spellings(DEVICE_NAMES)
COMMAND_SPELLINGS: Final = Spellings(COMMAND_NAMES)


def any_case(data: Mapping[str, Any], spellings: Spellings) -> tuple[Wire, Wire]:
    """Split a message into the attributes we know, whatever their case, and the rest as it came."""
    known: Wire = {}
    rest: Wire = {}
    meant = spellings.meant.get
    for key, value in data.items():
        attribute = meant(key) or meant(key.lower())
        if attribute is None:
            rest[key] = value
        else:
            known[attribute] = None if value == "null" else value  # the skeletons write null as a word
    return known, rest


@dataclass(frozen=True, slots=True)
class Device:
    """One of the person's devices (dossier 3.1). `status` is Online, Offline or Unknown: a hint, never a promise."""

    id: str
    name: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    kind: str | None = None
    status: str | None = None
    platform: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Device:
        known, rest = any_case(data, DEVICE_SPELLINGS)
        return cls(id=str(known.pop("id", "")), **known, extra=rest)

    def as_wire(self, profile: Profile = MODERN) -> Wire:
        return DEVICE_SPELLINGS.written(self, profile)


@dataclass(frozen=True, slots=True)
class Command:
    """A command as the service describes it (dossier 3.2). `status` is the raw word: keep it, never assume a list."""

    id: str
    status: str
    type: str | None = None
    app_service_name: str | None = None
    package_family_name: str | None = None
    error: str | None = None
    permission_ticket: str | None = None
    post_back_uri: str | None = None
    payload: Any = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Command:
        inner = data.get("value")
        known, rest = any_case(inner if isinstance(inner, Mapping) else data, COMMAND_SPELLINGS)
        return cls(id=str(known.pop("id", "")), status=str(known.pop("status", "") or ""), **known, extra=rest)

    def as_wire(self, profile: Profile = MODERN, *, reading: bool = True) -> Wire:
        """As the service writes it; `reading` is False for the answer to the POST that sent it."""
        written = COMMAND_SPELLINGS.written(self, profile)
        if not profile.echo_type:
            written["Type" if profile.casing == "pascal" else "type"] = None
        if profile.skeleton:
            written["responsepayload" if reading else "responsePayload"] = None
            written["type"] = self.type and self.type[0].lower() + self.type[1:]
            written = {key: "null" if value is None else value for key, value in written.items()}
        return {"value": written} if profile.wrapped and reading else written


@dataclass(frozen=True, slots=True)
class Answer:
    """What a device's app service answered (dossier 3.4): an open record, `content` is the app's own."""

    content: Mapping[str, Any]
    context: str = PAYLOAD_CONTEXT

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Answer:
        content = {k: v for k, v in data.items() if k != "MsIgnoredParameter" and not k.startswith("@odata.")}
        return cls(content, str(data.get("@odata.context", PAYLOAD_CONTEXT)))

    def as_wire(self) -> Wire:
        return {"@odata.context": self.context, "MsIgnoredParameter": 0, **self.content}


@explained("romekit")
@dataclass(frozen=True, slots=True)
class AppService:
    """The address of an app service: its name and the package family name of the app that offers it."""

    name: str
    package: str


ROMAN_TEST_APP: Final = "5085ShawnHenry.RomanTestApp_jsjw7knzsgcce"
PROVIDER_APP: Final = "Microsoft.SDKSamples.AppServicesProvider.CS_8wekyb3d8bbwe"
PING_PONG: Final = AppService("com.microsoft.test.cdppingpongservice", ROMAN_TEST_APP)
ECHO: Final = AppService("com.microsoft.test.echo", ROMAN_TEST_APP)
RANDOM_NUMBER: Final = AppService("com.microsoft.randomnumbergenerator", PROVIDER_APP)

#: As much of a wrong address is repeated in an error.
SHOWN: Final = 80
#: A scheme and a colon; the web's schemes need a host behind it, others may stand alone as `ms-settings:` does.
#: Control characters are refused: a device would drop them, or end there.
_URI: Final = re.compile(r"(?!https?:(?!//[^/\s]))[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x1f\x7f-\x9f]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Launch:
    """An order to open a URI on a device. One that `is_stored` was accepted once and is read as it is."""

    uri: str
    post_back_uri: str | None = None
    is_stored: InitVar[bool] = field(default=False, kw_only=True)

    def __post_init__(self, is_stored: bool) -> None:
        if not is_stored:
            check_uri(self.uri)

    def as_wire(self) -> Wire:
        post_back = {"postBackUri": self.post_back_uri} if self.post_back_uri is not None else {}
        return {"type": "LaunchUri", "payload": {"uri": self.uri}, **post_back}


@dataclass(frozen=True, slots=True)
class Call:
    """An order to send a message to an app service on a device."""

    service: AppService
    payload: Any
    post_back_uri: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.service, AppService):
            hint = "Use romekit.ECHO or another, or AppService(name, package)."
            raise BadInput(f"{self.service!r} is not an app service.", field="service", hint=hint)
        for part, name, hint in (
            (
                self.service.name,
                "appServiceName",
                f"It is the name the app gives its service, such as {PING_PONG.name}.",
            ),
            (self.service.package, "packageFamilyName", f"It names the app, such as {ROMAN_TEST_APP}."),
        ):
            if not part:
                raise BadInput(f"{name} is missing.", field=name, hint=hint)

    def as_wire(self) -> Wire:
        """The documented request body (dossier 4.3)."""
        names = {"appServiceName": self.service.name, "packageFamilyName": self.service.package}
        post_back = {"postBackUri": self.post_back_uri} if self.post_back_uri is not None else {}
        return {"type": "AppService", **names, "payload": self.payload, **post_back}


Order = Launch | Call


def in_words(order: Order) -> str:
    return f"open {order.uri}" if isinstance(order, Launch) else f"call {order.service.name}"


def is_uri(text: object) -> bool:
    """Whether it is a text that begins with a scheme, as every address does."""
    return isinstance(text, str) and _URI.fullmatch(text) is not None


def check_uri(uri: object) -> str:
    """The URI itself, or BadInput when it does not start with a scheme."""
    if isinstance(uri, str) and is_uri(uri):
        return uri
    if uri is None or (isinstance(uri, str) and not uri.strip()):
        what, hint = "is missing", "Give the address to open, such as https://bing.com."
    elif not isinstance(uri, str):
        what, hint = f"{repr(uri)[:SHOWN]} is not a string", "Give it as a string, such as https://bing.com."
    elif control := re.search(r"[\x00-\x1f\x7f-\x9f]", uri):
        hint = f"Write it as %{ord(control[0]):02X} if it belongs there, else leave it out."
        what = f"has the control character {control[0]!r}"
    else:
        short = uri if len(uri) <= SHOWN else f"{uri[:SHOWN]}…"
        what, hint = f"{short!r} is not a URI with a scheme", "Write it like https://bing.com, with nothing around it."
        if re.fullmatch(r"[\w.-]+(/\S*)?", uri):
            hint = f"Write it as https://{short}."
    raise BadInput(f"payload.uri {what}.", field="payload.uri", hint=hint)


def by_name(devices: Iterable[Device], wanted: str) -> list[Device]:
    """The devices a person can mean by `wanted`: its id, its name, else a part of one, as people see them."""
    seen = as_seen(wanted)
    names = [(device, as_seen(device.name or "")) for device in devices]
    exact = [device for device, _ in names if device.id == wanted]
    named = [device for device, name in names if name == seen]
    return exact or named or [each for each, name in names if seen in name or seen == as_seen(each.kind or "")]
