"""Reference solutions: what a careful client looks like. The workshops show them, the tests hold them to every mark."""

import hmac
import json
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

FINAL = {"completed", "failedToSend", "commandDropped", "executionFailed", "canceled", "expired", "error"}
AGAIN = {429, 500, 502, 503, 504}


def ask(http, clock, token, method, path, end, key=None, body=None):
    """Ask until there is an answer that can be read; None when the time is over."""
    now, pause = token(), 1.0
    while clock.now() <= end:
        headers = {"Authorization": f"Bearer {now}"} | ({"client-request-id": key} if key else {})
        answer = http.request(method, path, json=body, headers=headers)
        if answer.status_code == 401:
            now = token(refused=now)
            continue
        if answer.status_code not in AGAIN:
            try:
                return answer.status_code, answer.json()
            except ValueError:
                pass
        clock.wait(float(answer.headers.get("Retry-After", pause)))
        pause *= 2
    return None


def wait(http, clock, token, location, deadline):
    """The final status of a command, or "unknown" when the deadline passes first."""
    end, pause = clock.now() + deadline, 0.5
    while clock.now() < end:
        clock.wait(min(pause, max(0.0, end - clock.now())))
        pause = min(pause * 1.5, 8)
        found = ask(http, clock, token, "GET", location, end)
        if found and found[1].get("status") in FINAL:
            return found[1]["status"]
    return "unknown"


MEANS = {"completed": "done", "failedToSend": "not done", "commandDropped": "not done"}


def buy(http, clock, token, device, uri):
    """Buy one ticket: "done", "not done" or "unknown"."""
    key = str(uuid5(NAMESPACE_URL, uri))
    body = {"type": "LaunchUri", "payload": {"uri": uri}}
    found = ask(http, clock, token, "POST", f"/me/devices/{device}/commands", clock.now() + 100, key, body)
    if found is None:
        return "unknown"
    status, sent = found
    if status != 201:
        return "not done"
    ended = wait(http, clock, token, f"/me/devices/{device}/commands/{sent['id']}", 100)
    return MEANS.get(ended, "unknown")


class Translated:
    """An answer in Azure's words that reads as one in Graph's."""

    def __init__(self, answer):
        self.answer, self.status_code, self.headers = answer, answer.status_code, answer.headers

    def json(self):
        body = self.answer.json()
        code = body["error"]["code"] if "error" in body else {"Succeeded": "completed"}.get(body["status"])
        return body | {"status": code or body["status"]}


class Adapter:
    """Stands between a poller and http: it waits as it is told, and translates each answer."""

    def __init__(self, http, clock):
        self.http, self.clock, self.earliest = http, clock, 0.0

    def request(self, method, url, **given):
        self.clock.wait(max(0.0, self.earliest - self.clock.now()))
        answer = self.http.request(method, url, **given)
        self.earliest = self.clock.now() + float(answer.headers.get("Retry-After", 0))
        return Translated(answer)


def elsewhere(http, clock, token, location, deadline):
    """The same as `wait`, of a status monitor."""
    return wait(Adapter(http, clock), clock, token, location, deadline)


class Receiver:
    """Tells customers what is posted to it: a careful one, step by step."""

    silence = 10

    def __init__(self, http, clock, token, listen, secret, orders, tell):
        self.http, self.clock, self.token, self.secret, self.orders, self.tell = (
            http,
            clock,
            token,
            secret,
            orders,
            tell,
        )
        self.todo, self.told, self.newest = [], dict.fromkeys(orders), dict.fromkeys(orders, 0)
        self.heard = dict.fromkeys(orders, clock.now())
        self.end = clock.now() + 200
        listen(self.on_update)

    def parts(self, headers):
        return dict(each.split("=", 1) for each in headers["X-Romekit-Signature"].split(","))

    def is_fresh(self, headers):
        return abs(self.clock.now() - float(self.parts(headers)["t"])) <= 300

    def is_genuine(self, headers, body):
        signed = self.parts(headers)["t"].encode() + b"." + body
        expected = hmac.new(self.secret.encode(), signed, sha256).hexdigest()
        return hmac.compare_digest(expected, self.parts(headers)["v1"]) and self.is_fresh(headers)

    def on_update(self, headers, body):
        if not self.is_genuine(headers, body):
            return 401
        self.take(headers, body)
        return 202

    def take(self, headers, body):
        command = json.loads(body)
        self.todo.append((float(self.parts(headers)["t"]), command["id"], command["status"]))
        self.heard[command["id"]] = self.clock.now()

    def is_news(self, at, order, status):
        return at > self.newest[order] and self.told[order] not in {*FINAL, status}

    def work(self, at, order, status):
        if self.is_news(at, order, status):
            self.newest[order], self.told[order] = at, status
            self.tell(order, status)

    def work_all(self):
        while self.todo:
            self.work(*self.todo.pop(0))

    def ask(self, order):
        asked = self.clock.now()
        found = ask(self.http, self.clock, self.token, "GET", self.orders[order], self.end)
        self.heard[order] = self.clock.now()
        if found:
            Receiver.work(self, asked, order, found[1].get("status"))

    def is_over(self):
        return all(status in FINAL for status in self.told.values())

    def run(self):
        while self.clock.now() < self.end and not self.is_over():
            self.clock.wait(1)
            self.work_all()
            for order, heard in self.heard.items():
                if self.told[order] not in FINAL and self.clock.now() - heard >= self.silence:
                    self.ask(order)
