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
# First the accident. The service will accept one command, and then its answer gets lost on the way back.

# %%
rome = lab.rome()
lab.fault("answer lost", where="send", value=503, retry_after=1)

# %% tags=["raises-exception"]
rome.launch("Surface", "https://example.org/buy?tickets=1")

# %% [markdown]
# `503 Service Unavailable`. **Predict.** Was the page opened or not? Look at the device, which the client cannot do:

# %%
lab.clock.wait(5)
lab.deeds()

# %% [markdown]
# It was. The error said "unavailable", and the ticket is bought. romekit's client therefore says `Unsure` and does nothing
# more on its own.
#
# ## A client that means well
#
# Many clients repeat a request that was answered 429, 503 or 504, whatever its verb. Microsoft's own SDK does: its retry handler
# sends a POST again, with a header `Retry-Attempt: 1`. Here is the same rule in a few lines.

# %%
import httpx
from romekit.stub.doors import HandDriven
token = lab.sign_in(approve_after=0).session().token()

# %%
def post(uri, headers=None):
    address = f"{rome.cloud.graph}/me/devices/{rome.device('Surface').id}/commands"
    body = {"type": "LaunchUri", "payload": {"uri": uri}}
    headers = {"Authorization": f"Bearer {token}", **(headers or {})}
    with httpx.Client(transport=HandDriven(lab.stub.app), headers=headers) as client:
        for attempt in range(3):
            answer = client.post(address, json=body, headers={"Retry-Attempt": str(attempt)})
            if answer.status_code not in (429, 503, 504):
                break
            lab.clock.wait(float(answer.headers.get("Retry-After", 1)))
    return answer.status_code

# %% [markdown]
# **Predict.** The answer is lost once. The client repeats. What does it report, and how many tickets are bought?

# %%
lab.fault("answer lost", where="send", value=503, retry_after=1)
post("https://example.org/buy?tickets=2")

# %%
lab.clock.wait(5)
[deed for deed in lab.deeds() if "tickets=2" in deed]

# %% [markdown]
# It reports 201, a success, and the command **ran twice**. Nothing in the client's log looks wrong.

# %%
views.timeline(lab.history(), title="Two commands where one was meant")

# %% [markdown]
# A request that may be repeated without doing more than once what it does is called **idempotent**. A GET is. A POST that
# creates something is not, unless somebody makes it so.
#
# ## Which failures are safe?

# %%
lab.clear_faults()
lab.fault("refused", where="send", value=429, retry_after=2)

# %%
post("https://example.org/buy?tickets=3")

# %%
lab.clock.wait(5)
[deed for deed in lab.deeds() if "tickets=3" in deed]

# %% [markdown]
# After **429** repeating is safe: the service says that it has not even looked. After 503 or 504 it is not, since the failure may
# have happened on the way back.
#
# ## Mending it
#
# The client gives its request a name, and keeps the name when it repeats the request. The service remembers the names it has
# seen. Graph asks for a `client-request-id` on every request anyway; this cloud treats it as an **idempotency key**.
#
# **Predict.** Same fault, same client, one header more. How many tickets?

# %%
lab.fault("answer lost", where="send", value=503, retry_after=1)
post("https://example.org/buy?tickets=4", headers={"client-request-id": "0b8a0d3e-4444-4444-8444-000000000004"})

# %%
lab.clock.wait(5)
[deed for deed in lab.deeds() if "tickets=4" in deed]

# %% [markdown]
# One. And if somebody uses the same name for something else?

# %%
post("https://example.org/buy?tickets=100", headers={"client-request-id": "0b8a0d3e-4444-4444-8444-000000000004"})

# %% [markdown]
# `409 Conflict`. A key that means two things would be worse than none.
#
# romekit's client makes a key for each command and tells you, so that you can decide:

# %%
lab.fault("answer lost", where="send", value=504)
order = romekit.model.Launch("https://example.org/buy?tickets=5")

# %%
try:
    rome.send("Surface", order)
except romekit.errors.Unsure as unsure:
    command = rome.send("Surface", order, request_id=unsure.client_request_id)
command.follow()

# %%
[deed for deed in lab.deeds() if "tickets=5" in deed]

# %% [markdown]
# Whether Microsoft's service ever did this is not documented. That is the point: where nobody promises it, do not repeat.
#
# ## Twice, and nobody's client is to blame
#
# **Predict.** The network between service and device can repeat things too. What can the client see of it?

# %%
lab.fault("delivered twice", device="Surface")
rome.launch("Surface", "https://example.org/buy?tickets=6").follow()

# %%
[deed for deed in lab.deeds() if "tickets=6" in deed]

# %% [markdown]
# Nothing. Only the device could have noticed, by remembering the command's id. Each hop needs its own memory: this is why
# "exactly once" is a promise about a whole system, never about a network.
#
# ## Too late
#
# One more way to be wrong. The Surface takes its time; the command expires, and then (a minute is long, so we do not sit
# through it):

# %%
lab.clock.pace = 0
lab.fault("late result", device="Surface")
command = rome.launch("Surface", "https://example.org/buy?tickets=7").follow()
command

# %%
lab.clock.wait(30)
command.refresh().status, [deed for deed in lab.deeds() if "tickets=7" in deed]

# %% [markdown]
# `expired`, and done all the same. The rule here is that a final status never changes and the late report is only noted. So
# `expired` does not mean "it did not happen".
#
# ## Your turn
#
# **1.** The URI itself can be the idempotency key. Which of these addresses can be opened twice without harm? Give the letter.
# *a* `https://example.org/buy?tickets=1` · *b* `https://example.org/order/4711` · *c* `https://example.org/cart/add/9`

# %%
answer = ...

# %%
from romekit.lessons import check
check(
    ... if answer is ... else answer == "b",
    right="it names a thing instead of an action.",
    not_yet="Which one says the same when you open it a second time?",
)

# %% [markdown]
# **2.** Set the fault `"answer lost"` for *status* requests (`where="status"`) and follow a command. How often does it run?

# %%
answer = ...

# %%
check(
    ... if answer is ... else answer == 1,
    right="losing the answer to a GET costs nothing but another GET.",
    not_yet='Try lab.fault("answer lost", where="status"), launch, follow, and count in lab.deeds().',
)

# %% [markdown]
# <details><summary>Solutions</summary>
#
# ```python
# answer = "b"
#
# lab.clear_faults()
# lab.fault("answer lost", where="status")
# rome.launch("Surface", "https://example.org/read").follow()
# answer = sum("example.org/read" in deed for deed in lab.deeds())
# ```
#
# </details>
#
# ## What you did
#
# You lost an answer, bought a ticket twice, made the request safe with an idempotency key, and met two ways of running twice
# that no client can see.
#
# One harder idea: how long should a service remember the keys?
#
# Next: [08 Race the pollers](08_race_the_pollers.ipynb)
