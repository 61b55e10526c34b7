# %% [markdown]
# # The command that ran twice
#
# You lose an answer on purpose, watch a well-meant retry do something twice, and mend it.
#
# When you are done, you will be able to
#
# * say which failures leave you not knowing whether something was done,
# * explain which requests may be repeated, and which not,
# * make a request safe to repeat, with an **idempotency key**.
#
# About 20 minutes. Before: [06 When it goes wrong](06_when_it_goes_wrong.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %% [markdown]
# First the accident. The service will accept one command, and then its answer gets lost on the way back. The page that is opened
# buys a ticket.

# %%
rome = lab.rome()
lab.fault("answer lost", where="send", value=503, retry_after=1)

# %% tags=["raises-exception"]
rome.launch("Surface", "https://example.org/buy?tickets=1")

# %% [markdown]
# The client got `503 Service Unavailable`. A client cannot look at the device, but the lab can: `deeds(…)` lists what devices really
# did with an address.

# %%
def deeds(address):
    lab.clock.wait(5)
    return [deed for deed in lab.deeds() if deed.endswith(address)]

deeds("tickets=1")

# %% [markdown]
# The answer said "unavailable", and the ticket was bought. romekit's client therefore says **`Unsure`** and does nothing
# more on its own.
#
# ## A client that means well
#
# Many clients repeat a request that was answered 429, 503 or 504, whatever its method. Microsoft's own SDK does: its retry handler
# sends a POST again, with a header `Retry-Attempt: 1`. Here is the same rule in a few lines.

# %%
client, token = lab.http(), lab.token()
address = f"/me/devices/{rome.device('Surface').id}/commands"

# %%
def post(uri, key=None):
    body = {"type": "LaunchUri", "payload": {"uri": uri}}
    headers = {"Authorization": f"Bearer {token}"}
    if key:
        headers["client-request-id"] = key
    for attempt in range(3):
        headers["Retry-Attempt"] = str(attempt)
        answer = client.post(address, json=body, headers=headers)
        if answer.status_code not in (429, 503, 504):
            break
        lab.clock.wait(float(answer.headers.get("Retry-After", 1)))
    return answer.status_code

# %% [markdown]
# The answer gets lost once, and the client repeats the request.

# %%
tickets = lab.bet("How many tickets will be bought?")
tickets

# %%
lab.fault("answer lost", where="send", value=503, retry_after=1)
status = post("https://example.org/buy?tickets=2")
bought = deeds("tickets=2")
print(status, *bought, sep="\n")
tickets.compare(len(bought))

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# The client reports 201, a success, and the command **ran twice**. Nothing in the client's log looks wrong. But the timeline has
# two commands where one was meant: the second and the third row. (The first row is the ticket of the beginning.)
#
# </details>

# %%
views.timeline(lab.history(), title="Each row is a command")

# %% [markdown]
# ## Which requests may be repeated?
#
# A request is **idempotent** if sending it twice has the same effect as sending it once. HTTP *promises* that for GET, PUT and DELETE: a PUT
# says how a thing *shall be*, so a second PUT changes nothing. It promises nothing for POST.
#
# A promise can be broken. The page `/buy?tickets=1` buys when somebody opens it, with a GET. That is a mistake of its author: a
# browser that reloads, or a mail scanner that follows links, buys as well.
#
# And the failure counts. The same client meets another one: the service refuses with 429, and asks for a pause.

# %%
after_429 = lab.bet("How many tickets will be bought after a 429?")
after_429

# %%
lab.clear_faults()
lab.fault("refused", where="send", value=429, retry_after=2)
status = post("https://example.org/buy?tickets=3")
bought = deeds("tickets=3")
print(status, *bought, sep="\n")
after_429.compare(len(bought))

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# One ticket is bought. After **429** repeating is safe: the service says that it has not acted on the request. After 503 or 504
# it is not safe, since the failure may have happened on the way back.
#
# </details>
#
# ## Mending it
#
# The client gives its request a name, and keeps that name when it repeats the request. The service remembers the names it has
# seen, and answers a repeat with its first answer. Such a name is called an **idempotency key**. Same fault, same client, one header more:

# %%
key = "0b8a0d3e-4444-4444-8444-000000000004"
lab.fault("answer lost", where="send", value=503, retry_after=1)
post("https://example.org/buy?tickets=4", key), deeds("tickets=4")

# %% [markdown]
# One ticket is bought, and the client has its 201. What if somebody uses the same name for another order?

# %%
post("https://example.org/buy?tickets=100", key), deeds("tickets=100")

# %% [markdown]
# The service refuses with **409 Conflict**, and nothing is bought.
#
# Which header should *your* clients use? In this cloud it is `client-request-id`, because Graph's clients send one anyway. In the real Graph this
# header is only a correlation id, to find a request in a log: it makes nothing idempotent. The header to remember is
# **`Idempotency-Key`**. Payment services have it, and the IETF is writing a standard for it: 422 for a key with another order, and
# 409 while the first request is still running. Read what your service promises.
#
# romekit's client makes a key for each command, and `Unsure` tells you which, so that *you* can decide to ask again:

# %%
lab.fault("answer lost", where="send", value=504)
order = romekit.model.Launch("https://example.org/buy?tickets=5")
try:
    command = rome.send("Surface", order)
except romekit.errors.Unsure as unsure:
    command = rome.send("Surface", order, request_id=unsure.client_request_id)
command.follow().status, deeds("tickets=5")

# %% [markdown]
# One ticket is bought. Whether Microsoft's service ever remembered keys is not documented. Where nobody **promises** it, do not
# repeat a POST.
#
# ## Twice, and no client is to blame
#
# The network between service and device can repeat things, too:

# %%
lab.fault("delivered twice", device="Surface")
twice = rome.launch("Surface", "https://example.org/buy?tickets=6").follow()
twice.status, deeds("tickets=6")

# %% [markdown]
# The client sees one command and one `completed`, and two tickets are bought. Only the device could have noticed, by remembering the
# command's id. Each hop needs its own memory: **exactly once** is a promise about a whole system, never about a network.
#
# ## Too late
#
# There is one more way to be wrong. The Surface takes so long that the command expires meanwhile. We count the tickets when the status is
# `expired`, and again 30 seconds later. (A minute is long, so `pace = 0` makes time jump.)

# %%
pairs = "0, then 0", "0, then 1", "1, then 1"
then_and_later = lab.bet("Which two numbers will we count?", *pairs)
then_and_later

# %%
lab.clock.pace = 0
lab.fault("late result", device="Surface")
command = rome.launch("Surface", "https://example.org/buy?tickets=7").follow()
then, count = command.status, len(deeds("tickets=7"))
lab.clock.wait(30)
later = command.refresh().status, len(deeds("tickets=7"))
print((then, count), later)
then_and_later.compare(f"{count}, then {later[1]}")

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# When the status was `expired`, no ticket was bought; 30 seconds later one was. A final status never changes, so the service only
# makes a note of the late report. `expired` is a word about the clock. It does not mean "it did not happen".
#
# </details>
#
# ## Your turn

# %%
from romekit.lessons import checks
check = checks("the_command_that_ran_twice")
check

# %% [markdown]
# **1.** Three ways to order a ticket. For which of them does HTTP promise that sending it twice is the same as sending it once? Give
# the letter.
#
# * *a* `POST /orders`
# * *b* `PUT /orders/4711`
# * *c* `POST /orders/4711/tickets`

# %%
answer = ...

# %%
check(1, answer)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# answer = "b"
# ```
#
# </details>

# %% [markdown]
# **2.** Set the fault `"answer lost"` for *status* requests (`where="status"`), launch `https://example.org/read` and follow it. How
# often does the device open it?

# %%
answer = ...

# %%
check(2, answer, lab)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# lab.clear_faults()
# lab.fault("answer lost", where="status")
# rome.launch("Surface", "https://example.org/read").follow()
# answer = len(deeds("example.org/read"))
# ```
#
# </details>

# %% [markdown]
# **3.** A client makes a *new* key for each try. Play it by hand: `post` the address `https://example.org/buy?tickets=8` twice, with two
# different keys. How many tickets are bought?

# %%
answer = ...

# %%
check(3, answer, lab)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# lab.clear_faults()
# keys = "0b8a0d3e-8888-4888-8888-000000000001", "0b8a0d3e-8888-4888-8888-000000000002"
# for key in keys:
#     post("https://example.org/buy?tickets=8", key)
# answer = len(deeds("tickets=8"))
# ```
#
# </details>

# %% [markdown]
# ## What you did
#
# You lost an answer, bought a ticket twice, made the request safe with an idempotency key, and met two ways of running twice or
# late that no client can see.
#
# One harder idea: how long should a service remember the keys?
#
# Next: [08 Race the pollers](08_race_the_pollers.ipynb)
