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
# About 15 minutes. Run one cell after the other with Shift+Enter. Where it says **Predict**, stop and guess before you run:
# a wrong guess teaches more than a right one.
#
# Next: [01 Sign in](01_sign_in.ipynb) · [02 Devices](02_devices.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %% [markdown]
# `lab` is a cloud of your own, made from a seed: it prints the same for everybody, every time. Now sign in. The card shows a
# link and a code, as a real sign-in would. Type the code on the page, or do nothing: Alex, whose devices these are,
# approves after a few seconds.

# %%
signing = lab.sign_in()
signing

# %%
rome = await signing
rome

# %% [markdown]
# You are signed in as Alex, and no password was ever typed into this notebook.
#
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
# ## As if you stood before them
#
# **Predict.** Seven pretend devices hang on this cloud. What is on the Surface's screen now, and what is on the others?

# %%
lab.wall()

# %% [markdown]
# This is the wall: it goes on changing while you work. Only the lab can see these screens; a client never can. In plain code:

# %%
lab.deeds()

# %% [markdown]
# ## Which devices are there?
#
# **Predict.** Alex has more than a Surface. What would *you* want to command from afar?

# %%
views.device_table(rome.devices())

# %% [markdown]
# Seven, and each has a character of its own. The Surface is awake and quick; the Xbox gets there in the end.
#
# ## The same thing, one step at a time
#
# The Surface took 1.3 seconds. **Predict.** How many will the Xbox need? (Watch its screen on the wall.) Put your bet into the cell: nobody else sees it.

# %%
bet = 3  # seconds; change it

# %% [markdown]
# `launch` sends the command and does not wait. **Predict.** Which status does it have right then?

# %%
command = rome.launch("Xbox", "https://bing.com")
command.status

# %% [markdown]
# `requesting`, and no time has passed: in this world time moves only while somebody waits. `lab.clock.wait(2)` waits two
# seconds, `refresh()` asks once more. **Predict.** Has it arrived by then?

# %%
lab.clock.wait(2)
command.refresh().status

# %%
lab.clock.wait(4)
command.refresh().status

# %% [markdown]
# After two seconds it had been handed over (`sentToTarget`), after six the Xbox was at work (`executing`). Asking again
# and again is called **polling**. `follow()` does it for you, with growing pauses, until the command is at its end.

# %%
command.follow().status

# %% [markdown]
# How does it know that this is the end? **Predict.** Which of these two words can still change?

# %%
romekit.is_final("executing"), romekit.is_final("completed")

# %% [markdown]
# A status that never changes again is called **final**. It is the only thing about a status that a client may rely on.
#
# ## Why did it take so long?
#
# Every change has a cause. Your client cannot see causes, it only sees statuses; the simulated cloud can tell you.
# **Predict.** Who took longest: the service, or the Xbox?

# %%
views.history_table(command.history())[["seconds", "to_status", "who", "why"]]

# %%
"bet", bet, "was", round(command.history()[-1].at - command.history()[0].at, 1)

# %% [markdown]
# The Xbox did: more than seven of the eleven seconds are its own. Were you far off? So is every client that assumes that a
# command takes as long as the last one did.
#
# ## Online, it says
#
# The wall shows the Travel Laptop asleep, with a dark screen; the list above calls it `Online`. **Predict.** What will become of a command?

# %%
dropped = rome.launch("Laptop", "https://bing.com").follow()
dropped

# %%
dropped.history()[-1].why

# %% [markdown]
# It had the command, and dropped it. The list is what the service *says*, the wall is what *is*. A status in a list is a **hint**, never a
# promise. You will meet more of this in [06 When it goes wrong](06_when_it_goes_wrong.ipynb).
#
# **Predict.** Three commands, three lives: which of them is the longest bar?

# %%
views.timeline(lab.history(), title="Three commands, three lives")

# %% [markdown]
# The Xbox, by far. Hover over a bar to see its cause; the table under the chart, or in its place, says the same in words.
#
# ## Your turn
#
# Each exercise has a cell for your answer and a cell that checks it. Wrong answers are welcome: the check speaks to what you
# answered, and from the third one on it says more.

# %%
from romekit.lessons import checks
check = checks("start_here")
check

# %% [markdown]
# **1.** Send a page to the phone and follow it. Put its final status where the dots are.

# %%
answer = ...

# %%
check(1, answer)

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
check(2, answer)

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
# **final** status, and saw that the cause of a delay is not something a client can see.
#
# One harder idea: between "accepted" and "done" the answer can be lost. How would you know whether to send it again?
#
# Next: [01 Sign in](01_sign_in.ipynb)
