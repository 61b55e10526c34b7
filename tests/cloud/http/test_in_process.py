"""The way in without a socket, and what it refuses to do."""

import asyncio
import warnings

import httpx
import pytest

from romekit.cloud.http.in_process import InProcessTransport
from romekit.core.errors import WorldError


def client(app):
    return httpx.Client(transport=InProcessTransport(app), base_url="https://door.localhost")


async def echo(scope, receive, send):
    body = (await receive())["body"]
    told = f"{scope['method']} {scope['raw_path'].decode()} {scope['query_string'].decode()} {body.decode()}"
    await send({"type": "http.response.start", "status": 207, "headers": [(b"x-told", b"yes")]})
    await send({"type": "http.response.body", "body": told.encode(), "more_body": True})
    await send({"type": "http.response.body", "body": b"!"})


def test_a_request_arrives_whole_and_so_does_its_answer_also_inside_a_running_event_loop():
    answer = client(echo).post("/a%20b/%2F?q=1%202", content="body")
    assert (answer.status_code, answer.headers["x-told"]) == (207, "yes")
    assert answer.text == "POST /a%20b/%2F q=1%202 body!"

    async def notebook():
        return client(echo).get("/").status_code

    assert asyncio.run(notebook()) == 207


async def waits(scope, receive, send):
    await asyncio.sleep(0)


async def breaks(scope, receive, send):
    raise ZeroDivisionError("mine")


async def silent(scope, receive, send):
    await receive()


@pytest.mark.parametrize(
    ("application", "error", "words"),
    [
        (waits, WorldError, "must run behind `romekit serve`"),
        (breaks, ZeroDivisionError, "mine"),
        (silent, WorldError, "gave no answer"),
    ],
)
def test_an_application_that_waits_or_breaks_or_says_nothing_is_an_error_of_its_own(application, error, words):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(error, match=words):
            client(application).get("/")
