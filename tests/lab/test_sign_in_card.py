"""The card of a sign-in in a lab: it can begin again, it knows what a browser can reach, and it keeps no code."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from romekit.cloud.engine.people import ALEX
from romekit.core.errors import SignInExpired, Unreachable
from romekit.lab.lab import Lab
from romekit.lab.sign_in import HUBS, LabSignIn, kernel_place
from romekit.views import SignInCard


@pytest.fixture
def lab() -> Iterator[Lab]:
    """A lab in which a quarter of an hour passes in a moment, and which does not slow down for a person."""
    with closing(Lab(pace=1e-6)) as lab:
        yield lab


def shown(lab: Lab, **options: Any) -> tuple[LabSignIn, Any]:
    """A sign-in nobody approves by themselves, and its card."""
    signing = lab.sign_in(approve_after=None, **options)
    signing._repr_mimebundle_()
    return signing, signing._card


def run_out(lab: Lab, signing: LabSignIn) -> None:
    lab.clock.advance(901)
    signing._signing.poll()


def test_after_expiry_the_same_card_shows_a_new_code_that_works_and_no_code_is_left_in_it(lab: Lab) -> None:
    signing, card = shown(lab)
    first = card.code
    run_out(lab, signing)
    assert (card.stage, card.code, card.new_code) == ("expired", "", "New code")
    card.press("new_code")
    assert (card.stage, signing.state, card.seconds_left) == ("waiting", "waiting", 900)
    second = card.code
    assert second not in ("", first)
    lab.stub.identity.approve(card.code, ALEX.upn)
    assert (card.stage, signing.state) == ("signed_in", "signed in")
    assert card.code == ""
    kept = json.dumps(card.get_state(), default=str) + repr(card._repr_mimebundle_())
    assert first not in kept
    assert second not in kept
    assert signing.rome().account == ALEX.upn


def test_whoever_awaits_gets_the_client_when_somebody_asks_for_a_new_code_in_time(lab: Lab) -> None:
    signing, card = shown(lab)

    async def cell() -> str:
        waiting = asyncio.ensure_future(_client(signing))
        while card.stage != "expired":  # noqa: ASYNC110 (a card has no event to wait for, only a stage)
            await asyncio.sleep(0)
        card.press("new_code")
        assert card.stage == "waiting"
        card.press("approve")
        return (await waiting).account  # type: ignore[no-any-return]

    assert asyncio.run(cell()) == ALEX.upn


async def _client(signing: LabSignIn) -> Any:
    return await signing


def test_whoever_awaits_is_told_when_nobody_asks_for_a_new_code_also_where_nobody_waits(lab: Lab) -> None:
    signing, card = shown(lab)
    with pytest.raises(SignInExpired):
        asyncio.run(_client(signing))
    assert card.stage == "expired"
    card.press("new_code")
    card.press("approve")
    assert signing.rome().account == ALEX.upn
    signing, card = shown(lab)
    card._on_message(card, {"ran_out": True}, [])
    assert (signing.state, card.stage, card.code) == ("expired", "expired", "")
    card._on_message(card, {"ran_out": True}, [])
    assert card.stage == "expired"


def test_a_simulated_person_approves_a_new_code_as_the_first_and_it_is_only_for_one_that_has_run_out(lab: Lab) -> None:
    signing = lab.sign_in(approve_after=4.0)
    signing._repr_mimebundle_()
    run_out(lab, signing)
    signing.new_code()
    began = lab.clock.now()
    assert signing.rome().account == ALEX.upn
    assert lab.clock.now() - began >= 4.0
    signing, card = shown(lab)
    code = card.code
    signing.new_code()
    assert card.code == code
    signing.cancel()
    signing.new_code()
    assert signing.state == "cancelled"


def test_a_new_code_that_cannot_be_had_says_so_and_can_be_asked_for_again() -> None:
    def away() -> None:
        raise Unreachable("The identity provider cannot be reached.")

    card = SignInCard("ABCD", "http://127.0.0.1/link", 900, simulated=True, new_code=away)
    card.end("expired")
    card.press("new_code")
    assert card.stage == "expired"
    assert "cannot be reached" in card.message
    assert card.new_code == "New code"


def test_on_a_hub_the_card_says_that_the_link_is_out_of_reach(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in HUBS:
        monkeypatch.delenv(name, raising=False)
    assert shown(lab)[1].kernel == "here"
    assert kernel_place({"HOME": "/home/jovyan"}) == "here"
    for name in HUBS:
        with monkeypatch.context() as hub:
            hub.setenv(name, "/user/alex/")
            assert shown(lab)[1].kernel == "hub"


def test_whoever_has_opened_the_page_is_not_overtaken_by_the_simulated_person() -> None:
    lab = Lab()
    with closing(lab):
        link = f"{lab.pages()}/link"
        assert lab.sign_in(approve_after=1).rome().account == ALEX.upn
        signing = lab.sign_in(approve_after=1)
        assert httpx.get(link, trust_env=False).status_code == 200
        with pytest.raises(SignInExpired):
            signing.rome()
        signing.new_code()
        assert signing.rome().account == ALEX.upn, "nobody has opened the page for the new code"
