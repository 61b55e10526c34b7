"""What azure-core's own poller says of the status monitor: it is unmodified, and nothing in romekit is made for it."""

import sys
from importlib.util import find_spec

import pytest

from tests.judges.judge import report_of, served


@pytest.fixture(scope="module")
def seen(certificate):
    """What the poller made of three operations, over https."""
    if find_spec("azure.core") is None:
        pytest.fail("azure-core is not installed here: uv run --extra judges pytest -m judges")
    with served(certificate, "--status-monitor") as address:
        return report_of(sys.executable, "azure_core_client.py", address=address, verify=certificate)


def test_the_client_did_it_without_romekit_and_raises_the_error_of_an_operation_that_failed(seen):
    assert seen["loaded"] == ["azure"]
    code, message = seen["refused"]["error"]
    assert (seen["refused"]["last"], code) == ("Failed", "executionFailed")
    assert "the device tried and failed" in message.lower()


@pytest.mark.parametrize(("order", "result"), [("launch", None), ("call", "pong")])
def test_it_follows_an_operation_to_its_result(seen, order, result):
    told = seen[order]
    assert (told["first"], told["last"], told["done"]) == ("NotStarted", "Succeeded", True)
    assert told["result"]["status"] == "Succeeded"
    assert told["result"].get("result", {}).get("Type") == result
    assert told["continuation"] is True


@pytest.mark.parametrize("order", ["launch", "call", "refused"])
def test_it_polls_the_monitor_and_nothing_else_and_waits_as_it_is_told(seen, order):
    (method, status, headers), *polls = seen[order]["exchanges"]
    assert (method, status) == ("POST", 202)
    assert headers["Operation-Location"].startswith(f"{seen['address']}/beta/me/devices/")
    assert {(method, status) for method, status, _ in polls} == {("GET", 200)}
    assert all(int(headers["Retry-After"]) >= 1 for _, _, headers in polls[:-1])
    assert "Retry-After" not in polls[-1][2]
