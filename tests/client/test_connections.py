"""What happens on connections: answers that break off, servers that close, interrupts, and processes that fork."""

import copy
import json
import multiprocessing
import pickle
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import pytest

import romekit
from romekit import views
from romekit.client import transport
from romekit.client.client import Rome
from romekit.client.exchange import Ask, Pause
from romekit.core.clock import Virtual
from romekit.core.endpoints import served
from romekit.core.errors import BadInput, Unreachable, Unsure
from romekit.core.model import Device, Launch
from romekit.lab.lab import Lab
from tests.client.services import Says, Service, Tokens, cloud_on_a_socket, having

BODY = json.dumps({"value": []}).encode()
WHOLE = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(BODY), BODY)
BING = "https://bing.com"
SURFACE = Device("d", "Surface")


@contextmanager
def in_a_world() -> Iterator[Rome]:
    """A client at a real server."""
    with cloud_on_a_socket() as (address, token), closing(Rome(served(address), having(token))) as rome:
        yield rome


@contextmanager
def saying(*answers: bytes, address: str = "127.0.0.1", keeps: bool = True) -> Iterator[tuple[str, list[bytes]]]:
    """A server that says these bytes, one after the other; its address, and what it was sent. It closes the connection
    after an answer that is not whole."""
    requests: list[bytes] = []
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.create_server((address, 0), family=family)

    def serve() -> None:
        left = list(answers)
        while left:
            connection, _ = listener.accept()
            with connection:
                while left and (request := connection.recv(65_536)):
                    requests.append(request)
                    connection.sendall(answer := left.pop(0))
                    if not keeps or answer != WHOLE:
                        break

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    host = f"[{address}]" if ":" in address else address
    with listener:
        yield f"http://{host}:{listener.getsockname()[1]}/beta", requests
    server.join(timeout=5)


BROKEN = {
    "headers without end": b"HTTP/1.1 200 OK\r\n" + b"x-more: of it\r\n" * 10_000,
    "a piece cut short": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{}",
    "not HTTP": b"SSH-2.0-OpenSSH_9.9\r\n",
    "cut short": WHOLE[:30],
    "nothing at all": b"",
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_a_command_whose_answer_breaks_off_is_unsure_and_not_sent_again(shells, answer):
    with saying(answer) as (address, requests), shells.over_a_socket(address) as rome, pytest.raises(Unsure):
        rome.send(SURFACE, Launch(BING))
    assert len(requests) == 1


@pytest.mark.parametrize("listens", [False, True])
def test_a_connection_that_is_refused_and_a_server_that_says_nothing_in_time_are_told(shells, monkeypatch, listens):
    monkeypatch.setattr(transport, "TIMEOUT", {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), 0.05)})
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/beta"
        if not listens:
            listener.close()
        said = "ReadTimeout|timed out" if listens else "got no answer"
        with shells.over_a_socket(address) as rome, pytest.raises(Unreachable, match=said):
            rome.devices()


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_an_address_of_either_kind_is_reached_and_no_proxy_is_on_the_way(shells, monkeypatch, address):
    try:
        socket.create_server((address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET).close()
    except OSError:
        pytest.skip("this machine has no IPv6, so nobody has tried it")
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
        monkeypatch.delenv(name.replace("HTTP", "NO").replace("http", "no"), raising=False)
    with saying(WHOLE, address=address) as (url, _), shells.over_a_socket(url) as rome:
        assert rome.devices() == []


@pytest.mark.parametrize("keeps", [True, False])
def test_a_connection_is_kept_and_made_again_when_the_server_has_closed_it_but_not_by_a_closed_client(shells, keeps):
    with saying(WHOLE, WHOLE, keeps=keeps) as (address, requests), shells.over_a_socket(address) as rome:
        assert rome.devices() == []
        time.sleep(0.0 if keeps else 0.1)
        assert rome.devices() == []
        shells.done(rome.close() if shells.blocks else rome.aclose())
        with pytest.raises(BadInput, match="cannot be used here.*closed"):
            rome.devices()
    assert len(requests) == 2


def test_each_command_of_a_fleet_has_its_own_answer():
    with in_a_world() as rome:
        names = [device.name for device in rome.devices()]
        orders = [(names[number % 7], Launch(f"{BING}/{number}")) for number in range(130)]
        fleet = rome.send_many(orders).check()
        sent = [(command.device.name, command.observations.order) for command in fleet]
        assert sent == [(name, f"open {order.uri}") for name, order in orders]
        assert len({command.id for command in fleet}) == len({command.refresh().id for command in fleet}) == 130


def test_after_an_interrupt_nobody_reads_the_answer_to_an_older_request(monkeypatch):
    with in_a_world() as rome:
        names = [device.name for device in rome.devices()]
        receive = socket.socket.recv

        def interrupted(connection, *size):
            if threading.current_thread() is not threading.main_thread():
                return receive(connection, *size)  # the server's
            monkeypatch.undo()
            raise KeyboardInterrupt

        monkeypatch.setattr(socket.socket, "recv", interrupted, raising=False)
        with pytest.raises(KeyboardInterrupt):
            rome.launch(SURFACE, BING)
        assert [device.name for device in rome.devices()] == names
        assert rome.launch(names[0], BING).refresh().status not in {"failedToSend", "error"}


def test_a_problem_is_raised_in_the_flow_which_decides_what_to_make_of_it(shells):
    def patient():
        try:
            yield Ask("GET", "/a")
        except Unreachable:
            yield Pause(3)
            return (yield Ask("GET", "/b")).status

    clock = Virtual()
    began = clock.now()
    rome = shells.of(Service(httpx.ConnectError("gone"), Says(204)), clock=clock)
    assert shells.done(getattr(rome, "_inner", rome)._run(patient())) == 204
    assert clock.now() - began == 3


def test_an_interrupt_does_not_seem_to_come_of_a_problem_that_was_dealt_with():
    class Interrupted(Virtual):
        def wait(self, seconds):
            raise KeyboardInterrupt

    rome = Rome(served("http://127.0.0.1:9"), Tokens(), clock=Interrupted())
    with closing(rome), pytest.raises(KeyboardInterrupt) as stopped:
        rome.devices()
    assert stopped.value.__context__ is None


def forks(test):
    """A test that forks, with the interpreter's warning of it."""
    can_fork = "fork" in multiprocessing.get_all_start_methods()
    test = pytest.mark.skipif(not can_fork, reason="this system cannot fork")(test)
    return pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")(test)


@forks
def test_forked_processes_get_the_answers_to_their_own_requests():
    with in_a_world() as rome:
        devices = rome.devices()  # from here on a connection is kept open

        def work(first, results):
            for number in range(first, 80, 8):
                sent = rome.launch(devices[number % 7], f"{BING}/{number}")
                results.put((f"{BING}/{number}", sent.latest.payload["uri"]))
            rome.close()

        context = multiprocessing.get_context("fork")
        results = context.SimpleQueue()
        workers = [context.Process(target=work, args=(first, results)) for first in range(8)]
        for worker in workers:
            worker.start()
        assert [pair for _ in range(80) if len(set(pair := results.get())) > 1] == []
        for worker in workers:
            worker.join()
        assert rome.devices() == devices


@forks
def test_an_httpx_client_that_was_given_is_not_used_in_another_process():
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()

    def work(rome, results):
        try:
            results.put(len(rome.devices()))
        except BadInput as problem:
            results.put(str(problem))

    lab = Lab()
    with closing(Rome(lab.rome().cloud, having(lab.token()), http=lab.http(), clock=lab.clock)) as other:
        for rome, expected in [(other, "another process"), (lab.rome(), 7)]:
            worker = context.Process(target=work, args=(rome, results))
            worker.start()
            said = results.get()
            worker.join()
            assert said == expected or expected in str(said)


@pytest.mark.parametrize("use", [pickle.dumps, copy.deepcopy])
@pytest.mark.parametrize("what", ["client", "command", "fleet", "session", "lab", "sign-in", "receiver"])
def test_what_cannot_go_to_another_process_says_so_in_words(shells, use, what):
    lab = Lab()
    rome = lab.rome() if shells.blocks else lab.async_rome()
    made = {
        "client": lambda: rome,
        "command": lambda: shells.done(rome.launch("surface", BING)),
        "fleet": lambda: shells.done(rome.send_many([("surface", Launch(BING))])),
        "session": lambda: rome._tokens,
        "lab": lambda: lab,
        "sign-in": lab.sign_in,
        "receiver": lab.receiver,
    }[what]()
    with pytest.raises(BadInput, match="cannot be pickled or copied: it belongs to this process") as refused:
        use(made)
    assert refused.value.hint


def test_what_is_data_and_what_is_a_function_can_go_to_another_process():
    lab = Lab()
    command = lab.rome().launch("surface", BING).follow()
    sent = (lab.history(), command.seen(), command.device, command.latest, views.timeline, romekit.connect)
    assert pickle.loads(pickle.dumps(sent)) == sent
    assert len(pickle.loads(pickle.dumps(lab.exchanges()))) == len(lab.exchanges())
