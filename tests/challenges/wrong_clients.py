"""A bank of wrong clients: each makes a mistake that people make. The marks are held against them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from tests.challenges.solutions import AGAIN, FINAL, MEANS, Adapter, Receiver, Translated, ask, wait


class Wrong(NamedTuple):
    """A client, the challenge it is for, and the mark that has to catch it."""

    name: str
    challenge: str
    mark: str
    client: Callable[..., Any]


BANK: list[Wrong] = []


def add(challenge: str, mark: str, name: str, client: Callable[..., Any]):
    BANK.append(Wrong(name, challenge, mark, client))
    return client


def wrong(challenge: str, mark: str):
    return lambda client: add(challenge, mark, client.__name__, client)


def ticket(uri):
    return {"type": "LaunchUri", "payload": {"uri": uri}}


def bearer(token, **more):
    return {"Authorization": f"Bearer {token()}"} | more


def order(http, clock, token, device, uri, key):
    return ask(http, clock, token, "POST", f"/me/devices/{device}/commands", clock.now() + 100, key, ticket(uri))


def follow(http, clock, token, device, sent, deadline=100):
    return wait(http, clock, token, f"/me/devices/{device}/commands/{sent['id']}", deadline)


def key_of(uri):
    return str(uuid5(NAMESPACE_URL, uri))


# ── the bad day ─────────────────────────────────────────────────────────────────────────────────────────────────────


def tries(http, clock, token, device, uri, header):
    """Four tries by hand; `header` gives the header that a try carries."""
    for number in range(5):
        headers = bearer(token, **header(number))
        answer = http.post(f"/me/devices/{device}/commands", json=ticket(uri), headers=headers)
        if answer.status_code == 401:
            token(refused=token())
        elif answer.status_code == 201 and answer.content.endswith(b"}"):
            return MEANS.get(follow(http, clock, token, device, answer.json()), "unknown")
        clock.wait(float(answer.headers.get("Retry-After", 2**number)))
    return "unknown"


@wrong("bad-day", "at most once")
def a_new_key_for_each_try(*given):
    return tries(*given, lambda number: {"client-request-id": str(UUID(int=number + 1))})


@wrong("bad-day", "one key for one order")
def sends_its_key_in_another_header(*given):
    return tries(*given, lambda number: {"Idempotency-Key": key_of(given[-1])})


@wrong("bad-day", "at most once")
def orders_again_after_expired(http, clock, token, device, uri):
    for number in range(3):
        found = order(http, clock, token, device, uri, key_of(f"{uri} {number}"))
        ended = follow(http, clock, token, device, found[1]) if found else "unknown"
        if ended != "expired":
            return MEANS.get(ended, "unknown")
    return "unknown"


@wrong("bad-day", "one key for one order")
def no_key_at_all(http, clock, token, device, uri):
    found = order(http, clock, token, device, uri, None)
    if found is None or found[0] != 201:
        return "unknown"
    return MEANS.get(follow(http, clock, token, device, found[1]), "unknown")


@wrong("bad-day", "got it done")
def never_sends(http, clock, token, device, uri):
    return "not done"


@wrong("bad-day", "got it done")
def doubts_everything(http, clock, token, device, uri):
    return "unknown"


@wrong("bad-day", "got it done")
def gives_up_at_the_first_refusal(http, clock, token, device, uri):
    headers = bearer(token, **{"client-request-id": key_of(uri)})
    answer = http.post(f"/me/devices/{device}/commands", json=ticket(uri), headers=headers)
    if answer.status_code == 429:
        return "not done"
    return good(http, clock, token, device, uri)


def good(http, clock, token, device, uri):
    found = order(http, clock, token, device, uri, key_of(uri))
    if found is None or found[0] != 201:
        return "unknown"
    return MEANS.get(follow(http, clock, token, device, found[1]), "unknown")


@wrong("bad-day", "got it done")
def orders_something_else_and_says_not_done(http, clock, token, device, uri):
    good(http, clock, token, device, "https://shop.example/sold-out")
    return "not done"


@wrong("bad-day", "got it done")
def orders_on_another_device_and_says_not_done(http, clock, token, device, uri):
    found = ask(http, clock, token, "GET", "/me/devices", clock.now() + 100)
    others = [each["id"] for each in found[1]["value"] if each["id"] != device]
    good(http, clock, token, others[0], uri)
    return "not done"


@wrong("bad-day", "got it done")
def sends_its_order_in_a_batch(http, clock, token, device, uri):
    one = {"id": "1", "method": "POST", "url": f"/me/devices/{device}/commands", "body": ticket(uri)}
    found = ask(http, clock, token, "POST", "/$batch", clock.now() + 100, None, {"requests": [one]})
    return "done" if found and found[0] == 200 else "unknown"


@wrong("bad-day", "told the truth")
def says_done_without_having_looked(http, clock, token, device, uri):
    order(http, clock, token, device, uri, key_of(uri))
    clock.wait(90)
    return "done"


class EqualToEverything:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("done")


@wrong("bad-day", "told the truth")
def returns_what_equals_everything(http, clock, token, device, uri):
    good(http, clock, token, device, uri)
    return EqualToEverything()


@wrong("bad-day", "told the truth")
def buys_and_says_unknown(http, clock, token, device, uri):
    order(http, clock, token, device, uri, key_of(uri))
    clock.wait(20)
    return "unknown"


@wrong("bad-day", "told the truth")
def takes_201_for_done(http, clock, token, device, uri):
    found = order(http, clock, token, device, uri, key_of(uri))
    return "done" if found and found[0] == 201 else "unknown"


@wrong("bad-day", "told the truth")
def takes_a_lost_answer_for_not_done(http, clock, token, device, uri):
    headers = bearer(token, **{"client-request-id": key_of(uri)})
    answer = http.post(f"/me/devices/{device}/commands", json=ticket(uri), headers=headers)
    if answer.status_code >= 500:
        return "not done"
    return good(http, clock, token, device, uri)


@wrong("bad-day", "told the truth")
def takes_expired_for_not_done(http, clock, token, device, uri):
    found = order(http, clock, token, device, uri, key_of(uri))
    if found is None or found[0] != 201:
        return "unknown"
    ended = follow(http, clock, token, device, found[1])
    return {"completed": "done", "unknown": "unknown"}.get(ended, "not done")


@wrong("bad-day", "told the truth")
def always_says_done(http, clock, token, device, uri):
    good(http, clock, token, device, uri)
    return "done"


@wrong("bad-day", "told the truth")
def returns_a_status(http, clock, token, device, uri):
    found = order(http, clock, token, device, uri, key_of(uri))
    return follow(http, clock, token, device, found[1]) if found else None


@wrong("bad-day", "finished")
def reads_every_answer_as_json(http, clock, token, device, uri):
    headers = bearer(token, **{"client-request-id": key_of(uri)})
    sent = http.post(f"/me/devices/{device}/commands", json=ticket(uri), headers=headers).json()
    return MEANS.get(follow(http, clock, token, device, sent), "unknown")


@wrong("bad-day", "finished")
def polls_for_ever(http, clock, token, device, uri):
    order(http, clock, token, device, uri, key_of(uri))
    while True:
        clock.wait(0)


@wrong("bad-day", "finished")
def never_comes_back(http, clock, token, device, uri):
    while True:
        pass


@wrong("bad-day", "finished")
def leaves(http, clock, token, device, uri):
    raise SystemExit


@wrong("bad-day", "finished")
async def asks_for_await(http, clock, token, device, uri):
    return "done"


@wrong("bad-day", "kept the token to itself")
def puts_the_token_into_the_address(http, clock, token, device, uri):
    http.get(f"/me/devices?access_token={token()}")
    return good(http, clock, token, device, uri)


@wrong("bad-day", "kept the token to itself")
def prints_the_token(http, clock, token, device, uri):
    print("using", token())
    return good(http, clock, token, device, uri)


@wrong("bad-day", "kept the token to itself")
def prints_the_token_behind_a_flood(http, clock, token, device, uri):
    print("x" * 10_000, token())
    return good(http, clock, token, device, uri)


@wrong("bad-day", "polite")
def asks_ten_times_a_second(http, clock, token, device, uri):
    found = order(http, clock, token, device, uri, key_of(uri))
    for _ in range(190) if found and found[0] == 201 else ():
        clock.wait(0.02)
        again = ask(http, clock, token, "GET", f"/me/devices/{device}/commands/{found[1]['id']}", clock.now() + 100)
        if again and again[1].get("status") in FINAL:
            return MEANS.get(again[1]["status"], "unknown")
    return "unknown"


# ── the poller ──────────────────────────────────────────────────────────────────────────────────────────────────────


def asking(pause):
    """A poller by hand; `pause` says from an answer how long it waits."""

    def client(http, clock, token, location, deadline):
        end = clock.now() + deadline
        while clock.now() < end:
            answer = http.get(location, headers=bearer(token))
            if answer.status_code == 401:
                token(refused=token())
            elif answer.status_code == 200 and answer.content.endswith(b"}") and answer.json()["status"] in FINAL:
                return answer.json()["status"]
            clock.wait(pause(answer) if answer.status_code in AGAIN else 2)
        return "unknown"

    return client


def told(answer, otherwise):
    return float(answer.headers.get("Retry-After", otherwise))


add("poller", "waited for Retry-After", "does_not_read_retry_after", asking(lambda answer: 1))
add("poller", "waited for Retry-After", "waits_two_seconds_at_most", asking(lambda answer: min(2, told(answer, 2))))
add("poller", "backed off", "naps_for_a_millisecond_after_a_failure", asking(lambda answer: told(answer, 0.001)))
add("poller", "backed off", "hammers_after_a_failure", asking(lambda answer: told(answer, 0)))


@wrong("poller", "stopped at final")
def asks_once_more_to_be_sure(http, clock, token, location, deadline):
    ended = wait(http, clock, token, location, deadline)
    again = ask(http, clock, token, "GET", location, clock.now() + 30)
    return again[1]["status"] if again else ended


@wrong("poller", "stopped at final")
def asks_once_more_with_a_query(http, clock, token, location, deadline):
    ended = wait(http, clock, token, location, deadline)
    again = ask(http, clock, token, "GET", f"{location}?fresh=1", clock.now() + 30)
    return again[1]["status"] if again and "status" in again[1] else ended


@wrong("poller", "took an unknown word for not final")
def knows_its_words_and_raises_at_any_other(http, clock, token, location, deadline):
    words = [*FINAL, "requesting", "sentToTarget", "queued", "pending", "executing"]
    end = clock.now() + deadline
    while found := ask(http, clock, token, "GET", location, end):
        if words[words.index(found[1]["status"])] in FINAL:
            return found[1]["status"]
        clock.wait(4)
    return "unknown"


@wrong("poller", "took an unknown word for not final")
def takes_any_new_word_for_the_end(http, clock, token, location, deadline):
    known = {"requesting", "sentToTarget", "queued", "pending", "executing"}
    end = clock.now() + deadline
    while found := ask(http, clock, token, "GET", location, end):
        if found[1].get("status") not in known:
            return found[1]["status"] if found[1]["status"] in FINAL else "unknown"
        clock.wait(4)
    return "unknown"


@wrong("poller", "told the status")
def gives_up_after_three_looks(http, clock, token, location, deadline):
    for _ in range(3):
        found = ask(http, clock, token, "GET", location, clock.now() + deadline)
        if found and found[1].get("status") in FINAL:
            return found[1]["status"]
        clock.wait(1)
    return "unknown"


@wrong("poller", "told the status")
def always_says_completed(http, clock, token, location, deadline):
    clock.wait(30)
    return "completed"


@wrong("poller", "told the status")
def says_completed_without_asking(http, clock, token, location, deadline):
    return "completed"


@wrong("poller", "prompt")
def knows_it_and_says_it_at_the_deadline(http, clock, token, location, deadline):
    end = clock.now() + deadline
    ended = wait(http, clock, token, location, deadline)
    clock.wait(max(0, end - clock.now()))
    return ended


@wrong("poller", "prompt")
def looks_once_a_minute(http, clock, token, location, deadline):
    clock.wait(60)
    return wait(http, clock, token, location, deadline - 60)


@wrong("poller", "finished")
def never_renews_its_token(http, clock, token, location, deadline):
    end, mine = clock.now() + deadline, token()
    while clock.now() < end:
        answer = http.get(location, headers={"Authorization": f"Bearer {mine}"})
        answer.raise_for_status() if answer.status_code == 401 else None
        if answer.status_code == 200 and answer.content.endswith(b"}") and answer.json()["status"] in FINAL:
            return answer.json()["status"]
        clock.wait(float(answer.headers.get("Retry-After", 3)))
    return "unknown"


@wrong("poller", "polite")
def asks_five_times_a_second(http, clock, token, location, deadline):
    end = clock.now() + deadline
    while clock.now() < end:
        found = ask(http, clock, token, "GET", location, end)
        if found and found[1].get("status") in FINAL:
            return found[1]["status"]
        clock.wait(0.05)
    return "unknown"


@wrong("poller", "finished")
def is_called_with_too_few(http, clock, token):
    return "completed"


# ── the same thing elsewhere ────────────────────────────────────────────────────────────────────────────────────────


@wrong("status-monitor", "told the status")
def looks_for_graphs_words(http, clock, token, location, deadline):
    return wait(http, clock, token, location, deadline)


@wrong("status-monitor", "told the status")
def calls_every_failure_the_same(http, clock, token, location, deadline):
    ended = wait(Adapter(http, clock), clock, token, location, deadline)
    return ended if ended in ("completed", "unknown") else "error"


@wrong("status-monitor", "told the status")
def reads_the_command_and_not_the_monitor(http, clock, token, location, deadline):
    return wait(http, clock, token, location.replace("romekit.operations", "commands"), deadline)


@wrong("status-monitor", "waited for Retry-After")
def reads_retry_after_on_errors_only(http, clock, token, location, deadline):
    class Hasty(Adapter):
        def request(self, method, url, **given):
            return Translated(self.http.request(method, url, **given))

    return wait(Hasty(http, clock), clock, token, location, deadline)


@wrong("status-monitor", "took an unknown word for not final")
def stops_at_what_is_neither_not_started_nor_running(http, clock, token, location, deadline):
    adapter = Adapter(http, clock)
    while found := ask(adapter, clock, token, "GET", location, clock.now() + deadline):
        if found[1]["status"] not in ("NotStarted", "Running"):
            return found[1]["status"]
        clock.wait(1)
    return "unknown"


# ── being told ──────────────────────────────────────────────────────────────────────────────────────────────────────


def mistaken(mark: str):
    """A wrong receiver: a careful one in which something is done otherwise."""

    def added(kind):
        def client(http, clock, token, listen, secret, orders, tell):
            return kind(http, clock, token, listen, secret, orders, tell).run()

        add("being-told", mark, kind.__name__, client)
        return kind

    return added


@mistaken("refused what is not")
class TrustsEverybody(Receiver):
    def is_genuine(self, headers, body):
        return True


@mistaken("refused what is not")
class LooksAtTheTimeOnly(Receiver):
    def is_genuine(self, headers, body):
        return self.is_fresh(headers)


@mistaken("refused what is not")
class NeverLooksAtTheTime(Receiver):
    def is_fresh(self, headers):
        return True


@mistaken("took what is genuine")
class SignsWhatItHasParsed(Receiver):
    def is_genuine(self, headers, body):
        return super().is_genuine(headers, json.dumps(json.loads(body)).encode())


@mistaken("took what is genuine")
class RefusesEverything(Receiver):
    def is_genuine(self, headers, body):
        return False


@mistaken("took what is genuine")
class ForgetsToAnswer(Receiver):
    def on_update(self, headers, body):
        super().on_update(headers, body)


@mistaken("told nothing false")
class RefusesAndBelieves(Receiver):
    def on_update(self, headers, body):
        self.take(headers, body)
        return super().on_update(headers, body)


@mistaken("told nothing false")
class GuessesAfterASilence(Receiver):
    def ask(self, order):
        self.work(self.clock.now(), order, "completed")


@mistaken("told nothing twice")
class RemembersNothing(Receiver):
    def is_news(self, at, order, status):
        return True


@mistaken("told nothing twice")
class RemembersOnlyTimes(Receiver):
    def is_news(self, at, order, status):
        return at >= self.newest[order]


@mistaken("told nothing old")
class BelievesTheOrderOfArrival(Receiver):
    def is_news(self, at, order, status):
        return status != self.told[order]


@mistaken("told nothing old")
class WorksFromTheEndOfItsList(Receiver):
    def is_news(self, at, order, status):
        return status != self.told[order]

    def work_all(self):
        self.todo.reverse()
        super().work_all()


@mistaken("told every end")
class NeverAsks(Receiver):
    silence = 1000


@mistaken("told every end")
class GivesUpAfterEightSeconds(Receiver):
    def is_over(self):
        return super().is_over() or self.clock.now() > self.end - 192


@mistaken("told every end")
class TellsOnlyGoodNews(Receiver):
    def is_news(self, at, order, status):
        return super().is_news(at, order, status) and status not in FINAL - {"completed"}


@wrong("being-told", "told every end")
def never_listens(http, clock, token, listen, secret, orders, tell):
    return None


@mistaken("answered at once")
class WorksBeforeItAnswers(Receiver):
    def on_update(self, headers, body):
        answer = super().on_update(headers, body)
        self.work_all()
        return answer


@mistaken("answered at once")
class ThinksForThreeSeconds(Receiver):
    def on_update(self, headers, body):
        self.clock.wait(3)
        return super().on_update(headers, body)


@mistaken("asked only after a silence")
class AsksAllTheTime(Receiver):
    silence = 1


@mistaken("asked only after a silence")
class AsksAboutEachUpdate(Receiver):
    def work(self, at, order, status):
        if self.told[order] not in FINAL:
            self.ask(order)
