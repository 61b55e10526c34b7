"""A class server in a real school: everybody joins at once, somebody means harm, and heads that never end.

What is measured is written down (NUMBERS.md). What is asserted is what the deployment page promises.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import sqlite3
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from itertools import chain
from pathlib import Path
from statistics import quantiles
from time import monotonic, perf_counter, sleep
from typing import Any

import httpx
import pytest

from tests.certificate import a_certificate
from tests.chaos.servers import Server
from tests.judges.test_nginx import AROUND, LINES, running
from tests.serving import free_ports

pytestmark = pytest.mark.chaos

CODE = "WREN-42"
SCOPE = "https://graph.microsoft.com/Device.Read https://graph.microsoft.com/Device.Command"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
LAUNCH = {"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}
STUDENTS, SECONDS = 200, 10.0
AT_WORK, CODES, HEADS = 30, 30_000, 8


@pytest.fixture
def school(tmp_path) -> Iterator[Server]:
    """A class on this machine with a file for its store."""
    options = ("--class", "Physics 9", "--class-code", CODE, "--admin-secret-file", str(tmp_path / "secret"))
    options += ("--quota", f"students={STUDENTS + 10}")
    with Server(f"sqlite:///{tmp_path / 'rome.db'}", tmp_path / "log", options=options) as server:
        yield server
        assert "Traceback" not in server.said()


def percentile(took: Sequence[float], number: int = 99) -> float:
    return quantiles(took, n=100)[number - 1]


class Student:
    """A program of a student: joins, signs in by device code, sends and looks."""

    def __init__(self, http: httpx.AsyncClient, name: str) -> None:
        self.http, self.name = http, name
        self.looks: list[float] = []

    async def join(self) -> None:
        place = (await self._post("/romekit/join", json={"code": CODE, "name": self.name})).json()
        app = {"client_id": "a-program", "scope": SCOPE}
        flow = (await self._post("/consumers/oauth2/v2.0/devicecode", data=app)).json()
        said = {"account": place["account"], "word": place["word"], "user_code": flow["user_code"]}
        await self._post("/romekit/join/approve", json=said)
        grant = {"client_id": "a-program", "grant_type": GRANT, "device_code": flow["device_code"]}
        token = (await self._post("/consumers/oauth2/v2.0/token", data=grant)).json()["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}
        devices = (await self.http.get("/beta/me/devices", headers=self.headers)).json()["value"]
        self.device = devices[0]["id"]

    async def send(self) -> str:
        path = f"/beta/me/devices/{self.device}/commands"
        answer = await self._post(path, json=LAUNCH, headers=self.headers)
        return f"{path}/{answer.json()['id']}"

    async def look(self, path: str) -> str:
        began = perf_counter()
        answer = await self.http.get(path, headers=self.headers)
        self.looks.append(perf_counter() - began)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["status"])

    async def follow(self, path: str) -> None:
        for _ in range(600):
            if await self.look(path) == "completed":
                return
            await asyncio.sleep(0.5)
        raise AssertionError(f"{path} never ended")

    async def _post(self, path: str, **given: Any) -> httpx.Response:
        """A POST that is repeated when the server says later, as any client would."""
        for _ in range(60):
            answer = await self.http.post(path, **given)
            if answer.status_code != 429:
                assert answer.is_success, answer.text
                return answer
            await asyncio.sleep(float(answer.headers["Retry-After"]))
        raise AssertionError(f"{path} was never let in")


@contextmanager
def client(server: Server) -> Iterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=400)
    yield httpx.AsyncClient(base_url=server.address, trust_env=False, timeout=60, limits=limits)


def test_two_hundred_students_join_within_ten_seconds_and_none_waits_long_for_a_status(school, record):
    async def one(http: httpx.AsyncClient, number: int) -> Student:
        await asyncio.sleep(number * SECONDS / STUDENTS)
        student = Student(http, f"Student {number}")
        await student.join()
        await student.follow(await student.send())
        return student

    async def everybody() -> list[Student]:
        with client(school) as http:
            async with http:
                return await asyncio.gather(*(one(http, number) for number in range(STUDENTS)))

    began = monotonic()
    students = asyncio.run(everybody())
    looks = [look for student in students for look in student.looks]
    assert max(looks) <= 2.0
    numbers = {"seconds_until_all_are_done": monotonic() - began, "MB": school.memory()}
    took = {"p99_of_a_status_in_ms": percentile(looks) * 1000, "longest_in_ms": max(looks) * 1000}
    record.measure(f"{STUDENTS} students join within {SECONDS:g} s, send and follow", **numbers, **took)


def test_one_hostile_student_at_the_limits_of_the_quotas_does_not_stop_the_others(school, record):
    async def work(student: Student, seconds: float) -> list[float]:
        student.looks = []
        end = monotonic() + seconds
        while monotonic() < end:
            await student.look(student.path)
            await asyncio.sleep(0.2)
        return student.looks

    async def harm(student: Student, until: asyncio.Event) -> int:
        """The heaviest requests a student may send, again as soon as they are answered."""
        history = [{"id": str(number), "method": "GET", "url": "/me/romekit.history"} for number in range(20)]
        sends = [
            {"id": str(number), "method": "POST", "url": f"/me/devices/{student.device}/commands", "body": LAUNCH}
            | {"headers": {"Content-Type": "application/json"}}
            for number in range(20)
        ]
        sent = 0
        while not until.is_set():
            for requests in (sends, history):
                with suppress(httpx.HTTPError):
                    await student.http.post("/beta/$batch", json={"requests": requests}, headers=student.headers)
                    sent += 1
        return sent

    async def everybody() -> tuple[list[float], list[float], int]:
        with client(school) as http, client(school) as other:
            async with http, other:
                students = [Student(http, f"Student {number}") for number in range(AT_WORK)]
                await asyncio.gather(*(each.join() for each in students))
                for each in students:
                    each.path = await each.send()
                villain = Student(other, "Somebody")
                await villain.join()
                quiet = await asyncio.gather(*(work(each, 10) for each in students))
                until = asyncio.Event()
                harming = asyncio.create_task(harm(villain, until))
                await asyncio.sleep(10)  # so that there is a history to ask for
                noisy = await asyncio.gather(*(work(each, 15) for each in students))
                until.set()
                return [*chain(*quiet)], [*chain(*noisy)], await harming

    quiet, noisy, sent = asyncio.run(everybody())
    before, beside = percentile(quiet) * 1000, percentile(noisy) * 1000
    numbers = {"p99_in_ms": beside, "p99_without_in_ms": before, "batches_of_the_one": sent}
    record.measure(f"{AT_WORK} students at work beside a hostile one", **numbers)
    assert beside <= max(3 * before, 50.0)  # below 50 ms nobody feels anything, and the ratio is noise


def test_thirty_thousand_device_codes_nobody_approves_leave_nothing(tmp_path, record):
    store = tmp_path / "rome.db"
    with Server(f"sqlite:///{store}", tmp_path / "log") as server:
        with httpx.Client(base_url=server.address, trust_env=False) as http:
            before, counted = size(store), {200: 0}
            form = {"client_id": "anybody", "scope": SCOPE}
            for _ in range(CODES):
                status = http.post("/consumers/oauth2/v2.0/devicecode", data=form).status_code
                counted[status] = counted.get(status, 0) + 1
        assert set(counted) <= {200, 429, 400}
        server.stop()
        more = size(store) - before
        began = monotonic()
        server.start()
        restart = monotonic() - began
    record.measure(f"{CODES:,} device codes that nobody approves", MB_more=more, seconds_to_restart=restart)
    assert more <= 2.0
    assert restart <= 2.0 + 1.0  # a second of it is Python that starts


def size(store: Path) -> float:
    """What a SQLite store takes, in MB, its log included."""
    with closing(sqlite3.connect(store)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return sum(file.stat().st_size for file in store.parent.glob(f"{store.name}*")) / 1e6


def endless_head(address: tuple[str, int], until: threading.Event, wrap: Any = None) -> None:
    """A header line without an end, as fast as it is taken."""
    with suppress(OSError), socket.create_connection(address, timeout=5) as plain:
        with wrap(plain) if wrap else plain as one:
            one.sendall(b"GET /beta/me/devices HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Endless: ")
            while not until.is_set():
                one.sendall(b"x" * 65_536)


@pytest.mark.parametrize("way", ["loopback", "nginx"])
def test_heads_that_never_end_cost_little_memory(way, tmp_path, record):
    certificate, key = a_certificate(tmp_path)
    (outside,) = free_ports()
    options: tuple[str, ...] = ()
    if way == "nginx":
        public = f"https://127.0.0.1:{outside}/rome"
        options = ("--class", "Physics 9", "--class-code", CODE, "--admin-secret-file", str(tmp_path / "secret"))
        options += ("--public-url", public, "--behind-proxy", "127.0.0.1")
    with Server(f"sqlite:///{tmp_path / 'rome.db'}", tmp_path / "log", options=options) as server:
        address, wrap = ("127.0.0.1", server.port), None
        before_it = nginx_before(server, tmp_path, outside, certificate, key) if way == "nginx" else nullcontext()
        with before_it:
            if way == "nginx":
                trusted = ssl.create_default_context(cafile=certificate)
                address = ("127.0.0.1", outside)
                wrap = lambda plain: trusted.wrap_socket(plain, server_hostname="127.0.0.1")  # noqa: E731
            before, until = server.memory(), threading.Event()
            threads = [threading.Thread(target=endless_head, args=(address, until, wrap)) for _ in range(HEADS)]
            for thread in threads:
                thread.start()
            took = []
            with httpx.Client(trust_env=False) as http:
                for _ in range(100):
                    began = perf_counter()
                    assert http.get(f"{server.address}/romekit/openapi.json", timeout=30).status_code == 200
                    took.append(perf_counter() - began)
                    sleep(0.03)
            more = server.memory() - before
            until.set()
            for thread in threads:
                thread.join(timeout=10)
    numbers = {"MB_more": more, "p50_of_others_in_ms": percentile(took, 50) * 1000}
    record.measure(f"{HEADS} heads that never end, {way}", **numbers)
    assert more <= 30


@contextmanager
def nginx_before(server: Server, folder: Path, outside: int, certificate: Path, key: Path) -> Iterator[None]:
    """nginx with the deployment page's lines, in front of a server."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin") or pytest.skip("nginx is not installed here")
    (folder / "romekit.conf").write_text(LINES.replace("127.0.0.1:8765", f"127.0.0.1:{server.port}"))
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, port=outside, certificate=certificate, key=key))
    with running([nginx, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]):
        sleep(1)
        yield
