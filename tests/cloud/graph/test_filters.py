"""`$filter` finds exactly the devices it says, and says where it is wrong."""

from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from romekit.cloud.graph.messages import Refused
from romekit.cloud.graph.odata.filters import DEEPEST, predicate_of
from romekit.core.model import Device
from tests.cloud.graph_client import Door

SURFACE = Device("1", "Alex's Surface", "Microsoft Corporation", "Surface Book", "Tablet", "Online", "Windows")
PHONE = Device("2", "phone", "Contoso", None, "Phone", "Unknown", "Android")


def found(text):
    return [device.id for device in (SURFACE, PHONE) if predicate_of(text)(device)]


@pytest.mark.witness("option", "list_devices $filter", "D 7.3")
@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("kind eq 'Tablet'", ["1"]),
        ("kind eq 'tablet'", []),
        ("Kind EQ 'Tablet'", ["1"]),
        ("kind ne 'Tablet'", ["2"]),
        ("'Tablet' eq kind", ["1"]),
        ("name eq 'Alex''s Surface'", ["1"]),
        ("model eq null", ["2"]),
        ("model ne null", ["1"]),
        ("null eq null", ["1", "2"]),
        ("name lt 'B'", ["1"]),
        ("name ge 'phone'", ["2"]),
        ("model le 'Z' or model gt 'Z'", ["1"]),
        ("kind in ('Phone','Tablet')", ["1", "2"]),
        ("model in (null)", ["2"]),
        ("startswith(name,'Alex')", ["1"]),
        ("startsWith(name, 'Alex') eq true", ["1"]),
        ("endswith(name,'one')", ["2"]),
        ("contains(manufacturer,'o')", ["1", "2"]),
        ("not startswith(model,'X')", ["1"]),
        ("not (model eq null)", ["1"]),
        ("not model eq null", ["1"]),
        ("not not model eq null", ["2"]),
        ("kind eq 'Phone' or kind eq 'Tablet' and name eq 'phone'", ["2"]),
        ("(kind eq 'Phone' or kind eq 'Tablet') and status eq 'Online'", ["1"]),
        ("contains(model,'S') or platform eq 'Android'", ["1", "2"]),
        ("true", ["1", "2"]),
        ("(name eq 'phone') ne false", ["2"]),
        ("name\teq\n'phone'", ["2"]),
        ("name eq ''", []),
    ],
)
def test_a_filter_finds_what_it_says(text, ids):
    assert found(text) == ids


@pytest.mark.witness("error", "400 BadRequest", "I 7.1")
@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("name eq", 8, "found the end"),
        ("name", 1, "neither true nor false"),
        ("name is 'x'", 1, "neither true nor false"),
        ("name eq 'x", 9, "never closed"),
        ("name eq 'x' kind eq 'y'", 13, "an operator or the end"),
        ("(name eq 'x'", 13, "')'"),
        ("name eq 5", 9, "needs quotes"),
        ("name eq 6841b3db-2b55-467b", 9, "needs quotes"),
        ("name in 'x'", 9, "'('"),
        ("name in ()", 10, "a value"),
        ("name in ('x' 'y')", 14, "',' or ')'"),
        ("tolower(name) eq 'x'", 1, "startswith, endswith, contains"),
        ("startswith(name)", 16, "','"),
        ("startswith(true,'x')", 12, "takes text"),
        ("name eq true", 9, "cannot compare a string with a boolean"),
        ("true lt false", 9, "cannot compare"),
        ("and", 1, "found 'and'"),
        ("name eq 'x')", 12, "found ')'"),
        ("(" * 60 + "true" + ")" * 60, DEEPEST + 2, "levels"),
        ("not " * 5000 + "true", 4 * DEEPEST + 5, "levels"),
    ],
)
def test_a_wrong_filter_is_refused_with_its_position(text, position, words):
    with pytest.raises(Refused) as refused:
        predicate_of(text)
    assert (refused.value.status, refused.value.code, refused.value.target) == (400, "BadRequest", "$filter")
    assert refused.value.message.endswith(f"at position {position}.")
    assert words in refused.value.message


def test_a_property_that_is_always_null_is_not_compared_and_one_nobody_has_is_named():
    with pytest.raises(Refused, match="personal account"):
        predicate_of("accountEnabled eq null")
    with pytest.raises(Refused, match="'colour' on type 'microsoft.graph.device'"):
        predicate_of("colour eq 'red'")


@given(st.text(max_size=40) | st.text("nameqotis()', lu", max_size=40))
def test_any_text_is_a_filter_or_is_refused(text):
    with suppress(Refused):
        assert predicate_of(text)(SURFACE) in (True, False)


WORDS = st.sampled_from(["", "a", "b", "ab", "A", "it's", "ü", "🙂"])
ATTRIBUTES = ("name", "manufacturer", "model", "kind", "status", "platform")
DEVICES = st.builds(Device, st.just("d"), *([st.none() | WORDS] * 6))


def quoted(word):
    return "null" if word is None else "'" + word.replace("'", "''") + "'"


def comparisons():
    """(the filter, the same in Python with None for null)"""
    truths = {
        "eq": lambda a, b: a == b,
        "ne": lambda a, b: a != b,
        "lt": lambda a, b: a is not None and b is not None and a < b,
        "ge": lambda a, b: a is not None and b is not None and a >= b,
    }
    return st.builds(
        lambda name, op, word: (f"{name} {op} {quoted(word)}", lambda device: truths[op](getattr(device, name), word)),
        st.sampled_from(ATTRIBUTES),
        st.sampled_from(sorted(truths)),
        st.none() | WORDS,
    )


def calls():
    truths = {
        "startswith": lambda whole, part: whole.startswith(part),
        "endswith": lambda whole, part: whole.endswith(part),
        "contains": lambda whole, part: part in whole,
    }
    return st.builds(
        lambda function, name, word: (
            f"{function}({name},{quoted(word)})",
            lambda device: None if getattr(device, name) is None else truths[function](getattr(device, name), word),
        ),
        st.sampled_from(sorted(truths)),
        st.sampled_from(ATTRIBUTES),
        WORDS,
    )


def lists():
    return st.builds(
        lambda name, words: (f"{name} in ({','.join(map(quoted, words))})", lambda it: getattr(it, name) in words),
        st.sampled_from(ATTRIBUTES),
        st.lists(st.none() | WORDS, min_size=1, max_size=3),
    )


def opposite(part):
    text, truth = part
    return f"not ({text})", lambda device: None if truth(device) is None else not truth(device)


def joined(one, word, other):
    """Both of two, or either: a null decides only where nothing else does."""

    def truth(device):
        said = {one[1](device), other[1](device)}
        decides = word == "or"
        return decides if decides in said else None if None in said else not decides

    return f"({one[0]}) {word} ({other[0]})", truth


def filters():
    simple = comparisons() | calls() | lists()
    return st.recursive(
        simple,
        lambda inner: st.builds(opposite, inner) | st.builds(joined, inner, st.sampled_from(["and", "or"]), inner),
        max_leaves=8,
    )


@given(filters(), DEVICES)
def test_a_filter_agrees_with_python(written, device):
    text, truth = written
    assert predicate_of(text)(device) is (truth(device) is True)


def test_a_filter_goes_through_the_door():
    door = Door()
    answer = door.get("/beta/me/devices", params={"$filter": "name eq 'Alex''s Surface'"})
    assert [device["name"] for device in answer.json()["value"]] == ["Alex's Surface"]
    wrong = door.get("/beta/me/devices", params={"$filter": "name = 'x'"})
    assert wrong.status_code == 400
    assert wrong.json()["error"]["target"] == "$filter"
