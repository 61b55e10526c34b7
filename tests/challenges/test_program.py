"""A program of any language is played over a socket on the same days, and marked in the same way."""

import json
import os
import subprocess
import sys
from xml.etree import ElementTree

import pytest

ROMEKIT = [sys.executable, "-m", "romekit"]

#: A client with nothing but the standard library; SLOWLY makes it sleep for real.
CLIENT = """
import json, os, time, urllib.error, urllib.request, uuid
env, key = os.environ, str(uuid.uuid4())
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

def wait(seconds):
    if "SLOWLY" in env:
        time.sleep(seconds / 40)
    else:
        opener.open(urllib.request.Request(env["ROMEKIT_CLOCK"], json.dumps({"seconds": seconds}).encode()))

def ask(method, path, body=None):
    for tried in range(8):
        headers = {"Authorization": "Bearer " + env["ROMEKIT_TOKEN"], "client-request-id": key}
        headers["Content-Type"] = "application/json"
        content = body and json.dumps(body).encode()
        request = urllib.request.Request(env["ROMEKIT_GRAPH"] + path, content, headers, method=method)
        try:
            return json.load(opener.open(request))
        except urllib.error.HTTPError as problem:
            if problem.code not in (429, 500, 502, 503, 504):
                raise
            wait(float(problem.headers.get("Retry-After") or 2 ** tried))
        except ValueError:
            wait(2 ** tried)

commands = "/me/devices/" + env["ROMEKIT_DEVICE"] + "/commands"
sent = ask("POST", commands, {"type": "LaunchUri", "payload": {"uri": env["ROMEKIT_URI"]}})
means = {"completed": "done", "failedToSend": "not done", "commandDropped": "not done"}
others = ("executionFailed", "expired", "canceled", "error")
said, pause = "unknown", 1
while pause < 60:
    wait(min(pause, 8))
    pause *= 1.3
    status = ask("GET", commands + "/" + sent["id"])["status"]
    if status in means or status in others:
        said = means.get(status, "unknown")
        break
print("it looked at", status)
print(said)
"""


@pytest.fixture
def client(tmp_path):
    file = tmp_path / "client.py"
    file.write_text(CLIENT, encoding="utf-8")
    return file


def played(*arguments, **environment):
    line = [*ROMEKIT, "challenge", "run", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False, env=os.environ | environment)


def test_a_careful_program_passes_and_the_exit_code_says_so(client):
    done = played("bad-day", "--level", "busy", "--days", "3", "--", sys.executable, client)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every mark passed on all of 3 days" in done.stdout


def test_a_program_that_believes_201_is_told_so_as_json_and_for_a_ci(tmp_path):
    file = tmp_path / "hopes.py"
    file.write_text(CLIENT.partition("means =")[0] + 'print("done")', encoding="utf-8")
    junit = tmp_path / "report.xml"
    card = '{"seed": "one", "device": "Attic PC"}'
    done = played("bad-day", "--card", card, "--json", "--junit", junit, "--", sys.executable, file)
    report = json.loads(done.stdout)
    assert (done.returncode, report["passed"]) == (1, False)
    truth = next(each for each in report["marks"] if each["mark"] == "told the truth")
    assert (truth["passed"], "the device never did it" in truth["why"]) == (0, True)
    assert json.loads(report["smallest"]["card"])["seed"] == "one"
    suite = ElementTree.parse(junit).getroot()
    assert int(suite.get("failures")) >= 1
    assert 'name="told the truth"' in junit.read_text(encoding="utf-8")


def test_a_program_that_really_sleeps_is_played_with_a_speed(client):
    done = played(
        "bad-day", "--card", '{"seed": "calm 1"}', "--speed", "40", "--json", "--", sys.executable, client, SLOWLY="1"
    )
    marks = {each["mark"]: each for each in json.loads(done.stdout)["marks"]}
    assert marks["told the truth"]["passed"] == 1, done.stdout
    assert marks["at most once"]["passed"] == 1


def test_a_program_that_fails_is_told_with_its_own_words(tmp_path):
    file = tmp_path / "broken.py"
    file.write_text("raise RuntimeError('no idea')", encoding="utf-8")
    done = played("bad-day", "--level", "calm", "--days", "1", "--", sys.executable, file)
    assert done.returncode == 1
    assert "It ended with code 1." in done.stdout
    assert "no idea" in done.stdout


@pytest.mark.parametrize(
    ("program", "mark", "why"),
    [
        ("while True: print('y' * 1000)", "finished", "It printed more than 1,000,000 bytes."),
        ("import sys; print(repr(sys.stdin.read()))", "told the truth", """It returned "''"."""),
        (
            "import os, sys; print(os.environ['ROMEKIT_TOKEN'], file=sys.stderr); print('done')",
            "kept the token to itself",
            "It printed or returned the token",
        ),
        (
            "import subprocess; subprocess.Popen(['sleep', '20']); print('done')",
            "told the truth",
            'It said "done", and the device never did it.',
        ),
    ],
    ids=["a flood", "reads its input", "the token among the complaints", "something goes on behind it"],
)
def test_whatever_a_program_does_it_ends_in_words(program, mark, why):
    run = played("bad-day", "--card", '{"seed": "calm 1"}', "--json", "--", sys.executable, "-c", program)
    report = json.loads(run.stdout)
    assert next(each for each in report["marks"] if each["mark"] == mark)["why"].startswith(why), report
    assert report["points"] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("bad-day",), "The program is missing."),
        (("good-day", "--", "true"), "No challenge is called 'good-day'. There are: poller, bad-day"),
        (("being-told", "--", "true"), "This challenge hands functions to a program. Give a Python function"),
        (("bad-day", "--level", "stormy", "--", "true"), "no level 'stormy'"),
        (("bad-day", "--card", "{", "--", "true"), "The card cannot be read"),
        (("bad-day", "--days", "1", "--", "no-such-program"), "cannot be started"),
    ],
)
def test_what_cannot_be_played_is_one_line(arguments, said):
    done = played(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_challenges_are_listed():
    done = subprocess.run([*ROMEKIT, "challenge", "list"], capture_output=True, text=True, check=True)
    assert "bad-day: The bad day" in done.stdout
    assert "def buy(http, clock, token, device, uri)" in done.stdout
