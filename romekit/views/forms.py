"""The two forms: open an address on a device, and call an app service on a device."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, cast

from romekit.model import ECHO, PING_PONG, RANDOM_NUMBER, AppService, Call, Device, Launch, Order, check_uri
from romekit.views.fields import Field, check_device, choice, device_labels, line, lines
from romekit.views.form import Form, Sent
from romekit.views.request import as_payload

Devices = Mapping[str, str] | Iterable[Device]

SERVICES: Final = {"Ping-pong": PING_PONG, "Echo": ECHO, "Random number": RANDOM_NUMBER}
EXAMPLES: Final[dict[AppService, dict[str, Any]]] = {
    PING_PONG: {"Type": "ping", "CreationDate": "09/01/2020 09:00:00", "TargetId": "romekit"},
    ECHO: {"request": "Hello, Rome"},
    RANDOM_NUMBER: {"minvalue": 1, "maxvalue": 7},
}
ADDRESSES: Final = ("https://bing.com", "ms-settings:about", "bingmaps:?where=Rome", "mailto:alex@example.com")
OTHER: Final = "Another one"


def launch_form(devices: Devices, send: Callable[[str, Launch], Sent]) -> Form:
    """A form that builds a Launch and hands it to `send` with the device's id.

    `devices` is a label for each id, or the devices themselves. Fields: device, uri.
    """
    device = _device(devices)
    uri = line("Address (URI)", "What to open, with its scheme: https://…", ADDRESSES[0], suggestions=ADDRESSES)
    fields = [
        Field("device", device, lambda: check_device(device.value)),
        Field("uri", uri, lambda: check_uri(uri.value.strip())),
    ]
    return Form("Open an address on a device", fields, lambda: Launch(uri.value.strip()), _any_order(send))


def service_form(
    devices: Devices, send: Callable[[str, Call], Sent], services: Mapping[str, AppService] = SERVICES
) -> Form:
    """A form that builds a Call and hands it to `send` with the device's id.

    `services` are offered by their labels; any other can be typed. Fields: device, known, service, package, payload.
    """
    device = _device(devices)
    known = choice("Known service", "Fills the fields below with a service and an example", [*services, OTHER])
    service = line("App service name", "The name the app gives its service (appServiceName)")
    package = line("Package family", "The package family name of the app (packageFamilyName)")
    payload = lines("Payload (JSON)", "The message to the app service: a JSON object", "{}")
    fields = [
        Field("device", device, lambda: check_device(device.value)),
        Field("known", known, lambda: None),
        Field("service", service, lambda: Call(AppService(service.value.strip(), "-"), {})),
        Field("package", package, lambda: Call(AppService("-", package.value.strip()), {})),
        Field("payload", payload, lambda: as_payload(payload.value)),
    ]
    _fill_from(known, services, service, package, payload)

    def build() -> Call:
        return Call(AppService(service.value.strip(), package.value.strip()), as_payload(payload.value))

    return Form("Call an app service on a device", fields, build, _any_order(send))


def _device(devices: Devices) -> Any:
    return choice("Device", "The device that is to do it", device_labels(devices))


def _any_order(send: Callable[[str, Any], Sent]) -> Callable[[str, Order], Sent]:
    return cast("Callable[[str, Order], Sent]", send)


def _fill_from(known: Any, services: Mapping[str, AppService], service: Any, package: Any, payload: Any) -> None:
    """Choosing a service fills the fields; typing another address chooses `Another one`."""

    def chosen(_: object) -> None:
        found = services.get(known.value)
        if found is not None and found != AppService(service.value, package.value):
            example = EXAMPLES.get(found, {})
            service.value, package.value = found.name, found.package
            payload.value = json.dumps(example, indent=2, ensure_ascii=False)

    def typed(_: object) -> None:
        here = AppService(service.value, package.value)
        if here != services.get(known.value):
            known.value = next((label for label, found in services.items() if found == here), OTHER)

    known.observe(chosen, "value")
    service.observe(typed, "value")
    package.observe(typed, "value")
    chosen(None)
