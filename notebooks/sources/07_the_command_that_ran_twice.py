# %% [markdown]
# # The command that ran twice
#
# You lose an answer on purpose, watch a well-meant retry do something twice, and mend it.
#
# When you are done, you will be able to
#
# * say which failures leave you not knowing whether something was done,
# * explain why repeating a POST is dangerous and repeating a GET is not,
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
# `503 Service Unavailable`, it says, and `Unsure`, says romekit. **Predict.** Was the ticket bought or not? Look at the device, which the
# client cannot do: `deeds(…)` lists what was really done with an address.

# %%
def deeds(address):
    lab.clock.wait(5)
    return [deed for deed in lab.deeds() if deed.endswith(address)]

deeds("tickets=1")

# %% [markdown]
# It was. The error said "unavailable", and the ticket is bought. romekit's client therefore says **`Unsure`** and does nothing
# more on its own.
#
# ## A client that means well
#
# Many clients repeat a request that was answered 429, 503 or 504, whatever its verb. Microsoft's own SDK does: its retry handler
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
# **Predict.** The answer is lost once, the client repeats. What does it report, and how many tickets are bought? Bet.

# %%
bet = 1  # ticket; change it

# %%
lab.fault("answer lost", where="send", value=503, retry_after=1)
post("https://example.org/buy?tickets=2")

# %%
bet, deeds("tickets=2")

# %% [markdown]
# It reports 201, a success, and the command **ran twice**. Nothing in the client's log looks wrong, and the timeline has two
# commands where one was meant:

# %%
views.timeline(lab.history(), title="Two commands where one was meant")

# %% [markdown]
# (The first of the three is the ticket of the beginning.) A request that may be repeated without doing more than once what it
# does is called **idempotent**. A GET is. A POST that creates something is not, unless somebody makes it so.
#
# ## Which failures are safe?
#
# The same client, another failure: the service refuses with 429. **Predict.** How many tickets now?

# %%
lab.clear_faults()
lab.fault("refused", where="send", value=429, retry_after=2)
post("https://example.org/buy?tickets=3"), deeds("tickets=3")

# %% [markdown]
# One. After **429** repeating is safe: the service says that it has not even looked. After 503 or 504 it is not, since the failure
# may have happened on the way back.
#
# ## Mending it
#
# The client gives its request a name, and keeps the name when it repeats the request. The service remembers the names it has
# seen. Graph asks for a `client-request-id` on every request anyway; this cloud treats it as an **idempotency key**.
#
# **Predict.** Same fault as at first, same client, one header more. How many tickets?

# %%
key = "0b8a0d3e-4444-4444-8444-000000000004"
lab.fault("answer lost", where="send", value=503, retry_after=1)
post("https://example.org/buy?tickets=4", key), deeds("tickets=4")

# %% [markdown]
# One, and the client has its 201. **Predict.** And if somebody uses the same name for something else?

# %%
post("https://example.org/buy?tickets=100", key), deeds("tickets=100")

# %% [markdown]
# **409 Conflict**, and nothing is bought. A key that means two things would be worse than none.
#
# romekit's client makes a key for each command, and `Unsure` tells you which, so that *you* can decide to ask again. **Predict.** How
# many tickets will this buy?

# %%
lab.fault("answer lost", where="send", value=504)
order = romekit.model.Launch("https://example.org/buy?tickets=5")
try:
    command = rome.send("Surface", order)
except romekit.errors.Unsure as unsure:
    command = rome.send("Surface", order, request_id=unsure.client_request_id)
command.follow().status, deeds("tickets=5")

# %% [markdown]
# One. Whether Microsoft's service ever remembered keys is not documented. That is the point: where nobody **promises** it, do
# not repeat.
#
# ## Twice, and nobody's client is to blame
#
# **Predict.** The network between service and device can repeat things too. What can the client see of it?

# %%
lab.fault("delivered twice", device="Surface")
twice = rome.launch("Surface", "https://example.org/buy?tickets=6").follow()
twice.status, deeds("tickets=6")

# %% [markdown]
# Nothing. Only the device could have noticed, by remembering the command's id. Each hop needs its own memory: this is why
# **exactly once** is a promise about a whole system, never about a network.
#
# ## Too late
#
# One more way to be wrong. The Surface takes its time, and the command expires meanwhile. (A minute is long, so we do not sit
# through it: `pace = 0`.) **Predict.** It says `expired`. Was the ticket bought?

# %%
lab.clock.pace = 0
lab.fault("late result", device="Surface")
command = rome.launch("Surface", "https://example.org/buy?tickets=7").follow()
command.status, deeds("tickets=7")

# %%
lab.clock.wait(30)
command.refresh().status, deeds("tickets=7")

# %% [markdown]
# Not yet, and then it was. A final status never changes, so the late report is only noted: `expired` is a word about the clock,
# and does not mean "it did not happen".
#
# ## Your turn

# %%
from romekit.lessons import checks
check = checks("the_command_that_ran_twice")
check

# %% [markdown]
# **1.** The URI itself can be the idempotency key. Which of these addresses can be opened twice without harm? Give the letter.
#
# * *a* `https://example.org/buy?tickets=1`
# * *b* `https://example.org/order/4711`
# * *c* `https://example.org/cart/add/9`

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
# often does it run?

# %%
answer = ...

# %%
check(2, answer)

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
check(3, answer)

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
# You lost an answer, bought a ticket twice, made the request safe with an idempotency key, and met two ways of running twice
# that no client can see.
#
# One harder idea: how long should a service remember the keys?
#
# Next: [08 Race the pollers](08_race_the_pollers.ipynb)
