"""The message of a service form: fields from a JSON Schema beside the JSON, each in step with the other."""

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from romekit.core.errors import BadInput
from romekit.core.model import ECHO, RANDOM_NUMBER, AppService, Call
from romekit.views import Form, service_form
from romekit.views.form_widgets import Control
from romekit.views.message import Message
from romekit.views.snippets import json_object
from tests.views.test_forms import DEVICES, RecordedSend

OWN = AppService("com.contoso.lamp", "Contoso_8wekyb3d8bbwe")
LAMP: dict[str, Any] = {
    "type": "object",
    "properties": {
        "on": {"type": "boolean", "description": "Whether it is to shine"},
        "level": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5},
        "colour": {"enum": ["red", "green", None, 7]},
        "name": {"type": ["string", "null"], "minLength": 2, "maxLength": 8},
        "steps": {"type": "array", "items": {"type": "integer"}},
        "place": {"type": "object", "properties": {"room": {"type": "string"}}, "required": ["room"]},
        "either": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    },
    "required": ["level"],
}


def lamp_form(send: RecordedSend | None = None) -> Form:
    return service_form(DEVICES, send or RecordedSend(), {"Lamp": OWN}, schemas={OWN: LAMP})


def random_form(send: RecordedSend | None = None) -> Form:
    form = service_form(DEVICES, send or RecordedSend())
    form.known.value = "Random number"
    return form


def parts(form: Form) -> dict[str, Control]:
    message = form.fields["payload"]
    assert isinstance(message, Message)
    return message.parts


def message_of(form: Form) -> Any:
    return json.loads(form.payload.value)


def test_a_random_number_is_asked_for_with_two_whole_numbers_and_their_bounds() -> None:
    drawn = parts(random_form())
    shown = {name: (part.kind, part.value) for name, part in drawn.items()}
    assert shown == {"minvalue": ("number", "1"), "maxvalue": ("number", "7")}
    for part in drawn.values():
        assert part.rules == {"step": 1, "min": -(2**31), "max": 2**31 - 1, "required": True}
        assert "a whole number from -2147483648 to 2147483647, needed" in part.help


def test_each_simple_property_has_the_control_of_its_type_and_others_are_named_and_left_to_the_json() -> None:
    form = lamp_form()
    drawn = parts(form)
    kinds = {"on": "check", "level": "number", "colour": "choice", "name": "line"}
    assert {name: part.kind for name, part in drawn.items()} == kinds
    assert drawn["on"].help == "Whether it is to shine (may be left out)"
    assert drawn["level"].help == "A number from 0 to 1, needed"
    assert [label for label, _ in drawn["colour"].options] == ["(left out)", "red", "green", "null", "7"]
    assert drawn["level"].value == "0.5"
    said = form.fields["payload"]._about.value
    assert "Only in the JSON, because it has no simple field: steps, place, either." in said


def test_another_service_has_other_fields_and_one_without_a_schema_has_none() -> None:
    form = random_form()
    form.known.value = "Echo"
    assert list(parts(form)) == ["request"]
    form.service.value = "com.contoso.other"
    assert list(parts(form)) == []
    assert message_of(form) == {"request": "Hello, Rome"}
    form.service.value = ECHO.name
    assert parts(form)["request"].value == "Hello, Rome"


def test_a_schema_that_is_none_is_refused_when_the_form_is_made() -> None:
    with pytest.raises(BadInput, match="no JSON Schema") as refused:
        service_form(DEVICES, RecordedSend(), {"Lamp": OWN}, schemas={OWN: {"type": "colour"}})
    assert refused.value.field == "schemas"


def test_what_is_typed_into_a_field_stands_in_the_json() -> None:
    form = lamp_form()
    drawn = parts(form)
    drawn["on"].value, drawn["level"].value, drawn["colour"].value, drawn["name"].value = True, "1", "null", "send"
    assert message_of(form) == {"level": 1, "on": True, "colour": None, "name": "send"}
    drawn["colour"].value, drawn["name"].value, drawn["on"].value = "", "", False
    assert message_of(form) == {"level": 1, "on": False}


def test_what_is_typed_into_the_json_stands_in_the_fields_and_a_field_leaves_alone_what_it_is_not_about() -> None:
    form = lamp_form()
    form.payload.value = '{"level": 0.25, "colour": 7, "on": true, "name": "küche", "steps": [1]}'
    told = {"on": True, "level": "0.25", "colour": "7", "name": "küche"}
    assert {name: part.value for name, part in parts(form).items()} == told
    assert form.payload.value.endswith('"steps": [1]}'), "what a person wrote is left as it was written"
    form.payload.value = '{"steps": [1, 2], "level": 1, "more": {"a": null}}'
    parts(form)["level"].value = "0"
    assert message_of(form) == {"steps": [1, 2], "level": 0, "more": {"a": None}}


def test_broken_json_keeps_the_last_good_fields_and_complains_at_once_with_line_and_column() -> None:
    form = random_form()
    form.payload.value = '{"minvalue": 3,\n "maxvalue": }'
    assert form.payload.problem[0].startswith("Line 2, column 14")
    assert [(part.value, part.disabled) for part in parts(form).values()] == [("1", True), ("7", True)]
    form.payload.value = '{"minvalue": 3,\n "maxvalue": 4}'
    assert form.payload.problem == ["", ""]
    assert [(part.value, part.disabled) for part in parts(form).values()] == [("3", False), ("4", False)]


@given(
    st.dictionaries(st.sampled_from(["minvalue", "maxvalue", "other"]), st.integers(-99, 99) | st.text() | st.none())
)
def test_fields_and_json_agree_after_any_message(message: dict[str, Any]) -> None:
    form = random_form()
    form.payload.value = json.dumps(message)
    for name, part in parts(form).items():
        value = message.get(name)
        assert part.value == (str(value) if isinstance(value, int) else "")
    assert message_of(form) == message


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_arrives_as_it_was_typed(number: float) -> None:
    form = random_form()
    form.payload.value = "{}"
    parts(form)["minvalue"].value = json.dumps(number)
    assert message_of(form) == {"minvalue": number}


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("minvalue", "1.5", "minvalue must be a whole number, not 1.5."),
        ("minvalue", "", "minvalue is missing."),
        ("maxvalue", "?", "maxvalue is not a number."),
        ("maxvalue", "1e999", "maxvalue is not a number."),
        ("maxvalue", "2147483648", "maxvalue: 2147483648 is greater than the maximum of 2147483647."),
    ],
)
def test_a_message_that_does_not_fit_is_refused_at_its_field_by_its_name(name: str, typed: str, message: str) -> None:
    send = RecordedSend()
    form = random_form(send)
    parts(form)[name].value = typed
    form.press_send()
    assert parts(form)[name].problem[0] == message
    assert [part.problem[0] for other, part in parts(form).items() if other != name] == [""]
    assert form.payload.problem == ["", ""]
    assert send.orders == []
    assert "Nothing was sent" in form.status.value
    parts(form)[name].value = "5"
    assert parts(form)[name].problem == ["", ""]
    assert "Nothing was sent" not in form.status.value


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("name", "x", "name: 'x' is too short."),
        ("name", "x" * 9, "name: 'xxxxxxxxx' is too long."),
        ("name", 4, "name must be a text or null, not 4."),
        ("colour", "blue", "colour: 'blue' is not one of ['red', 'green', None, 7]."),
        ("on", "yes", 'on must be true or false, not "yes".'),
        ("level", -1, "level: -1 is less than the minimum of 0."),
        ("place", {}, "place: 'room' is a required property."),
        ("steps", ["x"], 'steps.0 must be a whole number, not "x".'),
        ("either", [], "either: [] is not valid under any of the given schemas."),
    ],
)
def test_a_value_its_field_cannot_show_is_told_there_and_what_has_no_field_at_the_json(name, value, message):
    form = lamp_form()
    form.payload.value = json.dumps({"level": 1, name: value})
    form.press_send()
    control = parts(form).get(name, form.fields["payload"].control)
    assert message in " ".join(control.problem)


def test_what_does_not_fit_can_be_sent_by_whoever_wants_to_see_the_service_or_the_device_refuse_it() -> None:
    send = RecordedSend()
    form = random_form(send)
    form.payload.value = '{"minvalue": "one"}'
    form.press_send()
    assert send.orders == []
    form.fields["payload"].checked.value = False
    assert "No request yet" not in form.preview.as_html()
    form.press_send()
    assert send.orders == [("surface-id", Call(RANDOM_NUMBER, {"minvalue": "one"}))]
    send = RecordedSend()
    form = random_form(send)
    parts(form)["minvalue"].value = "9"
    form.press_send()
    assert send.orders == [("surface-id", Call(RANDOM_NUMBER, {"minvalue": 9, "maxvalue": 7}))]


@pytest.mark.parametrize("text", ['{"a": "\\ud800"}', '{"\\uD83D": 1}', '["\\udfff"]'])
def test_half_a_character_is_refused_before_anything_is_sent_and_both_its_halves_are_one(text: str) -> None:
    with pytest.raises(BadInput, match="half a character") as told:
        json_object(text, "payload", "payload")
    assert told.value.field == "payload"
    assert json_object('{"a": "\\ud83d\\ude00"}', "payload", "payload") == {"a": "😀"}
