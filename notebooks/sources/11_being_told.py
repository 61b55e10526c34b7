# %% [markdown]
# # Being told
#
# You write a webhook receiver, and romekit posts it updates that are lost, doubled, out of order, old or forged.
#
# When you are done, you will be able to
#
# * tell a genuine update from one that a stranger has posted,
# * say why a receiver answers first and works later,
# * end up with the truth although updates get lost, come twice or overtake each other.
#
# About 45 minutes. Before: [10 The bad day](10_the_bad_day.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %% [markdown]
# Until now your client asked. A **webhook** turns this round: you give an address, and the service posts to it when there is something
# new. An order carries that address as its `postBackUri`. First a good day: the receiver of the lab takes what is posted.

# %%
http, receiver = lab.http(), lab.receiver()
http.headers["Authorization"] = f"Bearer {lab.token()}"
device = http.get("/me/devices").json()["value"][0]["id"]

# %%
order = {"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}
order["postBackUri"] = receiver.uri
sent = http.post(f"/me/devices/{device}/commands", json=order)
secret = sent.headers["X-Romekit-PostBack-Secret"]
lab.clock.wait(5)
receiver.statuses(sent.json()["id"])

# %% [markdown]
# Three changes were posted, and nobody asked. The answer to the order carried a **secret**, too. What is it for? Anybody can post to an
# address that stands in the internet. So the service signs each update with the secret, and only you and the service know it.
#
# ## One update, and its signature

# %%
update = receiver.received[-1]
signature = update.headers["X-Romekit-Signature"]
parts = dict(part.split("=") for part in signature.split(","))
print(update.body.decode())
parts["t"], len(parts["v1"])

# %% [markdown]
# The signature has two parts. `t` is the time of posting in seconds. `v1` is an **HMAC**: a checksum that nobody can compute without the
# secret. It is made of the time, a point, and the body. Let us make it ourselves:

# %%
import hmac
import json
from hashlib import sha256

def checksum(t, body):
    return hmac.new(secret.encode(), t.encode() + b"." + body, sha256).hexdigest()

hmac.compare_digest(checksum(parts["t"], update.body), parts["v1"])

# %% [markdown]
# It is the same, so the update is genuine. (`compare_digest` takes equally long for every wrong answer. With `==` a stranger could find the
# right one letter by letter, by measuring the time.)
#
# Many receivers parse the body first, and make bytes of it again to check the signature.

# %%
parsed = lab.bet("Will the checksum of these bytes fit?", "yes", "no")
parsed

# %%
again = json.dumps(json.loads(update.body)).encode()
print(again[:40], update.body[:40])
parsed.compare("yes" if checksum(parts["t"], again) == parts["v1"] else "no")

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# It does not fit: the same JSON can be written in many ways, and here it has blanks that were not there before. What was signed are the **raw
# bytes**. Verify them as they came, and parse them afterwards.
#
# </details>
#
# ## The challenge

# %%
told = romekit.challenge("being-told")
told

# %% [markdown]
# Here is a first try. It tells the customer of each update, and then it answers.

# %%
def receive(http, clock, token, listen, secret, orders, tell):
    def on_update(headers, body):
        command = json.loads(body)
        tell(command["id"], command["status"])
        return 200

    listen(on_update)
    clock.wait(60)

# %% [markdown]
# On a calm day nothing is lost and nobody forges anything.

# %%
calm = lab.bet("On how many of ten calm days is each customer told everything once?")
calm

# %%
report = told.try_(receive, "calm", days=10)
twice = next(score for score in report.scores if score.mark == "told nothing twice")
print(twice.sentence)
calm.compare(twice.passed)

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# It is never so. Telling takes five seconds, and the sender waits two seconds for an answer. It gets none, so it thinks that the update was
# lost, and posts it **again**. A receiver that works before it answers makes its own duplicates.
#
# </details>
#
# ## Answer first, work later
#
# So the handler puts the update on a list and answers `202`. A loop works through the list.

# %%
def receive(http, clock, token, listen, secret, orders, tell):
    todo, end = [], clock.now() + 100

    def on_update(headers, body):
        todo.append(json.loads(body))
        return 202

    listen(on_update)
    while clock.now() < end:
        clock.wait(1)
        while todo:
            command = todo.pop(0)
            tell(command["id"], command["status"])

# %%
told.try_(receive, "calm", days=10)

# %% [markdown]
# Every mark passes, on a calm day. Now the others: *untidy* (updates get lost, come twice, or out of order), *hostile* (strangers post) and *storm*
# (all of it, and a service that fails as well).

# %%
which = "told every end", "told nothing false", "told nothing twice", "told nothing old"
first = lab.bet("Which mark will fail on the most of 40 days?", *which)
first

# %%
report = told.try_(receive, days=40)
failed = {each.mark: each.days - each.passed for each in report.scores if each.failed}
print(failed)
first.compare(max(which, key=lambda mark: failed.get(mark, 0)))

# %%
report.smallest

# %% [markdown]
# ## Your turn
#
# Make `receive` pass every mark on every level. Take the levels in their order. Each hint opens when you click it.
#
# <details><summary>Hint 1: strangers</summary>
#
# Verify the raw bytes, as above, and look at `t`: what was signed more than 300 seconds ago is a recording. Answer 401 to both, and do nothing.
#
# </details>
#
# <details><summary>Hint 2: twice, and out of order</summary>
#
# The header `X-Romekit-Sequence` is not signed, so anybody can change it. The time `t` is. Remember for each order the newest `t` and
# what you told last: tell only what is newer *and* different. After a final status tell nothing more.
#
# </details>
#
# <details><summary>Hint 3: silence</summary>
#
# An update that is lost does not say so. Remember for each order when you last heard of it. After ten seconds of silence ask its address
# with your poller from workshop 09. What it answers counts as heard, too, with the time at which you asked.
#
# </details>
#
# <details><summary>Hint 4: the end</summary>
#
# Return when the last thing that you told about each order is a final status. Keep an end in reserve, such as 200 seconds.
#
# </details>

# %%
def receive(http, clock, token, listen, secret, orders, tell):  # change it
    todo, end = [], clock.now() + 200

    def on_update(headers, body):
        todo.append(json.loads(body))
        return 202

    listen(on_update)
    while clock.now() < end:
        clock.wait(1)
        while todo:
            command = todo.pop(0)
            tell(command["id"], command["status"])

# %%
told.try_(receive, days=12)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# import hmac, json
# from hashlib import sha256
# AGAIN = {429, 500, 502, 503, 504}
# final = {status.value for status in romekit.Status if romekit.is_final(status)}
#
# def ask_until(end, http, clock, token, location):
#     """The status at an address; None when the time is over."""
#     mine, pause = token(), 1.0
#     while clock.now() <= end:
#         answer = http.get(location, headers={"Authorization": f"Bearer {mine}"})
#         if answer.status_code == 401:
#             mine = token(refused=mine)
#             continue
#         if answer.status_code not in AGAIN:
#             try:
#                 return answer.json()["status"]
#             except ValueError:
#                 pass  # the body broke off
#         clock.wait(float(answer.headers.get("Retry-After", pause)))
#         pause *= 2
#
# def signed_at(secret, headers, body):
#     """When an update was signed; None when it was not signed with this secret."""
#     signature = headers.get("X-Romekit-Signature", "")
#     parts = dict(part.partition("=")[::2] for part in signature.split(","))
#     signed = parts.get("t", "").encode() + b"." + body
#     mine = hmac.new(secret.encode(), signed, sha256).hexdigest()
#     if hmac.compare_digest(mine, parts.get("v1", "")):
#         return float(parts["t"])
#
# def receive(http, clock, token, listen, secret, orders, tell):
#     todo, end = [], clock.now() + 200
#     last, newest = dict.fromkeys(orders), dict.fromkeys(orders, 0)
#     heard = dict.fromkeys(orders, clock.now())
#
#     def on_update(headers, body):
#         at = signed_at(secret, headers, body)
#         if at is None or clock.now() - at > 300:
#             return 401
#         command = json.loads(body)
#         todo.append((at, command["id"], command["status"]))
#         heard[command["id"]] = clock.now()
#         return 202
#
#     def work(at, order, status):
#         if at > newest[order] and last[order] not in final and status != last[order]:
#             newest[order], last[order] = at, status
#             tell(order, status)
#
#     listen(on_update)
#     while clock.now() < end and not final.issuperset(last.values()):
#         clock.wait(1)
#         while todo:
#             work(*todo.pop(0))
#         for order, location in orders.items():
#             if last[order] not in final and clock.now() - heard[order] >= 10:
#                 asked = clock.now()
#                 status = ask_until(end, http, clock, token, location)
#                 heard[order] = clock.now()
#                 if status:
#                     work(asked, order, status)
# ```
#
# </details>

# %% [markdown]
# ## How Microsoft Graph does it
#
# Graph's webhooks are called **change notifications**. You order them with a **subscription**, and three things are different. This cloud has no
# subscriptions, so here is a small one, written after
# [the documentation](https://learn.microsoft.com/graph/change-notifications-delivery-webhooks).
#
# **First, a handshake.** Before Graph creates a subscription, it posts to your address with a `validationToken` in the query. You have
# ten seconds to answer 200 with that token as plain text, decoded. So nobody can order notifications to the address of somebody else.

# %%
from urllib.parse import quote

def subscribe(endpoint, client_state, minutes):
    token = "Validation: reqid 42"
    if endpoint(quote(token), b"") != (200, token):
        return "400 Bad Request: the endpoint did not send the token back"
    return {"clientState": client_state, "expires": lab.clock.now() + 60 * minutes}

# %%
def endpoint(validation_token, body):
    if validation_token:
        return 200, validation_token
    return 202, ""

subscribe(endpoint, "a secret of mine", minutes=60)

# %% [markdown]
# The token arrived as `Validation%3A%20reqid%2042`, and went back like that. It has to be decoded: `unquote` does it.
#
# **Second, `clientState` in place of a signature.** You choose a secret word when you subscribe, and each notification brings it back. A
# notification without it is from a stranger. (It is the same word each time, so it must never be shown.)

# %%
from urllib.parse import unquote
taken = []

def endpoint(validation_token, body):
    if validation_token:
        return 200, unquote(validation_token)
    for each in json.loads(body)["value"]:
        if hmac.compare_digest(each.get("clientState", ""), "a secret of mine"):
            taken.append(each["resource"])
    return 202, ""

# %%
subscription = subscribe(endpoint, "a secret of mine", minutes=60)
mine = {"resource": "me/messages/1", "clientState": subscription["clientState"]}
strange = {"resource": "me/messages/2", "clientState": "a guess"}
endpoint("", json.dumps({"value": [mine, strange]}).encode()), taken

# %% [markdown]
# One POST may carry several notifications, also for several subscriptions. A notification is only a **hint**: it says that something has
# changed. Read the truth with a GET. Graph promises neither the order of notifications nor that each comes once.
#
# **Third, it ends.** A subscription has an `expirationDateTime`, and is renewed with a PATCH before that time. Here is a day with a subscription of
# 60 minutes, renewed when fewer than ten minutes are left.

# %%
renewals = 0
for _ in range(24 * 60 // 5):
    if subscription["expires"] - lab.clock.now() < 10 * 60:
        subscription["expires"] = lab.clock.now() + 60 * 60  # the PATCH
        renewals += 1
    lab.clock.advance(5 * 60)
renewals

# %% [markdown]
# What if your receiver was down in that time? Then notifications are lost for good. Graph can say so in a **lifecycle notification**
# (`missed`, `subscriptionRemoved`, `reauthorizationRequired`): subscribe anew, and read everything once more.
#
# ## What you did
#
# You wrote a receiver that believes only what is signed, answers before it works, keeps order and duplicates apart, and asks when silence
# lasts. Payment services, code hosts and Graph all ask for these seven steps: raw bytes, signature, time, duplicates, answer, work, ask.
#
# One harder idea: your list of work is lost when the program stops. Where should an update be stored before you answer 202?
#
# Next: [12 The same thing elsewhere](12_the_same_thing_elsewhere.ipynb)
