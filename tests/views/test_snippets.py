"""One order said in four languages, each so that it runs."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

import romekit
from romekit.core.model import ECHO, AppService, Call, Launch, Order, is_uri
from romekit.views.curl import read_curl, read_pasted
from romekit.views.snippets import SNIPPETS, as_curl, as_http, as_msgraph, as_romekit

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
PAYLOADS = st.dictionaries(TEXTS, JSON, max_size=4)
NASTY = {"it's": 'a "quote"\n\\ $HOME `id` !! ^ % \u2028 😀', "more": {"list": [None, True, 1.5, {"deep": ["'"]}]}}
CALLS = st.builds(Call, st.builds(AppService, TEXTS, TEXTS), PAYLOADS)
LAUNCHES = st.builds(Launch, TEXTS.map(lambda text: f"https://example.org/{text}").filter(is_uri))


@given(TEXTS, CALLS | LAUNCHES)
@example("it's $5/7", Call(ECHO, NASTY))
def test_a_shown_curl_pasted_back_is_the_same_order(device: str, order: Order) -> None:
    curl = read_curl(as_curl(device, order))
    assert json.loads(curl.body or "") == order.as_wire()
    assert (curl.method, curl.dropped) == ("POST", [])
    pasted = read_pasted(as_curl(device, order))
    assert pasted.said == []
    if device.lower() != "commands" and "device" not in pasted.problems:
        assert pasted.device == device
    if isinstance(order, Launch):
        assert pasted.values == {"uri": order.uri}
    else:
        assert (pasted.values["service"], pasted.values["package"]) == (order.service.name, order.service.package)
        assert json.loads(pasted.values["payload"]) == order.payload


@pytest.mark.parametrize("order", [Launch("https://example.org/it's?a=1&b=$HOME"), Call(ECHO, NASTY)])
def test_a_shell_gives_curl_the_body_and_the_token_of_its_variable(order: Order) -> None:
    shown = as_curl("a device", order)
    line = f'curl() {{ printf "%s\\0" "$@"; }}; TOKEN=secret; {shown}'
    told = subprocess.run(["sh", "-c", line], capture_output=True, check=True, text=True, encoding="utf-8").stdout
    place, _, token, *_, body, _ = told.split("\0")
    assert place == "http://127.0.0.1:8765/beta/me/devices/a%20device/commands"
    assert token == "Authorization: Bearer secret"
    assert json.loads(body) == order.as_wire()


@given(PAYLOADS)
@example(NASTY)
def test_shown_python_sends_the_same_order_to_romekit(payload: dict[str, Any]) -> None:
    asked: list[Any] = []

    class Recorder:
        def call(self, *given: Any) -> Recorder:
            asked.append(given)
            return self

        def follow(self) -> Recorder:
            return self

        def payload(self) -> None:
            return None

    exec(as_romekit("x'y", Call(AppService("a'b", "c"), payload)), {"rome": Recorder()})
    assert asked == [("x'y", AppService("a'b", "c"), payload)]


def test_shown_python_runs_in_a_lab_and_calls_a_service_we_know_by_its_name() -> None:
    lab = romekit.Lab()
    rome = lab.rome()
    device = rome.device("Surface").id
    for order in (Launch("https://bing.com/'"), Call(ECHO, NASTY), Call(AppService(ECHO.name, ECHO.package), {})):
        names: dict[str, Any] = {"rome": rome}
        exec(as_romekit(device, order), names)
        assert names["command"].is_success
        assert lab.exchanges()
    assert names["command"].payload() == {"response": None}
    assert "romekit.ECHO," in as_romekit("x", Call(ECHO, {}))
    assert "romekit.AppService(name='a', package='b')" in as_romekit("x", Call(AppService("a", "b"), {}))


def test_the_sdk_is_given_every_part_of_the_order_and_the_raw_body_where_its_own_writer_would_fail() -> None:
    shown = as_msgraph("it's", Call(ECHO, {"request": "it's"}))
    compile(f"async def cell(client):\n {shown.replace(chr(10), chr(10) + ' ')}", "shown", "exec")
    for part in ('by_device_id("it\'s")', f"app_service_name={ECHO.name!r}", f"package_family_name={ECHO.package!r}"):
        assert part in shown
    assert "PayloadRequest(additional_data=message)" in as_msgraph("x", Call(ECHO, {"a": [{"b": [1, "c"]}, {}]}))
    for mixed in ([1, {}], [[1]], [{"a": [None, []]}]):
        shown = as_msgraph("x", Call(ECHO, {"a": mixed}))
        assert "set_stream_content" in shown
        assert f"{{'a': {mixed}}}" in shown


@pytest.mark.parametrize("way", [way for _, way, _ in SNIPPETS])
def test_no_way_shows_a_token_and_half_a_letter_is_escaped_because_no_request_can_hold_it(way: Any) -> None:
    assert "EwB" not in way("x", Call(ECHO, {}), "https://example.org/beta")
    assert "\\ud800" in as_http("x", Call(ECHO, {"request": "\ud800"}))
