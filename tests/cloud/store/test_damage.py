"""What is damaged is an error of that account only; what is over need not be kept for ever."""

import sqlite3
from contextlib import closing

import httpx
import pytest

from romekit.cloud.engine.identity.decide import IDENTITY_RULES
from romekit.cloud.engine.identity.requests import Approve, IssueDeviceCode, RedeemDeviceCode
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.store.contract import StoreRefused
from romekit.cloud.store.ledger import Ledger
from romekit.cloud.store.sqlite import SQLite
from romekit.cloud.stub import Stub
from romekit.core.clock import BEGINNING, Virtual
from tests.cloud.graph_client import KEY, bearer


def spoil(path, stream: str, line: str) -> None:
    """Put something else in the place of a stream's third event."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE events SET line = ? WHERE stream = ? AND number = 3", (line, stream))


def devices(stub: Stub, upn: str) -> httpx.Response:
    headers = bearer(at=BEGINNING, upn=upn)
    with httpx.Client(transport=InProcessTransport(stub.app), base_url="http://127.0.0.1/beta") as client:
        return client.get("/me/devices", headers=headers)


@pytest.mark.parametrize(
    "line", ['{"kind":"devi', '{"kind":"faults_', '{"kind":"device_did","at":1,"device":"","command":"","deed":""}']
)
def test_a_damaged_account_is_an_error_of_that_account_only_and_a_line_in_the_log(tmp_path, caplog, line):
    path = tmp_path / "rome.db"
    stub = Stub(clock=Virtual(), store=SQLite(path), key=KEY)
    people = ["alex@romekit.example", "sam@romekit.example"]
    assert [devices(stub, upn).status_code for upn in people] == [200, 200]
    stub.close()
    spoil(path, "space:alex@romekit.example", line)
    stub = Stub(clock=Virtual(), store=SQLite(path), key=KEY)
    answers = [devices(stub, upn) for upn in (*people, people[0])]
    assert [answer.status_code for answer in answers] == [500, 200, 500]
    assert "is damaged" in answers[0].json()["error"]["message"]
    assert caplog.text.count("is damaged") == 1
    stub.close()


def test_a_damaged_stream_of_sign_ins_is_said_in_words_when_the_server_starts(tmp_path):
    path = tmp_path / "rome.db"
    with closing(SQLite(path)) as store:
        Ledger(store, "identity", IDENTITY_RULES).ask_all([issued(number) for number in range(3)], BEGINNING)
    spoil(path, "identity", '{"kind":"x"}')
    with closing(SQLite(path)) as store, pytest.raises(StoreRefused, match="'identity' is damaged"):
        Stub(clock=Virtual(), store=store, key=KEY)


def issued(number: int) -> IssueDeviceCode:
    codes = {"device_code": f"d{number}", "user_code": f"U{number}", "lifetime": 900, "interval": 5}
    return IssueDeviceCode(**codes, client="app", scope="offline_access", audience="any")


def test_codes_that_nobody_used_leave_nothing_in_the_store(tmp_path):
    path = tmp_path / "rome.db"
    with closing(SQLite(path)) as store:
        ledger = Ledger(store, "identity", IDENTITY_RULES)
        ledger.ask_all([issued(number) for number in range(2000)], BEGINNING)
        ledger.ask(Approve(user_code="U7", person="alex", account="personal", scopes=frozenset()), BEGINNING)
        redeem = RedeemDeviceCode(code="d7", client="app", audience="any", refresh_token="t", refresh_lifetime=1e6)
        ledger.ask(redeem, BEGINNING)
        ledger.at(BEGINNING + 1000)
        ledger.ask(issued(5000), BEGINNING + 10_000)
    with closing(SQLite(path)) as store:
        assert len(store.read("identity")) > 4000
        again = Ledger(store, "identity", IDENTITY_RULES)
        assert [event.kind for event in store.read("identity")] == ["family_began", "device_code_issued"]
        assert len(again.at(BEGINNING + 10_000).families) == 1
        assert again.ask(issued(6000), BEGINNING + 10_000).id
    with closing(SQLite(path)) as store:
        kept = Ledger(store, "identity", IDENTITY_RULES).at(BEGINNING + 10_000)
        assert {code.user_code for code in kept.codes.values()} == {"U5000", "U6000"}
    assert path.stat().st_size < 100_000
