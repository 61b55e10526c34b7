from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from romekit.core.errors import BadInput, Busy, RomeError
from romekit.core.model import ECHO, PING_PONG, AppService, Call, Command, Device, Launch
from romekit.views import Form, launch_form, service_form
from tests.views.stories import HOSTILE, PHONE, SURFACE

DEVICES = {"Alex's Surface": "surface-id", "Living Room Xbox": "xbox-id"}
WIDGET = "application/vnd.jupyter.widget-view+json"


class Sent:
    """A command that goes through the given statuses when it is followed."""

    def __init__(self, *statuses: str, answer: dict[str, Any] | None = None, error: str | None = None) -> None:
        self.status, self.error = "requesting", None
        self.statuses, self.answer, self.ending = statuses, answer, error

    def follow(self, *, progress: Callable[[Command], None] | None = None) -> Sent:
        for status in self.statuses:
            self.status = status
            self.error = self.ending if status == self.statuses[-1] else None
            assert progress is not None
            progress(Command("c", status))
        return self

    def payload(self) -> dict[str, Any]:
        assert self.answer is not None
        return self.answer


class RecordedSend:
    """A `send` that writes down what it was given."""

    def __init__(self, sent: Sent | Exception | None = None) -> None:
        self.orders: list[tuple[str, Any]] = []
        self.sent = sent or Sent("sentToTarget", "executing", "completed", answer={"response": "Hello"})

    def __call__(self, device: str, order: Any) -> Sent:
        self.orders.append((device, order))
        if isinstance(self.sent, Exception):
            raise self.sent
        return self.sent


FAILED = Sent("executing", "executionFailed", error="ProtocolUnavailable")


def said_at(form: Form, field: str) -> str:
    return " ".join(form.fields[field].control.problem).strip()


def test_a_launch_form_sends_what_it_shows_and_a_click_does_the_same_as_press_send() -> None:
    send = RecordedSend()
    form = launch_form(DEVICES, send)
    form.device.value, form.uri.value = "xbox-id", "romecast:play?video=1"
    assert "POST /beta/me/devices/xbox-id/commands" in form.preview.as_html()
    assert "romecast:play?video=1" in form.preview.as_html()
    form.press_send()
    assert send.orders == [("xbox-id", Launch("romecast:play?video=1"))]
    assert form.command is send.sent
    form = launch_form(DEVICES, send)
    form.button.click()
    form.wait()
    assert send.orders[1:] == [("surface-id", Launch("https://bing.com"))]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (None, ["requesting → sentToTarget → executing → completed", "✓ completed: finished."]),
        (FAILED, ["✗ executionFailed", "Reported: ProtocolUnavailable."]),
        (Sent("teleporting"), ["teleporting: a word this romekit does not know."]),
    ],
    ids=["a success", "a failure on the device with its word", "a status nobody knows"],
)
def test_the_status_line_tells_every_status_and_what_the_last_one_means(sent: Sent | None, said: list[str]) -> None:
    form = launch_form(DEVICES, RecordedSend(sent))
    form.press_send()
    assert all(each in form.status.value for each in ('role="status" aria-live="polite"', *said))


def test_a_service_form_shows_the_answer_and_asks_for_none_when_the_call_failed() -> None:
    send = RecordedSend()
    form = service_form(DEVICES, send)
    form.known.value = "Echo"
    form.press_send()
    assert send.orders == [("surface-id", Call(ECHO, {"request": "Hello, Rome"}))]
    assert "Hello" in form.status.value.partition("answered")[2]
    form = service_form(DEVICES, RecordedSend(Sent("executing", "executionFailed")))
    form.press_send()
    assert "answered" not in form.status.value


def test_choosing_a_known_service_fills_in_a_working_example_and_typing_its_address_chooses_it_again() -> None:
    form = service_form(DEVICES, RecordedSend())
    for label in ("Random number", "Echo", "Ping-pong"):
        form.known.value = label
        assert form.known.value == label
        order = form.order()
        assert isinstance(order, Call)
        assert order.payload
        assert json.dumps(order.service.name) in json.dumps(order.as_wire())
    form.service.value = "com.contoso.own"
    assert form.known.value == "Another one"
    form.service.value = PING_PONG.name
    assert form.known.value == "Ping-pong"


def test_devices_can_be_given_as_they_were_listed_and_services_of_ones_own_offered() -> None:
    nameless = Device("x", None, model=None, platform="Android")
    form = launch_form([SURFACE, PHONE, SURFACE, nameless], RecordedSend())
    labels = ["Alex's Surface", "Alex's Phone", f"Alex's Surface ({SURFACE.id})", "Android Device"]
    assert [label for label, _ in form.device.options] == labels
    form = service_form(DEVICES, RecordedSend(), {"Mine": AppService("com.contoso.own", "Contoso_8wekyb3d8bbwe")})
    assert form.service.value == "com.contoso.own"
    assert form.payload.value == "{}"


@pytest.mark.parametrize(
    ("kind", "field", "typed", "message"),
    [
        (launch_form, "uri", "", "Address (URI) is missing."),
        (launch_form, "uri", "bing.com", "Write it as https://bing.com."),
        (launch_form, "device", None, "No device is chosen."),
        (service_form, "payload", "", "The payload is empty."),
        (service_form, "payload", '{"a": 1,\n "b": }', "Line 2, column 7"),
        (service_form, "payload", "[1, 2]", "The payload is not a JSON object."),
        (service_form, "payload", '{"a": NaN}', "NaN is not JSON."),
        (service_form, "package", " ", "Package family is missing."),
        (service_form, "service", "", "App service name is missing."),
        (service_form, "device", None, "No device is chosen."),
    ],
)
def test_a_form_refuses_bad_input_at_its_field_alone_and_keeps_what_was_typed(kind, field, typed, message):
    form = kind(DEVICES, send := RecordedSend())
    control = form.fields[field].control
    control.value = typed
    assert message in said_at(form, field), "it is checked while one types"
    with pytest.raises(BadInput):
        form.order()
    form.press_send()
    assert message in said_at(form, field)
    assert [name for name in form.fields if said_at(form, name)] == [field]
    assert control.value == typed
    assert send.orders == []
    assert not form.button.disabled
    assert "Nothing was sent" in form.status.value


@pytest.mark.parametrize(
    ("pasted", "said"), [("toaster", "has the id toaster"), ("{id}", "{id} in the pasted address")]
)
def test_a_pasted_command_to_a_device_we_do_not_know_goes_nowhere_until_one_is_chosen(pasted: str, said: str) -> None:
    send = RecordedSend()
    form = launch_form(DEVICES, send)
    form.device.value = "xbox-id"
    body = '{"type": "LaunchUri", "payload": {"uri": "a:b"}}'
    form.paste.fill(f"curl 'http://x/me/devices/{pasted}/commands' -d '{body}'")
    assert said in said_at(form, "device")
    assert form.device.value is None
    form.press_send()
    assert "No device is chosen." in said_at(form, "device")
    form.paste.fill(f"curl 'http://x/me/devices/{pasted}/commands' -d '{body}'")
    assert "Ready to send." not in form.status.value, "there is a message at the field"
    assert send.orders == []
    form.device.value = "surface-id"
    form.press_send()
    assert send.orders == [("surface-id", Launch("a:b"))]


def test_every_bad_field_gets_its_message_at_once_until_it_is_right() -> None:
    form = launch_form({}, RecordedSend())
    form.uri.value = "bing.com"
    form.press_send()
    assert said_at(form, "device")
    assert said_at(form, "uri")
    form.uri.value = "https://bing.com"
    assert said_at(form, "uri") == ""


def test_python_calls_a_device_by_its_name_where_it_has_one_of_its_own_and_the_preview_says_what_is_missing() -> None:
    form = launch_form([SURFACE, PHONE], RecordedSend())
    assert f"rome.launch({SURFACE.name!r}, " in form.preview.snippet("romekit Python")
    assert SURFACE.id in form.preview.snippet("curl")
    for devices in ([SURFACE, SURFACE], {SURFACE.name: SURFACE.id}):
        form = launch_form(devices, RecordedSend())
        assert f"rome.launch({SURFACE.id!r}, " in form.preview.snippet("romekit Python")
    form.uri.value = ""
    for preview in (form.preview.snippet("curl"), form.preview.as_html()):
        assert "No request yet. Address (URI) is missing." in preview


@pytest.mark.parametrize("error", [Busy("Too many requests.", hint="Wait 3 s."), RomeError("Odd <b>.", hint="Look.")])
def test_an_error_of_the_service_is_shown_with_its_hint(error: RomeError) -> None:
    form = launch_form(DEVICES, RecordedSend(error))
    form.press_send()
    assert 'role="alert"' in form.status.value
    assert error.hint in form.status.value
    assert "<b>." not in form.status.value
    assert not form.button.disabled


def test_the_button_is_off_while_sending_and_on_again_whatever_happens() -> None:
    seen = []

    def broken(device: str, order: Launch) -> Sent:
        seen.append(form.button.disabled)
        raise KeyboardInterrupt

    form = launch_form(DEVICES, broken)
    with pytest.raises(KeyboardInterrupt):
        form.press_send()
    assert seen == [True]
    assert not form.button.disabled
    assert "Stopped waiting" in form.status.value


def test_every_control_has_a_label_a_help_text_and_a_class() -> None:
    for form in (launch_form(DEVICES, RecordedSend()), service_form(DEVICES, RecordedSend())):
        for name, field in form.fields.items():
            assert field.control.description
            assert field.control.help
            assert f"rk-{name}" in field.control._dom_classes
            assert getattr(form, name) is field.control
        assert form.button.description
        assert form.button.tooltip
        assert "rk-send" in form.button._dom_classes
        shown = {name for child in form.children for name in child._dom_classes}
        assert {"rk-preview", "rk-status", "rk-progress"} <= shown


def test_the_text_of_a_form_never_changes_and_its_html_is_readable_without_a_kernel() -> None:
    form = launch_form(DEVICES, RecordedSend())
    shown = form._repr_mimebundle_()
    assert WIDGET in shown
    assert shown["text/plain"] == repr(form) == "Form: Open an address on a device"
    assert "Alex&#x27;s Surface" in shown["text/html"]
    form.press_send()
    again = form._repr_mimebundle_()
    assert again["text/plain"] == shown["text/plain"]
    assert "completed" in again["text/html"]
    assert launch_form(DEVICES, RecordedSend())._repr_mimebundle_()["text/html"] == shown["text/html"]


def test_hostile_words_stay_text() -> None:
    form = service_form({HOSTILE: HOSTILE}, RecordedSend(Sent("completed", answer={"a": HOSTILE})))
    form.payload.value = json.dumps({"request": HOSTILE})
    form.press_send()
    for shown in (form.preview.as_html(), form.status.value, form._repr_mimebundle_()["text/html"]):
        assert "<script" not in shown
        assert "&lt;script&gt;" in shown
