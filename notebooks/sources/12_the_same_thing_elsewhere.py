# %% [markdown]
# # The same thing elsewhere
#
# You meet an API that uses other words, and your own poller of lesson 09 follows it without a changed line.
#
# When you are done, you will be able to
#
# * say what 201, 202 and a status monitor promise, and what they do not,
# * write an adapter, so that a client for one API follows another one,
# * find in the documentation of such an API where to ask, which words end it, and when to ask again.
#
# About 40 minutes. Before: [11 Being told](11_being_told.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %% [markdown]
# Project Rome has been switched off, but what you have learned with it is not lost. Many APIs take an order, work on it later, and let
# you ask how it is going. Only the words differ.
#
# Here is a cloud that speaks a second style as well: that of Microsoft **Azure**, as the guidelines for Azure's APIs describe it. The
# devices are the same. Project Rome never had this; it is romekit's own, and `status_monitor=True` switches it on. (With `pace=0` time
# jumps, so that you do not have to wait.)

# %%
azure = romekit.Lab(pace=0, status_monitor=True)
http = azure.http()
http.headers["Authorization"] = f"Bearer {azure.token()}"
devices = {each["name"]: each for each in http.get("/me/devices").json()["value"]}

# %% [markdown]
# ## 201 and 202
#
# The same order, first in Graph's style and then in Azure's:

# %%
order = {"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}
surface = "/me/devices/" + devices["Alex's Surface"]["id"]
first = http.post(f"{surface}/commands", json=order)
second = http.post(f"{surface}/romekit.operations", json=order)
first.status_code, second.status_code

# %% [markdown]
# * `201 Created` says that something exists now. Here it is a command, and `Location` is its address.
# * **`202 Accepted`** says that the order was taken. The work is not finished; perhaps it has not begun.
#
# Now all seven devices get the order in Azure's style, and all seven orders are answered with 202.

# %%
succeeded = lab.bet("How many of the seven orders will succeed?")
succeeded

# %%
def start(device):
    place = f"/me/devices/{device['id']}/romekit.operations"
    return http.post(place, json=order)

started = {name: start(device) for name, device in devices.items()}
{name: answer.status_code for name, answer in started.items()}

# %%
azure.clock.wait(120)
places = {name: each.headers["Operation-Location"] for name, each in started.items()}
ends = {name: http.get(place).json()["status"] for name, place in places.items()}
print(*ends.items(), sep="\n")
succeeded.compare(list(ends.values()).count("Succeeded"))

# %% [markdown]
# Three of the seven succeeded. So a 202 promises nothing: the work can still fail. And HTTP has no way to send a second answer later.
# The client has to ask. Where?
#
# ## The status monitor
#
# The header **`Operation-Location`** of the 202 names an address. What is there is not the thing that you ordered, but a small record
# about the work: the **status monitor**. We look at one from its first second to its last.

# %%
sent = start(devices["Living Room Xbox"])
place = sent.headers["Operation-Location"]
sent.json()["kind"], sent.json()["status"], sent.headers["Retry-After"]

# %%
look = sent
while "Retry-After" in look.headers:
    azure.clock.wait(float(look.headers["Retry-After"]))
    look = http.get(place)
    print(look.status_code, look.json()["status"], look.headers.get("Retry-After"))

# %% [markdown]
# * The code is 200 each time, because *looking* worked each time. The word in the body is about the *work*.
# * There are five words: `NotStarted` and `Running`, then `Succeeded`, `Failed` or `Canceled` (with one l).
# * **`Retry-After`** comes on a good answer too. It says how many seconds to wait before the next look. The last answer has none.
#
# The HoloLens is not allowed to open pages. Its monitor is answered with 200 as well:

# %%
look = http.get(places["Studio HoloLens"])
look.status_code, look.json()["status"], look.json()["error"]

# %% [markdown]
# ## Your poller meets it
#
# Put your poller of lesson 09 into the next cell. The one that stands here is shorter, and good enough for a calm day.

# %%
final = {status.value for status in romekit.Status if romekit.is_final(status)}

def wait(http, clock, token, location, deadline):
    end = clock.now() + deadline
    while clock.now() < end:
        headers = {"Authorization": f"Bearer {token()}"}
        answer = http.get(location, headers=headers)
        if answer.status_code == 200 and answer.json()["status"] in final:
            return answer.json()["status"]
        clock.wait(1)
    return "unknown"

# %%
words = "completed", "Succeeded", "unknown"
returned = lab.bet("The work goes well. What does this poller return?", *words)
returned

# %%
elsewhere = romekit.challenge("status-monitor")
day = elsewhere.replay('{"seed": "a calm day"}', wait)
print(len(day.evidence.exchanges), "requests in", day.evidence.finished_at, "s")
returned.compare(day.evidence.outcome.returned)

# %% [markdown]
# It waits for `completed`, and the word here is `Succeeded`. To the poller that is an unknown word, and an unknown word is not the end.
# So it went on asking until its deadline came, and then it told the truth: "unknown".
#
# A poller without a deadline would never have stopped. This happens to real programs: azure-core, the library below Microsoft's own
# clients for Azure, has no deadline of its own. When we answered it with `completed`, or with `Cancelled` (two l), it went on asking
# until we stopped it.
#
# ## The challenge

# %%
elsewhere

# %% [markdown]
# ## Your turn: an adapter
#
# You could write a second poller. But then you have two to look after, and next year a third one. An **adapter** is better: an object
# that stands between two others which do not fit together. Your poller gets the adapter in place of `http`. The adapter sends each
# request on, and gives back an answer that reads as one of Graph's. The poller does not change.
#
# The adapter below sends everything on and translates nothing. Change it, run it and the cell below it, and read the first mark that
# fails.
#
# <details><summary>Hint 1: what does the poller do with http?</summary>
#
# It calls `get` or `request`, and of the answer it uses `status_code`, `headers` and `json()`. That is all the adapter has to offer.
#
# </details>
#
# <details><summary>Hint 2: an answer in other words</summary>
#
# Make a second small class. It keeps the real answer, has the same `status_code` and `headers`, and has a method `json()` that calls
# the real one and gives back `{**body, "status": word}`.
#
# </details>
#
# <details><summary>Hint 3: which words?</summary>
#
# `Succeeded` is `completed`. For `Failed` and `Canceled` Graph's word stands in `body["error"]["code"]`. All others stay as they are:
# for the poller they only have to be *not final*.
#
# </details>
#
# <details><summary>Hint 4: Retry-After on a 200</summary>
#
# Your poller may read `Retry-After` only after a 429 or a 503. Let the adapter remember the earliest time at which it may ask again,
# `clock.now() + float(seconds)`, and wait for that time before it sends the next request.
#
# </details>

# %%
class Adapter:
    """Stands between your poller and http."""

    def __init__(self, http, clock):
        self.http, self.clock = http, clock

    def request(self, method, url, **given):
        return self.http.request(method, url, **given)  # your translation

    def get(self, url, **given):
        return self.request("GET", url, **given)

def follow(http, clock, token, location, deadline):
    return wait(Adapter(http, clock), clock, token, location, deadline)

# %%
elsewhere.try_(follow, "calm", days=10)

# %% [markdown]
# Do all marks pass on calm days? Then try all days. The short poller above breaks on some of them, and no adapter can mend that: put in
# your own, with all that it learned in lesson 09.

# %%
elsewhere.try_(follow)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# # ask_until and wait are the poller of lesson 09; only the two classes are new.
#
# class Translated:
#     """An answer in Azure's words that reads as one in Graph's."""
#
#     def __init__(self, answer):
#         self.answer = answer
#         self.status_code, self.headers = answer.status_code, answer.headers
#
#     def json(self):
#         body = self.answer.json()
#         if "error" in body:
#             return {**body, "status": body["error"]["code"]}
#         same = {"Succeeded": "completed"}
#         return {**body, "status": same.get(body["status"], body["status"])}
#
# class Adapter:
#     """Waits as long as the last answer said, sends a request on, and translates."""
#
#     def __init__(self, http, clock):
#         self.http, self.clock, self.earliest = http, clock, 0
#
#     def request(self, method, url, **given):
#         self.clock.wait(max(0, self.earliest - self.clock.now()))
#         answer = self.http.request(method, url, **given)
#         seconds = float(answer.headers.get("Retry-After", 0))
#         self.earliest = self.clock.now() + seconds
#         return Translated(answer)
#
#     def get(self, url, **given):
#         return self.request("GET", url, **given)
#
# def follow(http, clock, token, location, deadline):
#     return wait(Adapter(http, clock), clock, token, location, deadline)
#
# AGAIN = {429, 500, 502, 503, 504}
#
# def ask_until(end, http, clock, token, method, path, **given):
#     """The answer's status code and body; None when the time is over."""
#     mine, pause = token(), 1.0
#     while clock.now() <= end:
#         headers = {"Authorization": f"Bearer {mine}"} | given.get("headers", {})
#         answer = http.request(method, path, json=given.get("json"), headers=headers)
#         if answer.status_code == 401:
#             mine = token(refused=mine)
#             continue
#         if answer.status_code not in AGAIN:
#             try:
#                 return answer.status_code, answer.json()
#             except ValueError:
#                 pass  # the body broke off
#         clock.wait(float(answer.headers.get("Retry-After", pause)))
#         pause *= 2
#
# def wait(http, clock, token, location, deadline):
#     end, pause = clock.now() + deadline, 0.5
#     while clock.now() < end:
#         clock.wait(min(pause, end - clock.now()))
#         pause = min(pause * 1.5, 8)
#         found = ask_until(end, http, clock, token, "GET", location)
#         if found and found[1].get("status") in final:
#             return found[1]["status"]
#     return "unknown"
# ```
#
# </details>

# %% [markdown]
# ## The same order twice
#
# The answer to an order can get lost here too, and then the client sends it again. We do that with the same key as in lesson 07, when
# the page has been open for a long time.

# %%
words = "NotStarted", "Running", "Succeeded"
repeated = lab.bet("Which status is in the answer to the repeat?", *words)
repeated

# %%
key = {"client-request-id": "one order, one key"}
ticket = {"type": "LaunchUri", "payload": {"uri": "https://example.org/buy"}}
answers = []
for _ in range(2):
    answers.append(http.post(f"{surface}/romekit.operations", json=ticket, headers=key))
    azure.clock.wait(30)
bought = [deed for deed in azure.deeds() if "example.org/buy" in deed]
print(answers[0].json() == answers[1].json(), len(bought), "ticket")
repeated.compare(answers[1].json()["status"])

# %% [markdown]
# A repeat gets the same answer as the first request, word for word. Azure's guidelines ask for that, and Stripe's payments do the same.
# So the answer to a repeat is no news about the work. The news is at the status monitor:

# %%
http.get(answers[1].headers["Operation-Location"]).json()["status"]

# %% [markdown]
# ## From a terminal
#
# Nothing of this needs Python. These commands were typed into a terminal, and `…` stands for what was left out. You can type them too.
# Start the cloud in one window:
#
# ```console
# $ romekit serve --status-monitor --store memory
# A simulated cloud: no Microsoft account, no real device, nothing leaves this machine.
# …
# ```
#
# In a second window, sign in with a device code as in lesson 01. Open the page, type the code, choose Alex, allow.
#
# ```console
# $ CLOUD=http://127.0.0.1:8765
# $ curl -s $CLOUD/consumers/oauth2/v2.0/devicecode -d client_id=curl \
#        -d "scope=Device.Read Device.Command"
# {"user_code":"…","device_code":"…","verification_uri":"http://127.0.0.1:8765/link",…}
# $ curl -s $CLOUD/consumers/oauth2/v2.0/token -d client_id=curl -d device_code=… \
#        -d grant_type=urn:ietf:params:oauth:grant-type:device_code
# {"token_type":"Bearer","scope":"Device.Read Device.Command","expires_in":3600,…,"access_token":"…"}
# $ TOKEN="Authorization: Bearer …"
# ```
#
# Then the order, and two looks at its status monitor: two seconds and twelve seconds later.
#
# ```console
# $ curl -s -H "$TOKEN" $CLOUD/beta/me/devices
# {"value":[…,{"name":"Living Room Xbox","id":"b18f8629-49bf-4edf-aa24-e1f6539aaf6d",…
# $ XBOX=b18f8629-49bf-4edf-aa24-e1f6539aaf6d
# $ curl -si -H "$TOKEN" -H "Content-Type: application/json" \
#        -d '{"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}' \
#        $CLOUD/beta/me/devices/$XBOX/romekit.operations
# HTTP/1.1 202 Accepted
# …
# Operation-Location: http://127.0.0.1:8765/beta/me/devices/b18f…/romekit.operations/6422…
# Retry-After: 2
# …
#
# {"id":"6422…","kind":"LaunchUri","status":"NotStarted"}
# $ curl -si -H "$TOKEN" http://127.0.0.1:8765/beta/me/devices/b18f…/romekit.operations/6422…
# HTTP/1.1 200 OK
# …
# Retry-After: 1
# …
#
# {"id":"6422…","kind":"LaunchUri","status":"Running"}
# $ curl -si -H "$TOKEN" http://127.0.0.1:8765/beta/me/devices/b18f…/romekit.operations/6422…
# HTTP/1.1 200 OK
# …
#
# {"id":"6422…","kind":"LaunchUri","status":"Succeeded"}
# ```
#
# azure-core's own poller follows this address too. One of romekit's tests lets it do so; nothing in azure-core was changed for that.
#
# ## A map
#
# Five APIs that do the same thing. The names are those of their documentation. Read a column to learn an API, and a row to see how
# little the five agree.
#
# | | Graph: Project Rome | Azure | AWS Systems Manager | Google Cloud | Stripe payments |
# | :-- | :-- | :-- | :-- | :-- | :-- |
# | **start** | `POST …/commands`, answered 201 | `POST`, answered 202 | `SendCommand` | a method that returns an `Operation` | `POST /v1/payment_intents` |
# | **where to ask** | `GET …/commands/{id}` | the address in `Operation-Location` | `GetCommandInvocation` with `CommandId` and `InstanceId` | `GetOperation` with the `name` | `GET /v1/payment_intents/{id}`, or be told by a webhook |
# | **on its way** | `requesting` `sentToTarget` `executing` and four more | `NotStarted` `Running` | `Pending` `InProgress` `Delayed` `Cancelling` | `done` is not true | `requires_payment_method` `requires_confirmation` `requires_action` `processing` `requires_capture` |
# | **final** | `completed` `canceled` `expired` and four more | `Succeeded` `Failed` `Canceled` | `Success` `Failed` `TimedOut` `Cancelled` | `done` is `true` | `succeeded` `canceled` |
# | **result** | `GET …/responsepayload` | `result` or `error` in the status monitor | `StandardOutputContent`, `StandardErrorContent` | `response` or `error` | the payment intent itself |
# | **one order, one key** | none documented (romekit takes `client-request-id`) | `Operation-Id` | none | `request_id`, where a method has it | `Idempotency-Key` |
# | **when to ask again** | not documented | `Retry-After` | no word in the answer; AWS's own library asks every 5 s, at most 20 times | as each service recommends | no word in the answer; Stripe's webhooks tell |
#
# Three things in this map are easy to get wrong:
#
# * `canceled` has one l in Graph's commands, at Azure and at Stripe. `Cancelled` has two at AWS.
# * At Stripe a payment that fails is not final: it goes back to `requires_payment_method`, and the customer can try another card.
# * At Google there is one final word for good and bad. Look whether there is a `response` or an `error`.
#
# ## What you did
#
# You followed the same work in two styles. The client stayed, the words changed, and the adapter is the one place that knows both.
# With any other API you now ask the same seven questions: start, where to ask, on its way, final, result, key, when to ask again.
#
# One harder idea: your poller sends its token to whatever address `Operation-Location` names. When is that dangerous, and what could a
# careful client check first?
#
# Two pages to keep beside you: the [cheat sheet](cheat_sheet.md) and the [glossary](glossary.md) of all lessons.
#
# Next: [Back to the start](00_start_here.ipynb)
