import json
import re
from collections.abc import Callable
from functools import partial

import pytest

from romekit.core.errors import SignInExpired
from romekit.views import SignInCard
from romekit.views.assets import STATIC
from romekit.views.wall import SHARE

CODE, LINK = "ABCD-1234", "http://127.0.0.1:5000/link"

ENDS: dict[str, Callable[[SignInCard], None]] = {
    "signed_in": lambda card: card.end("signed_in", "Alex"),
    "declined": lambda card: card.end("declined"),
    "expired": lambda card: card.end("expired"),
    "cancelled": lambda card: card.end("cancelled"),
    "failed": lambda card: card.end("failed", "The server went away. Start it again."),
}


def state(card: SignInCard) -> dict[str, object]:
    return {name: value for name, value in card.get_state().items() if not name.startswith("_")}


@pytest.fixture
def pressed() -> list[str]:
    return []


@pytest.fixture
def card(pressed: list[str]) -> SignInCard:
    calls = {name: partial(pressed.append, name) for name in ("approve", "cancel", "new_code")}
    return SignInCard(CODE, LINK, 900, simulated=True, **calls)


def test_a_waiting_card_shows_link_code_time_and_the_buttons_and_badge_that_mean_something(card: SignInCard) -> None:
    shown = state(card)
    assert (shown["code"], shown["link"], shown["seconds_left"]) == (CODE, LINK, 900.0)
    assert (shown["approve"], shown["cancel"], shown["new_code"]) == ("Approve as Alex", "Cancel", "")
    assert shown["badge"] == "Simulated sign-in"
    shown = state(SignInCard(CODE, LINK, 900, simulated=False))
    assert (shown["approve"], shown["cancel"], shown["badge"]) == ("", "", "")


@pytest.mark.parametrize("end", ENDS)
def test_every_end_wipes_code_link_and_buttons(card: SignInCard, end: str) -> None:
    ENDS[end](card)
    assert card.stage == end
    assert card.message
    assert CODE not in json.dumps(state(card), default=str)
    assert LINK not in json.dumps(state(card), default=str)
    assert (card.approve, card.cancel) == ("", "")
    assert card.new_code == ("New code" if end == "expired" else "")


@pytest.mark.parametrize("end", [None, *ENDS])
def test_what_is_printed_or_exported_never_holds_the_code(card: SignInCard, end: str | None) -> None:
    if end:
        ENDS[end](card)
    data, _ = card._repr_mimebundle_()
    assert CODE not in json.dumps(data)
    assert CODE not in repr(card)
    assert data["text/plain"] == "Sign-in card"
    assert "application/vnd.jupyter.widget-view+json" in data
    assert card.message in data["text/html"]


def test_waiting_tells_how_much_time_is_left_and_nothing_after_the_end(card: SignInCard) -> None:
    card.waiting(870)
    assert card.seconds_left == 870.0
    card.waiting(-3)
    assert card.seconds_left == 0.0
    card.end("signed_in", "Alex")
    card.waiting(12)
    assert (card.stage, card.seconds_left) == ("signed_in", 0.0)


def test_a_click_calls_back_but_for_a_button_that_is_not_on_the_card(card: SignInCard, pressed: list[str]) -> None:
    for button in ("approve", "cancel"):
        card._on_message(card, {"press": button}, [])
    assert pressed == ["approve", "cancel"]
    card.press("new_code")
    card.press("stage")
    card._on_message(card, {}, [])
    card.end("signed_in", "Alex")
    card.press("approve")
    assert pressed == ["approve", "cancel"]


def test_after_expiry_a_new_code_can_be_shown_on_the_same_card(card: SignInCard, pressed: list[str]) -> None:
    card.end("expired")
    card.press("new_code")
    assert pressed == ["new_code"]
    card.begin("WXYZ-5678", LINK, 600)
    assert (card.stage, card.code, card.seconds_left, card.new_code) == ("waiting", "WXYZ-5678", 600.0, "")
    assert card.approve == "Approve as Alex"


def test_a_callback_that_is_refused_ends_the_card_in_words_and_hostile_words_stay_text() -> None:
    def too_late() -> None:
        raise SignInExpired("The code has run out.")

    card = SignInCard(CODE, LINK, 900, simulated=True, approve=too_late)
    card.press("approve")
    assert card.stage == "failed"
    assert card.message == "The code has run out. Start a new sign-in to get a new code."
    card.end("signed_in", "<img src=x onerror=alert(1)>")
    assert "<img" not in card._repr_mimebundle_()[0]["text/html"]


def test_the_pages_behind_the_widgets_never_set_html_and_load_nothing() -> None:
    paths = [path for path in (*STATIC.iterdir(), *SHARE.glob("wall.*")) if path.suffix in {".js", ".css"}]
    assert {"parts.js", "signin_card.js", "signin_card.css", "truth.js", "wall.js"} <= {path.name for path in paths}
    for text in [path.read_text("utf-8") for path in paths]:
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
        text = text.replace("http://www.w3.org/2000/svg", "")  # a name, as SVG elements are called; nothing is there
        text = text.replace('fetch(link, { credentials: "same-origin" })', "")  # the page's own notebook server
        assert not re.search(r"https?://|import\s|fetch\(|url\(|@import", text)
