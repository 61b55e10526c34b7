"""romekit's client sends to many devices and follows all: fleet_romekit.py ADDRESS TOKEN"""

import sys
from time import perf_counter

from stage import on_stage

from romekit.client.client import Rome
from romekit.core.endpoints import served
from romekit.core.model import Launch

address, token = sys.argv[1:]


class Given:
    """A token that somebody else got."""

    account = "alex@romekit.example"

    def token(self, *, refused=""):
        return token


rome = Rome(served(address), Given())
devices = rome.devices()


def play(commands):
    began = perf_counter()
    orders = [(devices[number % len(devices)], Launch("https://bing.com")) for number in range(commands)]
    fleet = rome.follow_many(rome.send_many(orders).check()).check()
    return {"seconds": perf_counter() - began, "completed": fleet.statuses().get("completed", 0)}


on_stage(play)
