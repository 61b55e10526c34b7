"""What is over stays text until somebody asks for it, and then only the piece it is in is read."""

from __future__ import annotations

import json

import pytest
from rpds import HashTrieMap

from romekit.cloud.engine.older import Layered, Older


class Reads:
    """A way to read a piece, that remembers how often it was gone."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, piece: str) -> dict[str, int]:
        self.count += 1
        return json.loads(piece)


@pytest.fixture
def reads() -> Reads:
    return Reads()


@pytest.fixture
def layered(reads) -> Layered[int]:
    pieces = tuple(json.dumps({f"K{number}": number for number in range(at, at + 10)}) for at in range(0, 100, 10))
    return Layered(HashTrieMap({"new": -1}), Older(pieces, reads))


def test_one_that_is_asked_for_costs_one_piece_once(layered, reads):
    assert [layered["K42"], layered.get("K42"), "K42" in layered, layered["K43"]] == [42, 42, True, 43]
    assert reads.count == 1


def test_what_is_nowhere_or_newer_costs_nothing(layered, reads):
    assert layered.get("K1000") is None
    assert "K1000" not in layered
    assert layered["new"] == -1
    with pytest.raises(KeyError):
        layered["K1000"]
    assert reads.count == 0


def test_a_key_that_only_looks_like_one_of_a_piece_is_not_there(reads):
    layered = Layered(HashTrieMap(), Older((json.dumps({"a": 1, "why": 'the "b" in it'}),), reads))
    assert layered.get("the") is None
    assert layered.get('"b"') is None


def test_all_of_it_is_what_both_layers_hold(layered, reads):
    changed = layered.insert("K42", 420)
    assert dict(changed.items()) == {"new": -1} | {f"K{n}": n for n in range(100)} | {"K42": 420}
    assert len(changed) == 101
    assert reads.count == 10
