# %% [markdown]
# # The bad day
#
# You write a purchase that buys exactly one ticket and tells the truth about it, whatever gets lost on the way.
#
# When you are done, you will be able to
#
# * say after which failures you know that nothing was done, and after which you do not,
# * repeat an order without doing it twice,
# * answer "done", "not done" or "unknown", and be right each time.
#
# About 45 minutes. Before: [09 Your own poller](09_your_own_poller.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %% [markdown]
# A page is opened on a device, and opening it buys a ticket. Lesson 07 showed how a well-meant repeat buys two. Now you write the
# client.

# %%
bad_day = romekit.challenge("bad-day")
bad_day

# %% [markdown]
# There are five levels: *calm* (nothing goes wrong), *busy* (the service refuses for a while), *lossy* (answers get lost, tokens
# run out), *late* (devices are slow, asleep, or report too late) and *everything*. Here is a first try:

# %%
def buy(http, clock, token, device, uri):
    headers = {"Authorization": f"Bearer {token()}"}
    order = {"type": "LaunchUri", "payload": {"uri": uri}}
    path = f"/me/devices/{device}/commands"
    for _ in range(5):
        answer = http.post(path, json=order, headers=headers)
        if answer.status_code == 201:
            return "done"
        clock.wait(2)
    return "not done"

# %% [markdown]
# On a calm day nothing gets lost.

# %%
truth = lab.bet("On how many of 20 calm days does it tell the truth?")
truth

# %%
calm = bad_day.try_(buy, "calm", days=20)
told = next(score for score in calm.scores if score.mark == "told the truth")
print(told.sentence)
truth.compare(told.passed, within=2)

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# Some devices are asleep or switched off, and 201 only says that the order was **accepted**. And where `buy` says "done" and it is true, that
# is luck: no answer has told it so.
#
# </details>
#
# Now the lossy days:

# %%
failing = lab.bet("How many of its marks will fail on a lossy day?")
failing

# %%
lossy = bad_day.try_(buy, "lossy", days=20)
failing.compare(sum(score.failed is not None for score in lossy.scores), within=1)

# %%
lossy

# %% [markdown]
# Look at the marks that failed, and at the smallest day. An answer was lost, the order was sent again, and each request was an order of
# its own.
#
# ## Two worlds from the same second
#
# What should a client do when the answer to its order is lost? A lab can be **branched**: two worlds that have the same past and go
# their own ways. In one we send the order again, in the other we wait.

# %%
rome = lab.rome()
lab.fault("answer lost", where="send", value=503)

# %% tags=["raises-exception"]
rome.launch("Surface", "https://example.org/buy?tickets=1")

# %% [markdown]
# The client knows nothing but `503`. In one world it sends the order again, in the other it waits.

# %%
one = lab.bet("In which world is exactly one ticket bought?", "again", "wait", "both")
one

# %%
again, wait = lab.branch("again"), lab.branch("wait")
again.rome().launch("Surface", "https://example.org/buy?tickets=1")
again.clock.wait(30), wait.clock.wait(30)
bought = {"again": len(again.deeds()), "wait": len(wait.deeds())}
print(bought)
one.compare(" and ".join(world for world in bought if bought[world] == 1))

# %%
worlds = {"again": again.history(), "wait": wait.history()}
views.timeline(worlds, title="Send it again, or wait")

# %% [markdown]
# In the world that waited one ticket was bought, and nobody knows it: the client never got the id of its command. In the other
# world there are two. Neither is good. A **key** is the way out: with the same `client-request-id` the second request is the same
# order, and its answer names the command that exists already.
#
# ## Your turn
#
# Make `buy` pass every mark on every level. Take the levels in their order, and your poller from the last workshop with you.
#
# <details><summary>Hint 1: one order, one key</summary>
#
# Make the key before the first try, and send it with every repeat: `headers["client-request-id"] = key`. `uuid.uuid4()` makes one.
#
# </details>
#
# <details><summary>Hint 2: what may be repeated, and when?</summary>
#
# With a key everything may be repeated: after 429, after 5xx, after a body that broke off. Wait as long as `Retry-After` says. After
# 401 take a new token.
#
# </details>
#
# <details><summary>Hint 3: from a status to the truth</summary>
#
# `completed` means done. `failedToSend` and `commandDropped` mean that the device never had it, so it is not done. What do `expired`,
# `canceled`, `executionFailed` and `error` mean? A device can do something and report it too late.
#
# </details>
#
# <details><summary>Hint 4: "unknown" has a price</summary>
#
# "unknown" is right only where nobody can know. Send the order often enough, and follow it long enough, that it is rare.
#
# </details>

# %%
def buy(http, clock, token, device, uri):
    ...  # your purchase

# %%
bad_day.try_(buy, days=10)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# from uuid import uuid4
# AGAIN = {429, 500, 502, 503, 504}
# final = {status.value for status in romekit.Status if romekit.is_final(status)}
# MEANS = {"completed": "done", "failedToSend": "not done", "commandDropped": "not done"}
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
# def ending(http, clock, token, location, deadline):
#     end, pause = clock.now() + deadline, 0.5
#     while clock.now() < end:
#         clock.wait(min(pause, end - clock.now()))
#         pause = min(pause * 1.5, 8)
#         found = ask_until(end, http, clock, token, "GET", location)
#         if found and found[1].get("status") in final:
#             return found[1]["status"]
#     return "unknown"
#
# def buy(http, clock, token, device, uri):
#     path, end = f"/me/devices/{device}/commands", clock.now() + 100
#     given = {
#         "json": {"type": "LaunchUri", "payload": {"uri": uri}},
#         "headers": {"client-request-id": str(uuid4())},
#     }
#     found = ask_until(end, http, clock, token, "POST", path, **given)
#     if found is None:
#         return "unknown"
#     if found[0] != 201:
#         return "not done"
#     status = ending(http, clock, token, f"{path}/{found[1]['id']}", 100)
#     return MEANS.get(status, "unknown")
# ```
#
# </details>

# %% [markdown]
# ## Swap cards
#
# A report ends with a card. Give yours to a neighbour, and play the card that you get: does your client survive their day? `pace=1`
# plays it so slowly that you can watch.

# %%
card = """{"seed": "a neighbour", "device": "Workshop Pi",
 "faults": [{"what": "late result"}]}"""
bad_day.replay(card, buy)

# %% [markdown]
# ## What you did
#
# You wrote a client that does not trust its luck: one key for one order, a repeat only where it does no harm, and an honest
# "unknown" where nobody can know. This is what a payment, an upload or a deployment needs as well.
#
# One harder idea: how long must a service remember the keys, and what should it answer when one comes too late?
#
# Next: [11 Being told](11_being_told.ipynb)
