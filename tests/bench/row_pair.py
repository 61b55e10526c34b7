"""Sending a command and asking for its status, one client over loopback, beside boto3 at a moto server."""

from __future__ import annotations

from tests.bench.peers import OURS, peers
from tests.bench.programs import Contender, contender, server
from tests.bench.rounds import ROUNDS, Line, Play, in_turns, rates
from tests.serving import serving, signed_in

SECONDS = 2.0


def pair(rounds: int = ROUNDS) -> list[Line]:
    theirs = peers()
    with (
        serving() as address,
        signed_in(address) as http,
        server(theirs, "moto_server.py", sees_romekit=False) as moto,
        contender(OURS, "pair_romekit.py", address, token_of(http)) as romekit,
        contender(theirs, "pair_moto.py", moto["address"], sees_romekit=False) as boto,
    ):
        played = in_turns({"ours": _playing(romekit), "moto": _playing(boto)}, rounds)
    what = "send + status over loopback, one client"
    return [rates(what, "pairs/s", played["ours"], "moto + boto3", played["moto"], 8)]


def _playing(one: Contender) -> Play:
    return lambda: float(one.play(seconds=SECONDS)["rate"])


def token_of(http) -> str:
    """The token a signed-in HTTP client has."""
    return http.headers["Authorization"].removeprefix("Bearer ")
