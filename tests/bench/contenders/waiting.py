"""Follows commands and says how long after each was over it saw that: waiting.py HOW ADDRESS AUTHORIZATION

Both ways ask the same server with the same httpx.Client: `hold` with `Prefer: wait`, `poll` every second.
"""

import sys
import time

import httpx
from stage import on_stage

how, address, token = sys.argv[1:]
ORDER = {"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}
http = httpx.Client(base_url=f"{address}/beta", headers={"Authorization": token}, timeout=60, trust_env=False)
device = http.get("/me/devices").json()["value"][0]["id"]


def play(commands):
    return {"delays": [(seen - happened) * 1000 for seen, happened in (one() for _ in range(commands))]}


def one():
    """When a command was seen to be over, and when it was."""
    command = http.post(f"/me/devices/{device}/commands", json=ORDER).json()["id"]
    place, headers = f"/me/devices/{device}/commands/{command}", {}
    while (answer := http.get(place, headers=headers)).status_code == 304 or answer.json()["status"] != "completed":
        if how == "poll":
            time.sleep(1)
        else:
            headers = {"If-None-Match": answer.headers["etag"], "Prefer": "wait=20"}
    seen, history = time.time(), http.get("/me/romekit.history").json()["value"]
    return seen, next(each["at"] for each in history if (each["command"], each["to"]) == (command, "completed"))


on_stage(play)
