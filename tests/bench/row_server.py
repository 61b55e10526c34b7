"""The server alone, as fast as wrk can ask: the status of a command, and sending one.

The devices are the demo's, so whoever sends a thousand commands a second also has a thousand lives a second to live:
that is in our numbers, and in nobody else's.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from tests.bench.asked import asked
from tests.bench.load import Load, always
from tests.bench.peers import peers, wrk
from tests.bench.programs import server
from tests.bench.rounds import ROUNDS, Line, in_turns, rates
from tests.serving import serving

AWS = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/ssm/aws4_request, SignedHeaders=host, Signature=0"
TYPE = "application/x-amz-json-1.1"
INSTANCE = "i-1234567890abcdef0"
SENT = {"InstanceIds": [INSTANCE], "DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["echo"]}}
GET, POST = "GET status under wrk", "POST command under wrk"


def server_alone(rounds: int = ROUNDS) -> list[Line]:
    wrk()
    theirs = peers()
    with (
        TemporaryDirectory() as name,
        serving() as address,
        asked(address, Path(name)) as ask,
        server(theirs, "moto_server.py", sees_romekit=False) as moto,
        ask.bare() as bare,
    ):
        aws = _moto(Path(name), moto["address"])
        gets = {"ours": ask.get(address), "bare": ask.get(bare), "moto": aws["GetCommandInvocation"]}
        posts = {"ours": ask.post(address), "bare": ask.post(bare), "moto": aws["SendCommand"]}
        got, sent = in_turns(gets, rounds), in_turns(posts, rounds)
    return [
        rates(GET, "requests/s", got["ours"], "bare Starlette", got["bare"], 0.5),
        rates(GET, "requests/s", got["ours"], "moto server", got["moto"], 20),
        rates(POST, "requests/s", sent["ours"], "bare Starlette", sent["bare"], 0.5),
        rates(POST, "requests/s", sent["ours"], "moto server", sent["moto"], 20),
    ]


def _moto(folder: Path, address: str) -> dict[str, Load]:
    """What boto3 would ask, and one command to ask for."""

    def headers(target: str) -> dict[str, str]:
        return {"Authorization": AWS, "Content-Type": TYPE, "X-Amz-Target": f"AmazonSSM.{target}"}

    with httpx.Client(trust_env=False, timeout=60) as http:  # at first moto imports what it needs
        sent = http.post(address, headers=headers("SendCommand"), json=SENT).json()
    asked = {"CommandId": sent["Command"]["CommandId"], "InstanceId": INSTANCE}
    bodies = {"SendCommand": SENT, "GetCommandInvocation": asked}
    return {name: Load(folder, address, headers(name), always("POST", body)) for name, body in bodies.items()}
