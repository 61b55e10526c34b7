"""The same client at Microsoft's own address: it signs in, and says in words that the service is gone."""

from dataclasses import replace

import httpx
import pytest

import romekit
from romekit.auth.device_code import SignIn
from romekit.auth.http import MappedTransport
from romekit.auth.session import application
from romekit.client.client import Rome
from romekit.cloud.http.in_process import InProcessTransport
from romekit.core.endpoints import EMBEDDED, STUB_GRAPH, STUB_LOGIN, Cloud, microsoft
from romekit.core.errors import BadInput, NotFound, ServiceRetired
from romekit.core.model import Device
from romekit.lab.lab import Lab
from tests.client.services import ONE_DEVICE, Says, Service

CLIENT_ID = "5f3c1d2e-0000-4000-8000-00000000c0de"
LIKE_MICROSOFT = replace(EMBEDDED, name="microsoft", simulated=False)


@pytest.fixture
def retired():
    lab = Lab()
    lab.retire()
    return lab


def test_the_client_signs_in_and_says_that_the_service_is_retired(retired):
    """Nothing differs from Microsoft but where the two hosts are: the requests are for Microsoft's own addresses."""
    cloud = microsoft(CLIENT_ID)
    asked = []
    http = httpx.Client(transport=_Detour(retired, asked))
    signing = SignIn(_msal(cloud, http), cloud, retired.clock)
    retired.stub.identity.approve(signing.user_code, retired.person.upn)
    rome = Rome(cloud, signing.result(), http=http, clock=retired.clock)
    assert repr(rome) == "Rome(signed in as alex@romekit.example, microsoft)"
    with pytest.raises(ServiceRetired, match="You are signed in.*30 September 2020.*romekit.connect()"):
        rome.devices()
    assert {"login.microsoftonline.com", "graph.microsoft.com"} == set(asked)


class _Detour(httpx.BaseTransport):
    """Takes what is meant for Microsoft to a stub."""

    def __init__(self, lab, asked):
        door = InProcessTransport(lab.stub.app)
        self._ways = {
            "login.microsoftonline.com": MappedTransport(STUB_LOGIN, door),
            "graph.microsoft.com": MappedTransport(STUB_GRAPH, door),
        }
        self._asked = asked

    def handle_request(self, request):
        self._asked.append(request.url.host)
        return self._ways[request.url.host].handle_request(request)


def _msal(cloud, http):
    return application(cloud, http)


def test_naming_a_device_says_it_too(shells):
    rome = shells.of(Service(Says(200, {"value": []})), cloud=LIKE_MICROSOFT)
    for ask in (rome.devices, lambda: rome.device("surface"), lambda: rome.launch("surface", "https://bing.com")):
        with pytest.raises(ServiceRetired):
            ask()


def test_a_simulated_account_without_devices_is_just_that(shells):
    rome = shells.of(Service(Says(200, {"value": []})))
    assert rome.devices() == []
    with pytest.raises(NotFound, match="No device is called 'surface'. Your devices are: none at all"):
        rome.launch("surface", "https://bing.com")


def test_a_simulated_service_that_is_retired_says_so_to_who_names_a_device(shells, retired):
    rome = shells.at(retired)
    assert rome.devices() == [], "which every program takes for a success"
    with pytest.raises(ServiceRetired, match="stopped returning data on September 30, 2020"):
        rome.launch("surface", "https://bing.com")


def test_a_service_that_fails_to_say_whether_it_is_retired_has_no_such_device(shells):
    rome = shells.of(Service(Says(200, {"value": []}), Says(400, {"error": {"code": "BadRequest", "message": "No."}})))
    with pytest.raises(NotFound):
        rome.device("surface")


def test_gone_is_told_in_words_wherever_it_is_said(shells, retired):
    with pytest.raises(ServiceRetired, match="stopped returning data on September 30, 2020") as gone:
        shells.at(retired).launch(Device("any"), "https://bing.com")
    assert gone.value.status == 410


def test_a_command_that_outlived_the_service_still_has_the_history_it_saw(shells):
    lab = Lab()
    command = shells.at(lab).launch("surface", "https://bing.com").follow()
    lab.retire()
    assert {each.who for each in command.history()} == {"client"}


def test_a_service_that_works_after_all_is_used(shells):
    assert len(shells.of(Service(Says(200, ONE_DEVICE)), cloud=LIKE_MICROSOFT).devices()) == 1


def test_microsoft_needs_a_client_id_and_says_how_to_get_one(monkeypatch):
    monkeypatch.delenv("ROMEKIT_CLIENT_ID", raising=False)
    with pytest.raises(BadInput, match=r"Register an app.*client_id=….*ROMEKIT_CLIENT_ID") as refused:
        romekit.connect("microsoft")
    assert refused.value.field == "client_id"


def test_the_client_id_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("ROMEKIT_CLIENT_ID", CLIENT_ID)
    cloud = microsoft()
    assert (cloud.client_id, cloud.simulated, cloud.graph) == (CLIENT_ID, False, "https://graph.microsoft.com/beta")
    assert isinstance(cloud, Cloud)
