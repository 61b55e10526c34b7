# %% [markdown]
# # When it goes wrong
#
# You break things on purpose, and learn to read each failure.
#
# When you are done, you will be able to
#
# * tell "not sent", "not delivered", "not done" and "not known" apart,
# * handle an expired token and a throttled account,
# * stop waiting without losing a command.
#
# About 20 minutes. Before: [05 Status timelines](05_status_timelines.ipynb) · Next: [07 The command that ran twice](07_the_command_that_ran_twice.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %% [markdown]
# **Predict.** One device is off, one asleep, one has a bad network, one a strict policy. Which of them will open the page all the same?

# %%
rome = lab.rome()
four = ("Attic", "Laptop", "Pi", "HoloLens")
broken = [rome.launch(name, "https://bing.com") for name in four]
[command.follow() for command in broken]
views.timeline(lab.history(), title="Four devices, four characters")

# %% [markdown]
# Only the one with the bad network. The other three failed, each in its own way, and the difference is what you may do next.
# **Predict.** Where did each of them fail: at the service, on the way, on the device?

# %%
[(each.device.name, each.status, each.error, each.history()[-1].who) for each in broken]

# %% [markdown]
# `failedToSend` is the *service's* word: the Attic PC has no push channel, so nothing was **delivered**, and sending again later is safe.
# `commandDropped` is the *device's* word: delivered, and not done. `executionFailed` with `DeniedByRemoteSystem` is a policy, and
# trying again is pointless. An error is worth as much as it tells you about what to do next.
#
# ## Asleep: it was delivered, and dropped
#
# **Predict.** The laptop wakes up. Will the dropped command run now?

# %%
lab.wake("Laptop")
broken[1].refresh().status, rome.launch("Laptop", "https://bing.com").follow().status

# %% [markdown]
# It will not: a **final** status never changes. If you still want the page, send a *new* command, as the second half of the line did.
#
# ## A bad network: it may take several tries
#
# **Predict.** We send the Pi six more pages. Who repeats what gets lost: your client, or the service?

# %%
again = [rome.launch("Pi", "https://bing.com") for _ in range(6)]
[command.follow().status for command in again]

# %%
[change.why for change in lab.history() if "deliver" in change.why.lower()][-4:]

# %% [markdown]
# The *service* repeats a lost **delivery** by itself, three more times at most. That is safe, because it knows that nothing arrived. Your
# client does not know as much, which is why romekit never repeats a command on its own.
#
# ## An expired token
#
# Access tokens live for an hour. **Predict.** We let two hours pass, at once. What does the next call do?

# %%
lab.clock.advance(2 * 3600)
rome.launch("Surface", "https://bing.com").follow()

# %% [markdown]
# It just worked. What really happened:

# %%
[(each.method, each.status) for each in lab.exchanges()[-6:]]

# %% [markdown]
# The service refused the old token with **401**. The client asked MSAL for a new one, once, and repeated the request, once.
# If the new token were refused too, it would give up: something else is wrong then. (A 401 before a command was accepted is
# certain to have done nothing, so repeating it is safe even for a POST.)
#
# **Predict.** And if Alex has withdrawn the consent, what can silence still do?

# %% tags=["raises-exception"]
lab.revoke()
lab.clock.advance(3600)
rome.devices()

# %%
rome = await lab.sign_in()
rome

# %% [markdown]
# Nothing: the refresh token is dead as well, and only a person can help. That is the difference between *expired* and **revoked**.
#
# ## Throttled
#
# A service protects itself: so many requests in so many seconds, and no more. We allow five reads in ten seconds.
# **Predict.** `follow()` wants to ask more often than that. What will it do?

# %%
lab.limit(reads=5, window=10)
command = rome.launch("Xbox", "https://bing.com").follow()
[exchange.status for exchange in lab.exchanges() if command.id in exchange.path]

# %%
throttled = [exchange for exchange in lab.exchanges() if exchange.status == 429][-1]
throttled.headers["Retry-After"], throttled.body["error"]["message"], lab.limit()

# %% [markdown]
# **429 Too Many Requests**, and the answer says when to come back, in seconds. `follow()` waited exactly that long: a good citizen. Each
# try that is refused counts against you as well, so impatience makes it worse. (The last word of the cell lifted the limit.)
#
# ## Stop waiting
#
# **Predict.** You give up after two seconds. Does the command stop?

# %% tags=["raises-exception"]
slow = rome.launch("Xbox", "https://bing.com")
slow.follow(deadline=2)

# %%
slow.status, slow.follow().status

# %% [markdown]
# Only *you* stopped. The command went on, and the same handle could be followed to its end. A **time-out** is a statement about
# the client, not about the world.
#
# ## Switched off
#
# And this is how the real service has failed since 30 September 2020. **Predict.** An error, or something quieter?

# %%
late = romekit.Lab()
late.retire()
late.rome().devices()

# %% tags=["raises-exception"]
late.rome().launch(command.device, "https://bing.com")

# %% [markdown]
# The documentation says only that it "stopped returning data": an empty list is a success to every program that asks. The
# **410 Gone** is our guess. A service that ends should say so in a way that a program can read.
#
# All of romekit's errors stand in one small tree, and each says what to try next: `print(romekit.errors.__doc__)` draws it.
#
# ## Your turn

# %%
from romekit.lessons import checks
check = checks("when_it_goes_wrong")
check

# %% [markdown]
# **1.** Put the Surface to sleep *after* a command was sent to it: `lab.put_to_sleep("Surface")`. What is its final status?

# %%
answer = ...

# %%
check(1, answer)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# command = rome.launch("Surface", "https://bing.com")
# lab.put_to_sleep("Surface")
# answer = command.follow().status
# ```
#
# </details>

# %% [markdown]
# **2.** Take the Xbox offline *while it is executing*. Which final status does the command get? (And ask yourself: who says
# so? It takes a minute; nobody has to sit through it, `lab.clock.pace = 0` makes time jump.)

# %%
answer = ...

# %%
check(2, answer)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# command = rome.launch("Xbox", "https://bing.com")
# lab.clock.wait(5)
# lab.take_offline("Xbox")
# lab.clock.pace = 0
# answer = command.follow().status
# ```
#
# </details>

# %% [markdown]
# **3.** Sort the final statuses: for which of them is it safe to send the command again, because it is known that the device has
# done nothing? Give a set of words.

# %%
answer = ...

# %%
check(3, answer)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# answer = {"failedToSend", "commandDropped", "canceled"}
# ```
#
# </details>

# %% [markdown]
# ## What you did
#
# You met a failure of each kind, saw which of them a client may mend by itself (a 401 once, a 429 after the pause it names)
# and which it must not (a command whose fate is unknown), and stopped waiting without losing anything.
#
# One harder idea: the status is `expired`. Was the page opened?
#
# Next: [07 The command that ran twice](07_the_command_that_ran_twice.ipynb)
