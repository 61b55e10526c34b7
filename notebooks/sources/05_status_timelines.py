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

# %% [markdown]
# **Predict.** All seven devices get the same page at the same moment. How many different ends will you see?

# %%
rome = lab.rome()
commands = [rome.launch(device, "https://bing.com") for device in rome.devices()]
seven = [change for each in commands for change in each.follow().history()]
views.timeline(seven)

# %% [markdown]
# Four ends for one order. Each row is a command, each bar an **interval**: the time it spent in one status.
#
# ## The fourteen statuses
#
# The documentation lists fourteen words and not one arrow between them. The arrows below are what the words suggest, and
# what this simulated cloud does. **Predict.** How many of the fourteen are ends?

# %%
views.status_diagram()

# %%
[status.value for status in romekit.Status if romekit.is_final(status)]

# %% [markdown]
# Seven. `custom` is not one of them: it says only that an app has something to say. **Predict.** One day the service says a word that
# is not in the list. Should a client take it for an end?

# %%
romekit.is_final("somethingNewIn2027")

# %% [markdown]
# No: it goes on asking. A list that may grow is called an **open enumeration**, and every list in an API is one, sooner or later.
#
# ## From chart to table
#
# Behind the chart is a table with one row per change; time is counted in seconds since the command was sent.
# **Predict.** Who causes most changes: the service, the devices, or the clock? Bet.

# %%
bet = "device"  # or "service", or "clock"

# %%
history = views.history_table(lab.history())
history[["command", "device", "seconds", "to_status", "who"]].head(8)

# %%
bet, history["who"].value_counts().to_dict()

# %% [markdown]
# The service, since each command begins with its word. The columns of this table and their types never depend on the data,
# not even when there is none. Whoever builds on a table needs such a **schema**.
#
# ## Where does the time go?
#
# **Predict.** Two commands took much longer than the rest. In the same status, or in two different ones?

# %%
intervals = views.interval_table(lab.history()).query("not final")
cells = {"index": "device", "columns": "status", "values": "seconds"}
intervals.pivot_table(**cells, aggfunc="sum").round(1)

# %% [markdown]
# The Raspberry Pi spent its time in `retry`: a delivery was lost, and the service tried again after a pause that doubles each
# time. The Xbox spent its own in `executing`. Two slow devices, two quite different reasons: this is what **intervals** are
# good for, and a total is not.
#
# ## One command is no measurement
#
# The Pi did open the page. **Predict.** We send it twelve more. How many of them will be opened?

# %%
many = [rome.launch("Pi", "https://bing.com") for _ in range(12)]
ends = [command.follow().status for command in many]
{end: ends.count(end) for end in sorted(set(ends))}

# %%
mine = {command.id for command in many}
twelve = [change for change in lab.history() if change.command in mine]
views.timeline(twelve, title="Twelve commands to a flaky device")

# %%
views.fleet_bands(twelve)

# %% [markdown]
# Seven of twelve, and hardly two bars alike: compare the `p5` of `retry` with its `median`. One command tells you what is possible,
# many tell you what is likely. The whole of them is called a **distribution**, and no single number stands for it.
#
# Twelve bars can be looked at one by one, a hundred cannot. **Predict.** Twenty pages for each of the seven devices: in which status
# will most of these commands be after five seconds?

# %%
devices = [device for device in rome.devices() for _ in range(20)]
crowd = [rome.launch(device, "https://bing.com") for device in devices]
ids = {command.follow().id for command in crowd}
views.fleet_heatmap([change for change in lab.history() if change.command in ids])

# %% [markdown]
# `completed`, but only about half of them. A row is a status, a column a moment, and the shade says how many commands were there:
# a **heat map**. Nobody could read 140 bars.
#
# ## What the client believed
#
# A client only knows what it saw when it asked. **Predict.** We look after three seconds, once. Which statuses will it have
# seen, and which did the command have?

# %%
command = rome.launch("Surface", "https://bing.com")
lab.clock.wait(3)
seen = command.refresh().seen()
pairs = {"believed": seen, "true": command.history()}
{name: [change.to_status for change in changes] for name, changes in pairs.items()}

# %% [markdown]
# It missed two. Between two questions a command may go through several statuses, so a client must never rely on the *order* of
# what it sees, only on whether a status is final. **Predict.** And of what it did see: how late did it learn of it?

# %%
lab.truth(command)

# %% [markdown]
# Click a bar: you see the request behind it, and what the device did. The lag in plain code:

# %%
truth = {change.to_status: change.at for change in command.history()}
{change.to_status: round(change.at - truth[change.to_status], 3) for change in seen}

# %% [markdown]
# A second and a half. This **delay of detection** is the price of polling. Asking more often makes it smaller and costs more requests.
#
# ## Instead of asking: being told
#
# A command can carry a **post-back address**, its `postBackUri`. The documentation has one sentence on it and how the real
# service used it is not known, so this cloud does it in its own way: after each change it posts the command there, signed,
# in order, and again if nobody took it. `lab.receiver()` is such an address inside the simulated world.
#
# **Predict.** We wait twenty seconds in one go and ask for nothing. Which statuses will the receiver have been told, and how late?

# %%
from romekit.model import Launch
receiver = lab.receiver()
told = rome.send("Surface", Launch("https://bing.com", post_back_uri=receiver.uri))
lab.clock.wait(20)
truth = {change.to_status: change.at for change in told.history()}
{each.status: round(each.at - truth[each.status], 3) for each in receiver.received}

# %% [markdown]
# Every one, each at its own moment. The first status, `requesting`, is not among them: the answer to the POST said it. And
# the price, counted in questions about the command:

# %%
asked = rome.launch("Surface", "https://bing.com").follow()
paths = [exchange.path for exchange in lab.exchanges()]
{"told": sum(told.id in path for path in paths),
 "asked": sum(asked.id in path for path in paths)}

# %% [markdown]
# So why does anybody ask? A receiver needs an address that the service can reach, and somebody who is up to be told. And a
# service that posts wherever it is told can be aimed at others: this one posts to your own machine, unless whoever runs it
# lists more places. `lab.stub.postback.log` keeps each try.
#
# ## In a terminal
#
# Not every place can draw. The same timeline as plain text:

# %%
print(views.text_timeline(seven, width=88))

# %% [markdown]
# A pattern for each status, a mark and a word for each end: it reads without colours.
#
# ## Your turn

# %%
from romekit.lessons import checks
check = checks("status_timelines")
check

# %% [markdown]
# **1.** Which device had the longest single interval among the first seven commands? Their intervals are in `first`; put the
# device's name here.

# %%
first = views.interval_table([change for one in commands for change in one.history()])
answer = ...

# %%
check(1, answer, first)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# answer = first.loc[first["seconds"].idxmax(), "device"]
# ```
#
# </details>

# %% [markdown]
# **2.** How many requests did it cost to follow the twelve commands to the Pi? `lab.exchanges()` has them all, and the path of each
# one that asked about a command has the command's id in it.

# %%
answer = ...

# %%
check(2, answer, lab, mine)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# answer = sum(any(one in exchange.path for one in mine) for exchange in lab.exchanges())
# ```
#
# </details>

# %% [markdown]
# ## What you did
#
# You charted statuses, measured them with pandas, told two kinds of slowness apart, and compared what a client believed
# with what really happened.
#
# One harder idea: how would the service have to answer so that a client learns of a change at once, without asking often?
#
# Next: [06 When it goes wrong](06_when_it_goes_wrong.ipynb)
