"""romekit's client: send a command and ask for its status, over and over: pair_romekit.py ADDRESS TOKEN"""

import sys

from stage import at_a_rate, on_stage
from tokens import Given

from romekit.client.client import Rome
from romekit.core.endpoints import served

address, token = sys.argv[1:]
rome = Rome(served(address), Given(token))
surface = rome.device("surface")


def pair():
    rome.launch(surface, "https://bing.com").refresh()


on_stage(at_a_rate(pair))
