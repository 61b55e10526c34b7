"""A device code sign-in with unmodified MSAL, from the code to its end, whichever it is."""

import asyncio
from contextlib import nullcontext
from itertools import count

import httpx
import pytest

from romekit.cloud.identity.context import IdentitySettings
from romekit.core import errors
from romekit.core.errors import RomeError, SignInExpired, SignInNeeded, Unreachable

DOWN = httpx.ConnectError("down")


def broken(times, problem=DOWN):
    return [problem] * times


#: The state in which a sign-in ends -> what brings that about, and the error it leaves behind.
ENDS = {
    "signed in": (lambda provider, signing: provider.approve(signing), None),
    "declined": (
        lambda provider, signing: provider.lab.stub.identity.decline(signing.user_code),
        errors.SignInDeclined,
    ),
    "expired": (lambda provider, signing: provider.clock.advance(901), SignInExpired),
    "cancelled": (lambda provider, signing: signing.cancel(), SignInNeeded),
    "failed": (lambda provider, signing: provider.wire.trouble.extend(broken(5)), Unreachable),
}


@pytest.fixture
def signing(provider):
    return provider.sign_in()


def after(provider, seconds, act):
    """A `before_poll` that does something once, so many seconds from now."""
    at = provider.clock.now() + seconds
    done = []

    def before_poll():
        if not done and provider.clock.now() >= at:
            done.append(act())

    return before_poll


@pytest.mark.filterwarnings("error")  # MSAL has nothing to warn of
def test_it_waits_for_the_person(signing):
    assert not signing.poll()
    assert not signing.poll()
    assert repr(signing) == "SignIn(waiting)"
    assert (signing.state, signing.is_over, len(signing.user_code)) == ("waiting", False, 8)
    assert (signing.seconds_left, signing.interval) == (900, 5)
    with pytest.raises(SignInNeeded, match="still waiting"):
        signing.session()


def test_it_is_signed_in_once_the_person_has_agreed(provider, signing):
    provider.approve(signing)
    session = signing.result()
    assert (session.account, session.name) == ("alex@romekit.example", "Alex Rivera")
    assert session.token().startswith("EwB")


def test_it_expires_when_nobody_types_the_code_and_is_not_asked_about_any_more(provider, signing):
    began = provider.clock.now()
    with pytest.raises(SignInExpired):
        signing.result()
    assert (signing.state, signing.seconds_left) == ("expired", 0)
    assert provider.clock.now() - began == pytest.approx(900, abs=5)
    polls = provider.wire.polls
    assert signing.poll()
    assert provider.wire.polls == polls


def test_it_expires_when_the_server_says_so_first(provider, signing):
    signing.expires_at += 3600  # a clock of ours that goes wrong
    with pytest.raises(SignInExpired, match="AADSTS"):
        signing.result()
    assert signing.state == "expired"


def test_a_cancel_while_an_answer_is_on_its_way_is_not_undone_by_it(provider, signing):
    provider.approve(signing)
    provider.wire.before = signing.cancel
    signing.poll()
    assert signing.state == "cancelled"


PENDING = httpx.Response(400, json={"error": "authorization_pending"})


@pytest.mark.parametrize(
    ("trouble", "polls"),
    [
        *((broken(2, each), 3) for each in (DOWN, httpx.Response(502), httpx.Response(200, text="<html>"))),
        ([*broken(4), PENDING, *broken(4)], 10),
    ],
    ids=["not there", "a gateway", "a page", "many, but not in a row"],
)
def test_it_survives_hiccups_of_any_kind_which_count_only_in_a_row(provider, signing, trouble, polls):
    provider.wire.trouble = [*trouble]
    provider.approve(signing)
    assert signing.result().account == "alex@romekit.example"
    assert provider.wire.polls == polls


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (httpx.ConnectError("no route"), Unreachable),
        (httpx.Response(200, text="<html>Welcome to the hotel</html>"), errors.Unreadable),
        (httpx.Response(404, text="nothing here"), errors.Unreadable),
        (httpx.Response(503), errors.Busy),
    ],
)
def test_a_sign_in_that_cannot_begin_says_why(provider, trouble, error):
    app = provider.app()
    for begin, kind in ((provider.app, error), (lambda: provider.sign_in(app), RomeError)):
        provider.wire.trouble = [trouble]
        with pytest.raises(kind):
            begin()


def test_an_app_that_is_not_registered_is_told_so(provider):
    app, error = provider.app(), {"error": "unauthorized_client", "error_description": "No.\r\nTrace"}
    provider.wire.trouble = [httpx.Response(400, json=error)]
    with pytest.raises(errors.SignInMisconfigured, match=r"refused: No\. Check the app registration"):
        provider.sign_in(app)


def test_it_asks_once_per_interval_and_no_more_and_each_look_is_told(provider):
    told = []
    signing = provider.sign_in(on_change=lambda signing: told.append((signing.state, signing.seconds_left)))
    began = provider.clock.now()
    signing.result(before_poll=after(provider, 31, lambda: provider.approve(signing)))
    assert provider.clock.now() - began == pytest.approx(35)
    assert provider.wire.polls == 8  # at 0, 5, 10 … 35
    assert told == [*(("waiting", 900 - 5 * number) for number in range(7)), ("signed in", 865)]


def test_it_asks_less_often_when_told_to_slow_down(provider, signing):
    provider.wire.trouble = [httpx.Response(400, json={"error": "slow_down"})]
    began = provider.clock.now()
    signing.result(before_poll=after(provider, 1, lambda: provider.approve(signing)))
    assert signing.interval == 10
    assert provider.clock.now() - began in (5, 10)


@pytest.mark.parametrize("interval", [0, -1, 0.2])
def test_an_interval_of_nothing_is_taken_for_a_second(provider, interval):
    provider.lab.stub.identity.settings = IdentitySettings(device_interval=interval)
    signing = provider.sign_in()
    began = provider.clock.now()
    signing.result(before_poll=after(provider, 3, lambda: provider.approve(signing)))
    assert (signing.interval, provider.clock.now() - began) == (1, 3)


def test_an_interrupt_or_a_cancelled_task_cancels_it_and_goes_on(provider, signing):
    def interrupt():
        raise KeyboardInterrupt

    async def give_up():
        numbers = count()
        task = asyncio.create_task(other.result_async(before_poll=lambda: next(numbers) == 3 and task.cancel()))
        await task

    other = provider.sign_in()
    with pytest.raises(KeyboardInterrupt):
        signing.result(before_poll=after(provider, 2, interrupt))
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(give_up())
    assert signing.state == other.state == "cancelled"


def test_it_can_be_awaited_and_works_inside_a_running_event_loop_without(provider, signing):
    async def both():
        approving = after(provider, 3, lambda: provider.approve(signing))
        awaited, other = await signing.result_async(before_poll=approving), provider.sign_in()
        provider.approve(other)
        return awaited, other.result()

    assert [session.account for session in asyncio.run(both())] == ["alex@romekit.example"] * 2


@pytest.mark.parametrize("state", ENDS)
def test_it_ends_in_each_state_stays_there_and_keeps_no_code(provider, signing, state):
    secrets = signing.user_code, signing._flow["device_code"]
    bring_about, error = ENDS[state]
    bring_about(provider, signing)
    with pytest.raises(error) if error else nullcontext():
        signing.result()
    signing.cancel()
    assert signing.poll()
    assert (signing.state, signing.user_code, provider.wire.trouble) == (state, "", [])
    kept = f"{signing!r} { {name: value for name, value in vars(signing).items() if name not in {'_app', '_session'}} }"
    assert not any(each in kept for each in secrets)


def test_it_can_begin_again_with_another_code_but_only_when_it_has_expired(provider):
    told = []
    signing = provider.sign_in(on_change=lambda signing: told.append(signing.state))
    first = signing.user_code
    signing.begin_again()
    provider.clock.advance(901)
    signing.poll()
    signing.begin_again()
    assert (signing.state, signing.seconds_left) == ("waiting", 900)
    assert signing.user_code not in {"", first}
    provider.approve(signing)
    assert signing.result().account == "alex@romekit.example"
    signing.begin_again()
    assert told[:2] == ["expired", "waiting"]
    assert told[-1] == "signed in"


def test_one_that_cannot_begin_again_stays_expired(provider, signing):
    provider.clock.advance(901)
    signing.poll()
    provider.wire.trouble = broken(1)
    with pytest.raises(Unreachable):
        signing.begin_again()
    assert signing.state == "expired"
    with pytest.raises(SignInExpired):
        signing.result()
