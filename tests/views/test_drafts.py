"""What was typed stays when a cell runs again, seen in a real kernel that is told which cell it runs."""

from collections.abc import Iterator
from queue import Empty
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

from romekit.views import launch_form
from tests.views.test_forms import DEVICES, RecordedSend

SETUP = """
from romekit.views import launch_form, service_form
devices = {"Alex's Surface": "surface-id", "Living Room Xbox": "xbox-id"}
send = lambda device, order: None
"""
LAUNCH = "form = launch_form(devices, send)"


class Kernel:
    """A kernel, and a front end that names its cells, or does not."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def run(self, code: str, cell: str = "") -> None:
        """Run a cell as JupyterLab does: with its id in the metadata."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        metadata = {"cellId": cell} if cell else {}
        message = self._client.session.msg("execute_request", content, metadata=metadata)
        self._client.shell_channel.send(message)
        reply = self._reply(message["header"]["msg_id"])
        assert reply["status"] == "ok", reply

    def value(self, expression: str) -> str:
        sent = self._client.execute("", silent=True, user_expressions={"it": expression})
        told = self._reply(sent)["user_expressions"]["it"]
        assert told["status"] == "ok", told
        return str(told["data"]["text/plain"])

    def _reply(self, sent: str) -> Any:
        while True:
            try:
                reply = self._client.get_shell_msg(timeout=30)
            except Empty:
                raise AssertionError("the kernel did not answer") from None
            if reply["parent_header"].get("msg_id") == sent:
                return reply["content"]


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    manager, client = start_new_kernel()
    try:
        kernel = Kernel(client)
        kernel.run(SETUP)
        yield kernel
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.parametrize(
    ("cell", "names", "typed"),
    [
        (LAUNCH, "(form.uri.value, form.device.value)", ("https://typed.example", "xbox-id")),
        (f"one = launch_form(devices, send); two = {LAUNCH[7:]}", "(one.uri.value, two.uri.value)", ("a:1", "a:2")),
        ("form = service_form(devices, send)", "(form.known.value, form.payload.value)", ("Echo", '{"request": ')),
    ],
    ids=["a launch", "each of two forms of one cell", "a message as it was typed, even while it is broken"],
)
def test_a_form_keeps_what_was_typed_when_its_cell_runs_again(kernel, cell, names, typed):
    kernel.run(cell, cell)
    kernel.run(f"{names} = {typed!r}", "other")
    kernel.run(cell, cell)
    assert kernel.value(names) == repr(typed)


@pytest.mark.parametrize(("cell", "again"), [("mine", "yours"), ("", "")], ids=["another cell", "cells without a name"])
def test_another_cell_has_a_form_of_its_own_and_where_cells_have_no_name_nothing_is_kept(kernel, cell, again):
    kernel.run(LAUNCH, cell)
    kernel.run("form.uri.value = 'https://mine.example'", "other" if cell else "")
    kernel.run(LAUNCH, again)
    assert kernel.value("form.uri.value") == "'https://bing.com'"


def test_a_device_that_is_gone_is_told_kindly_and_another_one_taken(kernel: Kernel) -> None:
    kernel.run(LAUNCH, "gone")
    kernel.run("form.device.value = 'xbox-id'", "other")
    kernel.run('form = launch_form({"Alex\'s Surface": "surface-id"}, send)', "gone")
    assert kernel.value("form.device.value") == "'surface-id'"
    said = kernel.value("form.device.note")
    assert "Living Room Xbox was chosen before and is no longer there; this is Alex's Surface now." in said


@pytest.mark.parametrize(("device", "chosen"), [("xbox-id", "xbox-id"), ("toaster", None)])
def test_a_pasted_command_is_kept_as_what_it_filled_in_also_where_nobody_has_chosen_a_device(kernel, device, chosen):
    kernel.run(LAUNCH, "pasted")
    curl = f"""curl http://x/me/devices/{device}/commands -d '{{"type":"LaunchUri","payload":{{"uri":"a:b"}}}}'"""
    kernel.run(f"form.paste.fill({curl!r})", "other")
    kernel.run(LAUNCH, "pasted")
    assert kernel.value("(form.device.value, form.uri.value)") == repr((chosen, "a:b"))


def test_in_a_script_nothing_is_kept() -> None:
    launch_form(DEVICES, RecordedSend()).uri.value = "https://typed.example"
    assert launch_form(DEVICES, RecordedSend()).uri.value == "https://bing.com"


def test_only_so_many_drafts_are_kept_and_the_oldest_go_first(kernel: Kernel) -> None:
    make = "forms = [launch_form(devices, send) for _ in range(70)]"
    kernel.run(f"{make}\nfor n, form in enumerate(forms): form.uri.value = f'https://{{n}}.example'", "many")
    kernel.run(make, "many")
    assert kernel.value("[form.uri.value for form in forms[5:7]]") == "['https://bing.com', 'https://6.example']"
