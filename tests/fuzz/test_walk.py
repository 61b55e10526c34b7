"""Two students walk through a class over HTTP and know nothing but what is served: no line of romekit is imported.

Each answer is held against the OpenAPI document that the server itself serves, and must not hold anything of the other
student: no id, no name, no token, and nothing that the other has written.
"""

import json
import re
from contextlib import closing
from itertools import count
from typing import Any, Final

import httpx
import pytest
from hypothesis import Phase, given, settings, strategies as st

from tests.contract import Contract
from tests.fuzz.sizes import count as counted_in, counted, rules
from tests.serving import SCOPE, serving

CODE: Final = "WREN-42"
GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
QUOTAS: Final = ("commands_per_minute=10000", "commands=1000000", "events=5000000", "waiting=100")
ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: How many requests one walk has.
STEPS: Final = 25
#: What breaks a cloud on purpose is no part of a walk.
BREAKS: Final = "romekit.fault"
ODD_PATHS: Final = "/me/devices/{device} /subscriptions /me/devices/%00 /users//devices /me/x /$batch/x".split()
ODD_VERBS: Final = "HEAD OPTIONS PUT PATCH DELETE POST GET".split()
QUERIES: Final = """
$top=2 $top=0 $top=-1 $skip=1 $skip=9999999999999999999 $count=true $select=id $select=id,,name $select=no
$filter=kind%20eq%20'Phone' $filter=( $expand=responsepayload $expand=* $skiptoken=x $deltatoken=x $format=json
$filter=startswith(name,'A')%20or%20contains(name,'e') $orderby=name%20desc,id $top=1&$top=2 api-version=1 $no=1 %FF=%00
""".split()
HEADERS: Final = {
    "Prefer": ["wait=1", "wait=0", "respond-async", "wait=x", "odata.maxpagesize=2"],
    "If-None-Match": ["own etag", "own etag", "*", 'W/"x"', ","],
    "client-request-id": ["own id", "other's id", "", "x" * 200],
    "Content-Type": ["text/plain", "application/json; charset=utf-16"],
    "Accept": ["application/xml", "application/json;odata.metadata=none"],
    "Authorization": ["Bearer", "Bearer x.y.z", "Basic eDp5", ""],
}
LAUNCH: Final = {"type": "LaunchUri", "payload": {"uri": "https://example.org/MARK"}}
CALL: Final = {
    "type": "AppService",
    "appServiceName": "com.microsoft.test.echo",
    "packageFamilyName": "5085ShawnHenry.RomanTestApp_jsjw7knzsgcce",
    "payload": {"message": "MARK"},
}
BODIES: Final = [
    *(LAUNCH, CALL) * 4,
    *(LAUNCH | {"payload": {"uri": uri}} for uri in ("MARK", "", None, 5, "https://x/\ud800")),
    *(CALL | {name: value} for name, value in (("appServiceName", ""), ("payload", None), ("packageFamilyName", 5))),
    *(CALL | {"postBackUri": uri} for uri in ("https://MARK.example/", "x", 5, "http://127.0.0.1:1/MARK")),
    *({"presence": presence} for presence in ("online", "asleep", "MARK")),
    *({"personality": "slow"}, {"app": "MARK", "installed": True}, {"type": "MARK"}, {}, [], None, "MARK", 5),
]
SINGLE: Final = {
    "place": st.integers(0, 1000),
    "odd path": st.sampled_from([""] * 15 + ODD_PATHS),
    "odd verb": st.sampled_from([""] * 40 + ODD_VERBS),
    "is other's": st.sampled_from([False] * 4 + [True]),
    "is any command": st.sampled_from([False] * 4 + [True]),
    "number": st.integers(-30, -1),
    "query": st.lists(st.sampled_from(QUERIES), max_size=2) | st.just([]),
    "body": st.sampled_from(BODIES),
}
HEADS: Final = st.sampled_from([(name, value) for name, values in HEADERS.items() for value in values])
STEP: Final = st.fixed_dictionaries(
    SINGLE
    | {
        "who": st.integers(0, 1),
        "headers": st.dictionaries(st.sampled_from([*HEADERS]), st.none(), max_size=0)
        | st.lists(HEADS, max_size=2).map(dict),
        "batch": st.just([]) | st.just([]) | st.lists(st.fixed_dictionaries(SINGLE), min_size=1, max_size=8),
    }
)


class Student:
    """Somebody in the class with a token, what they know, and the words that only they write."""

    def __init__(self, address: str, name: str) -> None:
        self.mark = f"only-{name.lower()}-writes-this"
        self.http = httpx.Client(base_url=address, trust_env=False, timeout=30)
        place = self._posted("/romekit/join", json={"code": CODE, "name": name})
        app = {"client_id": "a-walker", "scope": SCOPE}
        flow = self._posted("/consumers/oauth2/v2.0/devicecode", data=app)
        said = {"account": place["account"], "word": place["word"], "user_code": flow["user_code"]}
        self._posted("/romekit/join/approve", json=said)
        grant = app | {"grant_type": GRANT, "device_code": flow["device_code"]}
        token = self._posted("/consumers/oauth2/v2.0/token", data=grant)["access_token"]
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.user = place["account"]
        self.texts = [name, self.mark, self.user, place["word"], token, token[-40:]]
        listed = self.http.get("/beta/me/devices", headers=self.headers).json()["value"]
        self.devices = [device["id"] for device in listed]
        self.commands = [(self.devices[0], "none")]
        self.etag = self.sent_id = '"none"'

    @property
    def ids(self) -> set[str]:
        return {*self.devices, *(command for _, command in self.commands)}

    def _posted(self, path: str, **body: Any) -> dict[str, Any]:
        answer = self.http.post(path, **body)
        assert answer.is_success, answer.text
        return dict(answer.json()) if answer.content else {}


class Walk:
    """Two students in one class, one request after another, and what is wrong with an answer."""

    def __init__(self, address: str) -> None:
        self.contract = Contract(httpx.get(f"{address}/romekit/openapi.json", trust_env=False).json())
        self.students = Student(address, "Quillan"), Student(address, "Zephyra")
        self.places = [
            (verb.upper(), path)
            for path, verbs in self.contract.document["paths"].items()
            for verb in ("get", "post")
            for _ in range(12 if path.endswith("/commands") else 4 if "{command}" in path else 1)
            if verb in verbs and BREAKS not in path
        ]
        self.numbers = count(1)

    def step(self, step: dict[str, Any]) -> None:
        """One request, its answer, and what the student learns of it."""
        me, other = self.students[step["who"]], self.students[1 - step["who"]]
        method, path = self._place(step, me, other)
        if step["batch"]:
            method, path, body = "POST", "/$batch", {"requests": self._parts(step["batch"], me, other)}
        else:
            body = step["body"]
        special = {"own etag": me.etag, "own id": me.sent_id, "other's id": other.sent_id}
        headers = me.headers | {"client-request-id": f"{me.mark}-{next(self.numbers)}"}
        headers |= {name: special.get(value, value) for name, value in step["headers"].items()}
        content = json.dumps(body).replace("MARK", me.mark)
        sent = me.http.build_request(method, f"/beta{path}", headers=headers, content=content)
        answer = me.http.send(sent)
        counted_in(answer.status_code)
        self._check_contract(answer, content)
        said, told = f"{answer.headers}{answer.text}", f"{sent.url}{sent.headers}{content}"
        assert not [text for text in other.texts if text in said and text not in told], (told, said)
        assert not (other.ids & {*ID.findall(said)}) - {*ID.findall(told)}, (told, said)
        self._learn(answer, me)

    def _place(self, step: dict[str, Any], me: Student, other: Student) -> tuple[str, str]:
        method, path = self.places[step["place"] % len(self.places)]
        whose = other if step["is other's"] else me
        device, command = whose.commands[step["number"] % len(whose.commands)]
        if "{command}" not in path or step["is any command"]:
            device = whose.devices[step["number"] % len(whose.devices)]
        path = (step["odd path"] or path).format(device=device, command=command, user=whose.user)
        return step["odd verb"] or method, path + "?" * bool(step["query"]) + "&".join(step["query"])

    def _parts(self, steps: list[dict[str, Any]], me: Student, other: Student) -> list[dict[str, Any]]:
        parts = []
        for number, step in enumerate(steps):
            method, path = self._place(step, me, other)
            body = {"headers": {"Content-Type": "application/json"}, "body": step["body"]} if method == "POST" else {}
            parts.append({"id": str(number), "method": method, "url": path} | body)
        return parts

    def _check_contract(self, answer: httpx.Response, content: str) -> None:
        method, path = answer.request.method, answer.request.url.path.removeprefix("/beta")
        if method in ("HEAD", "OPTIONS"):
            assert answer.content == b""
            assert answer.status_code < 500
            return
        self.contract.check(answer)
        if path == "/$batch" and answer.status_code == 200:
            asked = {each["id"]: each for each in json.loads(content)["requests"]}
            parts = answer.json()["responses"]
            assert sorted(asked) == sorted(part["id"] for part in parts)
            for part in parts:
                one = asked[part["id"]]
                if one["method"] in ("HEAD", "OPTIONS"):
                    continue
                told = self.contract.told(one["method"], one["url"].partition("?")[0], part["status"])
                for _, media in told.get("content", {}).items():
                    assert not [fault.message for fault in self.contract.faults(media["schema"], part["body"])], (
                        one,
                        part,
                    )

    def _learn(self, answer: httpx.Response, me: Student) -> None:
        me.etag = answer.headers.get("etag", me.etag)
        path = answer.request.url.path
        if answer.status_code == 201:
            me.commands.append((path.split("/devices/")[1].split("/")[0], answer.json()["id"]))
            me.sent_id = answer.request.headers["client-request-id"]
        elif path == "/beta/$batch" and answer.status_code == 200:
            made = [part["body"]["id"] for part in answer.json()["responses"] if part["status"] == 201]
            me.commands += [(me.devices[0], command) for command in made]


@pytest.mark.parametrize(
    "answers", [pytest.param(300, id="plain"), pytest.param(5000, id="long", marks=pytest.mark.judges)]
)
def test_two_walk_at_random_and_nothing_is_outside_the_contract_and_nothing_of_the_other(
    answers, tmp_path, record_property
):
    seen = []
    options = [option for quota in QUOTAS for option in ("--quota", quota)]
    with serving(
        "--class", "Physics 9", "--class-code", CODE, "--admin-secret-file", str(tmp_path / "secret"), *options
    ) as address:
        walk = Walk(address)

        @settings(rules(answers // STEPS, is_long=False), phases=[Phase.generate])  # a server has no second first time
        @given(st.lists(STEP, min_size=STEPS, max_size=STEPS))
        def walks(steps: list[dict[str, Any]]) -> None:
            for step in steps:
                walk.step(step)
                seen.append(1)

        with closing(walk.students[0].http), closing(walk.students[1].http):
            counted(record_property, walks)
    assert len(seen) >= answers
