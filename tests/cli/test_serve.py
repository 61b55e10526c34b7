"""`romekit serve` as another program meets it: over a socket."""

import re
import subprocess

import pytest

from tests.cloud.graph_client import LAUNCH
from tests.cloud.listener import listening, until
from tests.pinned import ROOT
from tests.serving import DIRECT, ROMEKIT, serving, signed_in


@pytest.mark.parametrize(
    ("option", "names"), [("--casing=pascal", ["Alex's Surface", "Living Room Xbox"]), ("--retired", [])]
)
def test_told_so_it_spells_as_the_live_service_did_or_is_the_service_as_it_is_since_2020(option, names):
    with serving(option) as address, signed_in(address) as http:
        assert [device["Name"] for device in http.get("/me/devices").json()["value"]][:2] == names


def test_told_so_it_also_takes_commands_as_azure_does():
    with serving("--status-monitor") as address, signed_in(address) as http:
        device = http.get("/me/devices").json()["value"][0]
        assert device["name"] == "Alex's Surface"
        sent = http.post(f"/me/devices/{device['id']}/romekit.operations", json=LAUNCH)
        assert sent.status_code == 202
        assert sent.headers["operation-location"].startswith(f"{address}/beta/me/devices/")
        assert http.get(sent.headers["operation-location"]).json()["id"] == sent.json()["id"]


def test_told_so_it_throttles_reads_and_writes_each_by_itself():
    options = ["--reads", "2", "--writes", "1", "--window", "600", "--fractions"]
    with serving(*options) as address, signed_in(address) as http:
        assert [http.get("/me/devices").status_code for _ in range(3)] == [200, 200, 429]
        assert [http.post("/me/devices/none/commands", json={}).status_code for _ in range(2)] == [404, 429]
        assert re.fullmatch(r"\d+\.\d{3}", http.get("/me/devices").headers["retry-after"])


def test_a_command_is_told_to_this_machine_and_to_what_was_listed():
    with listening() as receiver:
        listed = f"receiver.invalid:{receiver.port}"
        with serving("--post-back-to", "other.invalid:80", "--post-back-to", listed) as address:
            with signed_in(address) as http:
                path = f"/me/devices/{http.get('/me/devices').json()['value'][0]['id']}/commands"
                uris = [receiver.uri(), f"http://{listed}/", "http://other.invalid/", "http://receiver.invalid/"]
                sent = [http.post(path, json={**LAUNCH, "postBackUri": uri}).status_code for uri in uris]
                assert sent == [201, 201, 201, 400]
                until(lambda: receiver.arrived)
                assert receiver.statuses()[0] == "sentToTarget"


def test_what_cannot_be_listed_is_said_at_once():
    line = [ROMEKIT, "serve", "--port", "0", "--store", "memory", "--post-back-to", "receiver.invalid"]
    ended = subprocess.run(line, capture_output=True, text=True, env=DIRECT, timeout=30)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "romekit: 'receiver.invalid' is not HOST:PORT. Write it as receiver.example:8000.\n"


def test_the_last_curl_commands_of_lesson_12_do_what_it_shows():
    text = (ROOT / "notebooks" / "sources" / "12_the_same_thing_elsewhere.py").read_text(encoding="utf-8")
    blocks = re.findall(r"(?ms)^# ```console\n(.*?)^# ```", text)
    lines = blocks[-1].replace("# ", "").replace(" \\\n", " ").splitlines()
    devices, xbox, order, *_ = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    with serving("--status-monitor") as address, signed_in(address) as http:
        known = {"CLOUD": address, "TOKEN": f"Authorization: {http.headers['Authorization']}"}
        script = "\n".join([devices, xbox, order])
        said = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=DIRECT | known, timeout=30)
    assert '"Living Room Xbox"' in said.stdout
    assert "HTTP/1.1 202 Accepted" in said.stdout
    assert said.stdout.endswith('"kind":"LaunchUri","status":"NotStarted"}')
