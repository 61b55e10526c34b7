"""Clients that are slow, on purpose or not: they hold connections and must hold nothing else."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def slow_clients(port: int, token: str, each: int) -> Iterator[int]:
    """So many of each kind, for as long as the block lasts; how many there are."""
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(3 * each)]
    dripping, half, deaf = connections[:each], connections[each : 2 * each], connections[2 * each :]
    head = b"GET /beta/me/devices HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n" % token.encode()
    for one in half:
        one.sendall(head[: len(head) // 2])
    for one in deaf:  # asks again and again, and never reads a byte of what comes back
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.setblocking(False)
        _push(one, (head + b"\r\n") * 60)
    until = Event()
    thread = Thread(target=_drip, args=(dripping, head, until), name="a byte a second")
    thread.start()
    try:
        yield len(connections)
    finally:
        until.set()
        thread.join()
        for one in connections:
            one.close()


def _push(one: socket.socket, requests: bytes) -> None:
    try:
        while requests:
            requests = requests[one.send(requests) :]
    except BlockingIOError:
        return  # it has taken as much as it will


def _drip(connections: list[socket.socket], head: bytes, until: Event) -> None:
    for place in range(len(head)):
        for one in connections:
            one.sendall(head[place : place + 1])
        if until.wait(1):
            return
