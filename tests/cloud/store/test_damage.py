"""What is damaged is an error of that account only, and said in words."""

import sqlite3
from contextlib import closing

import httpx
import pytest

from romekit.cloud.engine.identity.state import IDENTITY_RULES
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.store.contract import StoreRefused
from romekit.cloud.store.ledger import Ledger
from romekit.cloud.store.sqlite import SQLite
from romekit.cloud.stub import Stub
from romekit.core.clock import BEGINNING, Virtual
from tests.cloud.graph_client import KEY, bearer
from tests.cloud.store.test_ledger import code


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
        Ledger(store, "identity", IDENTITY_RULES).ask_all([code(number) for number in range(3)], BEGINNING)
    spoil(path, "identity", '{"kind":"x"}')
    with closing(SQLite(path)) as store, pytest.raises(StoreRefused, match="'identity' is damaged"):
        Stub(clock=Virtual(), store=store, key=KEY)
