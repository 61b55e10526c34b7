from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from romekit.core.errors import BadInput, Busy, RomeError, TimedOut
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


def said_at(form: Form, field: str) -> str:
    return form.fields[field].message


def test_a_launch_form_sends_what_it_shows() -> None:
    send = RecordedSend()
    form = launch_form(DEVICES, send)
    form.device.value, form.uri.value = "xbox-id", "romecast:play?video=1"
    assert "POST /beta/me/devices/xbox-id/commands" in form.preview.as_html()
    assert "romecast:play?video=1" in form.preview.as_html()
    form.press_send()
    assert send.orders == [("xbox-id", Launch("romecast:play?video=1"))]
    assert form.command is send.sent


def test_a_click_does_the_same_as_press_send() -> None:
    send = RecordedSend()
    form = launch_form(DEVICES, send)
    form.button.click()
    form.wait()
    assert send.orders == [("surface-id", Launch("https://bing.com"))]


def test_the_status_line_tells_every_status_and_what_the_last_one_means() -> None:
    form = launch_form(DEVICES, RecordedSend())
    form.press_send()
    assert "requesting → sentToTarget → executing → completed" in form.status.value
    assert "✓ completed: finished." in form.status.value
    assert 'role="status" aria-live="polite"' in form.status.value


def test_a_failure_on_the_device_is_told_with_its_word() -> None:
    form = launch_form(DEVICES, RecordedSend(Sent("executing", "executionFailed", error="ProtocolUnavailable")))
    form.press_send()
    assert "✗ executionFailed" in form.status.value
    assert "Reported: ProtocolUnavailable." in form.status.value


def test_a_status_word_nobody_knows_is_shown() -> None:
    form = launch_form(DEVICES, RecordedSend(Sent("teleporting")))
    form.press_send()
    assert "teleporting: a word this romekit does not know." in form.status.value


def test_a_service_form_shows_the_answer() -> None:
    send = RecordedSend()
    form = service_form(DEVICES, send)
    form.known.value = "Echo"
    form.press_send()
    assert send.orders == [("surface-id", Call(ECHO, {"request": "Hello, Rome"}))]
    assert "Hello" in form.status.value.partition("answered")[2]


def test_no_answer_is_asked_for_when_the_call_failed() -> None:
    form = service_form(DEVICES, RecordedSend(Sent("executing", "executionFailed")))
    form.press_send()
    assert "answered" not in form.status.value


def test_choosing_a_known_service_fills_the_fields_with_a_working_example() -> None:
    form = service_form(DEVICES, RecordedSend())
    for label in ("Random number", "Echo", "Ping-pong"):
        form.known.value = label
        assert form.known.value == label
        order = form.order()
        assert isinstance(order, Call)
        assert order.payload
        assert json.dumps(order.service.name) in json.dumps(order.as_wire())


def test_typing_another_address_chooses_another_one_and_typing_it_back_chooses_it_again() -> None:
    form = service_form(DEVICES, RecordedSend())
    form.service.value = "com.contoso.own"
    assert form.known.value == "Another one"
    form.service.value = PING_PONG.name
    assert form.known.value == "Ping-pong"


def test_services_of_ones_own_can_be_offered() -> None:
    form = service_form(DEVICES, RecordedSend(), {"Mine": AppService("com.contoso.own", "Contoso_8wekyb3d8bbwe")})
    assert form.service.value == "com.contoso.own"
    assert form.payload.value == "{}"


def test_devices_can_be_given_as_they_were_listed() -> None:
    nameless = Device("x", None, model=None, platform="Android")
    form = launch_form([SURFACE, PHONE, SURFACE, nameless], RecordedSend())
    assert [label for label, _ in form.device.options] == [
        "Alex's Surface",
        "Alex's Phone",
        f"Alex's Surface ({SURFACE.id})",
        "Android Device",
    ]


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("uri", "", "Address (URI) is missing."),
        ("uri", "bing.com", "Write it as https://bing.com."),
        ("device", None, "No device is chosen."),
    ],
)
def test_a_launch_form_refuses_bad_input_at_its_field(field: str, typed: object, message: str) -> None:
    send = RecordedSend()
    form = launch_form(DEVICES, send)
    assert_refused(form, send, field, typed, message)


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("payload", "", "The payload is empty."),
        ("payload", '{"a": 1,\n "b": }', "Line 2, column 7"),
        ("payload", "[1, 2]", "The payload is not a JSON object."),
        ("payload", '{"a": NaN}', "NaN is not JSON."),
        ("package", " ", "Package family is missing."),
        ("service", "", "App service name is missing."),
        ("device", None, "No device is chosen."),
    ],
)
def test_a_service_form_refuses_bad_input_at_its_field(field: str, typed: object, message: str) -> None:
    send = RecordedSend()
    form = service_form(DEVICES, send)
    assert_refused(form, send, field, typed, message)


def assert_refused(form: Form, send: RecordedSend, field: str, typed: object, message: str) -> None:
    """The field says why, no other one does, what was typed is still there, and nothing was sent."""
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


def test_every_bad_field_gets_its_message_at_once() -> None:
    form = launch_form({}, RecordedSend())
    form.uri.value = "bing"
    form.press_send()
    assert said_at(form, "device")
    assert said_at(form, "uri")


def test_a_message_goes_away_as_soon_as_the_field_is_right() -> None:
    form = launch_form(DEVICES, RecordedSend())
    form.uri.value = "bing.com"
    form.press_send()
    form.uri.value = "https://bing.com"
    assert said_at(form, "uri") == ""


def test_python_calls_a_device_by_its_name_where_it_has_one_of_its_own() -> None:
    form = launch_form([SURFACE, PHONE], RecordedSend())
    assert f"rome.launch({SURFACE.name!r}, " in form.preview.snippet("romekit Python")
    assert SURFACE.id in form.preview.snippet("curl")
    for devices in ([SURFACE, SURFACE], {SURFACE.name: SURFACE.id}):
        form = launch_form(devices, RecordedSend())
        assert f"rome.launch({SURFACE.id!r}, " in form.preview.snippet("romekit Python")


def test_while_the_request_is_not_complete_the_preview_says_why() -> None:
    form = launch_form(DEVICES, RecordedSend())
    form.uri.value = ""
    assert form.preview.snippet("curl").startswith("No request yet. Address (URI) is missing.")
    assert "No request yet. Address (URI) is missing." in form.preview.as_html()


@pytest.mark.parametrize("error", [Busy("Too many requests.", hint="Wait 3 s."), RomeError("Odd <b>.", hint="Look.")])
def test_an_error_of_the_service_is_shown_with_its_hint(error: RomeError) -> None:
    form = launch_form(DEVICES, RecordedSend(error))
    form.press_send()
    assert 'role="alert"' in form.status.value
    assert error.hint in form.status.value
    assert "<b>." not in form.status.value
    assert not form.button.disabled


def test_an_error_while_following_keeps_what_was_seen_and_the_command() -> None:
    class Slow(Sent):
        def follow(self, *, progress: Callable[[Command], None] | None = None) -> Sent:
            raise TimedOut("Not done after 30 s.")

    form = launch_form(DEVICES, RecordedSend(Slow()))
    form.press_send()
    assert "requesting" in form.status.value
    assert "Call follow() again" in form.status.value
    assert form.command is not None


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
        assert {"rk-preview", "rk-status", "rk-progress"} <= {
            name for child in form.children for name in child._dom_classes
        }


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
