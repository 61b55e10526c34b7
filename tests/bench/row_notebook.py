"""What somebody waits for who opens a notebook: the kernel, the first cell of a lesson, and the first chart."""

from time import perf_counter
from typing import Any

from jupyter_client.manager import start_new_kernel

from tests.bench.rounds import ROUNDS, Line, alone, in_turns

FIRST = "import romekit\nfrom romekit import views\nlab = romekit.Lab(pace=0)\nrome = lab.rome()\nrome.devices()"
CHART = 'rome.launch("Surface", "https://bing.com").follow()\nviews.timeline(lab.history())'


def notebook(rounds: int = ROUNDS) -> list[Line]:
    took: dict[str, list[float]] = {"kernel": [], "first": [], "chart": []}

    def play() -> float:
        began = perf_counter()
        manager, client = start_new_kernel(kernel_name="python3")
        try:
            took["kernel"].append(perf_counter() - began)
            took["first"].append(_cell(client, FIRST))
            took["chart"].append(_cell(client, CHART))
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
        return took["kernel"][-1]

    in_turns({"notebook": play}, rounds)
    first, chart = took["first"][1:], took["chart"][1:]  # the first round does not count
    reader = "In a notebook: from the first cell to the first chart"
    return [
        alone("a kernel starts, whatever runs in it", "s", took["kernel"][1:]),
        alone("the first cell of a notebook: import, lab, sign-in, devices", "s", first),
        alone("  the first chart", "s", chart),
        alone("  both", "s", [sum(each) for each in zip(first, chart, strict=True)], reader=reader),
    ]


def _cell(client: Any, code: str) -> float:
    began = perf_counter()
    reply = client.execute_interactive(code, output_hook=lambda message: None, timeout=60)
    assert reply["content"]["status"] == "ok", reply["content"]
    return perf_counter() - began
