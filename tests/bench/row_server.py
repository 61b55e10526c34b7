"""The server alone, as fast as wrk can ask: the status of a command, and sending one.

The devices are the demo's, so whoever sends a thousand commands a second also has a thousand lives a second to live:
that is in our numbers, and in nobody else's.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from tests.bench.peers import OURS, peers, wrk
from tests.bench.programs import server
from tests.bench.rounds import Line, in_turns, rates
from tests.bench.row_pair import token_of
from tests.serving import serving, signed_in

SECONDS = 2
ORDER = {"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}
AWS = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/ssm/aws4_request, SignedHeaders=host, Signature=0"
TYPE = "application/x-amz-json-1.1"
INSTANCE = "i-1234567890abcdef0"
SENT = {"InstanceIds": [INSTANCE], "DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["echo"]}}


class Load:
    """One request, again and again over four connections."""

    def __init__(self, folder: Path, url: str, headers: Mapping[str, str], body: object = None) -> None:
        self._line = [wrk(), "-t1", "-c4", f"-d{SECONDS}s"]
        for name, value in headers.items():
            self._line += ["-H", f"{name}: {value}"]
        if body is not None:
            folder.mkdir(exist_ok=True)
            script = folder / "order.lua"
            script.write_text(f'wrk.method = "POST"\nwrk.body = [==[{json.dumps(body)}]==]\n', encoding="utf-8")
            self._line += ["-s", str(script)]
        self._line.append(url)

    def __call__(self) -> float:
        """Requests a second; every one must be answered with a success."""
        said = subprocess.run(self._line, capture_output=True, text=True, check=True).stdout
        assert "Non-2xx" not in said, said
        found = re.search(r"Requests/sec: +([\d.]+)", said)
        assert found, said
        return float(found[1])


def server_alone() -> list[Line]:
    wrk()
    theirs = peers()
    with (
        TemporaryDirectory() as name,
        serving() as address,
        signed_in(address) as http,
        server(theirs, "moto_server.py", sees_romekit=False) as moto,
    ):
        folder = Path(name)
        device = http.get("/me/devices").json()["value"][0]["id"]
        place = f"/beta/me/devices/{device}/commands"
        sent = http.post(f"/me/devices/{device}/commands", json=ORDER)
        status = http.get(f"/me/devices/{device}/commands/{sent.json()['id']}")
        with server(OURS, "bare.py", status.text, sent.text) as bare:
            mine = {"Authorization": f"Bearer {token_of(http)}", "Accept": "application/json"}
            one = f"{place}/{sent.json()['id']}"
            typed = {**mine, "Content-Type": "application/json"}
            asked = _moto(folder, moto["address"])
            gets = in_turns(
                {
                    "ours": Load(folder, address + one, mine),
                    "bare": Load(folder, bare["address"] + one, mine),
                    "moto": asked["GetCommandInvocation"],
                }
            )
            posts = in_turns(
                {
                    "ours": Load(folder, address + place, typed, ORDER),
                    "bare": Load(folder, bare["address"] + place, typed, ORDER),
                    "moto": asked["SendCommand"],
                }
            )
    return [
        rates("GET status under wrk", "requests/s", gets["ours"], "bare Starlette", gets["bare"], 0.5),
        rates("GET status under wrk", "requests/s", gets["ours"], "moto server", gets["moto"], 20),
        rates("POST command under wrk", "requests/s", posts["ours"], "bare Starlette", posts["bare"], 0.5),
        rates("POST command under wrk", "requests/s", posts["ours"], "moto server", posts["moto"], 20),
    ]


def _moto(folder: Path, address: str) -> dict[str, Load]:
    """What boto3 would ask, and one command to ask for."""

    def headers(target: str) -> dict[str, str]:
        return {"Authorization": AWS, "Content-Type": TYPE, "X-Amz-Target": f"AmazonSSM.{target}"}

    with httpx.Client(trust_env=False, timeout=60) as http:  # at first moto imports what it needs
        sent = http.post(address, headers=headers("SendCommand"), json=SENT).json()
    asked = {"CommandId": sent["Command"]["CommandId"], "InstanceId": INSTANCE}
    bodies = {"SendCommand": SENT, "GetCommandInvocation": asked}
    return {target: Load(folder / target, address, headers(target), body) for target, body in bodies.items()}
