"""`romekit serve` as another program meets it: over a socket."""

from tests.serving import serving, signed_in


def test_another_program_signs_in_and_lists_devices():
    with serving() as address, signed_in(address) as http:
        assert "Alex's Surface" in {device["name"] for device in http.get("/me/devices").json()["value"]}


def test_told_so_it_spells_as_the_live_service_did():
    with serving("--casing", "pascal") as address, signed_in(address) as http:
        assert http.get("/me/devices").json()["value"][0]["Name"] == "Alex's Surface"


def test_told_so_it_is_the_service_as_it_is_since_2020():
    with serving("--retired") as address, signed_in(address) as http:
        assert http.get("/me/devices").json() == {"value": []}


def test_told_so_it_throttles_reads_and_writes_each_by_itself():
    with serving("--reads", "2", "--writes", "1", "--window", "600") as address, signed_in(address) as http:
        assert [http.get("/me/devices").status_code for _ in range(3)] == [200, 200, 429]
        assert [http.post("/me/devices/none/commands", json={}).status_code for _ in range(2)] == [404, 429]
