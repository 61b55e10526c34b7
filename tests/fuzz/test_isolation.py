"""Nothing of one account is ever in an answer to another: no id, no name, no word that somebody sent."""

from __future__ import annotations

import json
from typing import Any, Final

import httpx
from hypothesis import strategies as st

from romekit.cloud.engine.people import Person
from tests.fuzz.cloud import CALL, Cloud
from tests.fuzz.sizes import fuzzed

PEOPLE: Final = [Person(f"somebody{number}@romekit.example", f"Somebody {number}") for number in range(8)]
PAIRS: Final = st.permutations(PEOPLE).map(lambda people: (people[0], people[1]))
JSON_TYPE: Final = {"Content-Type": "application/json"}
#: deed -> verb, path and body; {device} and {command} are ids, {marker} is a word that only one of the two knows
DEEDS: Final[dict[str, tuple[str, str, Any]]] = {
    "list": ("GET", "/me/devices?$count=true&$orderby=name", None),
    "count": ("GET", "/me/devices/$count", None),
    "launch": ("POST", "{commands}", {"type": "LaunchUri", "payload": {"uri": "https://{marker}.example"}}),
    "call": ("POST", "{commands}", {**CALL, "payload": {"{marker}": "{marker}"}}),
    "follow": ("GET", "{commands}/{command}?$expand=responsepayload", None),
    "payload": ("GET", "{commands}/{command}/responsepayload", None),
    "cancel": ("POST", "{commands}/{command}/romekit.cancel", None),
    "sleep": ("POST", "/me/devices/{device}/romekit.presence", {"presence": "asleep"}),
    "wake": ("POST", "/me/devices/{device}/romekit.presence", {"presence": "online"}),
    "slow": ("POST", "/me/romekit.fault", {"what": "slow answer", "device": "{device}"}),
    "wrong fault": ("POST", "/me/romekit.fault", {"what": "{marker}"}),
    "history": ("GET", "/me/romekit.history", None),
    "deeds": ("GET", "/me/romekit.deeds", None),
    "page": ("GET", "/me/devices?$top=1", None),
    "refused": ("PUT", "{commands}", {"{marker}": 1}),
    "batch": (
        "POST",
        "/$batch",
        {
            "requests": [
                {"id": "{marker}", "method": "GET", "url": "{commands}/{command}"},
                {"id": "1", "method": "GET", "url": "/me/devices"},
                {"id": "2", "method": "POST", "url": "{commands}", "headers": JSON_TYPE, "body": CALL},
            ]
        },
    ),
}


def ask(cloud: Cloud, person: Person, deed: str, names: dict[str, str]) -> httpx.Response:
    """Do a deed as a person, with these names in it."""
    method, path, body = DEEDS[deed]
    names = {"{commands}": "/me/devices/{device}/commands", **names}
    text = json.dumps(body)
    for name, value in names.items():
        path, text = path.replace(name, value), text.replace(name, value)
    return cloud.asked_by(
        person, method, f"/beta{path}", text.encode(), client_request_id=f"{deed} of {names['{marker}']}"
    )


def commands(cloud: Cloud, person: Person) -> list[str]:
    return list(cloud.stub.spaces.now(person.upn).commands)


def own(cloud: Cloud, person: Person, marker: str) -> dict[str, str]:
    last = (commands(cloud, person) or ["0" * 32])[-1]
    return {"{device}": cloud.devices(person)[0], "{command}": last, "{marker}": marker}


@fuzzed(
    plain=60,
    long=1000,
    pair=PAIRS,
    deeds=st.lists(st.tuples(st.booleans(), st.sampled_from(list(DEEDS)), st.integers(0, 9)), min_size=2, max_size=14),
    words=st.tuples(st.uuids(), st.uuids()).filter(lambda pair: pair[0] != pair[1]),
)
def test_nothing_of_one_account_is_in_an_answer_to_another(
    pair: tuple[Person, Person], deeds: list[tuple[bool, str, int]], words: tuple[Any, Any]
) -> None:
    cloud = Cloud()
    heard = ["", ""]
    for who, deed, pause in deeds:
        answer = ask(cloud, pair[who], deed, own(cloud, pair[who], words[who].hex))
        heard[who] += f"{answer.headers.raw}{answer.text}"
        cloud.clock.advance(pause)
    for who, person in enumerate(pair):
        secrets = [person.upn, person.id, words[who].hex, *cloud.devices(person), *commands(cloud, person)]
        assert not [secret for secret in secrets if secret in heard[1 - who]]


@fuzzed(plain=40, long=500, pair=PAIRS, deed=st.sampled_from([deed for deed, row in DEEDS.items() if "{" in row[1]]))
def test_the_ids_of_others_are_answered_like_ids_that_nobody_has(pair: tuple[Person, Person], deed: str) -> None:
    cloud = Cloud()
    for person in pair:
        ask(cloud, person, "call", own(cloud, person, "said"))
    mine = own(cloud, pair[0], "mine")
    for name, known in own(cloud, pair[1], "mine").items():
        if name not in DEEDS[deed][1].replace("{commands}", "{device}"):
            continue
        made_up = known.translate(str.maketrans("0123456789abcdefABCDEF", "123456789abcdef0BCDEFA"))
        told = [_told(ask(cloud, pair[0], deed, {**mine, name: each}), each) for each in (known, made_up)]
        assert told[0] == told[1]
        assert told[0][0] in (404, 405)


@fuzzed(
    plain=20, long=300, pair=PAIRS, path=st.sampled_from(["devices", "devices/x/commands", "romekit.history", "", "x"])
)
def test_the_door_of_another_account_is_shut_as_if_there_were_none(pair: tuple[Person, Person], path: str) -> None:
    cloud = Cloud()
    for name in (pair[1].upn, pair[1].id):
        told = [
            _told(cloud.asked_by(pair[0], "GET", f"/beta/users/{each}/{path}"), each)
            for each in (name, f"{name[:-1]}x", "nobody@romekit.example")
        ]
        assert told[0] == told[1] == told[2]
        assert told[0][0] == 403


def _told(answer: httpx.Response, named: str) -> tuple[int, str]:
    """What an answer says, without the name that was in the question and the ids of the question itself."""
    if answer.status_code < 400:
        return answer.status_code, ""
    error = answer.json()["error"]
    return answer.status_code, f"{error['code']} {error['message'].replace(named, '…')} {error.get('target')}"
