"""An answer on a socket leaves in one write, however it was made."""

from __future__ import annotations

from asyncio import selector_events

import httpx
import pytest

from romekit.cloud.http.server import in_thread
from romekit.lab.lab import Lab


@pytest.fixture
def writes(monkeypatch) -> list[bytes]:
    """Everything that servers in this process write, piece by piece."""
    written: list[bytes] = []
    transport = selector_events._SelectorSocketTransport
    honest = transport.write

    def write(self, data):
        written.append(bytes(data))
        honest(self, data)

    monkeypatch.setattr(transport, "write", write)
    return written


def test_head_and_body_are_one_write(writes):
    with in_thread(Lab().stub.app) as address, httpx.Client(trust_env=False) as http:
        for _ in range(3):
            answer = http.get(f"{address}/beta/me/devices")
            assert answer.status_code == 401
    assert len(writes) == 3
    assert writes[-1].startswith(b"HTTP/1.1 401")
    assert writes[-1].endswith(answer.content)


def test_what_was_written_before_a_connection_is_closed_arrives(writes):
    with in_thread(Lab().stub.app) as address, httpx.Client(trust_env=False) as http:
        answer = http.get(f"{address}/link", headers={"Connection": "close"})
        assert answer.status_code == 200
        assert answer.content in writes[0]
