"""What a shell script with nothing but curl and sed says of the stub."""

import pytest

from tests.judges.judge import report_of
from tests.serving import serving


@pytest.fixture(scope="module")
def seen():
    """The report of one journey."""
    with serving() as address:
        return report_of("sh", "journey.sh", address=address)


def test_it_signs_in_lists_and_sends_with_a_slash_at_the_end_and_polls_until_the_command_has_completed(seen):
    assert len(seen["list"]["value"]) == 7
    toast = {"Type": "Toast", "Title": "Hello", "Subtitle": "World!"}
    assert (seen["sent"]["status"], seen["sent"]["type"], seen["sent"]["payload"]) == ("requesting", None, toast)
    assert (seen["statuses"][0], seen["statuses"][-1]) == ("requesting", "completed")
    assert seen["ended"]["id"] == seen["sent"]["id"]


def test_it_reads_the_answer_in_the_documented_and_in_the_real_spelling(seen):
    assert seen["payload"]["Type"] == "Ack"
    assert seen["payload"] == seen["lower"]


def test_each_request_is_answered_with_the_status_code_of_graph(seen):
    told = {"no token": 401, "send": 201, "no such device": 404, "a form": 415, "delete": 405, "v1.0": 400}
    assert seen["codes"] == told
