"""What has to hold for every answer, whatever was asked."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from tests.cloud.contract import Contract
from tests.fuzz.cloud import Raw
from tests.fuzz.words import MARKUP

CONTRACT: Final = Contract()
PATHS: Final = CONTRACT.document["paths"]
GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: What Graph may say where the contract has nothing: unknown, forbidden, not there, too much.
ELSEWHERE: Final = frozenset({400, 401, 403, 405, 413, 429})
SIGN_IN_REFUSAL: Final = frozenset(
    {"error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id", "error_uri"}
)
#: What a request for another host is told, whatever it asks for.
OTHER_HOST: Final = "This server does not answer to that name."


def judge(raw: Raw, answer: httpx.Response) -> None:
    """Fail when an answer is not what such a request may get."""
    assert answer.status_code < 500, (raw, answer.text)
    assert b"Traceback (most recent" not in answer.content
    assert MARKUP not in answer.text or _kind(answer) == "application/json", raw
    path = raw.scope["path"]
    if OTHER_HOST in answer.text:
        assert answer.status_code == 400
        judge_envelope(answer)
    elif f"{path}/".startswith("/beta/"):
        judge_graph(raw, answer)
    elif f"{path}/".startswith("/v1.0/"):
        assert answer.status_code in (400, 413)
        judge_envelope(answer)
    else:
        judge_elsewhere(raw, answer)


def judge_graph(raw: Raw, answer: httpx.Response) -> None:
    """An answer of Graph is one the contract has for this verb and path."""
    assert GUID.fullmatch(answer.headers["request-id"])
    assert answer.headers["client-request-id"]
    template = _template(raw.segments[1:])
    named = PATHS.get(template, {}).get(raw.method.lower())
    if named and raw.method.isupper():
        answer.request = httpx.Request(raw.method, f"http://x/beta{re.sub(r'{[^}]*}', 'x', template)}")
        CONTRACT.check(answer)
    elif raw.method == "HEAD":  # as GET, without a body
        known = PATHS.get(template, {}).get("get", {}).get("responses", {})
        assert str(answer.status_code) in known or answer.status_code in ELSEWHERE, raw
    else:
        assert answer.status_code in ELSEWHERE or (raw.method, answer.status_code) == ("OPTIONS", 204), raw
    if answer.status_code >= 400 and raw.method != "HEAD":
        judge_envelope(answer)
    if template == "/$batch" and answer.status_code == 200:
        for item in answer.json()["responses"]:
            _judge_item(item)


def judge_envelope(answer: httpx.Response) -> None:
    """A refusal of Graph has a code, words, and the ids that a person would send to support."""
    assert _kind(answer) == "application/json"
    error = answer.json()["error"]
    _judge_error(error)
    assert error["innerError"]["request-id"] == answer.headers["request-id"]
    assert error["innerError"]["client-request-id"].encode("latin-1") == dict(answer.headers.raw)[b"client-request-id"]


def _judge_item(item: dict[str, Any]) -> None:
    assert item["status"] < 500, item
    if item["status"] >= 400:
        _judge_error(item["body"]["error"])


def _judge_error(error: dict[str, Any]) -> None:
    assert error["code"]
    assert error["message"]
    assert {"date", "request-id", "client-request-id"} <= set(error["innerError"])


def judge_elsewhere(raw: Raw, answer: httpx.Response) -> None:
    """The identity provider answers in Microsoft's JSON or with a page, and leads nowhere but home."""
    if place := answer.headers.get("location"):
        assert urlsplit(place).hostname in {"127.0.0.1", "localhost", "::1", "login.microsoftonline.com"}, place
    if answer.status_code < 400:
        return
    if _kind(answer) != "application/json":
        assert _kind(answer) in {"text/html", "text/plain"}
        assert answer.text
    elif isinstance(answer.json()["error"], dict):
        assert {"code", "message"} <= set(answer.json()["error"])
    else:
        assert set(answer.json()) - {"suberror"} == SIGN_IN_REFUSAL
        assert answer.json()["error_description"].startswith(f"AADSTS{answer.json()['error_codes'][0]}: ")


def _template(segments: list[str]) -> str:
    """The path of the contract that these segments mean, the one with fewest names first."""
    fitting = [path for path in PATHS if _means([part for part in path.split("/") if part], segments)]
    return min(fitting, key=lambda path: path.count("{"), default="")


def _means(parts: list[str], segments: list[str]) -> bool:
    return len(parts) == len(segments) and all(map(_fits, parts, segments))


def _fits(expected: str, segment: str) -> bool:
    return expected[0] == "{" or expected.lower() == segment.lower()


def _kind(answer: httpx.Response) -> str:
    return answer.headers.get("content-type", "").partition(";")[0]
