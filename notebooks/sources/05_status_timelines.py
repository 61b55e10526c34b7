# %% [markdown]
# # Status timelines
#
# You turn the lives of many commands into tables and charts, and find out where the time goes.
#
# When you are done, you will be able to
#
# * read a timeline of status intervals,
# * measure with pandas how long commands spend in each status,
# * say what a polling client can and cannot know.
#
# About 20 minutes. Before: [04 Call an app service](04_call_an_app_service.ipynb) · Next: [06 When it goes wrong](06_when_it_goes_wrong.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %%
rome = lab.rome()
commands = [rome.launch(device, "https://bing.com") for device in rome.devices()]
views.timeline([change for command in commands for change in command.follow().history()])

# %% [markdown]
# One row is one command, one bar the time it spent in one status. All seven were sent at the same moment.
#
# ## The fourteen statuses
#
# The documentation lists fourteen words and not one arrow between them. The arrows below are what the words suggest, and
# what this simulated cloud does.

# %%
views.status_diagram()

# %%
[status.value for status in romekit.Status if romekit.is_final(status)]

# %% [markdown]
# Seven of them are final. `custom` is not: it says only that an app has something to say. And a word that is not in the list
# must be taken as not final either, because the service may learn new ones: **an open enumeration**.

# %%
romekit.is_final("somethingNewIn2027")

# %% [markdown]
# ## From chart to table
#
# Behind the chart is a table with one row per change. Time is counted in seconds since the command was sent.

# %%
history = views.history_table(lab.history())
history[["command", "device", "seconds", "to_status", "who"]].head(8)

# %%
history.dtypes.astype(str).to_dict()

# %% [markdown]
# The columns and their types never depend on the data, not even when there is none. Whoever builds on a table needs that.
#
# **Predict.** Who causes most changes: the service, the devices, or the clock?

# %%
history["who"].value_counts().to_dict()

# %% [markdown]
# ## Where does the time go?

# %%
views.summary_table(lab.history())

# %%
intervals = views.interval_table(lab.history()).query("not final")
intervals.pivot_table(index="device", columns="status", values="seconds", aggfunc="sum").round(1)

# %% [markdown]
# A command on the Raspberry Pi may spend its time in `retry`: a delivery was lost, and the service tried again after a pause
# that doubles each time. The Xbox spends its own in `executing`. Two slow devices, two quite different reasons.
#
# ## One command is no measurement
#
# Let us send twelve to the Pi.

# %%
many = [rome.launch("Pi", "https://bing.com") for _ in range(12)]
ends = [command.follow().status for command in many]
{end: ends.count(end) for end in sorted(set(ends))}

# %%
mine = {command.id for command in many}
pi = views.interval_table([change for change in lab.history() if change.command in mine])
pi.groupby("status")["seconds"].describe()[["count", "mean", "max"]].round(2)

# %%
views.timeline([change for change in lab.history() if change.command in mine], title="Twelve commands to a flaky device")

# %% [markdown]
# ## What the client believed
#
# A client only knows what it saw when it asked. **Predict.** Can a client miss a status altogether?

# %%
command = rome.launch("Surface", "https://bing.com")
lab.clock.wait(3)
command.refresh().status

# %%
seen = command.seen()
[change.to_status for change in seen]

# %%
[change.to_status for change in command.history()]

# %% [markdown]
# It can. Between two questions a command may go through several statuses, so a client must never rely on the *order* of
# what it sees, only on whether a status is final. And it sees each change late:

# %%
truth = {change.to_status: change.at for change in command.history()}
{change.to_status: round(change.at - truth[change.to_status], 3) for change in seen}

# %% [markdown]
# The delay is the price of polling. Asking more often makes it smaller and costs more requests.
#
# ## Instead of asking: being told
#
# A command can carry a **post-back address**, its `postBackUri`. The documentation has one sentence on it and how the real
# service used it is not known, so this cloud does it in its own way: after each change it posts the command there, signed,
# in order, and again if nobody took it. `lab.receiver()` is such an address inside the simulated world.

# %%
from romekit.model import Launch
receiver = lab.receiver()
told = rome.send("Surface", Launch("https://bing.com", post_back_uri=receiver.uri))
receiver

# %% [markdown]
# **Predict.** We now wait twenty seconds in one go and ask for nothing. Which statuses will the receiver have been told, and
# how late?

# %%
lab.clock.wait(20)
truth = {change.to_status: change.at for change in told.history()}
{update.status: round(update.at - truth[update.status], 3) for update in receiver.received}

# %% [markdown]
# Every one, each at its own moment. The first status, `requesting`, is not among them: the answer to the POST said it. And
# the price, counted in questions about the command:

# %%
asked = rome.launch("Surface", "https://bing.com").follow()
questions = {"told": told.id, "asked": asked.id}
{how: sum(one in exchange.path for exchange in lab.exchanges()) for how, one in questions.items()}

# %% [markdown]
# So why does anybody ask? A receiver needs an address that the service can reach, and somebody who is up to be told. And a
# service that posts wherever it is told can be aimed at others: this one posts to your own machine, unless whoever runs it
# lists more places. `lab.stub.postback.log` keeps each try.
#
# ## In a terminal

# %%
print(views.text_timeline([change for one in commands for change in one.history()], width=88))

# %% [markdown]
# ## Your turn
#
# **1.** Which device had the longest single interval among the first seven commands? Their intervals are in `first`; put the
# device's name here.

# %%
first = views.interval_table([change for one in commands for change in one.history()])
answer = ...

# %%
from romekit.lessons import check
check(
    ... if answer is ... else answer == first.loc[first["seconds"].idxmax(), "device"],
    right="and the chart shows it as the longest bar.",
    not_yet='Look at first.loc[first["seconds"].idxmax(), "device"]',
)

# %% [markdown]
# **2.** How many requests did it cost to follow the twelve commands? `lab.exchanges()` has them all.

# %%
answer = ...

# %%
requests = sum(any(one in exchange.path for one in mine) for exchange in lab.exchanges())
check(
    ... if answer is ... else answer == requests,
    right="and being told would have cost none of them.",
    not_yet="Count the exchanges whose path contains the id of one of the twelve.",
)

# %% [markdown]
# <details><summary>Solutions</summary>
#
# ```python
# answer = first.loc[first["seconds"].idxmax(), "device"]
#
# answer = sum(any(one in exchange.path for one in mine) for exchange in lab.exchanges())
# ```
#
# </details>
#
# ## What you did
#
# You charted statuses, measured them with pandas, told two kinds of slowness apart, and compared what a client believed
# with what really happened.
#
# One harder idea: how would the service have to answer so that a client learns of a change at once, without asking often?
#
# Next: [06 When it goes wrong](06_when_it_goes_wrong.ipynb)
