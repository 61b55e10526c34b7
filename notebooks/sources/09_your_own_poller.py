# %% [markdown]
# # Your own poller
#
# You write the loop that every client of an asynchronous API needs, and romekit plays it on days on which things go wrong.
#
# When you are done, you will be able to
#
# * follow a command to its end from its address alone,
# * say what a poller does about an unknown word, a refusal, and a token that has run out,
# * read what went over the wire on the smallest day that breaks your own program.
#
# About 40 minutes. Before: [08 Race the pollers](08_race_the_pollers.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %% [markdown]
# In this workshop you build something. It starts with ten lines that work on a good day. At the end they are yours, and they
# work on a bad day too.
#
# First the good day, by hand. A command is sent; the answer has a **`Location`** header, and that address is all a poller gets.

# %%
http, token = lab.http(), lab.token()
http.headers["Authorization"] = f"Bearer {token}"
device = http.get("/me/devices").json()["value"][0]["id"]

# %%
order = {"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}
sent = http.post(f"/me/devices/{device}/commands", json=order)
sent.status_code, sent.headers["Location"][-36:]

# %% [markdown]
# The command is on its way. A client asks once a second until it is over.

# %%
often = lab.bet("How many times will it have to ask?")
often

# %%
def ask(location):
    lab.clock.wait(1)
    return http.get(location).json()["status"]

statuses = [ask(sent.headers["Location"]) for _ in range(4)]
print(statuses)
often.compare(statuses.index("completed") + 1)

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# Our loop asked four times, and that was too often: `completed` is **final**, and a final status never changes. A poller stops there. Which of
# the fourteen statuses are final?
#
# </details>

# %%
final = {status.value for status in romekit.Status if romekit.is_final(status)}
final

# %% [markdown]
# ## The challenge
#
# Here is what your function is for, how it is called, and what will be looked at.

# %%
poller = romekit.challenge("poller")
poller

# %% [markdown]
# `http` is a client into the cloud of that day, `token()` gives an access token and `token(refused=old)` a new one, `clock.wait(2)`
# lets two simulated seconds pass. Here is a first try. It works on a good day:

# %%
def wait(http, clock, token, location, deadline):
    headers = {"Authorization": f"Bearer {token()}"}
    while True:
        status = http.get(location, headers=headers).json()["status"]
        if status in final:
            return status
        clock.wait(1)

# %%
poller.try_(wait, "calm", days=10)

# %% [markdown]
# Every mark passes. Now the same function is played on sixty days, most of them with a fault or two.

# %%
days = lab.bet("On how many of the 60 days does it still finish?")
days

# %%
report = poller.try_(wait)
days.compare(report.scores[0].passed, within=3)

# %% [markdown]
# ## The smallest day that breaks it
#
# The report looked for the **smallest day** on which the first failed mark still fails. It shows what happened, and its card:
# one line of text that is this day on every computer. Send it to a neighbour.

# %%
report.smallest

# %% [markdown]
# `wait` looks for the key `status` in every answer. What is in an answer that says "not now" (429)?

# %%
keys = lab.bet("Which key has the answer?", "status", "error", "value")
keys

# %%
card = """{"seed": "one", "faults": [
 {"what": "refused", "where": "status", "value": 429, "retry_after": 5}]}"""
answer = poller.replay(card, wait).evidence.exchanges[0]
print(answer.body["error"]["code"], answer.headers["retry-after"])
keys.compare(" and ".join(answer.body))

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# An error has no status, so `wait` broke off with a `KeyError`.
#
# </details>
#
# ## Your turn
#
# Make it survive, one failure after the other. Change the function, run it
# and the cell below it, and read the first mark that fails. Four steps lead there; each hint opens when you click it.
#
# <details><summary>Hint 1: an answer that is no status</summary>
#
# Look at `answer.status_code` before `answer.json()`. After 429, 500, 502, 503 and 504 ask again later. A body can break off in the
# middle: `answer.json()` raises `ValueError` then, and asking again costs nothing.
#
# </details>
#
# <details><summary>Hint 2: when is "later"?</summary>
#
# The header `Retry-After` says in how many seconds. Where there is none, pause for one second, then two, then four.
#
# </details>
#
# <details><summary>Hint 3: 401</summary>
#
# The token has run out. `token(refused=old)` gives a new one; then ask once more.
#
# </details>
#
# <details><summary>Hint 4: words and time</summary>
#
# A word that you do not know is not final: ask on. When the deadline has passed, return "unknown". Let the pauses between two looks
# grow, up to eight seconds or so: a quick command is seen quickly, a slow one costs few requests.
#
# </details>

# %%
def wait(http, clock, token, location, deadline):  # your poller: change it
    headers = {"Authorization": f"Bearer {token()}"}
    while True:
        status = http.get(location, headers=headers).json()["status"]
        if status in final:
            return status
        clock.wait(1)

# %%
poller.try_(wait, days=10)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
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
# ## In the race of lesson 08
#
# Does your poller ask more, or know later, than the four ways of the last lesson? `race` takes your function as a fifth way. It follows the
# same commands to the same devices, and is drawn with the others:

# %%
from romekit.lab.race import FOUR_WAYS, race
finishes = race({**FOUR_WAYS, "mine": wait})
views.race_chart(finishes, title="My poller in the race")

# %%
views.race_table(finishes)

# %% [markdown]
# Your poller pays in requests or in delay, as the others do. The first version asks at once and then every second, so it pays what `fixed` pays.
# A version whose pauses grow is close to `growing`. Nothing that asks can be as near to the corner as `long-poll`.

# %% [markdown]
# ## What you did
#
# You wrote a poller and let it be broken by days of which each has one or two faults. What it does about them is the same in every
# asynchronous API: look at the status code first, wait as long as you are told, stop at the end, take nothing unknown for the end.
#
# One harder idea: your poller asks the same question again and again. When does a repeat do harm?
#
# Next: [10 The bad day](10_the_bad_day.ipynb)
