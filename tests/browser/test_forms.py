"""The forms in a real JupyterLab: by clicks and by keyboard alone, in both themes, at 200 %, while a long wait runs."""

import json
import re
import subprocess

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.axe import serious
from tests.browser.chromium import LOOKS, card, every_look, shot
from tests.browser.lab import Notebook
from tests.serving import DIRECT

SETUP = """
import romekit
from romekit import views
lab = romekit.Lab(pace=0)
_ = lab.add_device("Old Laptop", "slow")
_ = lab.install("Old Laptop", romekit.RANDOM_NUMBER.package)
rome = lab.rome()
"""
#: A virtual second takes a second: for waits that somebody stops.
SLOWLY = SETUP.replace("pace=0", "pace=1")
LAUNCH = "form = views.launch_form(rome.devices(), rome.send)\nform"
CALL = "form = views.service_form(rome.devices(), rome.send)\nform"


def ready(notebook: Notebook) -> Locator:
    """The form of the second cell."""
    notebook.run(0, 1)
    form = notebook.output(1)
    expect(form.get_by_role("button", name="Send")).to_be_enabled()
    return form


def status(form: Locator) -> Locator:
    return form.locator(".rk-status")


def test_a_launch_is_sent_with_clicks(opened):
    notebook = opened(SETUP, LAUNCH)
    form = ready(notebook)
    form.get_by_label("Device", exact=True).select_option(label="Living Room Xbox")
    form.get_by_label("Address (URI)").fill("https://example.org/clicked")
    expect(form.locator(".rk-request")).to_contain_text("https://example.org/clicked")
    form.get_by_role("button", name="Send").click()
    expect(status(form)).to_contain_text("✓ completed")
    sent = notebook.value("(form.command.device.name, form.order().uri)")
    assert sent == "('Living Room Xbox', 'https://example.org/clicked')"


def test_a_launch_is_sent_by_keyboard_alone(opened):
    notebook = opened(SETUP, LAUNCH)
    form = ready(notebook)
    keys = notebook.page.keyboard
    form.get_by_label("Device", exact=True).focus()
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.press("Control+a")
    keys.type("https://example.org/typed")
    tab_to(notebook, "Send")
    keys.press("Enter")
    expect(status(form)).to_contain_text("✓ completed")
    assert notebook.value("form.order().uri") == "'https://example.org/typed'"
    assert notebook.value("form.device.value == rome.devices()[1].id") == "True"


def tab_to(notebook: Notebook, name: str) -> None:
    """Press Tab until a control with that name has the focus, and check that each on the way shows it."""
    for _ in range(20):
        notebook.page.keyboard.press("Tab")
        focused = notebook.page.evaluate(
            """() => { const e = document.activeElement; const s = getComputedStyle(e);
              return [e.textContent || e.value || '', e.tagName, s.outlineStyle, s.boxShadow]; }"""
        )
        assert focused[2] != "none" or focused[3] != "none", f"{focused} has the focus and does not show it"
        if focused[0] == name:
            return
    raise AssertionError(f"Tab never came to {name}")


def test_a_call_is_sent_with_clicks_and_fields_and_json_stay_in_step(opened):
    notebook = opened(SETUP, CALL)
    form = ready(notebook)
    form.get_by_label("Device", exact=True).select_option(label="Living Room Xbox")
    random_number(form)
    low, high, json = (form.get_by_label(each) for each in ("minvalue", "maxvalue", "Payload (JSON)"))
    low.fill("3")
    expect(json).to_have_value('{\n  "minvalue": 3,\n  "maxvalue": 7\n}')
    json.fill('{"minvalue": 4, "maxvalue": ')
    expect(form.get_by_role("alert").filter(has_text="Line 1, column 29")).to_be_visible()
    expect(low).to_be_disabled()
    shot(notebook.page, "form_broken_json")
    json.fill('{"minvalue": 4, "maxvalue": 5}')
    expect(high).to_have_value("5")
    form.get_by_role("button", name="Send").click()
    expect(form.locator(".rk-answer")).to_contain_text('"result": 4')
    shot(notebook.page, "form_answered")


def test_a_call_is_sent_by_keyboard_alone(opened):
    notebook = opened(SETUP, CALL)
    form = ready(notebook)
    keys = notebook.page.keyboard
    form.get_by_label("Known service").focus()
    keys.press("ArrowDown")
    request = form.get_by_label("request", exact=True)
    expect(request).to_have_value("Hello, Rome")
    for _ in range(3):
        keys.press("Tab")
    expect(request).to_be_focused()
    keys.press("Control+a")
    keys.type("Ciao")
    tab_to(notebook, "Send")
    keys.press("Space")
    expect(form.locator(".rk-answer")).to_contain_text('"response": "Ciao"')


def test_what_is_sent_is_what_was_seen_however_slow_the_kernel_is(opened):
    slow = "import time\nform.fields['payload'].parts['request'].observe(lambda _: time.sleep(0.5), 'value')"
    notebook = opened(SETUP, CALL, slow)
    form = ready(notebook)
    form.get_by_label("Known service").select_option(label="Echo")
    request = form.get_by_label("request", exact=True)
    expect(request).to_have_value("Hello, Rome")
    notebook.run(2)
    request.select_text()
    request.press_sequentially("Ciao")
    form.get_by_role("button", name="Send").click()
    expect(form.locator(".rk-answer")).to_contain_text('"response": "Ciao"')


def test_what_is_wrong_is_read_with_the_control_it_is_about(opened):
    notebook = opened(SETUP, LAUNCH)
    form = ready(notebook)
    uri = form.get_by_label("Address (URI)")
    expect(uri).to_have_accessible_description("What to open, with its scheme: https://…")
    uri.fill("bing.com")
    expect(uri).to_have_accessible_description(re.compile("What to open.*Write it as https://bing.com."))
    expect(uri).to_have_attribute("aria-invalid", "true")
    uri.fill("https://bing.com")
    expect(uri).to_have_attribute("aria-invalid", "false")
    uri.fill("bing.com")
    form.get_by_role("button", name="Send").click()
    expect(uri).to_have_attribute("aria-invalid", "true")
    expect(status(form)).to_have_text("Nothing was sent: see the message at the field.")
    uri.fill("https://bing.com")
    expect(uri).to_have_attribute("aria-invalid", "false")
    expect(status(form)).to_have_text("Ready to send.")


def test_the_request_is_shown_four_ways_and_copied(opened):
    notebook = opened(SETUP, LAUNCH)
    form = ready(notebook)
    notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    request = form.locator(".rk-request")
    words = {
        "HTTP": "POST /beta/me/devices/",
        "curl": 'Authorization: Bearer $TOKEN"',
        "romekit Python": "rome.launch(",
        "msgraph SDK Python": "PayloadRequest(additional_data=message)",
    }
    form.get_by_role("radio", name="HTTP").focus()
    for way, said in words.items():
        expect(form.get_by_role("radio", name=way)).to_be_checked()
        expect(request).to_contain_text(said)
        form.get_by_role("button", name="Copy the request").click()
        expect(form.locator(".rk-copied")).to_have_text("Copied")
        assert said in notebook.page.evaluate("navigator.clipboard.readText()")
        form.get_by_role("radio", name=way).focus()
        notebook.page.keyboard.press("ArrowDown")


def test_the_shown_curl_runs_in_a_terminal_and_the_xbox_on_the_wall_lights_up(opened, lab):
    notebook = opened(SETUP, LAUNCH, "lab.wall()")
    ready(notebook)
    notebook.run(2)
    notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    form = notebook.output(1)
    form.get_by_label("Device", exact=True).select_option(label="Living Room Xbox")
    form.get_by_label("Address (URI)").fill("https://example.org/from-a-terminal")
    form.get_by_role("radio", name="curl").check()
    expect(form.locator(".rk-request")).to_contain_text("/from-a-terminal")
    form.get_by_role("button", name="Copy for a terminal").click()
    expect(form.locator(".rk-copied")).to_contain_text("Paste it into a terminal of this machine")
    pasted = notebook.page.evaluate("navigator.clipboard.readText()")
    shot(notebook.page, "form_for_a_terminal")
    ran = subprocess.run(["bash", "-c", pasted], capture_output=True, text=True, check=True, env=DIRECT)
    assert json.loads(ran.stdout)["status"] == "requesting"
    xbox = card(notebook.page, "Living Room Xbox")
    expect(xbox.get_by_text("completed")).to_be_visible()
    expect(xbox.get_by_text("example.org/from-a-terminal").first).to_be_visible()
    notebook.cell(2)
    shot(notebook.page, "wall_after_a_terminal")
    notebook.save()
    kept = [path.read_text() for path in lab.folder.glob("test_the_shown_curl*/*.ipynb")]
    assert kept
    assert not any("EwB" in each or "romekit-token" in each for each in kept)
    again = subprocess.run(["bash", "-c", pasted], capture_output=True, text=True, env=DIRECT, check=False)
    assert "InvalidAuthenticationToken" in again.stdout


def test_a_pasted_curl_fills_the_form_and_its_token_is_nowhere(opened, lab):
    notebook = opened(SETUP, CALL)
    form = ready(notebook)
    device = notebook.value("rome.device('Xbox').id").strip("'")
    token = "EwB4A8l6BAAUkj1NuJYtTVhaMogkHEiPbQo04AAZx"
    body = '{"type":"AppService","appServiceName":"com.microsoft.test.echo","packageFamilyName":"x","payload":{"a":1}}'
    form.get_by_text("Fill in from a curl command").click()
    box = form.get_by_label("A curl command that sends a command to a device")
    address = f"https://graph.microsoft.com/beta/me/devices/{device}/commands"
    box.fill(f"curl {address} \\\n -H 'Authorization: Bearer {token}' \\\n -d '{body}'")
    form.get_by_role("button", name="Fill in the form").click()
    expect(form.get_by_role("status").filter(has_text="The token in it was not kept.")).to_be_visible()
    expect(box).to_have_value("")
    expect(form.get_by_label("App service name")).to_have_value("com.microsoft.test.echo")
    expect(form.get_by_label("Package family")).to_have_value("x")
    assert notebook.value("form.device.value").strip("'") == device
    shot(notebook.page, "form_pasted")
    notebook.save()
    assert token not in notebook.page.content()
    [saved] = lab.folder.glob("test_a_pasted_curl*/notebook.ipynb")
    assert token not in saved.read_text()


def test_what_was_typed_is_there_again_when_the_cell_runs_again(opened):
    notebook = opened(SETUP, CALL)
    form = ready(notebook)
    form.get_by_label("Device", exact=True).select_option(label="Old Laptop")
    form.get_by_label("Known service").select_option(label="Echo")
    form.get_by_label("request", exact=True).fill("typed before")
    expect(form.locator(".rk-request")).to_contain_text("typed before")
    notebook.run(1)
    form = notebook.output(1)
    expect(form.get_by_label("request", exact=True)).to_have_value("typed before")
    assert notebook.value("form.device.label") == "'Old Laptop'"


def long_wait(notebook: Notebook) -> Locator:
    """A form that follows a command to a slow device."""
    form = ready(notebook)
    form.get_by_label("Device", exact=True).select_option(label="Old Laptop")
    form.get_by_role("button", name="Send").click()
    expect(form.locator(".rk-progress")).to_contain_text(re.compile(r"Following for \d+ s, asked \d+ times"))
    return form


@pytest.mark.parametrize("how", ["a button", "the kernel's interrupt"])
def test_a_long_wait_can_be_stopped_while_it_runs_and_the_command_followed_on(opened, how):
    notebook = opened(SLOWLY, LAUNCH)
    form = long_wait(notebook)
    if how == "a button":
        form.get_by_role("button", name="Stop waiting").click()
    else:
        notebook.interrupt()
    expect(status(form)).to_contain_text("Stopped waiting; the command goes on.")
    shot(notebook.page, "form_stopped")
    assert notebook.value("(6 * 7, form.command.is_final)") == "(42, False)"
    form.get_by_role("button", name="Follow on").click()
    expect(status(form)).to_contain_text("✓ completed")
    assert notebook.value("form.command.follow().status") == "'completed'"


def test_an_interrupt_of_a_running_cell_is_the_cells_and_the_form_goes_on(opened):
    sleeps = "import time\nprint('begun')\ntry:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    print('cell')"
    notebook = opened(SLOWLY, LAUNCH, sleeps)
    long_wait(notebook)
    notebook.begin(2)
    expect(notebook.output(2)).to_contain_text("begun")
    notebook.interrupt()
    notebook.wait_for_kernel()
    expect(notebook.output(2)).to_contain_text("cell")
    form = notebook.output(1)
    expect(status(form)).to_contain_text("✓ completed")


def test_cells_run_while_a_form_waits(opened):
    notebook = opened(SLOWLY, LAUNCH, "6 * 7")
    long_wait(notebook)
    notebook.run(2)
    expect(notebook.output(2)).to_contain_text("42")
    assert notebook.value("form.command.is_final") == "False"


def random_number(form: Locator) -> None:
    """Choose the random number service, and wait until the kernel has filled in all that follows from it."""
    form.get_by_label("Known service").select_option(label="Random number")
    expect(form.get_by_label("maxvalue")).to_have_value("7")
    expect(form.get_by_role("group", name="The request as HTTP")).to_contain_text('"maxvalue": 7')


@every_look
def test_axe_finds_nothing_serious_in_a_form_before_and_after(opened, look):
    notebook = opened(SETUP, CALL, **LOOKS[look])
    form = ready(notebook)
    form.get_by_text("Fill in from a curl command").click()
    random_number(form)
    form.get_by_label("minvalue").fill("")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_text("minvalue is missing.").first).to_be_visible()
    assert serious(notebook.page, ".jp-OutputArea") == []
    shot(notebook.page, f"form_refused_{look}")
    form.get_by_label("minvalue").fill("1")
    form.get_by_label("Device", exact=True).select_option(label="Living Room Xbox")
    form.get_by_role("button", name="Send").click()
    expect(form.locator(".rk-answer")).to_be_visible()
    assert serious(notebook.page, ".jp-OutputArea") == []
    form.locator(".rk-answer").scroll_into_view_if_needed()
    shot(notebook.page, f"form_done_{look}")
    fits = "e => [...e.querySelectorAll('.rk-form, .rk-row')].every(x => x.scrollWidth <= x.clientWidth + 1)"
    assert form.evaluate(fits), "something of the form is wider than the page"
