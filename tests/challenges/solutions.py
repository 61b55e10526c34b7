"""Reference solutions: what a careful client looks like. The workshops show them, the tests hold them to every mark."""

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
