"""What the application says outside of Graph's door, in the same words."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from romekit.cloud.graph.graph import Graph
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.stub import Stub
from tests.cloud.graph_client import BASE


def test_where_nothing_is_there_is_a_word_about_where_something_is():
    client = httpx.Client(transport=InProcessTransport(Stub().app), base_url=BASE)
    for path in ("/nowhere", "/betamax"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "BadRequest")
        assert f"GET {path}. Try /beta/me/devices" in answer.json()["error"]["message"]


def test_a_method_that_is_not_taken_is_told_which_is():
    client = httpx.Client(transport=InProcessTransport(Stub().app), base_url=BASE)
    answer = client.get("/consumers/oauth2/v2.0/token")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "BadRequest")
    assert answer.json()["error"]["message"].endswith("does not take GET. It takes OPTIONS, POST.")


def test_a_mistake_of_ours_is_told_as_one_and_is_not_swallowed(monkeypatch):
    def broken(graph, asked, again):
        raise ZeroDivisionError("a mistake of ours")

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    sent = []
    monkeypatch.setattr(Graph, "answer", broken)
    path = "/beta/me/devices"
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "root_path": ""}
    with pytest.raises(ZeroDivisionError):
        asyncio.run(Stub().app(scope, receive, send))
    assert sent[0]["status"] == 500
    assert b'"generalException"' in sent[1]["body"]
    assert b"a mistake of ours" not in sent[1]["body"]
