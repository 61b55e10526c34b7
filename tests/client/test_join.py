"""`romekit.join()` against a server of its own: one line, and a notebook has an account in a class."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx
import pytest

import romekit
from romekit.auth.class_account import ClassServer
from romekit.auth.device_code import SignIn
from romekit.client.join import RejoinWords
from romekit.core.clock import Virtual
from romekit.core.endpoints import served
from romekit.core.errors import BadInput, Busy, NotAllowed, NotFound, Rejected, Unreachable, Unreadable
from tests.serving import serving

CODE = "WREN-42"


@pytest.fixture(scope="module")
def secret_file(tmp_path_factory):
    return tmp_path_factory.mktemp("secrets") / "secret"


@pytest.fixture(scope="module")
def server(secret_file):
    with serving("--class", "Physics 9", "--class-code", CODE, "--admin-secret-file", str(secret_file)) as address:
        yield address


@pytest.fixture(autouse=True)
def another_computer(tmp_path, monkeypatch):
    """Each test is at a computer on which nobody has joined anything."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for name in ("ROMEKIT_SERVER", "ROMEKIT_CLASS_CODE", "JUPYTERHUB_USER"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def word_kept(computer):
    """The word in the one file that a computer has for it, and the file."""
    [file] = (computer / "romekit" / "class-words").iterdir()
    return json.loads(file.read_text())["word"], file


@pytest.fixture
def join():
    """`romekit.join` with the usual code; what it opened is closed at the end."""
    opened = []

    def join(server, name, *, code=CODE, show=lambda said: None, **more):
        opened.append(romekit.join(server, code=code, name=name, show=show, **more))
        return opened[-1]

    yield join
    for rome in opened:
        rome.close()


def test_one_line_and_a_notebook_has_an_account_and_devices_and_the_same_line_again_is_the_same_student(join, server):
    said = []
    rome = join(server, "Ada", show=said.append)
    assert rome.account == join(server, "ada").account == "ada@physics-9.romekit.example"
    assert rome.devices()[0].name == "Ada's Surface"
    assert rome.launch("Ada's Surface", "https://bing.com").follow().status == "completed"
    assert said == [f"You are Ada in Physics 9. Your devices: {server}/wall"]


@pytest.mark.parametrize("again", ["Zo\u00eb", "Zoe\u0308", " ZO\u00cb"])
def test_a_name_that_is_typed_in_another_way_is_remembered_also_after_an_editor_has_saved_it_again(server, again):
    cloud = served(server)
    words = RejoinWords(cloud, "Zo\u00eb")
    assert words.keep("fern-fern")
    words._path.write_text(words._path.read_text(), encoding="utf-8-sig")
    assert RejoinWords(cloud, again).kept() == "fern-fern"


def test_the_word_is_kept_where_only_its_owner_can_read_it_and_never_shown(join, server, another_computer, secret_file):
    said = []
    rome = join(server, "Cy", show=said.append)
    word, file = word_kept(another_computer)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert word.count("-") == 3
    assert word not in f"{said} {rome!r} {vars(rome)!r}"
    assert stat.S_IMODE(secret_file.stat().st_mode) == 0o600, "the server's, too"


def test_at_another_computer_the_word_is_needed(join, server, another_computer, monkeypatch):
    join(server, "Di")
    word, _ = word_kept(another_computer)
    monkeypatch.setenv("XDG_DATA_HOME", str(another_computer / "elsewhere"))
    with pytest.raises(Rejected, match=r"There is a Di in this class already.*join as Di 2"):
        join(server, "Di")
    with pytest.raises(NotAllowed, match="not the rejoin word"):
        join(server, "Di", word="fern-fern-fern-22")
    assert join(server, "Di", word=word).account == "di@physics-9.romekit.example"
    assert join(server, "Di").account == "di@physics-9.romekit.example"


def test_on_a_hub_everything_is_known_already(server, monkeypatch):
    for name, value in (("ROMEKIT_SERVER", server), ("ROMEKIT_CLASS_CODE", "wren42"), ("JUPYTERHUB_USER", "eve")):
        monkeypatch.setenv(name, value)
    with closing(romekit.join(show=lambda said: None)) as rome:
        assert rome.account == "eve@physics-9.romekit.example"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({}, "where"),
        ({"where": "http://127.0.0.1:1"}, "code"),
        ({"where": "http://127.0.0.1:1", "code": "X"}, "name"),
        ({"where": "http://127.0.0.1:1", "code": 5, "name": "x"}, "code"),
        ({"where": "a server", "code": "X", "name": "x"}, "cloud"),
    ],
)
def test_what_is_missing_is_named_before_anything_is_sent(arguments, field):
    with pytest.raises(BadInput) as told:
        romekit.join(**arguments)
    assert told.value.field == field
    assert told.value.hint


@pytest.mark.parametrize(
    ("name", "code", "error", "said"),
    [
        ("x" * 41, CODE, BadInput, "longer than 40"),
        ("Mia\ud83d", CODE, BadInput, "half a character"),
        ("Flo", "WREN-43", NotFound, "No class has this code"),
    ],
)
def test_a_name_that_is_none_and_a_wrong_code_are_told_in_words(join, server, name, code, error, said):
    with pytest.raises(error, match=said):
        join(server, name, code=code)


def test_a_server_that_is_not_there_or_has_no_class_says_which(join):
    with pytest.raises(Unreachable, match="cannot be reached"):
        join("http://127.0.0.1:9", "Gus")
    with serving() as address, pytest.raises(NotFound, match="There is no class at"):
        join(address, "Gus")


@pytest.mark.parametrize("said", [b"[]", b"<html>Pay for this network</html>"], ids=["JSON", "a page"])
def test_what_is_no_romekit_is_told_in_words(join, said):
    class Other(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *words):
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        with pytest.raises(Unreadable, match="is not romekit"):
            join(f"http://127.0.0.1:{other.server_port}", "Hal")
        other.shutdown()


def test_who_guesses_is_asked_to_wait(join, server):
    join(server, "Ivy")
    for _ in range(5):
        with pytest.raises(NotAllowed):
            join(server, "Ivy", word="fern-fern-fern-22")
    with pytest.raises(Busy) as told:
        join(server, "Ivy", word="fern-fern-fern-22")
    assert told.value.retry_after > 0


def test_a_place_that_cannot_be_written_does_not_stop_anybody(join, server, another_computer, monkeypatch):
    (another_computer / "romekit").write_text("a file where a folder should be")
    said = []
    assert join(server, "Jo", show=said.append).account == "jo@physics-9.romekit.example"
    assert [line[:35] for line in said[1:]] == ["This computer cannot remember that."]


def test_many_may_join_at_one_computer_at_once_and_each_is_remembered(server):
    cloud = served(server)
    names = [f"Student {number}" for number in range(40)]
    with ThreadPoolExecutor(10) as many:
        assert all(many.map(lambda name: RejoinWords(cloud, name).keep(f"word of {name}"), names))
    assert [RejoinWords(cloud, name).kept() for name in names] == [f"word of {name}" for name in names]


def test_a_hiccup_is_sat_through_and_a_join_whose_answer_is_lost_is_the_same_join_again(join, server, monkeypatch):
    poll, polled = SignIn.poll, []

    def once_without_an_answer(signing):
        polled.append(signing)
        return poll(signing) if len(polled) > 1 else False

    monkeypatch.setattr(SignIn, "poll", once_without_an_answer)
    assert len(join(server, "Ida", clock=Virtual()).devices()) == 7
    send, lost = httpx.HTTPTransport.handle_request, []

    def loses_one_answer(transport, request):
        answer = send(transport, request)
        if not lost:
            lost.append(answer.read())
            raise httpx.ReadError("dropped", request=request)
        return answer

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", loses_one_answer)
    with closing(ClassServer(served(server))) as door:
        place = door.join(CODE, "Lost and Found")
    assert (place.name, bool(place.word), len(lost)) == ("Lost and Found", True, 1)
