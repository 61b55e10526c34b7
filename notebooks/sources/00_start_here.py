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
# In five cells you sign in, open a page on a pretend Surface, and see how the command got there.
#
# Microsoft's **Project Rome** let you command your own devices through Microsoft Graph. The service was switched off on
# 30 September 2020. romekit brings it back as a simulated cloud inside this notebook: no account, no network, nothing real.
#
# When you are done, you will be able to
#
# * sign in with a device code,
# * send a command to a device and follow it to its end,
# * read the timeline of what happened, and why.
#
# About 15 minutes. Next: [01 Sign in](01_sign_in.ipynb) · [02 Devices](02_devices.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %% [markdown]
# `lab` is a cloud of your own, made from a seed: it prints the same for everybody, every time. Now sign in. The card
# shows a link and a code, as a real sign-in would. Type the code on the page, or do nothing: Alex, whose devices these
# are, approves after a few seconds.

# %%
signing = lab.sign_in()
signing

# %%
rome = await signing
rome

# %% [markdown]
# **Predict.** You are about to open a web page on another device. Will the answer be "done", or something else?

# %%
command = rome.launch("Surface", "https://bing.com").follow()
command

# %%
views.timeline(lab.history())

# %% [markdown]
# That is the whole of Project Rome in five cells. Your request was answered at once, but with `requesting`: the service had
# only *accepted* the command. Three changes later it was `completed`. An API that answers before it is done is called an
# **asynchronous command API**, and the rest of this notebook takes it apart.
#
# ## Which devices are there?

# %%
views.device_table(rome.devices())

# %% [markdown]
# Each of these has a character of its own. The Surface is awake and quick, the Xbox gets there in the end.
#
# ## The same thing, one step at a time
#
# **Predict.** `launch` sends the command and does not wait. Which status does it have right then?

# %%
command = rome.launch("Xbox", "https://bing.com")
command.status

# %% [markdown]
# `requesting`, and no time has passed. `refresh()` asks once more; `lab.clock.wait` lets time pass.

# %%
lab.clock.wait(2)
command.refresh().status

# %%
lab.clock.wait(4)
command.refresh().status

# %% [markdown]
# Asking again and again is called **polling**. `follow()` does it for you, with growing pauses, until the status is one that
# never changes again, a **final** status.

# %%
command.follow().status

# %%
romekit.is_final("executing"), romekit.is_final("completed")

# %% [markdown]
# ## Why did it take so long?
#
# Every change has a cause. Your client cannot see causes, it only sees statuses; the simulated cloud can tell you.

# %%
views.history_table(command.history())[["seconds", "to_status", "who", "why"]]

# %% [markdown]
# **Predict.** The Travel Laptop is `Online` in the list above, but its lid is closed. What will become of a command?

# %%
dropped = rome.launch("Laptop", "https://bing.com").follow()
dropped

# %%
dropped.history()[-1].why

# %% [markdown]
# The list said `Online`, and the device dropped the command all the same. A status in a list is a hint, never a promise.
# You will meet more of this in [06 When it goes wrong](06_when_it_goes_wrong.ipynb).
#
# ## All of it in one picture

# %%
views.timeline(lab.history(), title="Three commands, three lives")

# %% [markdown]
# Hover over a bar to see its cause. Where the chart cannot be drawn you see the same as a table.
#
# ## Your turn
#
# **1.** Send a page to the phone and follow it. Put its final status where the dots are.

# %%
answer = ...

# %%
from romekit.lessons import check
check(
    ... if answer is ... else answer == "completed",
    right="the phone is Android, and opening a web page needs no app of ours.",
    not_yet='Try rome.launch("Phone", "https://bing.com").follow().status',
)

# %% [markdown]
# **2.** Wake the laptop with `lab.wake("Laptop")`, send the page again, and put the status here.

# %%
answer = ...

# %%
check(
    ... if answer is ... else answer == "completed",
    right="an awake laptop acknowledges the command instead of dropping it.",
    not_yet="Wake it first, then launch and follow as above.",
)

# %% [markdown]
# <details><summary>Solutions</summary>
#
# ```python
# answer = rome.launch("Phone", "https://bing.com").follow().status
#
# lab.wake("Laptop")
# answer = rome.launch("Laptop", "https://bing.com").follow().status
# ```
#
# </details>
#
# ## What you did
#
# You signed in with a **device code**, sent commands that were *accepted* long before they were *done*, polled them to a
# **final** status, and saw that the cause of a delay is not something a client can see.
#
# One harder idea: between "accepted" and "done" the answer can be lost. How would you know whether to send it again?
#
# Next: [01 Sign in](01_sign_in.ipynb)
