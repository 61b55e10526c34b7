"""The short way to a server on this machine: what goes wrong on it is told as on the long one."""

from __future__ import annotations

import gc
import json
import socket
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from romekit.client.client import Rome
from romekit.client.direct import Direct, Underway
from romekit.client.steps import Ask, Reply
from romekit.cloud.engine.people import ALEX
from romekit.cloud.http.server import in_thread
from romekit.cloud.identity.tokens import seal
from romekit.cloud.stub import Stub
from romekit.core.clock import Wall
from romekit.core.endpoints import served
from romekit.core.errors import Unreachable, Unsure
from romekit.core.model import Device, Launch
from romekit.lab.lab import Lab

BODY = json.dumps({"value": []}).encode()
WHOLE = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(BODY), BODY)
BY_PIECES = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (
    BODY[:3],
    len(BODY) - 3,
    BODY[3:],
)
SURFACE = Device("d", "Surface")
ANY = Ask("GET", "/me/devices", token="EwBtoken")


def direct_to(base: str, seconds: float = 5.0) -> Direct:
    return Direct(base, lambda: "an-id", seconds)


class Tokens:
    account = "alex@romekit.example"

    def __init__(self, token: str = "EwBtoken") -> None:
        self._token = token

    def token(self, *, refused: str = "") -> str:
        return self._token


@contextmanager
def saying(*answers: bytes, keeps: bool = True) -> Iterator[tuple[Rome, list[bytes]]]:
    """A client at a server that says these bytes, one after the other, and closes after what is cut short."""
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        left = list(answers)
        while left:
            connection, _ = listener.accept()
            with connection:
                while left and (asked := connection.recv(65_536)):
                    heard.append(asked)
                    answer = left.pop(0)
                    connection.sendall(answer)
                    if not (keeps and answer in (WHOLE, BY_PIECES)):
                        break

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    with listener:
        rome = Rome(served(f"http://127.0.0.1:{listener.getsockname()[1]}"), Tokens())
        try:
            yield rome, heard
        finally:
            rome.close()
    server.join(timeout=5)


def test_a_journey_over_a_socket_goes_the_short_way():
    lab = Lab()
    with in_thread(lab.stub.app) as address:
        rome = Rome(served(address), lab.sign_in(approve_after=0.0).session())
        command = rome.launch("surface", "https://bing.com")
        assert command.refresh().status == "requesting"
        rome.close()


@contextmanager
def in_a_world() -> Iterator[Rome]:
    """A client at a real server, on time that really passes."""
    stub = Stub(clock=Wall())
    claims = {"sub": ALEX.id, "upn": ALEX.upn, "aud": "https://graph.microsoft.com", "acct": "personal"}
    token = seal(claims | {"scp": ["Device.Read", "Device.Command"], "exp": time.time() + 600}, stub.graph.key)
    with in_thread(stub.app) as address:
        rome = Rome(served(address), Tokens(token))
        with closing(rome):
            yield rome


def test_a_fleet_goes_over_a_few_connections_at_once_and_each_answer_is_its_own():
    with in_a_world() as rome:
        names = [device.name for device in rome.devices()]
        orders = [(names[number % 7], Launch(f"https://bing.com/{number}")) for number in range(130)]
        fleet = rome.send_many(orders).check()
        assert [(command.device.name, command.sightings.order) for command in fleet] == [
            (name, f"open {order.uri}") for name, order in orders
        ]
        assert len({command.id for command in fleet}) == 130
        assert len({command.refresh().id for command in fleet}) == 130


def test_after_an_interrupt_nobody_hears_the_answer_to_an_older_question(monkeypatch):
    with in_a_world() as rome:
        names = [device.name for device in rome.devices()]
        replies = Underway.reply

        def interrupted(underway: Underway) -> Reply:
            if underway._ask.path == "/$batch":
                monkeypatch.setattr(Underway, "reply", replies)
                raise KeyboardInterrupt
            return replies(underway)

        monkeypatch.setattr(Underway, "reply", interrupted)
        with pytest.raises(KeyboardInterrupt):
            rome.send_many([(names[0], Launch("https://bing.com"))] * 100)
        assert [device.name for device in rome.devices()] == names
        assert rome.launch(names[0], "https://bing.com").refresh().status not in {"failedToSend", "error"}


@pytest.mark.parametrize("answer", [WHOLE, BY_PIECES], ids=["whole", "by pieces"])
def test_answers_are_read_whole_and_in_pieces_over_one_connection(answer):
    with saying(answer, answer) as (rome, heard):
        assert rome.devices() == rome.devices() == []
        assert len(heard) == 2


EARLY = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
TO_THE_END = b"HTTP/1.1 200 OK\r\n\r\n" + BODY
OF_1996 = b"HTTP/1.0 200 OK\r\n\r\n" + BODY
UNASKED = WHOLE + b"HTTP/1.1 500 No\r\ncontent-length: 3\r\n\r\nbad"


@pytest.mark.parametrize(
    "answer",
    [EARLY + WHOLE, TO_THE_END, OF_1996, UNASKED],
    ids=["after early hints", "to the end of the connection", "HTTP/1.0", "with another behind it"],
)
def test_each_way_in_which_http_ends_an_answer_is_understood(answer):
    with saying(answer, WHOLE) as (rome, heard):
        assert rome.devices() == rome.devices() == []
        assert len(heard) == 2


def test_what_has_not_changed_has_no_body_whatever_its_header_says():
    with saying(b"HTTP/1.1 304 Not Modified\r\netag: x\r\ncontent-length: 50\r\n\r\n") as (rome, _):
        with closing(direct_to(rome.cloud.graph, 2.0)) as direct:
            answer = direct.begin(ANY).reply()
    assert (answer.status, answer.content, answer.headers["etag"]) == (304, b"", "x")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n" + b"x-more: of it\r\n" * 5000,
        b"HTTP/1.1 200 OK\r\nx: %s\r\n\r\n" % (b"y" * 100_000),
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{}",
    ],
    ids=["headers without end", "a header without end", "another protocol", "a piece cut short"],
)
def test_what_breaks_the_rules_of_http_is_an_error_of_ours(answer):
    with saying(answer) as (rome, _), pytest.raises(Unsure):
        rome.send(SURFACE, Launch("https://bing.com"))


def test_an_address_of_the_newer_kind_is_reached():
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6, so nobody has tried it")

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(WHOLE)

    with listener, closing(direct_to(f"http://[::1]:{listener.getsockname()[1]}")) as direct:
        threading.Thread(target=serve, daemon=True).start()
        answer = direct.begin(ANY).reply()
    assert answer.data() == {"value": []}


def test_a_connection_that_the_server_has_closed_is_made_again():
    with saying(WHOLE, WHOLE, keeps=False) as (rome, heard):
        assert rome.devices() == []
        time.sleep(0.1)
        assert rome.devices() == []
        assert len(heard) == 2


def test_a_command_whose_answer_is_cut_short_is_unsure_and_not_sent_again():
    with saying(WHOLE[:30]) as (rome, heard), pytest.raises(Unsure):
        rome.send(SURFACE, Launch("https://bing.com"))
    assert len(heard) == 1


def test_nobody_there_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(Unreachable):
        Rome(served(address), Tokens()).send(SURFACE, Launch("https://bing.com"))


def test_what_is_not_http_is_an_error_of_the_protocol():
    with saying(b"SSH-2.0-OpenSSH_9.9\r\n") as (rome, _), pytest.raises(Unsure):
        rome.send(SURFACE, Launch("https://bing.com"))


@pytest.mark.parametrize("token", ["a\r\nx-more: b", "Bücher"], ids=["a line break", "letters that no header has"])
def test_a_token_that_no_header_can_hold_is_neither_sent_nor_told(token):
    with saying(WHOLE) as (rome, heard), closing(direct_to(rome.cloud.graph)) as direct:
        with pytest.raises(Unreachable) as caught:
            direct.begin(ANY.with_token(token)).reply()
        assert heard == []
        direct.begin(ANY).reply()  # the server waits for one
    assert token not in str(caught.value)


def test_a_server_that_says_nothing_in_time_is_a_timeout():
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(Unreachable, match="timed out"):
        direct_to(f"http://127.0.0.1:{listener.getsockname()[1]}", 0.05).begin(ANY).reply()


def test_a_client_that_is_forgotten_leaves_no_connection_open():
    with saying(WHOLE) as (rome, _), warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        direct = direct_to(rome.cloud.graph)
        assert direct.begin(ANY).reply().status == 200
        del direct
        gc.collect()
    assert [str(each.message) for each in said] == []


def test_a_connection_whose_answer_never_ends_is_closed_while_the_error_is_still_looked_at():
    ends: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(10)
            connection.recv(65_536)
            connection.sendall(WHOLE[:-2])
            ends.append(connection.recv(1))

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    with listener, pytest.raises(Unreachable, match="timed out") as caught:
        direct_to(f"http://127.0.0.1:{listener.getsockname()[1]}", 1.0).begin(ANY).reply()
    server.join(15)
    assert ends == [b""]
    assert caught.value.__context__ is not None
