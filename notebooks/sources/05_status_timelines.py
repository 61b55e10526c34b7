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
# All seven devices get the same page at the same moment:

# %%
rome = lab.rome()
commands = [rome.launch(device, "https://bing.com") for device in rome.devices()]
seven = [change for each in commands for change in each.follow().history()]
views.timeline(seven)

# %% [markdown]
# The same order ended in four different ways. Each row is a command, each bar an **interval**: the time the command spent in one status.
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
# Seven of the fourteen are final. `custom` is not one of them: it says only that an app has something to say. And if the service one day
# says a word that is not in the list?

# %%
romekit.is_final("somethingNewIn2027")

# %% [markdown]
# A client does not take an unknown word for an end: it goes on asking. A list that may grow is called an **open enumeration**, and
# sooner or later every list in an API is one.
#
# ## From chart to table
#
# Behind the chart is a table with one row per change; time is counted in seconds since the command was sent.

# %%
who = lab.bet("Who causes most of the changes?", "service", "device", "clock")
who

# %%
history = views.history_table(lab.history())
history[["command", "device", "seconds", "to_status", "who"]].head(8)

# %%
causes = history["who"].value_counts()
print(causes.to_dict())
who.compare(causes.idxmax())

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# The service causes most, since it accepts every command. The columns of this table and their types never depend on the data, not
# even when there is none. Whoever builds on a table needs such a **schema**.
#
# </details>
#
# ## Where does the time go?
#
# Two commands took much longer than the rest. This table says in which status:

# %%
intervals = views.interval_table(lab.history()).query("not final")
cells = {"index": "device", "columns": "status", "values": "seconds"}
intervals.pivot_table(**cells, aggfunc="sum").round(1)

# %% [markdown]
# (A **pivot table** has one row per device, one column per status, and in each cell the sum of the seconds.) The Raspberry Pi spent its
# time in `retry`: a delivery was lost, and the service tried again after a pause that doubles each time. The Xbox spent its time in
# `executing`. Intervals tell these two reasons apart; a total does not.
#
# ## One command is no measurement
#
# The Pi did open the page. We send it twelve more.

# %%
of_twelve = lab.bet("How many of the twelve will be opened?")
of_twelve

# %%
many = [rome.launch("Pi", "https://bing.com") for _ in range(12)]
ends = [command.follow().status for command in many]
print({end: ends.count(end) for end in sorted(set(ends))})
of_twelve.compare(ends.count("completed"))

# %%
mine = {command.id for command in many}
twelve = [change for change in lab.history() if change.command in mine]
views.timeline(twelve, title="Twelve commands to a flaky device")

# %%
views.fleet_bands(twelve)

# %% [markdown]
# Hardly two bars are alike: compare the `p5` of `retry` with its `median`. One command tells you what is possible, many tell you what is
# likely. All of them together are called a **distribution**, and no single number stands for it.
#
# You can look at twelve bars one by one, but not at 140. So here is another picture of twenty pages for each of the seven devices:

# %%
devices = [device for device in rome.devices() for _ in range(20)]
crowd = [rome.launch(device, "https://bing.com") for device in devices]
ids = {command.follow().id for command in crowd}
views.fleet_heatmap([change for change in lab.history() if change.command in ids])

# %% [markdown]
# In this **heat map** a row is a status, a column is a moment, and the shade says how many commands were there. After five seconds most commands were
# `completed`, but that is only about half of them.
#
# ## What the client believed
#
# A client knows only what it saw when it asked. We send a command, wait three seconds, and ask once.

# %%
seen_of_four = lab.bet("How many statuses will the client have seen?")
seen_of_four

# %%
command = rome.launch("Surface", "https://bing.com")
lab.clock.wait(3)
seen = command.refresh().seen()
pairs = {"believed": seen, "true": command.history()}
print({name: [change.to_status for change in pairs[name]] for name in pairs})
seen_of_four.compare(len(seen))

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# It saw two and missed two. Between two questions a command may go through several statuses, so a client must never rely on the
# *order* of what it sees, only on whether a status is final.
#
# </details>
#
# What the client did see, it saw late:

# %%
lab.truth(command)

# %% [markdown]
# Click a bar: you see the request behind it, and what the device did. The lag in plain code:

# %%
truth = {change.to_status: change.at for change in command.history()}
{change.to_status: round(change.at - truth[change.to_status], 3) for change in seen}

# %% [markdown]
# The client learned of the end a second and a half late. This **delay of detection** is the price of polling. Asking more often makes it
# smaller and costs more requests.
#
# ## Being told instead of asking
#
# A command can carry a **post-back address**, its `postBackUri`. The documentation has one sentence on it, and nobody outside
# Microsoft knows how the service used it. This cloud does it in its own way: after each change it posts the command there, signed,
# in order, and again if nobody took it. `lab.receiver()` is such an address inside the simulated world.
#
# We wait twenty seconds and ask nothing. How many seconds late did each status arrive?

# %%
from romekit.model import Launch
receiver = lab.receiver()
told = rome.send("Surface", Launch("https://bing.com", post_back_uri=receiver.uri))
lab.clock.wait(20)
truth = {change.to_status: change.at for change in told.history()}
{each.status: round(each.at - truth[each.status], 3) for each in receiver.received}

# %% [markdown]
# The receiver learned of every change at its own moment. (`requesting` is not among them: the answer to the POST said it.) And this is
# what it costs, counted in requests that name the command:

# %%
asked = rome.launch("Surface", "https://bing.com").follow()
paths = [exchange.path for exchange in lab.exchanges()]
{"told": sum(told.id in path for path in paths),
 "asked": sum(asked.id in path for path in paths)}

# %% [markdown]
# Here everything went well. On a real network a post arrives late, twice, out of order or not at all, and anybody can post to your address. So a
# receiver has to be reachable at all times, check signatures, and still ask now and then. That is why many clients poll.
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
