"""What the application says outside of Graph's door, in the same words."""

import asyncio
import json

import httpx
import pytest

from romekit.cloud.graph.graph import Graph
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.stub import Stub
from tests.cloud.a_class import refusal
from tests.cloud.graph_client import BASE


def at(base: str) -> httpx.Client:
    return httpx.Client(transport=InProcessTransport(Stub().app), base_url=base)


def test_where_nothing_is_or_a_method_is_not_taken_there_is_a_word_about_what_is_and_a_browser_sees_the_wall():
    client = at(BASE)
    for path in ("/nowhere", "/betamax"):
        answer = client.get(path)
        assert refusal(answer) == (404, "BadRequest")
        assert f"GET {path}. Try /beta/me/devices" in answer.json()["error"]["message"]
    answer = client.get("/consumers/oauth2/v2.0/token")
    assert refusal(answer) == (405, "BadRequest")
    assert answer.json()["error"]["message"].endswith("does not take GET. It takes OPTIONS, POST.")
    page = client.get("/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (page.status_code, page.headers["location"]) == (307, "wall")
    assert client.get("/").json()["error"]["code"] == "BadRequest"


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
    assert (sent[0]["status"], json.loads(sent[1]["body"])["error"]["code"]) == (500, "generalException")
    assert b"a mistake of ours" not in sent[1]["body"]


@pytest.mark.parametrize(
    ("base", "is_strict"),
    [("http://school.example", False), ("https://school.example", True), ("https://127.0.0.1:8765", False)],
)
def test_a_refusal_leads_to_this_server_and_a_browser_is_not_bound_to_https_on_its_own_machine(base, is_strict):
    client = at(base)
    empty = client.get("/beta/me/devices").headers
    assert f'authorization_uri="{base}/common/oauth2/v2.0/authorize"' in empty["www-authenticate"]
    assert "error=" not in empty["www-authenticate"]
    bad = client.get("/beta/me/devices", headers={"Authorization": "Bearer x"}).headers
    assert 'error="invalid_token"' in bad["www-authenticate"]
    assert ("strict-transport-security" in bad) == is_strict
