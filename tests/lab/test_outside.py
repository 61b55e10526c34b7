"""A lab that is asked from outside its notebook: by curl in a terminal, as the form shows it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

import romekit
from romekit import views
from romekit.views.snippets import SERVED
from tests.serving import DIRECT


def becomes_true(question: Callable[[], bool]) -> bool:
    """Whether it becomes true before a slow machine has had its time."""
    end = time.monotonic() + 60
    while not question() and time.monotonic() < end:
        time.sleep(0.05)
    return question()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[romekit.Lab, views.Form]]:
    """A lab that answers at an address, and a form of it."""
    for name in ("JUPYTERHUB_SERVICE_PREFIX", "BINDER_SERVICE_HOST"):
        monkeypatch.delenv(name, raising=False)
    lab = romekit.Lab()
    lab.pages()
    rome = lab.rome()
    yield lab, views.launch_form(rome.devices(), rome.send)
    lab.close()


def test_the_shown_curl_runs_as_it_is_and_what_it_sent_happens_though_nobody_waits(asked):
    lab, form = asked
    form.uri.value = "https://example.org/pasted"
    pasted = f"{form.preview.token_line()}\n{form.preview.snippet('curl')}"
    sent = subprocess.run(["bash", "-c", pasted], capture_output=True, check=True, env=DIRECT).stdout
    assert json.loads(sent)["status"] == "requesting"
    assert becomes_true(lambda: any(deed.endswith("/pasted") for deed in lab.deeds()))


def test_a_token_is_handed_to_a_shell_once_and_only_to_its_owner(asked):
    lab, form = asked
    line = form.preview.token_line()
    file = Path(line.rpartition(" ")[2].rstrip(")"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    token = subprocess.run(["bash", "-c", f"{line}; echo $TOKEN"], capture_output=True, text=True, check=True).stdout
    answer = httpx.get(f"{lab.pages()}/beta/me/devices", headers={"Authorization": f"Bearer {token.strip()}"})
    assert answer.status_code == 200
    assert not file.exists()
    assert token.strip() not in repr(form.preview.get_state())


def test_time_stands_still_while_only_the_sign_in_is_asked_and_http_and_the_sdk_name_this_lab(asked):
    lab, form = asked
    before = lab.clock.now()
    httpx.get(f"{lab.pages()}/consumers/v2.0/.well-known/openid-configuration")
    time.sleep(0.3)
    assert lab.clock.now() == before
    address = lab.pages()
    assert f"\nHost: {address.partition('//')[2]}\n" in form.preview.snippet("HTTP")
    assert f"base_url = '{address}/beta'" in form.preview.snippet("msgraph SDK Python")
    assert address.partition("//")[2] not in form.preview.as_html()


@pytest.mark.parametrize("place", ["hub", "tab"])
def test_where_no_terminal_reaches_the_lab_the_form_says_so(monkeypatch, place):
    lab = romekit.Lab()
    lab.pages()
    if place == "hub":
        monkeypatch.setitem(os.environ, "JUPYTERHUB_SERVICE_PREFIX", "/user/mia/")
    else:
        monkeypatch.setattr(sys, "platform", "emscripten")
    rome = lab.rome()
    preview = views.launch_form(rome.devices(), rome.send).preview
    assert SERVED in preview.snippet("curl")
    assert "No terminal of yours reaches this cloud" in preview.note
    assert not preview.terminal
    lab.close()
