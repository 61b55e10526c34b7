"""What is asked again, and what never is."""

from dataclasses import replace

import httpx
import pytest

from romekit.core.errors import Busy, Rejected, RomeError, TimedOut, Unreachable, Unsure
from romekit.core.model import Device
from tests.client.services import ACCEPTED, ONE_DEVICE, Says, Service

BING = "https://bing.com"
SURFACE = Device("d1", "Surface")
BUSY = Says(503, {"error": {"code": "serviceNotAvailable", "message": "Not now."}}, {"request-id": "r1"})
THROTTLED = Says(
    429, {"error": {"code": "TooManyRequests", "message": "Please retry again later."}}, {"Retry-After": "2"}
)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_question_is_asked_four_times(shells, status):
    service = Service(replace(BUSY, status=status))
    with pytest.raises(Busy, match="Not now"):
        shells.of(service).devices()
    assert len(service.heard) == 4


def test_a_question_that_is_answered_in_the_end_is_answered(shells):
    service = Service(BUSY, httpx.ReadTimeout("too long"), BUSY, Says(200, ONE_DEVICE))
    assert len(shells.of(service).devices()) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 500, 501])
def test_a_plain_refusal_is_not_asked_again(shells, status):
    service = Service(replace(BUSY, status=status))
    with pytest.raises(Exception, match="Not now"):
        shells.of(service).devices()
    assert len(service.heard) == 1


@pytest.mark.parametrize("status", [400, 402, 404, 409, 410, 418, 422, 429, 500, 501, 502, 503, 505, 507])
def test_every_refusal_says_what_to_do_next(shells, status):
    service = Service(replace(BUSY, status=status))
    with pytest.raises(RomeError) as refused:
        shells.of(service).devices()
    assert refused.value.hint


def test_a_service_without_room_is_not_asked_again_and_again(shells):
    service = Service(replace(BUSY, status=507))
    with pytest.raises(Busy, match="make room"):
        shells.of(service).devices()
    assert len(service.heard) == 1


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_command_is_never_sent_again_after_a_gateway_failed(shells, status):
    service = Service(replace(BUSY, status=status))
    with pytest.raises(Unsure, match=f"answered {status} to a command") as unsure:
        shells.of(service).launch(SURFACE, BING)
    assert len(service.heard) == 1
    assert (unsure.value.status, unsure.value.code, unsure.value.request_id) == (status, "serviceNotAvailable", "r1")


@pytest.mark.parametrize(("code", "kind"), [("quotaLimitReached", Rejected), ("insufficientStorage", Busy)])
def test_a_command_there_was_no_room_for_was_not_done_and_the_service_says_why(shells, code, kind):
    full = Says(507, {"error": {"code": code, "message": "Your space holds 4 commands.", "target": "commands"}})
    with pytest.raises(RomeError, match="Your space holds 4 commands") as refused:
        shells.of(Service(full)).launch(SURFACE, BING)
    assert (type(refused.value), refused.value.field) == (kind, "commands")
    assert ("make room" in refused.value.hint) == (kind is Busy)


def test_a_command_that_was_throttled_is_sent_again_for_nothing_was_done(shells):
    service = Service(THROTTLED, THROTTLED, ACCEPTED)
    assert shells.of(service).launch(SURFACE, BING).id == "c1"
    assert service.verbs == ["POST", "POST", "POST"]


def test_a_command_that_stays_throttled_is_given_up_after_four_tries(shells):
    service = Service(THROTTLED)
    with pytest.raises(Busy) as busy:
        shells.of(service).launch(SURFACE, BING)
    assert busy.value.retry_after == 2.0
    assert len(service.heard) == 4


@pytest.mark.parametrize(
    "lost",
    [httpx.ReadError("reset"), httpx.ReadTimeout(""), httpx.RemoteProtocolError("hung up"), httpx.WriteError("x")],
)
def test_a_command_whose_answer_was_lost_is_unsure_and_not_sent_again(shells, lost):
    service = Service(lost)
    with pytest.raises(Unsure, match="does not send a command twice by itself"):
        shells.of(service).launch(SURFACE, BING)
    assert len(service.heard) == 1


@pytest.mark.parametrize(
    "early",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout(""),
        httpx.PoolTimeout(""),
        httpx.UnsupportedProtocol("ftp"),
        httpx.LocalProtocolError("Illegal header value b'Bearer secret'"),
        httpx.InvalidURL("no host"),
    ],
)
def test_a_command_that_never_left_is_unreachable_and_nothing_can_have_happened(shells, early):
    with pytest.raises(Unreachable) as lost:
        shells.of(Service(early)).launch(SURFACE, BING)
    assert not isinstance(lost.value, Unsure)
    assert "secret" not in str(lost.value)


def test_a_timeout_of_a_question_is_asked_again_until_the_deadline(shells):
    service = Service(ACCEPTED, httpx.ReadTimeout("too long"))
    command = shells.of(service).launch(SURFACE, BING)
    with pytest.raises(TimedOut):
        command.follow(deadline=20)
    assert service.verbs.count("GET") > 3
