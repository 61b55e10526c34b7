"""Whose devices, and which one of them."""

from functools import partial

import pytest

from romekit.core.errors import BadInput, NotFound, Unreadable
from tests.client.services import ACCEPTED, ONE_DEVICE, SURFACE, Says, Service


def pages(*links):
    """A service that lists one device per page; `links` are the addresses of the next pages."""
    lists = [{"value": [{**SURFACE, "id": f"d{n}"}], "@odata.nextLink": link} for n, link in enumerate(links)]
    return Service(*(Says(200, each) for each in lists), Says(200, {"value": [{**SURFACE, "id": "last"}]}))


def leading_to(link):
    return Service(Says(200, {**ONE_DEVICE, "@odata.nextLink": link}))


BETA = "https://graph.romekit.localhost/beta"
APOSTROPHES = [f"Alex{each}s Surface" for each in "\u2019\u2018\u00b4`"]


@pytest.mark.parametrize("wanted", ["Alex's Surface", "ALEX'S SURFACE", "surf", "Tablet", *APOSTROPHES])
def test_one_of_seven_devices_is_found_by_its_name_a_part_of_it_its_kind_or_its_id(rome, wanted):
    first, second, *_ = devices = rome.devices()
    assert ([first.name, second.name], len(devices)) == (["Alex's Surface", "Living Room Xbox"], 7)
    assert rome.device(wanted) == rome.device(first.id) == first


@pytest.mark.parametrize(
    ("name", "error", "said", "named"),
    [
        ("alex", BadInput, "fits more than one", """Say which: "Alex's Surface", "Alex's Phone"."""),
        ("toaster", NotFound, "is called 'toaster'", """Your devices are: "Alex's Surface", 'Living Room Xbox',"""),
    ],
)
def test_a_name_that_fits_two_devices_or_none_is_refused_and_they_are_named(rome, name, error, said, named):
    for ask in (rome.device, lambda name: rome.launch(name, "https://bing.com")):
        with pytest.raises(error, match=said) as refused:
            ask(name)
        assert (refused.value.field, refused.value.hint.startswith(named)) == ("device", True)


@pytest.mark.parametrize("name", ["Caf\u00e9 bar", "Cafe\u0301 bar", "CAF\u00c9\u00a0BAR", " caf\u00e9  bar"])
@pytest.mark.parametrize("listed", ["Caf\u00e9 bar", "Cafe\u0301 bar"])
def test_a_name_is_found_however_it_was_typed(shells, listed, name):
    rome = shells.of(Service(Says(200, {"value": [{**SURFACE, "name": listed}, {**SURFACE, "name": "Other"}]})))
    assert rome.device(name).name == listed


def test_devices_are_listed_once_and_again_for_a_name_that_is_new_and_pages_are_read_to_the_end(rome, lab, shells):
    rome.device("xbox")
    rome.device("hololens")
    lab.add_device("Garden Lamp")
    assert rome.device("lamp").name == "Garden Lamp"
    assert [exchange.path for exchange in lab.exchanges()] == ["/beta/me/devices"] * 2
    tokens = [f"/me/devices?$skiptoken={number}" for number in (1, 2)]
    service = pages(*(f"{BETA}{each}" for each in tokens))
    assert [device.id for device in shells.of(service).devices()] == ["d0", "d1", "last"]
    assert [heard.path for heard in service.heard] == [f"/beta{each}" for each in ("/me/devices", *tokens)]


@pytest.mark.parametrize(
    ("service", "said", "most"),
    [
        (lambda: pages("https://evil.example/beta/me/devices"), "does not send your token elsewhere", 1),
        (lambda: pages(f"{BETA}evil/me/devices"), "does not send your token elsewhere", 1),
        (lambda: Service(Says(302, "<html>", {"Location": "https://hotel.example/login"})), None, 1),
        *((partial(leading_to, link), "leads nowhere", 2) for link in (f"{BETA}/me/devices", 7, ["x"], True)),
    ],
)
def test_the_token_stays_here_when_a_page_is_elsewhere_and_pages_that_lead_nowhere_end(shells, service, said, most):
    rome = shells.of(heard := service())
    with pytest.raises(Unreadable, match=said):
        rome.devices()
    assert len(heard.heard) <= most


@pytest.mark.parametrize(
    "body",
    [
        *("<html>Please accept the terms of this hotel</html>", '{"value": [{"id": "d1"', "[" * 100_000, "[]", "null"),
        *({}, {"value": None}, {"value": {"id": "d1"}}, {"value": ["d1"]}),
    ],
)
def test_what_is_not_a_list_of_devices_is_unreadable(shells, body):
    with pytest.raises(Unreadable) as refused:
        shells.of(Service(Says(200, body, {"request-id": "r1"}))).devices()
    assert (refused.value.status, refused.value.request_id) == (200, "r1")
    assert len(str(refused.value)) < 250


def test_the_spelling_of_2020_is_read_like_todays_and_an_odd_id_is_percent_encoded(shells):
    told = {"Name": "JimSurface", "id": "D 1/ü?#", "Kind": "Tablet", "Status": "Unknown", "Platform": "Windows"}
    rome = shells.of(service := Service(Says(200, {"value": [told]}), ACCEPTED))
    (device,) = rome.devices()
    assert (device.name, device.kind, device.status) == ("JimSurface", "Tablet", "Unknown")
    rome.launch(device, "https://bing.com")
    assert service.heard[-1].path == "/beta/me/devices/D%201%2F%C3%BC%3F%23/commands"
