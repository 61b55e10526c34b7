"""The same client at Microsoft's own address: it signs in, and says in words that the service is gone."""

from dataclasses import replace

import httpx
import pytest

import romekit
from romekit.auth.device_code import SignIn
from romekit.auth.http import MappedTransport, RefusingTransport
from romekit.auth.session import application
from romekit.client.client import Rome
from romekit.cloud.http.in_process import InProcessTransport
from romekit.core.endpoints import EMBEDDED, STUB_GRAPH, STUB_LOGIN, microsoft
from romekit.core.errors import BadInput, NotFound, ServiceRetired
from romekit.core.model import Device
from tests.client.services import ONE_DEVICE, Says, Service

CLIENT_ID = "5f3c1d2e-0000-4000-8000-00000000c0de"
NO_DEVICES = Says(200, {"value": []})
LIKE_MICROSOFT = replace(EMBEDDED, name="microsoft", simulated=False)


@pytest.fixture
def retired(lab):
    lab.retire()
    return lab


def test_the_client_signs_in_and_says_that_the_service_is_retired(retired):
    """Nothing differs from Microsoft but where the two hosts are: the requests are for Microsoft's own addresses."""
    cloud, door = microsoft(CLIENT_ID), InProcessTransport(retired.stub.app)
    detour = {
        "https://login.microsoftonline.com": MappedTransport(STUB_LOGIN, door),
        "https://graph.microsoft.com": MappedTransport(STUB_GRAPH, door),
    }
    http = httpx.Client(transport=RefusingTransport(), mounts=detour)
    signing = SignIn(application(cloud, http), cloud, retired.clock)
    retired.stub.identity.approve(signing.user_code, retired.person.upn)
    rome = Rome(cloud, signing.result(), http=http, clock=retired.clock)
    assert repr(rome) == "Rome(signed in as alex@romekit.example, microsoft)"
    with pytest.raises(ServiceRetired, match="You are signed in.*30 September 2020.*romekit.Lab()"):
        rome.devices()


def test_naming_a_device_says_it_too_and_a_service_that_works_after_all_is_used(shells):
    rome = shells.of(Service(NO_DEVICES), cloud=LIKE_MICROSOFT)
    for ask in (rome.devices, lambda: rome.device("surface"), lambda: rome.launch("surface", "https://bing.com")):
        with pytest.raises(ServiceRetired):
            ask()
    assert len(shells.of(Service(Says(200, ONE_DEVICE)), cloud=LIKE_MICROSOFT).devices()) == 1


@pytest.mark.parametrize("more", [[], [Says(400, {"error": {"code": "BadRequest", "message": "No."}})]])
def test_a_simulated_account_without_devices_is_just_that(shells, more):
    """Also where the service cannot say whether it is retired."""
    rome = shells.of(Service(NO_DEVICES, NO_DEVICES, *more))
    assert rome.devices() == []
    with pytest.raises(NotFound, match="No device is called 'surface'. Your devices are: none at all"):
        rome.launch("surface", "https://bing.com")


@pytest.mark.parametrize("device", ["surface", Device("any")])
def test_gone_is_told_in_words_wherever_it_is_said_and_an_older_command_keeps_the_history_it_saw(rome, lab, device):
    command = rome.launch("surface", "https://bing.com").follow()
    lab.retire()
    assert {each.who for each in command.history()} == {"client"}
    assert rome.devices() == [], "which every program takes for a success"
    with pytest.raises(ServiceRetired, match="stopped returning data on September 30, 2020") as gone:
        rome.launch(device, "https://bing.com")
    assert gone.value.status == 410


def test_microsoft_needs_a_client_id_which_may_come_from_the_environment(monkeypatch):
    monkeypatch.delenv("ROMEKIT_CLIENT_ID", raising=False)
    with pytest.raises(BadInput, match=r"Register an app.*client_id=….*ROMEKIT_CLIENT_ID") as refused:
        romekit.connect("microsoft")
    assert refused.value.field == "client_id"
    monkeypatch.setenv("ROMEKIT_CLIENT_ID", CLIENT_ID)
    cloud = microsoft()
    assert (cloud.client_id, cloud.simulated, cloud.graph) == (CLIENT_ID, False, "https://graph.microsoft.com/beta")
