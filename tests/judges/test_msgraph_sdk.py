"""What Microsoft's own SDK for Python says of the stub: msgraph-beta-sdk and azure-identity, unmodified."""

import sys
from importlib.util import find_spec

import pytest

from tests.judges.judge import report_of, served

PING = {"Type": "ping", "CreationDate": "11/22/2026 10:00:00", "TargetId": "judge"}


@pytest.fixture(scope="module")
def seen(certificate):
    """The report of one journey: a code approved in a browser, and from then on the SDK alone."""
    if find_spec("msgraph_beta") is None:
        pytest.fail("Microsoft's SDK is not installed here: uv run --extra judges pytest -m judges")
    # The SDK reads only whole seconds from Retry-After; at a fraction it waits 3.25 s or more of its own (kiota 1.16).
    with served(certificate, "--writes", "3", "--window", "3") as address:
        return report_of(sys.executable, "msgraph_sdk_client.py", address=address, verify=certificate)


def test_the_client_did_it_without_romekit_and_binds_every_property_of_every_device(seen):
    assert {"azure", "kiota_http", "msal", "msgraph_beta"} <= set(seen["loaded"])
    assert "romekit" not in seen["loaded"]
    assert len(seen["devices"]) == 7
    surface = {"name": "Alex's Surface", "manufacturer": "Microsoft Corporation", "model": "Surface Book"}
    surface |= {"kind": "Tablet", "status": "Online", "platform": "Windows", "additional": {}}
    assert seen["devices"][0] == surface | {"id": seen["devices"][0]["id"]}
    assert [device["additional"] for device in seen["devices"]] == [{}] * 7


def test_it_binds_what_was_sent_and_reads_null_for_the_type(seen):
    sent = seen["call"]["sent"]
    assert (sent["status"], sent["type"], sent["additional"]) == ("requesting", None, {})
    assert sent["app_service_name"] == "com.microsoft.test.cdppingpongservice"
    assert sent["package_family_name"] == "5085ShawnHenry.RomanTestApp_jsjw7knzsgcce"
    assert sent["payload"] == PING
    assert seen["launch"]["sent"]["payload"] == {"uri": "https://bing.com"}


@pytest.mark.parametrize("command", ["launch", "call"])
def test_polling_sees_the_command_pass_from_requesting_to_completed(seen, command):
    statuses = list(dict.fromkeys(seen[command]["statuses"]))
    assert (statuses[0], statuses[-1]) == ("requesting", "completed")
    assert set(statuses[1:-1]) <= {"sentToTarget", "executing"}


def test_it_reads_the_answer_of_the_app_service_and_of_a_uri_that_was_opened_there_is_none(seen):
    assert seen["call"]["payload"].items() >= (PING | {"Type": "pong"}).items()
    assert (seen["launch"]["payload"]["status"], seen["launch"]["payload"]["code"]) == (404, "itemNotFound")


def test_it_pages_two_at_a_time_by_following_next_links(seen):
    pages = seen["pages"]["names"]
    assert [len(names) for names in pages] == [2, 2, 2, 1]
    assert [name for names in pages for name in names] == [device["name"] for device in seen["devices"]]
    assert all(link.startswith(f"{seen['address']}/beta/me/devices?") for link in seen["pages"]["links"])


@pytest.mark.parametrize(
    ("error", "status", "code"), [("not_found", 404, "itemNotFound"), ("throttled", 429, "TooManyRequests")]
)
def test_a_refusal_is_an_odata_error_with_its_code_and_request_id(seen, error, status, code):
    found = seen[error]
    assert (found["status"], found["code"]) == (status, code)
    assert found["message"]
    assert found["request_id"] == found["request_id_in_header"]
    assert found["date"] != "None"


def test_a_throttled_sdk_waits_by_itself_and_is_let_in_again(seen):
    assert 0 < float(seen["throttled"]["retry_after"]) <= 3
    assert seen["after_throttling"]["status"] == "requesting"


def test_the_sdk_repeats_a_post_on_503_and_the_command_runs_as_often_as_its_request_ids_say(seen):
    """Lesson 07 tells this story; here is its witness."""
    assert seen["repeated"]["status"] == "requesting"
    assert (seen["repeated"]["commands"], seen["repeated"]["deeds"]) == (2, 2)
