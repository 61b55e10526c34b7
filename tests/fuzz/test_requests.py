"""Whatever is asked, there is an answer, and it is one of those that were promised.

What was promised is asserted in one place for all of them, `judge`: no error of the server, the status and the body
that the contract has for this request, Microsoft's envelope for a refusal.
"""

from __future__ import annotations

import json

from hypothesis import strategies as st

from romekit.cloud.engine.decide import clear_faults
from romekit.cloud.engine.people import ALEX
from tests.fuzz.bodies import BATCHES, FAULTS, JSON, written
from tests.fuzz.cloud import IDS, LAUNCH, Cloud, Raw, old
from tests.fuzz.judge import judge
from tests.fuzz.requests import graph_requests, sign_in_requests
from tests.fuzz.sizes import fuzzed

COMMANDS = f"/beta/me/devices/{IDS['alex'][0]}/commands"


@fuzzed(plain=150, long=3000, requests=st.lists(graph_requests(), min_size=1, max_size=4))
def test_graph_answers_everything_and_never_outside_of_its_contract(requests: list[Raw]) -> None:
    cloud = old(Cloud())
    for raw in requests:
        judge(raw, cloud.ask(raw))
        cloud.stub.spaces.ask(ALEX.upn, clear_faults())  # what is broken on purpose is the last test's


@fuzzed(plain=100, long=3000, requests=st.lists(sign_in_requests(), min_size=1, max_size=4))
def test_the_identity_provider_answers_everything_in_microsofts_json_or_with_a_page(requests: list[Raw]) -> None:
    cloud = Cloud()
    for raw in requests:
        judge(raw, cloud.ask(raw))


@fuzzed(plain=40, long=800, batch=BATCHES)
def test_a_batch_of_anything_has_an_answer_for_each_or_is_refused_as_a_whole(batch: object) -> None:
    cloud = Cloud()
    answer = cloud.asked_by(ALEX, "POST", "/beta/$batch", written(batch, in_ascii=True))
    judge(Raw("POST", b"/beta/$batch"), answer)
    if answer.status_code == 200:
        ids = [item["id"] for item in answer.json()["responses"]]
        assert sorted(ids) == sorted(item["id"] for item in batch["requests"])


@fuzzed(plain=40, long=800, fault=FAULTS | JSON)
def test_only_a_fault_that_was_asked_for_makes_a_server_error(fault: object) -> None:
    cloud = old(Cloud())
    answer = cloud.asked_by(ALEX, "POST", "/beta/me/romekit.fault", written(fault, in_ascii=True))
    judge(Raw("POST", b"/beta/me/romekit.fault"), answer)
    cloud.breaks_on_purpose = answer.status_code == 204
    for method, path in (("GET", COMMANDS + f"/{IDS['commands'][0]}"), ("POST", COMMANDS), ("GET", "/beta/me/devices")):
        hit = cloud.asked_by(ALEX, method, path, json.dumps(LAUNCH).encode())
        assert hit.status_code < 500 or (cloud.breaks_on_purpose and hit.status_code <= 599)
        cloud.clock.advance(30)
