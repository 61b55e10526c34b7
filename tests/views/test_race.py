"""A race told as a table and as a chart: each way with its own mark and name, and the finding in a sentence."""

import pandas as pd
import pytest

from romekit import views
from romekit.core.errors import BadInput, RomeError
from romekit.core.polling import Fixed, LongPoll
from romekit.core.status import is_final
from romekit.lab.lab import Lab
from romekit.lab.race import FOUR_WAYS, race
from romekit.views import Finish

FINISHES = [
    Finish("fixed", 1, "Surface", "completed", 4, 0.4),
    Finish("fixed", 2, "Xbox", "completed", 8, 0.8),
    Finish("held", 1, "Surface", "completed", 3, 0.0),
    Finish("held", 2, "Xbox", "completed", 3, 0.1),
]
COLUMNS = ["way", "commands", "requests", "requests_each", "mean_delay", "worst_delay"]


def test_the_table_has_a_line_for_each_way_in_the_order_they_ran_and_the_same_types_without_one():
    table = views.race_table(FINISHES)
    assert table.to_dict("records") == [
        dict(zip(COLUMNS, ["fixed", 2, 12, 6.0, 0.6, 0.8], strict=True)),
        dict(zip(COLUMNS, ["held", 2, 6, 3.0, 0.05, 0.1], strict=True)),
    ]
    empty = views.race_table([])
    assert list(empty.columns) == COLUMNS
    assert list(empty.dtypes) == list(table.dtypes)


def test_the_finding_says_who_is_first_in_what():
    assert views.race_chart(FINISHES).description == (
        "Of 2 ways, held saw the end of a command first, 0.05 s after it happened on average, "
        "and spent the fewest requests, 3.0 for each."
    )
    lazy = [*FINISHES, Finish("lazy", 1, "Surface", "completed", 1, 9.0)]
    assert views.race_chart(lazy).description == (
        "Of 3 ways, held saw the end of a command first, 0.05 s after it happened on average; "
        "lazy spent the fewest requests, 1.0 for each, and was 9.00 s late."
    )
    assert views.race_chart([]).description == "Nobody has run yet."


def test_no_two_marks_look_the_same_and_the_chart_is_read_without_a_script_and_in_a_terminal():
    many = [Finish(f"way {number}", 1, "Surface", "completed", number + 1, 0.1) for number in range(6)]
    traces = views.race_chart(many).spec["data"]
    assert len({trace["marker"]["symbol"] for trace in traces}) == 6
    assert len({trace["marker"]["color"] for trace in traces}) == 6
    assert [trace["text"].strip() for trace in traces] == [f"way {number}" for number in range(6)]
    chart = views.race_chart(FINISHES)
    assert "■ fixed" in chart.text
    assert "6.0 requests" in chart.text
    assert "6.0 requests for each" in chart.html


@pytest.mark.parametrize("given", [7, ["fixed"], pd.DataFrame({"way": [1]})])
def test_what_is_no_race_is_told_in_words(given):
    with pytest.raises(BadInput, match="finishes cannot be") as slip:
        views.race_table(given)
    assert "race()" in slip.value.hint


def every_second(http, clock, token, location, deadline):
    while True:
        status = http.get(location, headers={"Authorization": f"Bearer {token()}"}).json()["status"]
        if is_final(status):
            return status
        clock.wait(1)


def test_a_poller_of_ones_own_runs_beside_the_others():
    ours, theirs = (race({"way": way}, rounds=1) for way in (Fixed(1), every_second))
    assert theirs == ours
    with pytest.raises(BadInput, match="returned None, which is no final status"):
        race({"mine": lambda *given: None})


def test_all_ways_follow_the_same_lives_the_same_seed_is_the_same_race_and_requests_are_the_services():
    lives = {way: [] for way in FOUR_WAYS}
    for finish in race(rounds=1):
        lives[finish.way].append((finish.number, finish.device, finish.status))
    assert len({tuple(life) for life in lives.values()}) == 1
    assert len(lives["fixed"]) == 7
    ways = {"held": LongPoll(), "often": Fixed(0.5)}
    assert race(ways, rounds=1) == race(ways, rounds=1)
    assert race(ways, rounds=1) != race(ways, rounds=1, seed="another")
    finish = race({"fixed": Fixed(1)}, rounds=1, devices=["Surface"])[0]
    lab = Lab()
    command = lab.rome().launch("Surface", "https://bing.com").follow(polling=Fixed(1))
    asked = [each for each in lab.exchanges() if each.method == "GET" and command.id in each.path]
    assert finish.requests == len(asked)


def test_who_is_held_sees_the_end_when_it_happens_and_a_fixed_pause_at_most_one_pause_later():
    finishes = race({"held": LongPoll(), "fixed": Fixed(2)}, rounds=2)
    assert {finish.delay for finish in finishes if finish.way == "held"} == {0.0}
    late = [finish.delay for finish in finishes if finish.way == "fixed"]
    assert 0 < max(late) <= 2


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"ways": {}}, "ways"),
        ({"ways": [Fixed(1)]}, "ways"),
        ({"ways": {"": Fixed(1)}}, "ways"),
        ({"ways": {"fast": 1}}, "polling"),
        ({"rounds": 0}, "rounds"),
        ({"rounds": "3"}, "rounds"),
        ({"devices": ["nobody"]}, "device"),
    ],
)
def test_a_race_that_makes_no_sense_is_told_in_words(options, field):
    with pytest.raises(RomeError) as slip:
        race(**options)
    assert slip.value.field == field
    assert slip.value.hint
