"""A pasted curl command fills the form, however it is written; what is wrong with it is said where it is mended."""

import json
from typing import Any

import pytest

from romekit.core.model import ECHO, PING_PONG, Call, Launch
from romekit.views import Form, launch_form, service_form
from romekit.views.curl import read_curl
from tests.views.test_forms import DEVICES, RecordedSend

PLACE = "https://graph.microsoft.com/beta/me/devices/xbox-id/commands"
LAUNCH = '{"type": "LaunchUri", "payload": {"uri": "https://example.org/a?b=1&c=2"}}'
CALL = json.dumps(
    {"type": "AppService", "appServiceName": ECHO.name, "packageFamilyName": ECHO.package, "payload": {"request": "hi"}}
)
SERVICE = {"type": "AppService", "appServiceName": "a"}
TOKEN = "EwB4A8l6BAAUkj1NuJYtTVha+Mogk+HEiPbQo04AAZx"


def filled(text: str, kind: Any = launch_form) -> Form:
    form: Form = kind(DEVICES, RecordedSend())
    form.paste.fill(text)
    return form


def state(form: Form) -> str:
    """All that a saved notebook could hold of a form."""
    widgets = [form.paste, form.preview, form.status, *[field.control for field in form.fields.values()]]
    return repr([widget.get_state() for widget in widgets])


WRITTEN = {
    "in one line": f"curl -X POST {PLACE} -H 'Content-Type: application/json' -d '{LAUNCH}'",
    "with long options": f"curl --request POST --url {PLACE} --header 'Accept: */*' --data '{LAUNCH}'",
    "with --json": f"curl --json '{LAUNCH}' {PLACE}",
    "with --data-raw and a copied prompt": f"$ curl '{PLACE}' --data-raw '{LAUNCH}' --compressed",
    "with --data-binary": f"curl {PLACE} --data-binary '{LAUNCH}'",
    "over several lines": f"curl {PLACE} \\\n  -H 'a: b' \\\n  -d '{LAUNCH}'\n",
    "over several lines of Windows": f"curl {PLACE} \\\r\n  -d '{LAUNCH}'\r\n",
    "with short options in one word": f"curl -sSiXPOST -H'a: b' -d'{LAUNCH}' {PLACE}",
    "with double quotes": "curl " + PLACE + " -d " + json.dumps(LAUNCH),
    "with dollar quotes": f"curl {PLACE} -d $'{LAUNCH.replace(':', chr(92) + 'u003a', 1)}'",
    "with options of no matter": f"curl -k -L --max-time 5 -o out.json --retry 3 {PLACE} -d '{LAUNCH}'",
    "with a pipe behind it": f"curl {PLACE} -d '{LAUNCH}' | jq .status",
    "with an address in front": f"/usr/bin/curl {PLACE}/ -d '{LAUNCH}'",
    "in other cases": f"curl {PLACE.replace('commands', 'Commands')} -d "
    """'{"Type": "launchURI", "PAYLOAD": {"Uri": "https://example.org/a?b=1&c=2"}}'""",
    "for Windows, with the quotes of bash": f'curl.exe {PLACE} -H "a: b" -d ' + json.dumps(LAUNCH),
    "with no-break spaces": f"curl {PLACE} -d '{LAUNCH}'".replace(" ", "\u00a0"),
    "with a blank after the backslash": f"curl {PLACE} \\ \n -d '{LAUNCH}'",
    "as a line of a notebook": f"!curl {PLACE} -d '{LAUNCH}'",
    "with a byte order mark": f"\ufeffcurl {PLACE} -d '{LAUNCH}'",
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_a_command_fills_the_form_however_it_is_written(written: str) -> None:
    form = filled(written)
    assert form.paste.message == "The form is filled in. Nothing was sent."
    assert not form.paste.refused
    assert form.device.value == "xbox-id"
    assert form.order() == Launch("https://example.org/a?b=1&c=2")


def test_a_call_fills_service_package_and_payload_also_as_the_documented_example_in_pascal_case():
    form = filled(f"curl {PLACE} -d '{CALL}'", service_form)
    assert form.order() == Call(ECHO, {"request": "hi"})
    assert (form.device.value, form.known.value) == ("xbox-id", "Echo")
    assert form.fields["payload"].parts["request"].value == "hi"
    names = {"AppServiceName": PING_PONG.name, "PackageFamilyName": PING_PONG.package}
    body = {"Type": "appService", **names, "Payload": {"Type": "Toast", "Title": "It is Anna's"}}
    quoted = json.dumps(body).replace("'", "'\\''")
    form = filled(f"curl {PLACE} -d '{quoted}'", service_form)
    assert form.order() == Call(PING_PONG, {"Type": "Toast", "Title": "It is Anna's"})


SECRETS = {
    "a bearer token": (f"-H 'Authorization: Bearer {TOKEN}'", "The token in it was not kept."),
    "a header in small letters": (f'-H "authorization: bearer {TOKEN}"', "The token in it was not kept."),
    "an option of its own": (f"--oauth2-bearer {TOKEN}", "The token in it was not kept."),
    "a password": (f"-u alex:{TOKEN}", "The secret in it was not kept."),
    "a cookie": (f"--cookie 'session={TOKEN}'", "The secret in it was not kept."),
    "a cookie header": (f"-H 'Cookie: session={TOKEN}'", "The secret in it was not kept."),
}


@pytest.mark.parametrize(("written", "said"), SECRETS.values(), ids=SECRETS)
def test_a_secret_is_neither_kept_nor_shown_also_where_the_command_is_refused(written: str, said: str) -> None:
    form = filled(f"curl {PLACE} {written} -d '{LAUNCH}'")
    assert said in form.paste.message
    assert TOKEN not in state(form)
    back: list[Any] = []
    form.paste.send = back.append
    form.paste.fill(f"curl {PLACE} {written} -d 'no json'")
    assert form.paste.refused
    assert "no json" in back[0]["text"]
    assert TOKEN not in state(form) + repr(back)


@pytest.mark.parametrize("variable", ["$TOKEN", "${TOKEN}", "%TOKEN%", "<token>", "{token}", "{{token}}", "…"])
def test_a_variable_is_no_token(variable: str) -> None:
    form = filled(f"curl {PLACE} -H \"Authorization: Bearer {variable}\" -d '{LAUNCH}'")
    assert form.paste.message == "The form is filled in. Nothing was sent."


REFUSED = {
    "nothing": ("", "This is not a curl command."),
    "something else": ("wget http://example.org", "This is not a curl command."),
    "no address": (f"curl -d '{LAUNCH}'", "The command has no address."),
    "two addresses": (f"curl {PLACE} {PLACE} -d '{LAUNCH}'", "more than one address"),
    "an open quote": (f"curl {PLACE} \\\n -d '{LAUNCH}", "A quote is never closed. Copy the whole command."),
    "cmd's line ends": (f"curl.exe {PLACE} ^\r\n  -d '{LAUNCH}'", "for Windows' cmd: there are carets (^) in it."),
    "cmd's quotes": (f'curl ^"{PLACE}^" --data-raw ^"...^"', "for Windows' cmd: there are carets (^) in it."),
    "PowerShell's line ends": (f"curl {PLACE} `\n -d '{LAUNCH}'", "for PowerShell: a backtick (`) ends a line. Copy"),
    "half a character": (f"curl {PLACE} -d $'\\ud83d'", "There is half a character in the command."),
    "half a character as it is": (f"curl {PLACE} -d '\ud83d'", "There is half a character in the command."),
    "half a character of JSON": (
        f"curl {PLACE} -d '{LAUNCH.replace('a?', chr(92) + 'ud83d')}'",
        "There is half a character in the body.",
    ),
    "a character that is none": (f"curl {PLACE} -d $'\\U00110000'", "an escape for a character that does not exist"),
    "a question": (f"curl {PLACE}", "This is a GET and asks for something."),
    "another method": (f"curl -X DELETE {PLACE} -d '{LAUNCH}'", "This is a DELETE"),
    "-G": (f"curl -G {PLACE} -d '{LAUNCH}'", "This is a GET"),
    "no body": (f"curl -X POST {PLACE}", "The command sends no body."),
    "a body in a file": (f"curl {PLACE} -d @order.json", "The message is in a file, order.json."),
    "a form": (f"curl {PLACE} -F a=b", "--form sends a form or a file, not JSON."),
    "broken JSON": (
        f"curl {PLACE} -d '{{\"type\": }}'",
        "Line 1, column 10: Expecting value. The body must",
    ),
    "a list": (f"curl {PLACE} -d '[]'", "The body is not a JSON object."),
    "something to take away": (f"curl -X DELETE {PLACE}", "This is a DELETE. A command"),
    "a type that is none": (f"curl {PLACE} -d '{{\"type\": 5}}'", "The type in the body is no text."),
    "no type": (f"curl {PLACE} -d '{{}}'", "The body has no type."),
    "an unknown type": (f"""curl {PLACE} -d '{{"type": "Dance"}}'""", "The type 'Dance' is no order to a device."),
    "a command that was sent": (f"curl {PLACE}/0158 -d '{LAUNCH}'", "the address of a command that was sent"),
    "a call": (f"curl {PLACE} -d '{CALL}'", "Paste it into the form “Call an app service on a device”"),
}


@pytest.mark.parametrize(("written", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_fill_the_form_is_said_and_changes_nothing(written: str, said: str) -> None:
    form = filled(written)
    assert said in form.paste.message
    assert form.paste.refused
    assert form.order() == launch_form(DEVICES, RecordedSend()).order()


AT_THE_DEVICE = {
    "unknown": (PLACE.replace("xbox-id", "toaster"), "No device of this form has the id toaster."),
    "no address at all": ("https://[x/beta/me/devices/1/commands", "The pasted address is no address."),
    "missing": ("https://graph.microsoft.com/beta/me/messages", "The pasted address names no device."),
    "missing between": ("https://graph.microsoft.com/beta/me/devices/commands", "The pasted address names no device."),
    "a placeholder": (PLACE.replace("xbox-id", "{id}"), "{id} in the pasted address stands for a device."),
    "without commands": (PLACE.replace("/commands", ""), "does not end with /commands"),
}


@pytest.mark.parametrize(("place", "said"), AT_THE_DEVICE.values(), ids=AT_THE_DEVICE)
def test_what_is_wrong_with_the_device_is_told_there(place: str, said: str) -> None:
    form = filled(f"curl '{place}' -d '{LAUNCH}'")
    assert said in " ".join(form.fields["device"].control.problem)
    assert form.paste.message == "The form is filled in. See the message at the field."
    assert form.uri.value == "https://example.org/a?b=1&c=2"


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({"type": "LaunchUri"}, "uri", "The pasted body has no payload.uri."),
        ({"type": "LaunchUri", "payload": {"uri": "bing.com"}}, "uri", "Write it as https://bing.com."),
        ({"type": "AppService", "payload": {}}, "service", "The pasted body has no appServiceName."),
        ({**SERVICE, "payload": {}}, "package", "has no packageFamilyName."),
        ({**SERVICE, "packageFamilyName": "b"}, "payload", "is missing."),
        ({**SERVICE, "packageFamilyName": "b", "payload": [1]}, "payload", "is not a"),
    ],
)
def test_what_is_missing_in_the_body_is_told_at_its_field(body: dict[str, Any], field: str, said: str) -> None:
    kind = launch_form if body["type"] == "LaunchUri" else service_form
    form = filled(f"curl {PLACE} -d '{json.dumps(body)}'", kind)
    assert said in " ".join(form.fields[field].control.problem)


@pytest.mark.parametrize("kind", [launch_form, service_form])
def test_what_was_said_of_a_paste_goes_when_the_form_is_changed_or_sent(kind: Any) -> None:
    written = f"curl {PLACE} -d '{LAUNCH if kind is launch_form else CALL}'"
    changes = [
        lambda form: form.press_send(),
        lambda form: setattr(form.device, "value", "surface-id"),
        lambda form: setattr([*form.fields.values()][-1].control, "value", "{}"),
    ]
    for change in changes:
        form = filled(written, kind)
        assert form.paste.message == "The form is filled in. Nothing was sent."
        change(form)
        assert form.paste.message == ""
    form = filled("wget http://example.org", kind)
    form.press_send()
    assert "This is not a curl command." in form.paste.message, "why it was refused stays beside it"
    form.paste.fill(written)
    assert form.paste.message == "The form is filled in. Nothing was sent."


def test_what_a_form_has_no_field_for_is_named_and_a_launch_says_which_form_it_is_for():
    body = json.dumps({**json.loads(LAUNCH), "postBackUri": "https://example.org/"})
    assert "Its postBackUri is left out" in filled(f"curl {PLACE} -d '{body}'").paste.message
    said = filled(f"curl {PLACE} -d '{LAUNCH}'", service_form).paste.message
    assert "Paste it into the form “Open an address on a device” (views.launch_form)." in said


@pytest.mark.parametrize(
    ("body", "uri"),
    [
        ("$'" + LAUNCH.replace("a?", r"\ud83d\ude00?") + "'", "https://example.org/😀?b=1&c=2"),
        (json.dumps(LAUNCH).replace("a?", r"\$a?"), "https://example.org/$a?b=1&c=2"),
    ],
    ids=["halves of a character are joined", "a dollar that bash wants escaped is a dollar"],
)
def test_a_body_is_read_as_bash_reads_it_and_a_device_in_brackets_of_odata_is_found(body: str, uri: str) -> None:
    form = filled(f"curl \"https://x/beta/me/devices('xbox-id')/commands\" --data-raw {body}")
    assert (form.device.value, form.uri.value) == ("xbox-id", uri)


def test_several_pieces_of_data_are_joined_as_curl_does() -> None:
    assert read_curl("curl http://x -d a=1 -d b=2").body == "a=1&b=2"
    assert read_curl("curl http://x --json '{' --json '}'").body == "{}"
