"""What JavaScript written as in 2018 says of the stub, when it spells as the live service did."""

import pytest

from tests.judges.judge import found, report_of
from tests.serving import serving


@pytest.fixture(scope="module")
def seen():
    """The report of one journey."""
    node = found("node", "ROMEKIT_REQUIRE_NODE", "nobody has judged as the clients of 2018 would")
    with serving("--casing", "pascal") as address:
        return report_of(node, "client_2018.js", address=address)


def test_it_finds_pascal_case_names_makes_up_for_a_missing_model_and_picks_the_devices_that_are_online(seen):
    assert "Alex's Surface (Surface Book, Tablet)" in seen["labels"]
    assert "Alex's Phone (Android Device, Phone)" in seen["labels"]
    assert "undefined" not in "".join(seen["labels"])
    assert "Alex's Surface" in seen["picked"]
    assert not {"Attic PC", "Alex's Phone"} & set(seen["picked"])


def test_json_put_together_from_strings_is_understood_unless_a_quotation_mark_breaks_it_and_it_is_told_so(seen):
    launched = seen["launched"]
    assert launched["code"] == 201
    assert (launched["command"]["Status"], launched["command"]["Type"]) == ("requesting", None)
    assert launched["command"]["Payload"] == {"uri": "https://www.bing.com/search?q=timeline"}
    assert (seen["refused"]["code"], seen["refused"]["error"]["code"]) == (400, "BadRequest")
    assert "JSON" in seen["refused"]["error"]["message"]


def test_it_calls_an_app_service_and_reads_the_answer(seen):
    assert seen["called"]["command"]["AppServiceName"] == "com.microsoft.randomnumbergenerator"
    assert seen["statuses"][-1] == "completed"
    assert seen["payload"]["result"] == 5
