"""A disk that is really full: said so, nothing half done, nothing lost, and all goes on when there is room again."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from romekit.core.model import Launch
from tests.chaos.load import at_work, four_clients
from tests.chaos.oracle import judge
from tests.chaos.servers import Server, another, kept_in, signed_in

pytestmark = pytest.mark.chaos

ALEX, SAM = "alex@romekit.example", "sam@romekit.example"
MB = 1_000_000


@pytest.fixture
def small(tmp_path) -> Iterator[Path]:
    """A file system of 24 MB. Only root may mount one; elsewhere this is skipped, and says so."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here: that needs root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    """Take all the room there is."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return ballast


def raw(rome: object, address: str) -> httpx.Client:
    token = rome._tokens.token()  # type: ignore[attr-defined]  # what any other client would hold
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"{address}/beta", headers=headers, trust_env=False, timeout=20)


def test_while_the_disk_is_full_nothing_is_accepted_and_nothing_is_lost(tmp_path, small, record):
    store = f"sqlite:///{small / 'rome.db'}"
    with Server(store, tmp_path / "log") as server:
        alex, sam = signed_in(server.address, ALEX), signed_in(server.address, SAM)
        workers = four_clients(alex, sam, server.address, "full")
        with raw(alex, server.address) as http, at_work(workers):
            for _ in range(3):
                sleep(0.7)
                ballast = fill(small)
                refused = until_refused(http)
                error = refused.json()["error"]
                assert (refused.status_code, error["code"]) == (507, "insufficientStorage")
                assert "Make room on the server" in error["message"]
                assert {"request-id", "client-request-id", "date"} <= error["innerError"].keys()
                sleep(1)
                ballast.unlink()
        assert another(alex, server.address).launch("Surface", "https://a.b/after").follow().is_success
        kept = kept_in(store, tmp_path)
        used = round(sum(each.stat().st_size for each in small.iterdir()) / MB, 1)
        verdict = judge([worker.journal for worker in workers], kept)
        record.calamity("full disk", verdict, times_full=3, MB_in_the_end=used)
        assert verdict.wrong(server.said()) == []
        server.kill()
        server.start()
        assert kept.uris.keys() == kept_in(store, tmp_path).uris.keys()


def until_refused(http: httpx.Client) -> httpx.Response:
    """The first answer of the server that is not 201."""
    device = "d"
    end = monotonic() + 15
    while monotonic() < end:
        listed = http.get("/me/devices")
        if listed.status_code != 200:
            return listed
        device = listed.json()["value"][0]["id"]
        uri = Launch("https://chaos.example/" + "x" * 2000)
        answer = http.post(f"/me/devices/{device}/commands", json=uri.as_wire())
        if answer.status_code != 201:
            return answer
    raise AssertionError("it never was full")
