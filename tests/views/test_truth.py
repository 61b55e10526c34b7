"""What really happened beside what a client believed, from histories and exchanges alone."""

import json
from dataclasses import replace

import pytest

from romekit.core.transition import Happening
from romekit.views import truth_of, truth_table
from romekit.views.truth import sentences
from romekit.views.truth.life import Life
from romekit.views.truth.payload import SHOWN, exchange_as_json, life_as_json, pretty
from romekit.views.truth.requests import CommandRequest
from romekit.views.truth.table import TRUTH_COLUMNS, as_html, as_text, finding
from tests.views.exchanges import Said, path_of, seen, sent
from tests.views.stories import NINE, QUICK, SLOW, WAITING, told

FOLLOWED = [sent(0.0), seen(0.2, "requesting"), seen(0.4, "sentToTarget"), seen(1.5, "completed")]
ID = QUICK[0].command


def one(*exchanges: Said, history=QUICK, **more) -> Life:
    (life,) = truth_of(history, exchanges, **more)
    return life


def beliefs(life: Life) -> list[tuple[str, float, float]]:
    return [(each.status, round(each.begin - NINE, 3), round(each.end - NINE, 3)) for each in life.believed]


def lags(life: Life) -> dict[str, float | None]:
    return {real.span.status: real.lag for real in life.real}


def outcomes(life: Life) -> list[str]:
    return [ask.outcome for ask in life.requests]


def reason(life: Life, status: str) -> str:
    return next(sentences.learned(life, real) for real in life.real if real.span.status == status)


def test_a_belief_lasts_from_the_answer_that_told_it_to_the_next_different_one_and_its_lag_is_from_when_it_was_true():
    life = one(*FOLLOWED)
    assert beliefs(life) == [("requesting", 0.0, 0.4), ("sentToTarget", 0.4, 1.5), ("completed", 1.5, 1.5)]
    assert [each.source.number for each in life.believed if each.source] == [0, 2, 3]
    assert [each.wrong for each in life.believed] == [0.088, 1.0, 0.0]
    assert lags(life) == {"requesting": 0.0, "sentToTarget": 0.088, "executing": None, "completed": 0.25}


@pytest.mark.parametrize(
    ("exchanges", "status", "sentence"),
    [
        (
            FOLLOWED,
            "executing",
            "The client never saw it: it lasted 0.75 s and fell between two requests, at 0.40 s and 1.50 s.",
        ),
        (FOLLOWED, "requesting", "The client knew at once, from the answer to its POST (201)."),
        (FOLLOWED, "completed", "The client learned of it 0.25 s later, from the answer to its GET (200)."),
        ([], "executing", "No exchange about this command is kept, so nobody can say what a client was told."),
        (FOLLOWED[:1], "completed", "The client does not know: its last request was at 0.00 s, before this was so."),
        (
            FOLLOWED[:1],
            "executing",
            "The client never saw it: it lasted 0.75 s and was over before the client asked again, which it never did.",
        ),
        (
            [seen(1.5, "completed")],
            "executing",
            "The client never saw it: it lasted 0.75 s and was over when the client first asked.",
        ),
        (
            [sent(0), Said(0.6, "GET", path_of(1), 429), Said(0.7, "GET", path_of(1), 429)],
            "executing",
            "The client was not told, though it asked while it was so: the answers were 2 × GET (429).",
        ),
    ],
)
def test_how_the_client_learned_of_it_or_why_it_did_not_is_one_sentence(exchanges, status, sentence):
    assert reason(one(*exchanges), status) == sentence


def test_a_belief_that_nobody_corrects_goes_on_and_is_wrong_so_far_and_a_final_truth_does_not_stretch_until_now():
    (belief,) = one(sent(0), now=NINE + 60).believed
    assert (belief.is_open, belief.wrong) == (True, 0.938)
    (waiting,) = one(sent(3, 4), history=WAITING, now=NINE + 10).believed
    assert (waiting.is_open, waiting.end - NINE, waiting.wrong) == (True, 10.0, 6.0)
    assert one(*FOLLOWED[:2], now=NINE + 9999).end == NINE + 1.25


COMMANDS = path_of(1).rpartition("/")[0]
LOST = Said(0.0, "POST", COMMANDS, 504, {"error": {}}, request_headers={"client-request-id": "mine"})
EXECUTING, IS_EXECUTING = ("executing", 0.6, 1.25), {"status": "executing"}
#: The exchanges, what each answer told, what the client believed last, and what is said of the last exchange.
ANSWERS = {
    "nothing was asked": ([], [], ("", 0.0, 1.25), ""),
    "lost": ([LOST], ["lost"], ("", 0.0, 1.25), "the client cannot know"),
    "broken off": (
        [sent(0), Said(0.6, "GET", path_of(1), 200, b'{"id": "1", "sta')],
        ["reported", "unreadable"],
        ("requesting", 0.0, 1.25),
        "breaks off",
    ),
    "not modified": (
        [sent(0), Said(0.1, "GET", path_of(1), 304)],
        ["reported", "unchanged"],
        ("requesting", 0.0, 1.25),
        "so it told nothing new",
    ),
    "slow": (
        [sent(0), seen(0.4, "sentToTarget", took=3.0)],
        ["reported"] * 2,
        ("sentToTarget", 3.4, 3.4),
        "it tells what was true before",
    ),
    "without a status": (
        [sent(0), Said(1.5, "GET", f"{path_of(1)}/responsepayload", 200, {"result": 5})],
        ["reported", "silent"],
        ("requesting", 0.0, 1.5),
        "says nothing about the status",
    ),
    "against the history": ([seen(0.6, "teleporting")], ["reported"], ("teleporting", 0.6, 1.25), ""),
    "in Pascal case": ([Said(0.6, "GET", path_of(1), 200, {"Status": "executing"})], ["reported"], EXECUTING, ""),
    "wrapped": ([Said(0.6, "GET", path_of(1), 200, {"value": {"Status": "executing"}})], ["reported"], EXECUTING, ""),
    "any case, own name": (
        [Said(0.6, "GET", f"/beta/users/alex%40x.y/DEVICES/x/Commands/{ID.upper()}?$select=status", 200, IS_EXECUTING)],
        ["reported"],
        EXECUTING,
        "",
    ),
}


@pytest.mark.parametrize(("exchanges", "told", "last", "note"), ANSWERS.values(), ids=ANSWERS)
def test_only_what_an_answer_says_is_believed(exchanges, told, last, note):
    life = one(*exchanges, sent_as={"mine": ID})
    assert (outcomes(life), beliefs(life)[-1]) == (told, last)
    assert note in "".join(sentences.note(each) for each in life.requests[-1:])


def test_why_something_was_believed_is_a_sentence():
    life = one()
    assert "No exchange" in sentences.why_believed(life, life.believed[0])
    life = one(LOST, sent_as={"mine": ID})
    assert "the answer was POST (504), though it was done" in sentences.why_believed(life, life.believed[0])
    life = one(seen(0.6, "teleporting"))
    assert "the history has no such status" in sentences.why_believed(life, life.believed[-1])


def test_a_lost_answer_is_known_by_its_id_or_its_device_and_moment_and_a_repeat_tells_what_has_become_of_it():
    own = {"request_headers": {"client-request-id": "mine"}}
    life = one(LOST, sent(0.6, status="executing", **own), sent_as={"mine": ID})
    assert beliefs(life) == [("", 0.0, 0.6), ("executing", 0.6, 1.25)]
    assert lags(life)["executing"] == 0.1
    lost = Said(0.0, "POST", path_of(1).rpartition("/")[0], 504)
    assert outcomes(one(lost)) == ["lost"]
    assert outcomes(one(replace(lost, after=0.001))) == []
    assert outcomes(one(replace(lost, path="/beta/me/devices/other/commands"))) == []


def test_a_throttled_post_comes_before_the_command_it_was_to_make():
    own = {"request_headers": {"client-request-id": "mine"}}
    early = Said(-2.0, "POST", path_of(1).rpartition("/")[0], 429, headers={"Retry-After": "2"}, **own)
    life = one(early, sent(0.0, **own), sent_as={"mine": ID})
    assert (outcomes(life), life.begin - NINE) == (["refused", "reported"], -2.0)
    assert beliefs(life)[0] == ("", -2.0, 0.0)
    assert life_as_json(life)["begin"] == -2.0
    assert sentences.note(life.requests[0]) == (
        "The service was asked too often and asked to come back after 2 s: the client learned nothing of the command."
    )


def test_a_request_in_a_batch_is_answered_when_the_batch_is():
    item = seen(0.6, "executing", request_id="item")
    headers = {"request-id": "item", "Content-Type": "application/json"}
    answers = {"responses": [{"id": "1", "status": 200, "headers": headers}]}
    batch = Said(0.6, "POST", "/beta/$batch", 200, answers, took=0.5)
    life = one(sent(0), item, batch)
    assert lags(life)["executing"] == 0.6
    assert "travelled in a batch" in sentences.note(life.requests[-1])
    assert exchange_as_json(life.requests[-1])["headers"] == [list(pair) for pair in headers.items()]


def test_a_cancellation_a_history_and_a_list_of_changes_tell_the_status_as_well():
    cancelled = Said(0.6, "POST", f"{path_of(1)}/romekit.cancel", 202, {"status": "cancel"})
    history = Said(2.0, "GET", "/beta/me/romekit.history", 200, {"value": [each.as_wire() for each in QUICK]})
    assert [ask.reported for ask in one(cancelled, history).requests] == ["cancel", "completed"]
    value = [{"id": SLOW[0].command, "status": "executing"}, {"Id": ID.upper(), "Status": "completed"}]
    changes = Said(5.0, "GET", "/beta/me/romekit.changes?$deltatoken=3", 200, {"value": value})
    quick, slow, waiting = truth_of([*QUICK, *SLOW, *WAITING], [changes])
    assert [ask.reported for ask in (*quick.requests, *slow.requests)] == ["completed", "executing"]
    assert waiting.requests == ()
    assert outcomes(one(Said(5.0, "GET", "/beta/me/romekit.changes", 200, {"value": ["nonsense"]}))) == []


def test_exchanges_go_to_the_command_they_are_about_and_those_about_nothing_or_others_are_left_out():
    lives = truth_of([*QUICK, *SLOW], [sent(0, 1), sent(1, 2), seen(2.5, "sentToTarget", 2), seen(3, "completed", 1)])
    assert [len(life.requests) for life in lives] == [2, 2]
    listed = Said(0.1, "GET", "/beta/me/devices", 200, {"value": []})
    assert one(listed, seen(0.2, "requesting", 99), Said(0, "GET", "/", 404)).requests == ()


def test_statuses_that_begin_at_the_same_moment_are_told_apart_by_what_the_answer_says():
    history = told(1, [(0.0, "requesting"), (1.0, "cancel"), (1.0, "cancelling"), (2.0, "canceled")])
    life = one(seen(1.0, "cancel"), seen(1.0, "cancelling"), history=history)
    assert lags(life) == {"requesting": None, "cancel": 0.0, "cancelling": 0.0, "canceled": None}


DEVICE = QUICK[0].device
HAPPENED = [
    Happening(NINE - 100, DEVICE, "", presence="online"),
    Happening(NINE + 0.4, DEVICE, "It fell asleep.", presence="asleep"),
    Happening(NINE + 0.7, "another", "It broke.", presence="offline"),
    Happening(NINE + 1.25, DEVICE, "The device opened https://bing.com.", ID),
    Happening(NINE + 99, DEVICE, "It reported once more.", ID),
    Happening(NINE + 99, DEVICE, "It went away.", presence="offline"),
]


def test_what_the_device_did_stands_by_the_status_during_which_it_did_it_and_where_it_did_nothing_that_is_said():
    life = one(*FOLLOWED, happenings=HAPPENED)
    found = {real.span.status: sentences.on_device(life, real) for real in life.real}
    assert found["sentToTarget"] == ["At 0.40 s: It fell asleep."]
    assert found["executing"] == ["This was the device's own doing. Alex's Surface was asleep."]
    said = "At 1.25 s: The device opened https://bing.com.|At 99.00 s: It reported once more."
    assert "|".join(found["completed"]) == said
    history = [replace(change, who="service") for change in QUICK]
    life = one(history=history, happenings=HAPPENED[:1])
    said = ["Nothing happened on Alex's Surface itself. Alex's Surface was online."]
    assert sentences.on_device(life, life.real[0]) == said


def ask_of(exchange: Said) -> CommandRequest:
    return one(exchange).requests[0]


def test_an_exchange_is_shown_with_indented_bodies_a_long_one_cut_and_nothing_of_a_token():
    found = exchange_as_json(ask_of(sent(0, request_body=b'{"type":"LaunchUri"}', headers={"ETag": "x"})))
    assert (found["method"], found["status"], found["headers"]) == ("POST", "201 Created", [["ETag", "x"]])
    assert found["request_body"] == '{\n  "type": "LaunchUri"\n}'
    assert json.loads(found["body"])["status"] == "requesting"
    shown_body = pretty({"padding": "x" * 1_000_000})
    assert len(shown_body) < SHOWN + 100
    assert shown_body.endswith("… cut here, 1,000,019 characters in all")
    assert pretty(b"\xff" * 5000).endswith("… cut here, 5,000 bytes in all")
    secret = {"Authorization": "Bearer EwBsecret", "Cookie": "EwBsecret"}
    found = exchange_as_json(ask_of(sent(0, request_headers=secret, headers={"Set-Cookie": "EwBsecret"})))
    assert "EwBsecret" not in json.dumps(found)
    cleaned = {"authorization": "Bearer (taken out)"}
    assert exchange_as_json(ask_of(sent(0, request_headers=cleaned)))["request_headers"] == [list(*cleaned.items())]


def test_what_is_drawn_says_status_begin_seconds_and_who_and_leads_to_the_exchange_behind_it():
    drawn = life_as_json(one(*FOLLOWED))
    assert drawn["real"][1]["says"] == "sentToTarget, really, from 0.31 s for 0.19 s, by device"
    assert drawn["real"][3]["says"] == "completed, really, from 1.25 s on, by device"
    assert drawn["believed"][1]["says"] == "sentToTarget, believed, from 0.40 s for 1.10 s, by client"
    json.dumps(drawn)
    assert [each["request"] for each in drawn["real"]] == [0, 2, 3, 3]
    assert [each["request"] for each in drawn["believed"]] == [0, 2, 3]
    assert [each["number"] for each in drawn["requests"]] == [0, 1, 2, 3]
    assert [each["request"] for each in life_as_json(one())["real"]] == [-1] * 4


def test_the_table_has_fixed_columns_a_row_per_status_and_nan_where_the_client_never_saw_it():
    table = truth_table([one(*FOLLOWED)])
    for each in (table, truth_table([])):
        assert {str(name): str(dtype) for name, dtype in each.dtypes.items()} == TRUTH_COLUMNS
    assert list(table["really_at"]) == [0.0, 0.312, 0.5, 1.25]
    assert table["lag"].isna().tolist() == table["told_by"].isna().tolist() == [False, False, True, False]
    assert list(table["asks"]) == [2, 1, 0, 1]
    assert table.attrs["ids"] == {"#1": ID}


@pytest.mark.parametrize(
    ("lives", "sentence"),
    [
        ([], "No command has been sent yet."),
        (truth_of(QUICK, FOLLOWED), "The client saw 3 of 4 statuses, at most 0.25 s late."),
        (truth_of(QUICK), "The client saw none of 4 statuses."),
        (truth_of(QUICK[:1], FOLLOWED[:1]), "The client saw the one status, at most 0.00 s late."),
    ],
)
def test_the_finding_is_one_sentence(lives, sentence):
    assert finding(lives) == sentence


def test_the_text_has_two_bars_per_command_and_the_table_and_says_what_goes_on():
    lines = as_text(truth_of(QUICK, FOLLOWED)).splitlines()
    assert lines[3] == "#1 open https://bing.com on Alex's Surface, 1.50 seconds"
    assert lines[4].startswith("  really   ░░░")
    assert lines[4].endswith("✓ completed")
    assert lines[5].startswith("  believed ░░░░░░")
    assert lines[-1].split() == ["#1", "completed", "1.250", "1.5", "0.250", "1", "GET", "(200)"]
    assert as_text([]).endswith("No command has been sent yet.")
    lives = truth_of(QUICK, [sent(0)])
    assert as_text(lives).splitlines()[5].endswith("… still requesting")
    assert "… still" in as_html(lives)
    assert "still" not in as_html(truth_of(QUICK, FOLLOWED))
