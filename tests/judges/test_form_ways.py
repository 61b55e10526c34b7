"""What a form shows is run: the code for Microsoft's SDK, and the curl command in a shell."""

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

from romekit.core.model import ECHO, RANDOM_NUMBER, Call, Launch
from romekit.views.snippets import as_curl, as_msgraph
from tests.judges.judge import report_of, served
from tests.serving import DIRECT, serving, signed_in
from tests.views.test_snippets import NASTY

NESTED = {"a": {"b": [{"c": ["it's", None, 2.5]}, {}], "d": None}, "": [], "e": "09/01/2020 09:00:00", "f": False}
ORDERS = [
    Launch("https://example.org/it's?a=1&b=$HOME"),
    Call(ECHO, NASTY),
    Call(ECHO, NESTED),
    Call(RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 7}),
]


@pytest.fixture(scope="module")
def address():
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def device(address):
    with signed_in(address) as http:
        return http.get("/me/devices").json()["value"][0]["id"]


def test_the_code_shown_for_the_sdk_sends_the_order(certificate, device, tmp_path):
    if find_spec("msgraph_beta") is None:
        pytest.fail("Microsoft's SDK is not installed here: uv run --extra judges pytest -m judges")
    codes = tmp_path / "codes.json"
    with served(certificate) as secure:  # its devices have the same ids
        shown = [as_msgraph(device, order, f"{secure}/beta") for order in ORDERS]
        codes.write_text(json.dumps(shown), "utf-8")
        seen = report_of(sys.executable, "msgraph_sdk_form.py", str(codes), address=secure, verify=certificate)["sent"]
    for order, sent in zip(ORDERS, seen, strict=True):
        wire = order.as_wire()
        assert (sent["status"], sent["payload"]) == ("requesting", wire["payload"])
        assert sent["app_service_name"] == wire.get("appServiceName")
        assert sent["package_family_name"] == wire.get("packageFamilyName")


@pytest.mark.parametrize("order", ORDERS, ids=["launch", "nasty", "nested", "call"])
def test_the_curl_shown_sends_the_order(address, device, order):
    with signed_in(address) as http:
        token = http.headers["Authorization"].partition(" ")[2]
    line = f"{as_curl(device, order, f'{address}/beta')} --silent --show-error"
    around = {**DIRECT, "TOKEN": token}
    sent = json.loads(subprocess.run(["sh", "-c", line], capture_output=True, check=True, env=around).stdout)
    assert (sent["status"], sent["payload"]) == ("requesting", order.as_wire()["payload"])
