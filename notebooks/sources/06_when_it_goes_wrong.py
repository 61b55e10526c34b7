# %% [markdown]
# # When it goes wrong
#
# You break things on purpose, and learn to read each failure.
#
# When you are done, you will be able to
#
# * tell "not sent", "not delivered", "not done" and "not known" apart,
# * handle an expired token and a throttled account,
# * stop waiting without losing a command, and cancel one.
#
# About 20 minutes. Before: [05 Status timelines](05_status_timelines.ipynb) · Next: [07 The command that ran twice](07_the_command_that_ran_twice.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %% [markdown]
# One device is offline (Attic), one is asleep (Laptop), one has a bad network (Pi), and one has a strict policy (HoloLens).

# %%
four = "Attic", "Laptop", "Pi", "HoloLens"
opens = lab.bet("Which of them will open a page all the same?", *four, several=True)
opens

# %%
rome = lab.rome()
broken = [rome.launch(name, "https://bing.com") for name in four]
[command.follow() for command in broken]
views.timeline(lab.history(), title="Four devices, four characters")

# %%
for name, each in zip(four, broken, strict=True):
    print(name, each.status, each.error, each.history()[-1].who)
opens.compare(name for name, each in zip(four, broken, strict=True) if each.is_success)

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# Only the Pi, with its bad network, opened it. The others failed in three ways, and the difference is what you may do next.
#
# * `failedToSend` is the *service's* word: the Attic PC has no push channel, so nothing was **delivered**. Send again later.
# * `commandDropped` is the *device's* word: it was delivered, and the device did not begin.
# * `executionFailed` with `DeniedByRemoteSystem`: the device refused. Here a policy forbids it; a device on which nobody is signed in
#   refuses as well. Trying again at once is pointless.
#
# </details>
#
# ## Asleep: it was delivered, and dropped
#
# The laptop wakes up. Its old command stays dropped, because a **final** status never changes. A new command runs:

# %%
lab.wake("Laptop")
broken[1].refresh().status, rome.launch("Laptop", "https://bing.com").follow().status

# %% [markdown]
# ## A bad network: it may take several tries
#
# We send the Pi six more pages:

# %%
again = [rome.launch("Pi", "https://bing.com") for _ in range(6)]
whys = [change.why for command in again for change in command.follow().history()]
deliveries = [why for why in whys if "deliver" in why.lower()]
[command.status for command in again], deliveries[-4:]

# %% [markdown]
# The *service* repeats a lost **delivery** by itself, three more times at most. In this cloud a delivery that counts as lost never
# arrived. A real sender cannot know that: if no acknowledgement comes back, either the message was lost or the acknowledgement was,
# and repeating may do the thing twice. (Users of the real service reported pages that opened although the answer said "unavailable".)
# romekit's client therefore never repeats a command on its own.
#
# ## An expired token
#
# Access tokens live for an hour. We let two hours pass at once, and send a command:

# %%
lab.clock.advance(2 * 3600)
rome.launch("Surface", "https://bing.com").follow()
[(each.method, each.status) for each in lab.exchanges()[-6:]]

# %% [markdown]
# The service refused the old token with **401**. The client asked MSAL for a new one, once, and repeated the request, once. A 401
# comes before a command is accepted, so nothing was done, and repeating is safe even for a POST.
#
# Outside a lab you will hardly see this. MSAL renews a token five minutes *before* it ends; here our virtual time jumped, and
# MSAL looks at the real clock. A 401 from a real service rather means that the token was revoked, or that two clocks differ.
#
# Now all of Alex's sessions are **revoked**, as after a changed password. MSAL cannot get a new token any more:

# %% tags=["raises-exception"]
lab.revoke()
lab.clock.advance(3600)
rome.devices()

# %%
rome = await lab.sign_in()
rome

# %% [markdown]
# *Expired* is for the program: MSAL gets a new token. *Revoked* is for a person: somebody has to sign in again. AADSTS50173 is
# Microsoft's number for revoked sessions; if Alex had taken back the *consent* for this app, it would be AADSTS65001. Show such numbers to people, but
# let a program decide by the word `error`.
#
# ## Throttled
#
# A service protects itself: it allows so many requests in so many seconds, and no more. We allow five reads in ten seconds, and follow
# a slow command.

# %%
refused = lab.bet("How many requests will the service refuse?")
refused

# %%
lab.limit(reads=5, window=10)
command = rome.launch("Xbox", "https://bing.com").follow()
asked = [exchange for exchange in lab.exchanges() if command.id in exchange.path]
print([(each.status, each.headers.get("Retry-After")) for each in asked])
refused.compare(sum(each.status == 429 for each in asked))

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# **429 Too Many Requests** says "come back later", and `Retry-After` says in how many seconds. `follow()` waited that long.
# Impatience makes it worse, since refused requests count as well.
#
# </details>
#
# ## Stop waiting, or stop the command
#
# You give up after two seconds.

# %%
ends = "canceled", "expired", "completed"
in_the_end = lab.bet("Which status does the command get in the end?", *ends)
in_the_end

# %% tags=["raises-exception"]
lab.limit()  # no limit any more
slow = rome.launch("Xbox", "https://bing.com")
slow.follow(deadline=2)

# %%
print(slow.status)
in_the_end.compare(slow.follow().status)

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# Only *you* stopped. The command went on, and you could follow it to its end. A **time-out** is a statement about the client, not
# about the world.
#
# </details>
#
# To stop the *command*, you have to ask for it. (Cancelling is an extension of this cloud: the API has no way.)

# %%
def stopped_after(seconds):
    command = rome.launch("Xbox", "https://bing.com")
    lab.clock.wait(seconds)
    return command.cancel().follow().status, command.history()[-1].why

[stopped_after(seconds) for seconds in (1, 5, 7)]

# %% tags=["raises-exception"]
slow.cancel()

# %% [markdown]
# The first cancel, after one second, came before the Xbox had begun. After five seconds the Xbox had *begun*, and stopped halfway: `canceled` does
# not mean "nothing was done". After seven seconds the Xbox was quicker than the message to stop. And a command that is final
# cannot be cancelled at all: **409 Conflict**.
#
# ## Switched off
#
# This is how the real service has failed since 30 September 2020:

# %%
late = romekit.Lab()
late.retire()
late.rome().devices()

# %% tags=["raises-exception"]
late.rome().launch(command.device, "https://bing.com")

# %% [markdown]
# The documentation says only that it "stopped returning data": for a program an empty list is a success. The
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
check(1, answer, lab)

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
# **2.** Take the Xbox offline *while it is executing*. Which final status does the command get? (And ask yourself who says
# so. It takes a minute, but you need not sit through it: `lab.clock.pace = 0` makes time jump.)

# %%
answer = ...

# %%
check(2, answer, lab)

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
# **3.** Sort the final statuses: for which of them is it known, in this cloud, that the device has done nothing, so that it is safe
# to send the command again? Give a set of words.

# %%
answer = ...

# %%
check(3, answer)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# answer = {"failedToSend", "commandDropped"}
# ```
#
# </details>

# %% [markdown]
# ## What you did
#
# You met a failure of each kind. A client may mend some of them by itself: a 401 once, a 429 after the pause it names. It must
# not repeat a command whose fate is unknown. You also stopped waiting without losing anything, and cancelled a command.
#
# One harder idea: the status is `expired`. Was the page opened?
#
# Next: [07 The command that ran twice](07_the_command_that_ran_twice.ipynb)
