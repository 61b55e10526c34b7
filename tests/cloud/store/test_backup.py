"""`romekit export` and `romekit import`: everything there, exactly, or nothing."""

import json
import re
import stat
import subprocess
from collections.abc import Callable
from dataclasses import fields
from io import BytesIO
from pathlib import Path

import httpx
import pytest

from romekit.cloud.engine.classroom.decide import CLASS_RULES, join, open_class, remove
from romekit.cloud.engine.classroom.state import Quotas
from romekit.cloud.engine.decide import DEVICE_RULES, open_space, send
from romekit.cloud.engine.events import KINDS
from romekit.cloud.engine.identity.device import decline, issue_device_code
from romekit.cloud.engine.identity.state import IDENTITY_RULES
from romekit.cloud.engine.people import DEMO_DEVICES
from romekit.cloud.store import backup
from romekit.cloud.store.backup import read, written
from romekit.cloud.store.contract import Memory
from romekit.cloud.store.ledger import Ledger
from romekit.core.errors import BadInput
from romekit.core.model import Launch
from tests.serving import DIRECT, ROMEKIT, serving, sign_in, token

LAUNCH = {"type": "LaunchUri", "payload": {"uri": "https://a.b/?q=ä"}}

Url = Callable[[], str]


@pytest.fixture
def new_url(durable, request, tmp_path, monkeypatch) -> Url:
    """Addresses of empty stores, all of one kind."""
    monkeypatch.setitem(DIRECT, "ROMEKIT_SECRET", "a secret for the tests of copies")
    if durable == "postgres":
        return request.getfixturevalue("cluster").new_database
    numbers = iter(range(100))
    return lambda: f"sqlite:///{tmp_path / f'{next(numbers)}.db'}"


def romekit(*line: object, is_fine: bool = True) -> subprocess.CompletedProcess[str]:
    ended = subprocess.run([ROMEKIT, *map(str, line)], capture_output=True, text=True, env=DIRECT, timeout=60)
    assert (ended.returncode == 0) is is_fine, ended.stderr
    return ended


def signed_in_store(url: str) -> str:
    """A store in which somebody has signed in."""
    with serving("--store", url) as address:
        sign_in(address)
    return url


def is_copied_to(url: str, copy: Path) -> bool:
    """Whether a store is copied to the very bytes of another copy."""
    again = copy.with_name("again.rome")
    romekit("export", "--store", url, again)
    return again.read_bytes() == copy.read_bytes()


def seen(address: str, bearer: str, paths: list[str]) -> list[tuple[int, object]]:
    headers = {"Authorization": f"Bearer {bearer}"}
    answers = [httpx.get(f"{address}/beta{path}", headers=headers, trust_env=False) for path in paths]
    return [(answer.status_code, answer.json()) for answer in answers]


def lived_in(url: str) -> tuple[dict[str, str], list[str], list[tuple[int, object]]]:
    """A store with a sign-in and some commands that are over: its tokens, and what is answered to some questions."""
    with serving("--store", url) as address:
        tokens = sign_in(address)
        with httpx.Client(base_url=f"{address}/beta", trust_env=False) as http:
            http.headers["Authorization"] = f"Bearer {tokens['access_token']}"
            devices = http.get("/me/devices").json()["value"]
            paths = ["/me/devices"]
            for device in devices[:2]:
                path = f"/me/devices/{device['id']}/commands"
                sent = http.post(path, json=LAUNCH, headers={"client-request-id": device["id"]})
                paths.append(f"{path}/{sent.json()['id']}")
                http.post(f"{paths[-1]}/romekit.cancel")
            until_over(http, paths[1:])
        paths.append("/me/romekit.history")
        return tokens, paths, seen(address, tokens["access_token"], paths)


def until_over(http: httpx.Client, paths: list[str]) -> None:
    for path in paths:
        answer = http.get(path)
        while answer.json()["status"] not in ("completed", "canceled", "failed", "unableToDeliver", "commandDropped"):
            answer = http.get(path, headers={"If-None-Match": answer.headers["etag"], "Prefer": "wait=5"})
            answer = answer if answer.status_code == 200 else http.get(path)


def test_a_store_that_was_filled_from_a_copy_answers_as_the_original_and_is_copied_to_the_same_bytes(new_url, tmp_path):
    first, second = new_url(), new_url()
    tokens, paths, answers = lived_in(first)
    copy = tmp_path / "a.rome"
    assert "Left out: the keys" in romekit("export", "--store", first, copy).stdout
    romekit("import", "--store", second, copy)
    assert (is_copied_to(second, copy), stat.S_IMODE(copy.stat().st_mode)) == (True, 0o600)
    with serving("--store", second) as address:
        assert seen(address, tokens["access_token"], ["/me/devices"])[0][0] == 401, "keys are not in a copy"
        renewed = token(address, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
        assert seen(address, renewed["access_token"], paths) == answers
        headers = {"Authorization": f"Bearer {renewed['access_token']}", "client-request-id": paths[1].split("/")[3]}
        place, _, command = paths[1].rpartition("/")
        again = httpx.post(f"{address}/beta{place}", json=LAUNCH, headers=headers, trust_env=False)
        assert again.json()["id"] == command, "a repeated request is the same command there too"


def test_it_can_be_copied_while_a_server_uses_it_and_nothing_secret_is_in_the_copy(new_url, tmp_path):
    url, copy = new_url(), tmp_path / "a.rome"
    with serving("--store", url) as address:
        tokens = sign_in(address)
        seen(address, tokens["access_token"], ["/me/devices"])
        romekit("export", "--store", url, copy)
        assert "uses" in romekit("import", "--store", url, "--replace", copy, is_fine=False).stderr
    text = copy.read_text(encoding="utf-8")
    secret = (tokens["access_token"], tokens["refresh_token"], "keys_sealed", "PRIVATE")
    assert not any(word in text for word in secret)
    head = json.loads(text.partition("\n")[0])
    assert (head["romekit"], head["streams"], text.count("family_began")) == ("export", 2, 1)


def test_a_store_with_something_in_it_is_not_filled_unless_it_is_to_go(new_url, tmp_path):
    first, second, copy = signed_in_store(new_url()), signed_in_store(new_url()), tmp_path / "a.rome"
    romekit("export", "--store", first, copy)
    refused = romekit("import", "--store", second, copy, is_fine=False)
    assert all(said in refused.stderr for said in ("There is something in", "--replace"))
    romekit("import", "--store", second, "--replace", copy)
    assert is_copied_to(second, copy)


HEAD = '{"romekit":"export","format":1,"streams":1,"events":2}\n'
STREAM = '{"stream":"s","events":2}\n'
CLEARED = '{"kind":"faults_cleared","at":1.0}\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a copy of a romekit store"),
        ("hello\n", "not a copy of a romekit store"),
        ('{"romekit":"export","format":9}\n', "newer romekit"),
        (HEAD + STREAM + CLEARED, "not whole: it has 1 of 2 events"),
        (HEAD, "not whole: it has 0 of 2 events"),
        ('{"romekit":"export","format":0}\n', "not a copy of a romekit store"),
        ('{"romekit":"export","format":true}\n', "not a copy of a romekit store"),
        ("[" * 100_000, "not a copy of a romekit store"),
        (HEAD + STREAM + "[" * 100_000, "Line 3"),
        (HEAD + STREAM.replace('"s"', '"\\ud800"'), "Line 2 should name a stream"),
        (HEAD + STREAM + CLEARED.replace("1.0", '"x"'), "Line 3: at cannot be 'x'"),
        (HEAD + STREAM + CLEARED.replace("1.0", "NaN"), "Line 3: at is nan"),
        (HEAD + STREAM + CLEARED.replace("1.0", "1e999"), "Line 3: at is inf"),
        (HEAD + STREAM + '{"kind":"class_told","at":1.0,"text":"\\ud800"}\n', "Line 3: there is half a character"),
        (HEAD + STREAM + CLEARED + "{}\n", "Line 4"),
        (HEAD + CLEARED, "Line 2 should name a stream"),
        (HEAD + STREAM.replace('"s"', '"keys"') + 2 * CLEARED, "names a stream twice, or one that no copy has"),
    ],
)
def test_what_is_no_copy_or_not_all_of_one_changes_nothing_and_is_said(tmp_path: Path, text: str, said: str):
    copy, url = tmp_path / "a.rome", f"sqlite:///{tmp_path / 'rome.db'}"
    copy.write_text(text, encoding="utf-8")
    assert said in romekit("import", "--store", url, copy, is_fine=False).stderr
    assert not (tmp_path / "rome.db").exists()


def test_a_class_is_copied_by_a_program_that_has_opened_none(new_url, tmp_path):
    first, second, copy = new_url(), new_url(), tmp_path / "a.rome"
    secret = ["--admin-secret-file", str(tmp_path / "secret")]
    with serving("--store", first, "--class", "Physics 9", "--class-code", "WREN-42", *secret) as address:
        asked = {"code": "WREN-42", "name": "Mia"}
        word = httpx.post(f"{address}/romekit/join", json=asked, trust_env=False).json()["word"]
    romekit("export", "--store", first, copy)
    romekit("import", "--store", second, copy)
    assert is_copied_to(second, copy)
    with serving("--store", second, "--class", "Physics 9", *secret) as address:
        back = httpx.post(f"{address}/romekit/join", json={**asked, "word": word}, trust_env=False)
        assert back.status_code == 200


def test_a_link_goes_on_leading_to_the_copy_and_what_is_no_file_is_left_alone(tmp_path):
    file, link = tmp_path / "a.rome", tmp_path / "link"
    link.symlink_to(file)
    backup.save(["one"], link)
    assert (link.is_symlink(), file.read_text()) == (True, "one\n")
    with pytest.raises(BadInput, match="is no file"):
        backup.save(["one"], Path("/dev/null"))
    assert Path("/dev/null").is_char_device()


def test_a_copy_is_not_written_over_another_unless_told(tmp_path):
    url, copy = f"sqlite:///{tmp_path / 'rome.db'}", tmp_path / "a.rome"
    assert "There is no store at" in romekit("export", "--store", url, copy, is_fine=False).stderr
    with serving("--store", url):
        copy.write_text("something dear")
        assert "is there already" in romekit("export", "--store", url, copy, is_fine=False).stderr
        assert copy.read_text() == "something dear"
        romekit("export", "--store", url, "--replace", copy)
    assert copy.read_text() == '{"romekit":"export","format":1,"streams":0,"events":0}\n'
    assert "in memory" in romekit("export", "--store", "memory", copy, is_fine=False).stderr


def test_a_dash_is_a_pipe_and_no_file_of_that_name(new_url, tmp_path):
    first, second, copy = signed_in_store(new_url()), new_url(), tmp_path / "a.rome"
    romekit("export", "--store", first, copy)
    line, how = [ROMEKIT, "export", "--store", first, "-"], {"capture_output": True, "env": DIRECT, "cwd": tmp_path}
    poured = subprocess.run(line, check=True, **how)
    assert poured.stdout == copy.read_bytes(), "only the lines themselves"
    assert b"to standard output." in poured.stderr
    line = [ROMEKIT, "import", "--store", second, "-"]
    drawn = subprocess.run(line, input=poured.stdout, check=True, **how)
    assert b"from standard input" in drawn.stdout
    assert (is_copied_to(second, copy), (tmp_path / "-").exists()) == (True, False)


@pytest.mark.parametrize("given", [b"", b"hello\n", b"\xff\xfe\n"], ids=["nothing", "no copy", "no text"])
def test_what_comes_out_of_a_pipe_and_is_no_copy_is_one_line(tmp_path, given):
    line = [ROMEKIT, "import", "--store", f"sqlite:///{tmp_path / 'rome.db'}", "-"]
    refused = subprocess.run(line, input=given, capture_output=True, check=False, env=DIRECT)
    assert (refused.returncode, refused.stdout, refused.stderr.count(b"\n")) == (2, b"", 1)
    assert not (tmp_path / "rome.db").exists()


def a_class_and_a_sign_in() -> list[str]:
    """The lines of a copy with a space, a class and a sign-in that is not done yet."""
    store = Memory()
    ledger = Ledger(store, "space:alex@romekit.example", DEVICE_RULES)
    ledger.ask_all([open_space("seed", "alex@romekit.example"), *DEMO_DEVICES], 1e9)
    device = ledger.at(1e9).listed()[0].id
    ledger.ask(send(device, Launch("https://a.b")), 1e9)
    a_class = Ledger(store, "class:physics-9", CLASS_RULES)
    a_class.ask_all([open_class("Physics 9", "seed", Quotas(), "WREN-42"), join("WREN-42", "Mia", "hash")], 1e9)
    a_class.ask(remove("mia@physics-9.romekit.example"), 1e9)
    codes, app = {"device_code": "d", "user_code": "U"}, {"client": "app", "scope": "s", "audience": "any"}
    flow = issue_device_code(**codes, **app, lifetime=900, interval=5)
    Ledger(store, "identity", IDENTITY_RULES).ask_all([flow, decline(user_code="U")], 1e9)
    return list(written([(name, store.read(name)) for name in store.streams()]))


SPOILED = {
    "a character that nobody has": ('"personality":"prompt"', '"personality":"zz"', "tells no story that can be"),
    "a presence that is none": ('"presence":"online"', '"presence":"zz"', "tells no story that can be"),
    "a command for nobody": ('"device":"[^"]+","order"', '"device":"nope","order"', "tells no story that can be"),
    "a removal of nobody": ('removed"(.*)"account":"mia', r'removed"\1"account":"ben', "'class:physics-9' tells no"),
    "quotas that are a word": ('"quotas":{[^}]*}', '"quotas":"x"', "quotas cannot be 'x'"),
    "a quota that nobody knows": ('"quotas":{', '"quotas":{"zz":1,', "There is no quota 'zz'"),
    "a code that nobody issued": ('declined"(.*)"code":"[0-9a-f]+', r'declined"\1"code":"zz', "'identity' tells no"),
    "an end that is a word": ('"expires_at":[0-9.]+', '"expires_at":"soon"', "expires_at cannot be 'soon'"),
    "a stream that no server reads": ('"stream":"identity"', '"stream":"diary"', "'diary', which no server reads"),
}


@pytest.mark.parametrize(("wrong", "right", "said"), SPOILED.values(), ids=SPOILED)
def test_a_story_that_cannot_be_is_refused_before_anything_is_replaced(wrong, right, said):
    lines = a_class_and_a_sign_in()
    assert len(read(lines)) == 3
    spoiled = [re.sub(wrong, right, line) for line in lines]
    assert spoiled != lines
    with pytest.raises(BadInput, match=re.escape(said)):
        read(spoiled)


def test_a_copy_of_a_class_says_what_is_in_it_may_begin_with_a_byte_order_mark_and_every_value_is_checked(tmp_path):
    text = "".join(f"{line}\n" for line in a_class_and_a_sign_in())
    assert len(backup.drawn(BytesIO(text.encode("utf-8-sig")))) == 3
    assert {field.type for kind in KINDS.values() for field in fields(kind)} <= set(backup.TYPES)
    url, copy, again = f"sqlite:///{tmp_path / 'rome.db'}", tmp_path / "a.rome", tmp_path / "b.rome"
    copy.write_text(text, encoding="utf-8")
    romekit("import", "--store", url, copy)
    assert "hashes of short rejoin words" in romekit("export", "--store", url, again).stdout
