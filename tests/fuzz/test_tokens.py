"""A token that is not exactly what it was, or not for this, opens nothing."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, strategies as st

from romekit.cloud.engine.people import ALEX, WREN
from tests.fuzz.bodies import written
from tests.fuzz.cloud import IDS, LAUNCH, Cloud, Raw, as_raw
from tests.fuzz.judge import judge
from tests.fuzz.requests import bad_tokens
from tests.fuzz.sizes import fuzzed

CLOUD = Cloud()
GOOD = CLOUD.token()
DEVICES, COMMANDS = "/beta/me/devices", f"/beta/me/devices/{IDS['alex'][0]}/commands"
ASKED = st.sampled_from(
    [("GET", DEVICES), ("POST", COMMANDS), ("GET", "/beta/me/romekit.history"), ("POST", "/beta/$batch")]
)
LETTERS = st.characters(min_codepoint=0x21, max_codepoint=0xFF)


@st.composite
def spoilt(draw: Any) -> str:
    """The good token with some of its letters changed, left out or added."""
    token = GOOD
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(token)))
        token = token[:place] + draw(st.text(LETTERS, max_size=3)) + token[place + draw(st.integers(0, 3)) :]
    assume(token.strip() != GOOD)
    return token


def ask(asked: tuple[str, str], token: str) -> int:
    """The status with this token; whatever it is, the answer is a proper one."""
    raw = Raw(asked[0], asked[1].encode(), as_raw({"Authorization": f"Bearer {token}"}), written(LAUNCH))
    answer = CLOUD.ask(raw)
    judge(raw, answer)
    return answer.status_code


@fuzzed(
    plain=100,
    long=3000,
    token=spoilt() | st.text(LETTERS, min_size=1) | st.sampled_from(bad_tokens(CLOUD)),
    asked=ASKED,
)
def test_a_token_that_was_changed_cut_or_made_elsewhere_is_refused_with_401(token: str, asked: tuple[str, str]) -> None:
    assert ask(asked, token) == 401


@fuzzed(
    plain=50,
    long=500,
    claims=st.fixed_dictionaries(
        {},
        optional={
            "aud": st.sampled_from(["https://outlook.office.com", "", None, "00000002-0000-0000-c000-000000000000"]),
            "exp": st.sampled_from([0, 1.5, -1]),
        },
    ).filter(bool),
    asked=ASKED,
)
def test_a_token_for_another_service_or_another_time_is_refused_with_401(
    claims: dict[str, Any], asked: tuple[str, str]
) -> None:
    assert ask(asked, CLOUD.token(**claims)) == 401


@fuzzed(
    plain=30, long=300, scopes=st.sets(st.sampled_from(["", "User.Read", "device.read", "Device.Command.All", "*"]))
)
def test_a_token_with_other_scopes_reads_and_sends_nothing(scopes: set[str]) -> None:
    token = CLOUD.token(scp=sorted(scopes))
    assert ask(("GET", DEVICES), token) == 403
    assert ask(("POST", COMMANDS), token) == 403


def test_an_id_token_is_no_access_token() -> None:
    CLOUD.stub.identity.signing.sign({})
    for claims in ({"aud": "https://graph.microsoft.com", "sub": ALEX.id}, {"aud": "an-app", "upn": ALEX.upn}):
        assert ask(("GET", DEVICES), CLOUD.stub.identity.signing.sign(claims)) == 401


@fuzzed(plain=20, long=100, asked=ASKED, more=st.booleans())
def test_a_work_account_and_an_app_without_a_person_are_turned_away(asked: tuple[str, str], more: bool) -> None:
    assert ask(asked, CLOUD.token(WREN, ver="2.0" if more else "1.0")) == 403
    assert ask(asked, CLOUD.token(idtyp="app", scp=["Device.Read"] if more else [])) == 400
