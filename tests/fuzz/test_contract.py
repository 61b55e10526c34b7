"""The contract against a running stub: schemathesis makes requests from the one and holds the other's answers to it.

The small run belongs to the judges, because schemathesis is not among the tools that every test needs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given, strategies as st

from romekit.cloud.engine.people import ALEX
from romekit.cloud.http.server import in_thread
from romekit.cloud.openapi.document import document
from romekit.core.model import MODERN
from tests.fuzz.cloud import IDS, Cloud, old
from tests.fuzz.sizes import Record, count, counted, rules, sizes

CONTRACT: Final = json.loads(json.dumps(document(MODERN)))
OPERATIONS: Final = [
    (path, verb, mode)
    for path, verbs in CONTRACT["paths"].items()
    for verb in verbs
    for mode in ("positive", "negative")
    if verb != "options" and (path, mode) not in {("/$metadata", "negative"), ("/", "negative")}  # take nothing
]
#: Not among them: that all valid data is taken and nothing else. The stub reads leniently, as the contract says, and
#: refuses what no schema can say, such as a `$skiptoken` that is not its own.
CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
FILTERS: Final = ["kind eq 'Phone'", "startswith(name,'A')", "not (isManaged eq null) or name ne ''"]
KNOWN: Final = {"user": [ALEX.upn, ALEX.id], "device": IDS["alex"][:1], "command": IDS["commands"]}


class Renewed:
    """A cloud that is a new one for each case, behind one and the same server."""

    def __init__(self) -> None:
        self.cloud = Cloud()
        self.address = ""

    async def __call__(self, *asgi: Any) -> None:
        await self.cloud.stub.app(*asgi)


@pytest.fixture(scope="module")
def running() -> Iterator[Renewed]:
    renewed = Renewed()
    with in_thread(renewed) as renewed.address:
        yield renewed


@pytest.fixture(scope="module")
def schema() -> Any:
    schemathesis = pytest.importorskip("schemathesis", reason="needs the extra `fuzz`")
    schemathesis.openapi.format("odata-filter", st.sampled_from(FILTERS))
    schemathesis.openapi.format("odata-skiptoken", st.just("from-a-next-link"))
    schemathesis.openapi.format("odata-deltatoken", st.sampled_from(["latest", "0", "7"]))
    return schemathesis.openapi.from_dict(CONTRACT)


@sizes(8, 200, pytest.mark.judges)
@pytest.mark.parametrize(("path", "verb", "mode"), OPERATIONS)
def test_the_stub_keeps_to_its_contract(
    running: Renewed, schema: Any, path: str, verb: str, mode: str, size: int, record_property: Record
) -> None:
    from schemathesis import GenerationMode
    from schemathesis.checks import CHECKS as CATALOGUE

    checks = CATALOGUE.get_by_names(CHECKS)
    cases = schema[path][verb].as_strategy(generation_mode=GenerationMode(mode))

    @rules(size, is_long=size == 200)
    @given(case=cases, names=st.fixed_dictionaries({name: st.sampled_from(ids) for name, ids in KNOWN.items()}))
    def kept(case: Any, names: dict[str, str]) -> None:
        running.cloud = old(Cloud())
        case.path_parameters = {name: names[name] for name in case.path_parameters or {}}
        headers = {"Authorization": f"Bearer {running.cloud.token()}"}
        answer = case.call(base_url=f"{running.address}/beta", headers=headers)
        count(answer.status_code)
        case.validate_response(answer, checks=checks)

    counted(record_property, kept)
