"""Follows one command and says when it saw each status: waiting.py HOW ADDRESS TOKEN, HOW is hold or poll.

Both ask the same server with the same httpx.Client: one with `Prefer: wait`, one every second.
"""

import sys
import time

import httpx
from stage import on_stage

how, address, token = sys.argv[1:]
ORDER = {"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}
HEADERS = {"Authorization": f"Bearer {token}"}
http = httpx.Client(base_url=f"{address}/beta", headers=HEADERS, timeout=60, trust_env=False)
device = http.get("/me/devices").json()["value"][0]["id"]


def play(commands):
    seen = []
    for _ in range(commands):
        command = http.post(f"/me/devices/{device}/commands", json=ORDER).json()["id"]
        seen += follow(f"/me/devices/{device}/commands/{command}", command)
    happened = {(each["command"], each["to"]): each["at"] for each in http.get("/me/romekit.history").json()["value"]}
    delays = [(at - happened[command, status]) * 1000 for command, status, at in seen]
    return {"delays": delays}


def follow(place, command):
    """(command, status, when it was seen), for each status seen after the first."""
    answer, seen = http.get(place), []
    status = first = answer.json()["status"]
    while status != "completed":
        answer = again(place, answer)
        if answer.status_code == 200 and (now := answer.json()["status"]) != status:
            seen.append((command, now, time.time()))
            status = now
    assert first == "requesting"
    return seen


def again(place, before):
    if how == "poll":
        time.sleep(1)
        return http.get(place)
    known = before.headers["etag"]
    return http.get(place, headers={"If-None-Match": known, "Prefer": "wait=20"})


on_stage(play)
