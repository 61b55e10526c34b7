"""The two forms: open an address on a device, and call an app service on a device.

The message contracts are those of the published samples (dossier 4.6). No schema of ours forbids other keys, since the
services do not either. What a schema cannot say, such as that minvalue is at most maxvalue, the device refuses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from romekit.core.errors import BadInput
from romekit.core.model import ECHO, PING_PONG, RANDOM_NUMBER, AppService, Call, Device, Launch, Order, check_uri
from romekit.views.arguments import checked_devices, list_of
from romekit.views.curl import read_pasted
from romekit.views.form import Form, Sent
from romekit.views.form_widgets import Control, Field, RequestPreview, choice, line
from romekit.views.message import Message, Schema

Devices = Mapping[str, str] | Iterable[Device]

ADDRESSES: Final = ("https://bing.com", "ms-settings:about", "bingmaps:?where=Rome", "mailto:alex@example.com")
OTHER: Final = "Another one"
#: type, in small letters -> the form for it: its title and how to make one.
FORMS: Final = {
    "launchuri": ("Open an address on a device", "views.launch_form"),
    "appservice": ("Call an app service on a device", "views.service_form"),
}

#: The app services that are offered, a message for each that works, and a JSON Schema of its messages.
SERVICES: Final = {"Ping-pong": PING_PONG, "Echo": ECHO, "Random number": RANDOM_NUMBER}

EXAMPLES: Final[dict[AppService, dict[str, Any]]] = {
    PING_PONG: {"Type": "ping", "CreationDate": "09/01/2020 09:00:00", "TargetId": "romekit"},
    ECHO: {"request": "Hello, Rome"},
    RANDOM_NUMBER: {"minvalue": 1, "maxvalue": 7},
}

#: A 32-bit integer of .NET, as the sample reads it.
_INT: Final = {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}

SCHEMAS: Final[dict[AppService, Schema]] = {
    PING_PONG: {
        "properties": {
            "Type": {
                "type": "string",
                "description": "ping is answered with pong, LaunchUri with Ok, anything else with Ack",
                "examples": ["ping", "LaunchUri", "Toast"],
            },
            "CreationDate": {"type": "string", "description": "When it was sent, as month/day/year and time"},
            "TargetId": {"type": "string", "description": "Whatever you like; a pong brings it back"},
        },
    },
    ECHO: {"properties": {"request": {"type": "string", "description": "What is to come back as the response"}}},
    RANDOM_NUMBER: {
        "properties": {
            "minvalue": {**_INT, "default": 1, "description": "The smallest number that may come"},
            "maxvalue": {**_INT, "default": 7, "description": "One more than the largest number that may come"},
        },
        "required": ["minvalue", "maxvalue"],
    },
}


def launch_form(devices: Devices, send: Callable[[str, Launch], Sent], *, address: str = "") -> Form:
    """A form that builds a Launch and hands it to `send` with the device's id.

    `devices` is a label for each id, or the devices themselves; `address` is the base of the API, for the curl command
    that is shown; without one it is the address of the cloud that `send` sends to. Fields: device, uri.
    """
    uri = line("Address (URI)", "What to open, with its scheme: https://…", ADDRESSES[0], suggestions=ADDRESSES)
    field = Field("uri", uri, lambda: check_uri(uri.value.strip()), "payload.uri")
    return _form("launchuri", devices, [field], lambda: Launch(uri.value.strip()), send, address)


def service_form(
    devices: Devices,
    send: Callable[[str, Call], Sent],
    services: Mapping[str, AppService] = SERVICES,
    *,
    schemas: Mapping[AppService, Schema] = SCHEMAS,
    address: str = "",
) -> Form:
    """A form that builds a Call and hands it to `send` with the device's id.

    `services` are offered by their labels; any other can be typed. `schemas` are JSON Schemas of the messages, from
    which fields are drawn beside the JSON. Fields: device, known, service, package, payload.
    """
    known = choice("Known service", "Fills the fields below with a service and an example", [*services, OTHER])
    service = line("App service name", "The name the app gives its service (appServiceName)")
    package = line("Package family", "The package family name of the app (packageFamilyName)")
    message = Message(schemas)
    fields = [
        Field("known", known, lambda: None),
        Field("service", service, lambda: Call(AppService(service.value.strip(), "-"), {}), "appServiceName"),
        Field("package", package, lambda: Call(AppService("-", package.value.strip()), {}), "packageFamilyName"),
        message,
    ]
    _fill_from(known, services, service, package, message)

    def build() -> Call:
        return Call(AppService(service.value.strip(), package.value.strip()), message.value())

    return _form("appservice", devices, fields, build, send, address)


def _form(
    kind: str,
    devices: Devices,
    fields: list[Field],
    build: Callable[[], Order],
    send: Callable[[str, Any], Sent],
    address: str,
) -> Form:
    """The form of this kind. Without an address it shows that of the cloud behind `send`, or of `romekit serve`."""
    device, names = _device(devices)
    client: Any = getattr(send, "__self__", None)
    cloud = getattr(client, "cloud", None)
    reached = cloud.address if cloud and not address else ""
    preview = RequestPreview(address or reached, client.token if cloud and reached and cloud.simulated else None)
    title, fill = FORMS[kind][0], partial(_fill, kind)
    return Form(title, [device, *fields], build, send, fill=fill, preview=preview, device_names=names)


def _device(devices: Devices) -> tuple[Field, set[str]]:
    """The choice of a device, and which of its labels are names that no other device has.

    A device without a name is called by its model or platform, as in Microsoft's own apps.
    """
    labels: dict[str, str] = dict(devices) if isinstance(devices, Mapping) else {}
    list_of(str, labels.values(), "devices", "Give ids by name, or what rome.devices() answers.")
    names = Counter[str]()
    for device in [] if isinstance(devices, Mapping) else checked_devices(devices):
        label = device.name or device.model or f"{device.platform or 'Unknown'} Device"
        labels[f"{label} ({device.id})" if label in labels else label] = device.id
        names[device.name or ""] += 1
    control = choice("Device", "The device that is to do it", labels)

    def check() -> None:
        if not control.value:
            raise BadInput("No device is chosen.", field="device", hint="Choose one; if there is none, sign in again.")

    return Field("device", control, check), {name for name, count in names.items() if count == 1 and name}


def _fill_from(
    known: Control, services: Mapping[str, AppService], service: Control, package: Control, message: Message
) -> None:
    """Choosing a service fills the fields; typing another address chooses `Another one`."""

    def chosen(_: object) -> None:
        found = services.get(known.value)
        if found is not None and found != AppService(service.value, package.value):
            service.value, package.value = found.name, found.package
            message.fill(found, EXAMPLES.get(found))

    def typed(_: object) -> None:
        here = AppService(service.value, package.value)
        message.use(here)
        if here != services.get(known.value):
            known.value = next((label for label, found in services.items() if found == here), OTHER)

    known.observe(chosen, "value")
    service.observe(typed, "value")
    package.observe(typed, "value")
    chosen(None)


def _fill(kind: str, form: Form, text: str) -> str:
    """Fill a form of this kind from a pasted curl command; what it has to say of it."""
    pasted = read_pasted(text)
    if pasted.kind != kind:
        title, maker = FORMS[pasted.kind]
        hint = f"Paste it into the form “{title}” ({maker})."
        raise BadInput("This is the other kind of order.", field="curl", hint=hint)
    for name, value in pasted.values.items():
        form.fields[name].control.value = value
    device = form.fields["device"]
    is_offered = pasted.device in [value for _, value in device.control.options]
    device.control.value = pasted.device if is_offered else None  # so that nothing goes elsewhere
    if not is_offered and "device" not in pasted.problems:
        said = f"No device of this form has the id {pasted.device}."
        pasted.problems["device"] = BadInput(said, field="device", hint="Choose one here.")
    form.typed(form)
    form.complain()
    for name, problem in pasted.problems.items():
        form.fields[name].complain(problem)
    form.show_readiness()
    end = "See the message at the field." if form.is_complaining else "Nothing was sent."
    return " ".join(["The form is filled in.", *pasted.said, end])
