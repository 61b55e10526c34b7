"""One question for the news of all commands: where it begins, where it goes on, and how long it waits."""

import pytest

from romekit.cloud.engine.people import ALEX, SAM
from romekit.cloud.graph import extensions
from tests.cloud.graph_client import BASE, LAUNCH, error_of, refusal, waiting

PATH = "/beta/me/romekit.changes"
LATEST = f"{PATH}?$deltatoken=latest"


def after(door, answer, seconds=0, etag=None):
    """The news since an answer, willing to wait."""
    return door.get(answer.json()["@odata.deltaLink"], headers=waiting(etag or answer.headers["etag"], seconds))


def told(answer):
    return [(each["id"], each["status"]) for each in answer.json()["value"]]


@pytest.mark.witness("route", "GET /me/romekit.changes", "I ours")
@pytest.mark.witness("option", "get_changes $deltatoken", "I ours")
@pytest.mark.witness("property", "Changes.value, Changes.@odata(deltaLink, nextLink)", "I ours")
def test_each_answer_says_where_the_next_one_begins(door):
    begin = door.get(LATEST)
    assert told(begin) == []
    assert begin.json()["@odata.deltaLink"].startswith(f"{BASE}{PATH}?$deltatoken=")
    sent = [door.send(LAUNCH).json()["id"] for _ in range(2)]
    first = after(door, begin)
    assert told(first) == [(sent[0], "requesting"), (sent[1], "requesting")]
    door.clock.advance(30)
    second = after(door, first)
    assert sorted(told(second)) == sorted((each, "completed") for each in sent)
    assert after(door, second).status_code == 304


def test_without_a_token_everything_is_told_as_its_own_address_tells_it(door):
    place = door.launched()
    for seconds in (0, 30):
        door.clock.advance(seconds)
        assert door.get(PATH).json()["value"] == [door.get(place).json()]


def test_one_held_question_covers_every_command(door):
    begin, start = door.get(LATEST), door.clock.now()
    door.send(LAUNCH)
    door.send(LAUNCH, "Living Room Xbox")
    answer, times, statuses = begin, [], []
    while len(statuses) < 8:
        answer = after(door, answer, 20)
        assert answer.headers["preference-applied"] == "wait"
        times.append(door.clock.now())
        statuses += [status for _, status in told(answer)]
    assert statuses.count("completed") == 2
    assert times[0] == start  # there was something to tell
    assert times == sorted(set(times))  # then each change at its own moment
    assert set(times) <= {event.at for event in door.graph.spaces.events(ALEX.upn)}


def test_who_knows_everything_is_not_told_it_again_but_another_etag_is_no_reason_to_wait(door):
    begin, start = door.get(LATEST), door.clock.now()
    answer = after(door, begin, 7)
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == begin.headers["etag"]
    assert door.clock.now() == start + 7
    answer = after(door, begin, 7, etag='W/"another"')
    assert (answer.status_code, told(answer)) == (200, [])
    assert door.clock.now() == start + 7


@pytest.mark.witness("error", "400 BadRequest", "I ours")
@pytest.mark.parametrize("token", ["x", "-1", "999999", "%00", "1e3", "9" * 30, "²"])
def test_a_token_that_is_none_is_refused(door, token):
    answer = door.get(f"{PATH}?$deltatoken={token}")
    assert refusal(answer) == (400, "BadRequest", "$deltatoken")
    assert "@odata.deltaLink" in error_of(answer)["message"]


def test_a_long_list_comes_in_pages(door, monkeypatch):
    monkeypatch.setattr(extensions, "CHANGES_PAGE", 3)
    sent = {door.send(LAUNCH).json()["id"] for _ in range(5)}
    answer, seen = door.get(PATH), told(door.get(PATH))
    while "@odata.nextLink" in answer.json():
        answer = door.get(answer.json()["@odata.nextLink"])
        seen += told(answer)
    assert {id_ for id_, _ in seen} == sent
    assert "@odata.deltaLink" in answer.json()


def test_it_needs_the_scope_to_command_and_nobody_sees_the_changes_of_another_person(door):
    assert door.get(PATH, token=door.token(scp=["Device.Read"])).status_code == 403
    door.launched()
    assert told(door.get(PATH, token=door.token(SAM))) == []
