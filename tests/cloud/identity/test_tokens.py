"""Access tokens carry their claims, and nobody can change them."""

from typing import Any

import pytest
from hypothesis import example, given, strategies as st

from romekit.cloud.identity.tokens import BadToken, seal, unseal

KEY = b"k" * 32
CLAIMS: dict[str, Any] = {"sub": "s", "upn": "alex@romekit.example", "name": "Älex", "scp": ["Device.Read"], "exp": 12}


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())))
@example(CLAIMS)
def test_a_token_carries_its_claims_and_looks_like_those_of_personal_accounts(claims: dict[str, Any]) -> None:
    token = seal(claims, KEY)
    assert unseal(token, KEY) == claims
    assert (token[:3], "." in token) == ("EwB", False)


@given(st.integers(min_value=0), st.sampled_from("ABCxyz019+/"))
def test_a_changed_token_is_refused_wherever_it_was_changed(place: int, letter: str) -> None:
    token = seal(CLAIMS, KEY)
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        with pytest.raises(BadToken):
            unseal(changed, KEY)


@pytest.mark.parametrize(
    "garbage",
    ["", "EwB", "EwB=", "EwBAAAA", "hello", "EwBü", "EwB" + "A" * 100_000, "a.b.c", "EwB\n", seal(CLAIMS, b"x" * 32)],
)
def test_garbage_and_what_was_sealed_with_another_key_is_refused(garbage: str) -> None:
    with pytest.raises(BadToken):
        unseal(garbage, KEY)


@given(st.text())
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    for token in (text, "EwB" + text):
        with pytest.raises(BadToken):
            unseal(token, KEY)
