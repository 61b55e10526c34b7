"""A server alone, as fast as wrk can ask: the status of a command, and sending one.

The devices are the demo's, so whoever sends a thousand commands a second also has a thousand lives a second to live:
that is in our numbers, and in nobody else's. With a SQLite file a 201 goes out when its events are on disk.
"""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from tests.bench.load import CONNECTIONS, PROXIED, Load, Person, always, person
from tests.bench.peers import OURS, ROOT, Missing, before, peers, wrk
from tests.bench.programs import server
from tests.bench.rounds import ROUNDS, Line, in_turns, rates
from tests.serving import ROMEKIT, process

AWS = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/ssm/aws4_request, SignedHeaders=host, Signature=0"
TYPE = "application/x-amz-json-1.1"
INSTANCE = "i-1234567890abcdef0"
SENT = {"InstanceIds": [INSTANCE], "DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["echo"]}}
GET, POST = "GET status under wrk", "POST command under wrk"
CLASS = 32
FLOOR = 0.9


def server_alone(rounds: int = ROUNDS) -> list[Line]:
    wrk()
    theirs, older, note = peers(), None, ""
    try:
        older = before()
    except Missing as problem:
        note = f"not beside the commit before, because {problem}"
    (ROOT / "artifacts").mkdir(exist_ok=True)
    with TemporaryDirectory(dir=ROOT / "artifacts") as name, ExitStack() as stack:  # /tmp may be memory
        folder = Path(name)

        def running(program: Path, store: str = "memory") -> Person:
            _, address = stack.enter_context(process("--store", store, *PROXIED, program=program))
            return stack.enter_context(person(address, folder))

        ours, durable = running(ROMEKIT), running(ROMEKIT, f"sqlite:///{folder / 'rome.db'}")
        moto = stack.enter_context(server(theirs, "moto_server.py", sees_romekit=False))
        bare = stack.enter_context(server(OURS, "bare.py", *ours.bodies))["address"]
        aws = _moto(folder, moto["address"])
        gets = {
            "ours": ours.get(),
            "durable": durable.get(),
            "bare": ours.get(bare),
            "moto": aws["GetCommandInvocation"],
        }
        posts = {"ours": ours.post(), "durable": durable.post(), "bare": ours.post(bare), "moto": aws["SendCommand"]}
        if older:
            was = running(older)
            gets["before"], posts["before"] = was.get(), was.post()
        got, sent = in_turns(gets, rounds), in_turns(posts, rounds)
        many = in_turns({"ours": ours.post(connections=CLASS), "durable": durable.post(connections=CLASS)}, rounds)
    lines = [*_lines(GET, got, note), *_lines(POST, sent, note)]
    on_disk = {GET: got, POST: sent, f"{POST}, {CLASS} at once": many}
    return lines + [
        rates(f"{what}, with SQLite", "requests/s", played["durable"], "romekit in memory", played["ours"])
        for what, played in on_disk.items()
    ]


def _lines(what: str, played: dict[str, list[float]], note: str) -> list[Line]:
    reader = f"{what.partition(' under')[0]}, {CONNECTIONS} connections"
    lines = [rates(what, "requests/s", played["ours"], "bare Starlette", played["bare"], note=note, reader=reader)]
    lines.append(rates(what, "requests/s", played["ours"], "moto server", played["moto"]))
    if "before" in played:
        lines.append(rates(what, "requests/s", played["ours"], "romekit before", played["before"], least=FLOOR))
    return lines


def _moto(folder: Path, address: str) -> dict[str, Load]:
    """What boto3 would ask, and one command to ask for."""

    def headers(target: str) -> dict[str, str]:
        return {"Authorization": AWS, "Content-Type": TYPE, "X-Amz-Target": f"AmazonSSM.{target}"}

    with httpx.Client(trust_env=False, timeout=60) as http:  # at first moto imports what it needs
        sent = http.post(address, headers=headers("SendCommand"), json=SENT).json()
    asked = {"CommandId": sent["Command"]["CommandId"], "InstanceId": INSTANCE}
    bodies = {"SendCommand": SENT, "GetCommandInvocation": asked}
    return {name: Load(folder, address, headers(name), always("POST", body)) for name, body in bodies.items()}
