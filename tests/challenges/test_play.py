"""Playing: whatever a function does, it ends in words; the report and the smallest day are the same everywhere."""

import json
import os
import random
import subprocess
import sys
import threading
import time
from contextlib import suppress
from functools import cache, partial
from itertools import count
from types import SimpleNamespace

import pytest

from romekit.challenges import challenge
from romekit.challenges.bounds import LAZY
from romekit.core.errors import BadInput
from tests.challenges.solutions import buy

BAD_DAY = challenge("bad-day")
COUNTER = []


def said_of(function):
    """What the first mark says of a function on a calm day."""
    report = BAD_DAY.try_(function, "calm", days=1)
    return report.scores[0].sentence


def replayed(function, seed="calm 1"):
    """What came of a function on a calm day."""
    return BAD_DAY.replay(json.dumps({"seed": seed}), function).evidence.outcome


def test_sleeping_for_real_is_ended_by_an_alarm(monkeypatch):
    monkeypatch.setattr("romekit.challenges.bounds.REAL_SECONDS", 0.3)

    def buy(http, clock, token, device, uri):
        time.sleep(30)

    assert "real seconds. Use clock.wait" in said_of(buy)


def test_a_flood_of_output_is_cut():
    def buy(http, clock, token, device, uri):
        for _ in range(1000):
            print("x" * 100)
        return "done"

    replay = BAD_DAY.replay('{"seed": "calm 1"}', buy)
    assert len(replay.evidence.outcome.printed) <= 200_000
    assert "… and 97000 characters more" in repr(replay)
    assert len(repr(replay)) < 10_000


class Unspeakable(Exception):
    def __str__(self):
        raise ValueError

    __repr__ = __str__


def spins(http, clock, token, device, uri):
    while True:
        pass


def waits_for_ever(http, clock, token, device, uri):
    while True:
        clock.wait(60)


def asks_for_ever(http, clock, token, device, uri):
    while True:
        with suppress(Exception):
            http.get("/me/devices")


def finds_nothing(http, clock, token, device, uri):
    return {}["id"]


def leaves(http, clock, token, device, uri):
    sys.exit("good bye")


def replaces_the_wait(http, clock, token, device, uri):
    clock.wait = time.sleep


def returns_the_unspeakable(http, clock, token, device, uri):
    return Unspeakable()


def raises(http, clock, token, device, uri, what=Unspeakable):
    raise what


async def waits(http, clock, token, device, uri):
    return "done"


def yields(http, clock, token, device, uri):
    yield "done"


async def streams(http, clock, token, device, uri):
    yield "done"


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (spins, "without an end. It was in line 2 of spins(): while True:"),
        (waits_for_ever, "not finished after 3600 simulated seconds. It was in line 3 of waits_for_ever(): clock.wait"),
        (asks_for_ever, "more than 200 requests"),
        (finds_nothing, "It raised KeyError: 'id'. It was in line 2 of finds_nothing(): return {}[\"id\"]"),
        (leaves, "SystemExit"),
        (replaces_the_wait, "attribute 'wait' is read-only"),
        (returns_the_unspeakable, "It raised ValueError. It was in line 2 of __str__(): raise ValueError"),
        (raises, "It raised Unspeakable. It was in line 2 of raises(): raise what"),
        # no address in memory, which differs each time
        (partial(raises, what=ValueError(object())), "It raised ValueError: <object object>. It was in line 2"),
        (max, "It raised TypeError"),
        (waits, LAZY),
        (partial(waits), LAZY),
        (yields, LAZY),
        (streams, LAZY),
        (lambda http: "done", "It cannot be called with 5 arguments: too many positional arguments."),
    ],
    ids=lambda each: getattr(each, "__name__", "partial") if callable(each) else "",
)
def test_whatever_a_function_does_it_ends_in_words(function, said):
    assert said in said_of(function)


def test_no_day_sees_what_another_one_wrote_into_a_global():
    def buy(http, clock, token, device, uri):
        COUNTER.append(1)
        return f"{len(COUNTER)}"

    assert [replayed(buy, seed).returned for seed in ("calm 1", "calm 2")] == ["1", "1"]
    assert COUNTER == []


class Shop:
    def __init__(self):
        self.orders = []

    def buy(self, http, clock, token, device, uri):
        self.orders.append(uri)
        return f"{len(self.orders)}"

    __call__ = buy


def shop_with(orders):
    return lambda http, clock, token, device, uri: Shop.buy(SimpleNamespace(orders=orders), 0, 0, 0, 0, uri)


def counts(http, clock, token, device, uri, orders=[], *, others=[]):  # noqa: B006 (a mistake that people make)
    orders.append(uri)
    others.append(uri)
    return f"{max(len(orders), len(others))}"


SHOP = Shop()


class Board:
    orders: list[str] = []  # noqa: RUF012 (a mistake that people make)
    count = 0


def writes_on_a_class(http, clock, token, device, uri):
    Board.orders.append(uri)
    Board.count += 1
    Board.last = getattr(Board, "last", 0) + 1
    return f"{max(len(Board.orders), Board.count, Board.last)}"


def writes_on_itself(http, clock, token, device, uri):
    writes_on_itself.times = getattr(writes_on_itself, "times", 0) + 1
    return f"{writes_on_itself.times}"


def counts_with_an_iterator(http, clock, token, device, uri):
    return f"{next(NUMBERS)}"


def makes_a_global(http, clock, token, device, uri):
    globals()["TIMES"] = globals().get("TIMES", 0) + 1
    return f"{TIMES}"  # noqa: F821 (it is made above)


@cache
def first_seen(nothing):
    return next(NUMBERS)


def remembers_in_a_cache(http, clock, token, device, uri):
    return f"{1 if first_seen(0) == next(NUMBERS) - 1 else 0}"


NUMBERS = count(1)


def buys_in_a_global_shop(http, clock, token, device, uri):
    return SHOP.buy(http, clock, token, device, uri)


@pytest.mark.parametrize(
    "function",
    [
        *(Shop(), Shop().buy, partial(Shop().buy), shop_with([]), counts, partial(counts, others=[])),
        *(buys_in_a_global_shop, writes_on_a_class, writes_on_itself, counts_with_an_iterator, makes_a_global),
        remembers_in_a_cache,
    ],
)
def test_no_day_sees_what_another_one_left_anywhere_else(function):
    play = BAD_DAY.player(function)
    days = [BAD_DAY.replayed(scenario, play) for scenario in BAD_DAY.scenarios("calm", 3)]
    assert [day.evidence.outcome.returned for day in days] == ["1", "1", "1"]


def test_no_day_sees_what_another_one_left_in_a_module_beside_the_notebook(tmp_path, monkeypatch):
    (tmp_path / "my_shop.py").write_text("ORDERS, count = [], 0\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    cell = {"__name__": "__main__"}
    exec(
        "import my_shop\ndef buy(http, clock, token, device, uri):\n    my_shop.ORDERS.append(uri)\n"
        "    my_shop.count += 1\n    return str(len(my_shop.ORDERS) + my_shop.count)",
        cell,
    )
    play = BAD_DAY.player(cell["buy"])
    days = [BAD_DAY.replayed(scenario, play) for scenario in BAD_DAY.scenarios("calm", 2)]
    assert [day.evidence.outcome.returned for day in days] == ["2", "2"]


def test_chance_is_the_same_on_every_play_of_a_day():
    def rolls(http, clock, token, device, uri):
        return f"{random.random()} {clock.random.random()}"

    before = random.getstate()
    first, again = (replayed(rolls).returned for _ in range(2))
    assert first == again
    assert random.getstate() == before


ANOTHER_CELL: dict[str, object] = {"__name__": "__main__"}
exec(compile("def spin():\n    while True: pass\n", "<cell 1>", "exec"), ANOTHER_CELL)
SPIN = "def buy(http, clock, token, device, uri):\n    spin()\n\ndef wrapped(*given):\n    return buy(*given)\n"
exec(compile(SPIN, "<cell 2>", "exec"), ANOTHER_CELL)


@pytest.mark.parametrize("name", ["buy", "wrapped"])
def test_an_endless_loop_in_a_helper_of_another_cell_is_found_by_its_steps(name):
    function = ANOTHER_CELL[name]
    assert "steps without an end. It was in line 2 of spin()" in said_of(function)
    assert "steps without an end. It was in line 2 of spin()" in said_of(partial(function))


@pytest.mark.parametrize("bound", [lambda http, clock: http.get("/me/devices"), lambda http, clock: clock.wait(90)])
def test_a_bare_except_does_not_swallow_a_bound(bound):
    def buy(http, clock, token, device, uri):
        while True:
            try:
                bound(http, clock)
            except:  # noqa: E722 (a mistake that people make)
                continue

    begun = time.monotonic()
    assert ("more than 200 requests" in said_of(buy)) or ("3600 simulated seconds" in said_of(buy))
    assert time.monotonic() - begun < 30
    assert sys.exc_info() == (None, None, None), "what was caught is over"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_goes_on_for_ever_is_ended_too():
    def buy(http, clock, token, device, uri):
        thread = threading.Thread(target=spin, daemon=True)
        thread.start()
        thread.join()
        return "done"

    def spin():
        while True:
            pass

    said_of(buy)
    assert not any(thread.is_alive() for thread in threading.enumerate() if thread.name.endswith("(spin)"))


def test_what_is_shown_of_an_answer_is_short_and_has_no_address_in_memory():
    assert replayed(lambda http, clock, token, device, uri: object()).shown == "<object object>"
    text = repr(BAD_DAY.try_(lambda http, clock, token, device, uri: "x" * 1_000_000, "calm", days=1))
    assert len(text) < 20_000


@pytest.mark.parametrize("path", ["/me/romekit.faults", "/me/Romekit.faults", "/me/%72omekit.faults", "/$batch"])
def test_no_client_can_clear_the_faults_or_read_the_truth(path):
    def buy(http, clock, token, device, uri):
        headers = {"Authorization": f"Bearer {token()}"}
        return f"{[http.request(method, path, headers=headers).status_code for method in ('GET', 'POST', 'DELETE')]}"

    assert replayed(buy).returned == "[403, 403, 403]"


def test_a_slow_replay_is_no_hung_one_and_does_not_wait_for_what_comes_after(monkeypatch):
    monkeypatch.setattr("romekit.challenges.bounds.REAL_SECONDS", 0.2)
    begun = time.monotonic()
    replay = BAD_DAY.replay('{"seed": "late 1", "faults": [{"what": "late result"}]}', buy, pace=0.01)
    assert replay.passed, replay
    assert 0.5 < time.monotonic() - begun < 3 + 2


def test_a_replay_shows_the_day_the_marks_and_the_truth_beside_the_belief():
    def hopes(http, clock, token, device, uri):
        headers = {"Authorization": f"Bearer {token()}", "client-request-id": "one"}
        order = {"type": "LaunchUri", "payload": {"uri": uri}}
        http.post(f"/me/devices/{device}/commands", json=order, headers=headers)
        return "done"

    replay = BAD_DAY.replay('{"seed": "late 1", "faults": [{"what": "late result"}]}', hopes)
    text, html = repr(replay), replay._repr_html_()
    assert "✓ at most once: The device did it at most once." in text
    assert "really" in text
    assert "believed" in text
    assert "Alex&#x27;s Surface" in html
    assert "<svg" in html or "really" in html


REPORT = """
from romekit.challenges import challenge
from tests.challenges.wrong_clients import BANK
clients = {wrong.name: wrong for wrong in BANK}
for name, level in (("takes_expired_for_not_done", "late"), ("BelievesTheOrderOfArrival", "untidy")):
    print(challenge(clients[name].challenge).try_(clients[name].client, level, days=20))
"""


def test_the_report_is_the_same_in_another_process_under_another_hash_seed():
    line = [sys.executable, "-c", REPORT]
    seeded = [os.environ | {"PYTHONHASHSEED": seed} for seed in ("1", "77")]
    said = {subprocess.check_output(line, env=each, text=True) for each in seeded}
    assert len(said) == 1
    assert said.pop().count("The smallest day we found") == 2


def test_no_report_shows_a_token_that_the_function_gave_away():
    def leaks(http, clock, token, device, uri):
        print(token())
        raise ValueError(token())

    for shown in (BAD_DAY.replay('{"seed": "calm 1"}', leaks), BAD_DAY.try_(leaks, "calm", days=1)):
        replay = getattr(shown, "smallest", shown)
        texts = repr(shown) + shown._repr_html_() + str(shown.as_dict())
        assert replay.evidence.secrets[0] not in texts
        assert "It printed or returned the token" in texts


def test_a_mark_that_no_day_showed_has_no_bar_and_a_challenge_shows_what_it_is_about():
    html = BAD_DAY.try_(buy, "calm", days=2)._repr_html_()
    assert html.count("width:0%") == html.count("no day showed it") > 0
    shown = BAD_DAY._repr_html_()
    assert all(part in shown for part in ("def buy(http", "<b>lossy</b>", "<li>at most once</li>"))


def test_a_report_of_a_careful_client_is_short():
    text = repr(BAD_DAY.try_(buy, days=10))
    assert text.startswith("The bad day: every mark passed on all of 10 days.")
    assert len(text.splitlines()) == 1 + len(BAD_DAY.marks)


def test_a_challenge_is_one_in_every_cell_of_a_notebook_and_plays_only_functions():
    from romekit.challenges import challenge as again

    assert again("poller") is challenge("poller")
    with pytest.raises(BadInput, match="without parentheses"):
        BAD_DAY.try_("done")
