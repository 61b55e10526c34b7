"""What is asked again, and what never is."""

import httpx
import pytest

from romekit.core import errors
from romekit.core.errors import Busy, Rejected, RomeError, TimedOut, Unreachable, Unreadable, Unsure
from romekit.core.model import Device
from tests.client.services import ACCEPTED, ONE_DEVICE, Says, Service

BING = "https://bing.com"
SURFACE = Device("d1", "Surface")
THROTTLED = Says(429, {"error": {"code": "TooManyRequests", "message": "Retry later."}}, {"Retry-After": "2"})
#: The status of a refusal -> the error, and how often a request that only reads is sent.
REFUSALS = {
    **dict.fromkeys((400, 402, 409, 413, 418, 422, 501, 505), (Rejected, 1)),
    403: (errors.NotAllowed, 1),
    404: (errors.NotFound, 1),
    410: (errors.ServiceRetired, 1),
    500: (Unreadable, 1),
    507: (Busy, 1),
    **dict.fromkeys((429, 502, 503, 504), (Busy, 4)),
}


def refusing(status):
    error = {"code": "someCode", "message": "Because.", "target": "payload"}
    return Service(Says(status, {"error": error}, {"request-id": "r1"}))


@pytest.mark.parametrize(("status", "error", "times"), [(status, *each) for status, each in REFUSALS.items()])
def test_a_refusal_has_its_error_with_the_services_words_and_a_next_step(shells, status, error, times):
    service = refusing(status)
    with pytest.raises(error, match=rf"Because\. \(HTTP {status}, someCode\)") as refused:
        shells.of(service).devices()
    seen = refused.value
    assert (type(seen), len(service.heard)) == (error, times)
    assert (seen.status, seen.code, seen.field, seen.request_id) == (status, "someCode", "payload", "r1")
    assert seen.hint
    assert ("make room" in seen.hint) == (status == 507)


def test_a_question_is_asked_again_until_it_is_answered_or_the_deadline_has_come(shells):
    busy, lost = Says(503, {"error": {"code": "serviceNotAvailable", "message": "Not now."}}), httpx.ReadTimeout("")
    assert len(shells.of(Service(busy, lost, busy, Says(200, ONE_DEVICE))).devices()) == 1
    service = Service(ACCEPTED, lost)
    with pytest.raises(TimedOut):
        shells.of(service).launch(SURFACE, BING).follow(deadline=20)
    assert service.verbs.count("GET") > 3


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_command_is_never_sent_again_after_a_gateway_failed(shells, status):
    service = refusing(status)
    with pytest.raises(Unsure, match=f"answered {status} to a command") as unsure:
        shells.of(service).launch(SURFACE, BING)
    assert len(service.heard) == 1
    assert (unsure.value.status, unsure.value.code, unsure.value.request_id) == (status, "someCode", "r1")


@pytest.mark.parametrize(("code", "kind"), [("quotaLimitReached", Rejected), ("insufficientStorage", Busy)])
def test_a_command_there_was_no_room_for_was_not_done_and_the_service_says_why(shells, code, kind):
    full = Says(507, {"error": {"code": code, "message": "Your space holds 4 commands.", "target": "commands"}})
    with pytest.raises(RomeError, match="Your space holds 4 commands") as refused:
        shells.of(Service(full)).launch(SURFACE, BING)
    assert (type(refused.value), refused.value.field) == (kind, "commands")
    assert ("make room" in refused.value.hint) == (kind is Busy)


def test_a_command_that_was_throttled_is_sent_again_for_nothing_was_done_but_only_four_times(shells):
    service = Service(THROTTLED, THROTTLED, ACCEPTED)
    assert shells.of(service).launch(SURFACE, BING).id == "c1"
    assert service.verbs == ["POST", "POST", "POST"]
    service = Service(THROTTLED)
    with pytest.raises(Busy) as busy:
        shells.of(service).launch(SURFACE, BING)
    assert (busy.value.retry_after, len(service.heard)) == (2.0, 4)


LOST = [httpx.ReadError("reset"), httpx.ReadTimeout(""), httpx.RemoteProtocolError("hung up"), httpx.WriteError("x")]
EARLY = [
    *(httpx.ConnectError("refused"), httpx.ConnectTimeout(""), httpx.PoolTimeout(""), httpx.InvalidURL("no host")),
    *(httpx.UnsupportedProtocol("ftp"), httpx.LocalProtocolError("Illegal header value b'Bearer secret'")),
]


@pytest.mark.parametrize(
    ("problem", "error"), [*((each, Unsure) for each in LOST), *((each, Unreachable) for each in EARLY)], ids=repr
)
def test_a_command_is_not_sent_again_and_unsure_is_only_one_that_may_have_arrived(shells, problem, error):
    service = Service(problem)
    with pytest.raises(error) as lost:
        shells.of(service).launch(SURFACE, BING)
    assert type(lost.value) is error
    assert ("does not send a command twice by itself" in lost.value.hint) is (error is Unsure)
    assert "secret" not in str(lost.value)
    assert len(service.heard) == 1
