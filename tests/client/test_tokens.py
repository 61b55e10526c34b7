"""Tokens: renewed once when refused, shared by threads, and never shown."""

import asyncio
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest

from romekit.client.client import AsyncRome
from romekit.client.exchange import Ask, Reply, Token
from romekit.core.endpoints import served
from romekit.core.errors import RomeError, SignInNeeded
from romekit.core.model import ECHO, Device
from romekit.lab.lab import Lab
from tests.client.services import ACCEPTED, DONE, ONE_DEVICE, Says, Service, Tokens, now

BING = "https://bing.com"
SURFACE = Device("d1", "Surface")
REFUSED = Says(401, {"error": {"code": "InvalidAuthenticationToken", "message": "Token is old."}})
LIST = Says(200, ONE_DEVICE)
ASKS = [lambda rome: rome.devices(), lambda rome: rome.launch(SURFACE, BING), lambda rome: rome.device("x")]


@pytest.mark.parametrize(("ask", "answer"), [(ASKS[0], LIST), (ASKS[1], ACCEPTED)], ids=["a question", "a command"])
def test_a_refused_token_is_renewed_once_and_the_request_sent_again_for_nothing_was_done(shells, ask, answer):
    service, tokens = Service(REFUSED, answer), Tokens()
    ask(shells.of(service, tokens=tokens))
    first, second = service.heard
    assert first.headers["authorization"] == "Bearer secret-token-1"
    assert second.headers["authorization"] == "Bearer secret-token-2"
    assert (first.body, tokens.renewals) == (second.body, 1)


@pytest.mark.parametrize("ask", ASKS[:2])
def test_two_refusals_in_a_row_mean_that_a_person_is_needed(shells, ask):
    service, tokens = Service(REFUSED), Tokens()
    with pytest.raises(SignInNeeded, match="Token is old.*Sign in again"):
        ask(shells.of(service, tokens=tokens))
    assert (len(service.heard), tokens.renewals) == (2, 1)


def test_each_question_may_renew_once_and_a_person_who_is_needed_ends_a_follow_at_once(shells):
    service, tokens = Service(REFUSED, ACCEPTED, REFUSED, now("executing"), REFUSED, DONE), Tokens()
    assert shells.of(service, tokens=tokens).launch(SURFACE, BING).follow().is_success
    assert tokens.renewals == 3
    command = shells.of(Service(ACCEPTED, REFUSED)).launch(SURFACE, BING)
    with pytest.raises(SignInNeeded):
        command.follow()


def test_a_token_that_runs_out_in_the_middle_of_a_follow_is_renewed_in_silence_unless_all_was_revoked(rome, lab):
    seen, command = [], rome.launch("xbox", BING)

    def an_hour_passes(latest):
        lab.clock.advance(0 if seen else 3600)
        seen.append(latest.status)

    assert command.follow(progress=an_hour_passes, deadline=7200).is_final
    assert [exchange.status for exchange in lab.exchanges()].count(401) == 1
    assert len(seen) == 2
    lab.stub.identity.revoke(lab.person.upn)
    lab.clock.advance(3600)
    with pytest.raises(SignInNeeded):
        rome.devices()


def test_threads_and_tasks_that_share_a_client_renew_an_old_token_once():
    lab = Lab()
    rome, awaiting = lab.rome(), lab.async_rome()
    rome.devices()
    lab.clock.advance(3600)
    renewals, ready, ask = [], Barrier(8), lab.stub.identity.ask
    lab.stub.identity.ask = lambda request: renewals.append(request) or ask(request)
    with ThreadPoolExecutor(8) as threads:
        assert [*threads.map(lambda _: ready.wait() is not None and len(rome.devices()), range(8))] == [7] * 8
    assert len(renewals) == 1

    async def together():
        return await asyncio.gather(*(awaiting.devices() for _ in range(8)))

    lab.clock.advance(3600)
    assert [len(devices) for devices in asyncio.run(together())] == [7] * 8
    assert len(renewals) == 2


@pytest.mark.parametrize(
    "answer",
    [
        *(REFUSED, Says(400, {"error": {"code": "BadRequest"}}), Says(503, "<html>"), Says(200, "<html>")),
        Says(200, {"value": [], "@odata.nextLink": "https://evil.example"}),
        *(httpx.ConnectError("refused"), httpx.ReadError("reset")),
    ],
)
@pytest.mark.parametrize("ask", ASKS)
def test_no_error_shows_the_token(shells, ask, answer):
    rome = shells.of(Service(answer))
    with pytest.raises(RomeError) as told:
        ask(rome)
    shown = "".join(traceback.format_exception(told.value)) + repr(told.value) + repr(vars(told.value)) + repr(rome)
    assert "secret-token" not in shown


def test_a_token_that_cannot_be_sent_is_not_shown_nor_one_in_what_is_kept_of_a_conversation(shells, rome, lab):
    class Unlucky(Tokens):
        def token(self, *, refused=""):
            return super().token(refused=refused) + "\nX-Injected: yes"

    with shells.over_a_socket("http://127.0.0.1:9", tokens=Unlucky()) as other, pytest.raises(RomeError) as told:
        other.devices()
    assert "secret-token" not in str(told.value)
    rome.call("surface", ECHO, {"request": 1}).follow().payload()
    token = rome._tokens.token()
    shown = repr(lab.exchanges()) + repr([exchange.request_headers for exchange in lab.exchanges()])
    assert token[:20] not in shown
    assert "Bearer (taken out)" in shown
    assert repr(rome).endswith("(signed in as alex@romekit.example, simulated)")
    ask = Ask("GET", "/me/devices", token=token)
    assert token not in repr([ask, Reply(200, {}, b"", ask), Token(token)])


def test_while_a_token_is_renewed_elsewhere_the_event_loop_goes_on():
    class Slow:
        def token(self, *, refused=""):
            time.sleep(1.0)
            raise SignInNeeded("Nobody is signed in.")

    async def play():
        rome = AsyncRome(served("http://127.0.0.1:9"), Slow())
        asking = asyncio.create_task(rome.devices())
        ticks = 0
        while not asking.done():
            await asyncio.sleep(0.02)
            ticks += 1
        await rome.aclose()
        with pytest.raises(SignInNeeded):
            asking.result()
        return ticks

    assert asyncio.run(play()) > 5
