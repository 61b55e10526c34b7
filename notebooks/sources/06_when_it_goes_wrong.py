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

# %%
rome = lab.rome()
broken = [rome.launch(name, "https://bing.com") for name in ("Attic", "Laptop", "Pi", "HoloLens")]
[command.follow() for command in broken]

# %%
views.timeline(lab.history(), title="Four devices, four characters")

# %% [markdown]
# Let us take them one by one.
#
# ## Offline: it was never delivered

# %%
views.history_table(broken[0].history())[["seconds", "to_status", "who", "why"]]

# %% [markdown]
# `failedToSend` is the *service's* word: the device has no push channel. Nothing happened on the device, so sending again
# later is safe.
#
# ## Standby: it was delivered, and dropped

# %%
views.history_table(broken[1].history())[["seconds", "to_status", "who", "why"]]

# %% [markdown]
# `commandDropped` is the *device's* word. **Predict.** The laptop wakes up. Will the dropped command run now?

# %%
lab.wake("Laptop")

# %%
broken[1].refresh().status, rome.launch("Laptop", "https://bing.com").follow().status

# %% [markdown]
# A final status never changes. If you still want the page, send a *new* command.
#
# ## Flaky: it may take several tries

# %%
again = [rome.launch("Pi", "https://bing.com") for _ in range(6)]
[command.follow().status for command in again]

# %%
[change.why for change in lab.history() if "deliver" in change.why.lower()][-4:]

# %% [markdown]
# The *service* repeats a lost delivery by itself. That is safe, because it knows that nothing arrived. Your client does not
# know as much, which is why romekit never repeats a command on its own.
#
# ## Policy: it will never work

# %%
broken[3].error, broken[3].history()[-1].why

# %% [markdown]
# Trying again is pointless here. An error is worth as much as it tells you about what to do next.
#
# ## An expired token
#
# Access tokens live for an hour. **Predict.** We let two hours pass, at once. What does the next call do?

# %%
lab.clock.advance(2 * 3600)
rome.launch("Surface", "https://bing.com").follow()

# %% [markdown]
# It just worked. Look at what really happened:

# %%
[(each.method, each.status) for each in lab.exchanges()[-6:]]

# %% [markdown]
# The service refused the old token with **401**. The client asked MSAL for a new one, once, and repeated the request, once.
# If the new token were refused too, it would give up: something else is wrong then. (A 401 before a command was accepted is
# certain to have done nothing, so repeating it is safe even for a POST.)
#
# And if the person has withdrawn their consent, silence is not enough:

# %% tags=["raises-exception"]
lab.revoke()
lab.clock.advance(3600)
rome.devices()

# %%
rome = await lab.sign_in()
rome

# %% [markdown]
# ## Throttled
#
# A service protects itself: so many requests in so many seconds, and then **429 Too Many Requests**.

# %%
lab.limit(reads=5, window=10)

# %%
command = rome.launch("Xbox", "https://bing.com").follow()
command

# %%
[exchange.status for exchange in lab.exchanges() if command.id in exchange.path]

# %%
throttled = next(exchange for exchange in reversed(lab.exchanges()) if exchange.status == 429)
throttled.headers["Retry-After"], throttled.body["error"]["message"]

# %% [markdown]
# The answer says when to come back, in seconds, with fractions. `follow()` waited exactly that long: a **good citizen**. Each
# try that is refused counts against you as well, so impatience makes it worse.

# %%
lab.limit()

# %% [markdown]
# ## Stop waiting
#
# **Predict.** You give up after two seconds. Does the command stop?

# %% tags=["raises-exception"]
slow = rome.launch("Xbox", "https://bing.com")
slow.follow(deadline=2)

# %%
slow.status, slow.follow().status

# %% [markdown]
# Only *you* stopped. The command went on, and the same handle could be followed to its end. A time-out is a statement about
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
# `410 Gone` is our guess. A service that ends should say so in a way that a program can read.
#
# ## The tree of errors
#
# Every error of romekit stands in one small tree, and each says what to try next.

# %%
print(romekit.errors.__doc__.split("\n\n")[1])

# %% [markdown]
# ## Your turn
#
# **1.** Put the Surface to sleep *after* a command was sent to it: `lab.put_to_sleep("Surface")`. What is its final status?

# %%
answer = ...

# %%
from romekit.lessons import check
check(
    ... if answer is ... else answer == "commandDropped",
    right="what counts is what the device is when the command arrives.",
    not_yet="Launch, do not follow yet, put it to sleep, then follow.",
)

# %% [markdown]
# **2.** Take the Xbox offline *while it is executing*. Which final status does the command get, and who says so?

# %%
answer = ...

# %%
check(
    ... if answer is ... else answer == "expired",
    right="nobody could tell how it went, so in the end the clock decided.",
    not_yet='Launch on the Xbox, lab.clock.wait(5), lab.take_offline("Xbox"), then follow.',
)

# %% [markdown]
# **3.** Sort the final statuses: for which of them is it safe to send the command again? Give a set of words.

# %%
answer = ...

# %%
check(
    ... if answer is ... else set(answer) == {"failedToSend", "commandDropped", "canceled"},
    right="in all three the device is known not to have done it.",
    not_yet="Safe means: it is known that the device did nothing. expired, error and executionFailed do not tell.",
)

# %% [markdown]
# <details><summary>Solutions</summary>
#
# ```python
# command = rome.launch("Surface", "https://bing.com")
# lab.put_to_sleep("Surface")
# answer = command.follow().status
#
# command = rome.launch("Xbox", "https://bing.com")
# lab.clock.wait(5)
# lab.take_offline("Xbox")
# answer = command.follow().status
#
# answer = {"failedToSend", "commandDropped", "canceled"}
# ```
#
# </details>
#
# ## What you did
#
# You met a failure of each kind, saw which of them a client may mend by itself (a 401 once, a 429 after the pause it names)
# and which it must not (a command whose fate is unknown), and stopped waiting without losing anything.
#
# One harder idea: the status is `expired`. Was the page opened?
#
# Next: [07 The command that ran twice](07_the_command_that_ran_twice.ipynb)
