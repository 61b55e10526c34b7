"""The last exchanges of an account: so many, and never more than so many bytes of them."""

import pytest

from romekit.cloud.graph.messages import GraphRequest, GraphResponse
from romekit.cloud.graph.request_log import KEPT, MOST_BYTES, Exchange, RequestLog


def asked(number: int, body: bytes = b"", part: object = None) -> GraphRequest:
    return GraphRequest("POST", (), {}, body, float(number), f"request {number}", part=part)


def filled(exchange: Exchange, times: int) -> RequestLog:
    exchanges = RequestLog()
    for _ in range(times):
        exchanges.keep("alex", exchange)
    return exchanges


def test_so_many_are_kept_and_the_oldest_go_first():
    exchanges = RequestLog()
    for number in range(KEPT + 5):
        exchanges.keep("alex", Exchange(asked(number), GraphResponse(200)))
    assert [exchanges.of("alex")[place].request.at for place in (0, -1)] == [5, KEPT + 4]
    assert exchanges.of("sam") == []


@pytest.mark.parametrize(
    ("exchange", "most"),
    [
        (Exchange(asked(1, b"x" * 64_000), GraphResponse(201)), MOST_BYTES // 64_000),
        (Exchange(asked(1, part="x" * 63_998), GraphResponse(201)), MOST_BYTES // 64_000),
        (Exchange(asked(1), GraphResponse(200, {"value": [{}] * 10_000})), MOST_BYTES // 3_000_000),
        (Exchange(asked(1), GraphResponse(200, {"value": [{}] * 1_000_000})), 1),
    ],
    ids=["large bodies", "large parts of a batch", "long lists", "one that is too large alone"],
)
def test_large_ones_are_fewer_and_the_last_is_always_there(exchange: Exchange, most: int):
    assert len(filled(exchange, 300).of("alex")) == most


def test_what_is_dropped_makes_room_again():
    large = Exchange(asked(1, b"x" * 64_000), GraphResponse(201))
    exchanges = filled(large, 100)
    for _ in range(100):
        exchanges.drop("alex", large.request)
    for number in range(KEPT):
        exchanges.keep("alex", Exchange(asked(number), GraphResponse(200)))
    assert len(exchanges.of("alex")) == KEPT
