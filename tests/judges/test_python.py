"""Clients in Python that do not know romekit: MSAL, Authlib, requests with Retry, and one made from the contract."""

import ssl
import sys
from importlib.util import find_spec
from pathlib import Path
from subprocess import run

import httpx
import pytest

from tests.judges.judge import assert_the_journey, assert_the_sign_in, report_of, served

GENERATOR = Path(sys.executable).with_name("openapi-python-client")


@pytest.fixture(scope="module")
def generated(address, certificate, tmp_path_factory) -> Path:
    """The folder of a client that was made from the document that the server serves."""
    folder = tmp_path_factory.mktemp("generated")
    document, config = folder / "openapi.json", folder / "config.yml"
    trusted = ssl.create_default_context(cafile=certificate)
    served = httpx.get(f"{address}/romekit/openapi.json", verify=trusted, trust_env=False)
    document.write_text(served.text, encoding="utf-8")
    config.write_text("post_hooks: []\n")
    line = [GENERATOR, "generate", "--path", document, "--config", config, "--output-path", folder / "generated"]
    run([*line, "--meta", "none"], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module", params=["msal_client", "authlib_client", "retry_client", "generated_client"])
def seen(request, certificate):
    """The report of one journey. A client is told the address, and trusts the certificate as its documentation says."""
    if find_spec("authlib") is None:
        pytest.fail("the clients are not installed here: uv run --extra judges pytest -m judges")
    more = [str(request.getfixturevalue("generated"))] if request.param == "generated_client" else []
    with served(certificate) as address:
        return report_of(sys.executable, f"{request.param}.py", *more, address=address, verify=certificate)


def test_it_is_signed_in_by_the_issuer_it_asked_renews_in_silence_and_plays_the_whole_journey(seen):
    assert_the_journey(seen)
    assert_the_sign_in(seen)


def test_urllib3s_retry_reads_when_to_come_back_and_is_let_in(seen):
    if "waited" in seen:
        assert seen["waited"]["status"] == 201
        assert 0 < seen["waited"]["seconds"] < 30
