# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     name: python3
# ---

# %% [markdown]
# # Start here
#
# In five cells you sign in, open a page on a simulated Surface, and see how the command got there.
#
# Microsoft's **Project Rome** let you command your own devices through Microsoft Graph. Microsoft switched the service off on
# 30 September 2020. romekit brings it back as a simulated cloud inside this notebook: you need no account and no network, and no real device is touched.
#
# When you are done, you will be able to
#
# * sign in with a device code,
# * send a command to a device and follow it to its end,
# * read the timeline of what happened, and why.
#
# About 15 minutes. Run one cell after the other with Shift+Enter. Three times a cell asks for your **bet**: type or choose what you
# expect and press **Lock**, and only then run on. Open *What happened, and why* after that. A wrong guess teaches more than a right one.
#
# Next: [01 Sign in](01_sign_in.ipynb) · [02 Devices](02_devices.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %% [markdown]
# `lab` is a cloud of your own. It is made from a seed, so it prints the same for everybody, every time. Now sign in. The card shows
# a link and a code, as a real sign-in does. Type the code on the page, or do nothing: after a few seconds Alex, whose devices
# these are, approves.

# %%
signing = lab.sign_in()
signing

# %%
rome = await signing
rome

# %% [markdown]
# You are signed in as Alex, and nobody typed a password into this notebook. Now open a web page on another device:

# %%
command = rome.launch("Surface", "https://bing.com").follow()
command

# %%
views.timeline(lab.history())

# %% [markdown]
# That is the whole of Project Rome in five cells. The service answered your request at once, but with `requesting`: it had
# only *accepted* the command. Three changes later the command was `completed`. An API that answers before the work is done is called an
# **asynchronous command API**. The rest of this notebook takes it apart.
#
# ## What the devices show
#
# Seven simulated devices belong to this cloud. The wall shows what is on each screen, and it goes on changing while you work.
# Press **Keep in view** on the wall: a small copy then stays beside the notebook, and you see each command on its way.

# %%
lab.wall()

# %% [markdown]
# Only the lab can see these screens; a client never can. The same in plain code:

# %%
lab.deeds()

# %% [markdown]
# A client sees a list of devices instead:

# %%
views.device_table(rome.devices())

# %% [markdown]
# Each of the seven has a character of its own. The Surface is awake and quick. The Xbox is slow, but it gets there in the end.
#
# ## The same thing, one step at a time
#
# The Surface took 1.3 seconds. What about the Xbox? Nobody else sees your bet.

# %%
seconds = lab.bet("How many seconds will the Xbox need?", unit="seconds")
seconds

# %% [markdown]
# `launch` sends the command and does not wait:

# %%
command = rome.launch("Xbox", "https://bing.com")
command.status

# %% [markdown]
# The status is `requesting`, and no time has passed: in this world time moves only while somebody waits. `lab.clock.wait(2)`
# waits two seconds, and `refresh()` asks for the status again.

# %%
words = "requesting", "sentToTarget", "executing", "completed"
after_two = lab.bet("Which status will it be after two seconds?", *words)
after_two

# %%
lab.clock.wait(2)
after_two.compare(command.refresh().status)

# %%
lab.clock.wait(4)
command.refresh().status

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# After two seconds the service had handed the command over (`sentToTarget`). After six the Xbox was working on it (`executing`).
#
# </details>
#
# Asking again and again is called **polling**. `follow()` polls for you, with growing pauses, until the command is at its end.
# The chart marks your first bet.

# %%
command.follow()
views.timeline(command.history(), bet=seconds)

# %%
romekit.is_final("executing"), romekit.is_final("completed")

# %% [markdown]
# `follow()` stops at a status that never changes again. Such a status is called **final**. It is the only thing about a status
# that a client may rely on.
#
# ## Why did it take so long?
#
# Every change has a cause. Your client sees statuses and no causes, but the simulated cloud can tell you both:

# %%
views.history_table(command.history())[["seconds", "to_status", "who", "why"]]

# %%
took = command.history()[-1].at - command.history()[0].at
seconds.compare(round(took, 1), within=1)

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# The Xbox itself took more than seven of the eleven seconds. Many clients make the same mistake as somebody who bets on two or
# three seconds: they expect that a command takes as long as the last one did. (A bet counts as right if it is at most one second away.)
#
# </details>
#
# ## A device that is listed as Online
#
# The wall shows the Travel Laptop asleep, with a dark screen. The list above calls it `Online`.

# %%
ends = "completed", "commandDropped", "failedToSend", "expired"
ending = lab.bet("With which status will a command to the laptop end?", *ends)
ending

# %%
dropped = rome.launch("Laptop", "https://bing.com").follow()
print(dropped.history()[-1].why)
ending.compare(dropped.status)

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# The laptop received the command and dropped it. The list is what the service *says*, the wall is what *is*. A status in a list
# is a **hint**, never a promise. [06 When it goes wrong](06_when_it_goes_wrong.ipynb) has more of this.
#
# </details>

# %%
views.timeline(lab.history(), title="Three commands, three lives")

# %% [markdown]
# Each row is a command, each bar the time it spent in one status. Hover over a bar to see its cause.
#
# ## Your turn
#
# Each exercise has a cell for your answer and a cell that checks it. The check looks at your answer and at what your lab has done.
# Wrong answers are welcome: each usual mistake gets a sentence of its own, and from your third answer on there is a stronger hint.

# %%
from romekit.lessons import checks
check = checks("start_here")
check

# %% [markdown]
# **1.** Send a page to the phone and follow it. Put its final status where the dots are.

# %%
answer = ...

# %%
check(1, answer, lab)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# answer = rome.launch("Phone", "https://bing.com").follow().status
# ```
#
# </details>

# %% [markdown]
# **2.** Wake the laptop with `lab.wake("Laptop")` or with its button on the wall, send the page again, and put the final status here.

# %%
answer = ...

# %%
check(2, answer, lab)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# lab.wake("Laptop")
# answer = rome.launch("Laptop", "https://bing.com").follow().status
# ```
#
# </details>

# %% [markdown]
# ## What you did
#
# You signed in with a **device code**, sent commands that were *accepted* long before they were *done*, polled them to a
# **final** status, and saw that a client cannot see why a command takes long.
#
# One harder idea: between "accepted" and "done" the answer can be lost. How would you know whether to send it again?
#
# Next: [01 Sign in](01_sign_in.ipynb)
