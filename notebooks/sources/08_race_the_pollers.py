# %% [markdown]
# # Race the pollers
#
# You bet on one of four ways to wait for a command, let them race, and find out what each pays in requests and in lateness.
#
# When you are done, you will be able to
#
# * name the two prices of polling, and say which way pays how much of either,
# * follow a command with the pauses you choose, or with none at all,
# * follow a hundred commands in a handful of requests.
#
# About 20 minutes. Before: [07 The command that ran twice](07_the_command_that_ran_twice.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %% [markdown]
# A command ends at some moment, and you see it later: at the next question you ask. Asking costs **requests**, not asking
# costs **delay**. Four ways to deal with that:
#
# | | between two questions |
# | --- | --- |
# | `fixed` | one second, always |
# | `growing` | 0.4 s, then half as much again each time, up to 5 s |
# | `hinted` | as long as the service says in a header, `Retry-After` |
# | `long-poll` | nothing: the service keeps the question until there is an answer |
#
# **Predict.** All four follow the same commands to the same devices. Which sees the end soonest, and which spends the fewest
# requests? Put your bets into the cell.

# %%
soonest, fewest = "hinted", "growing"  # change them

# %%
from romekit.lab.race import race
finishes = race()
views.race_chart(finishes)

# %% [markdown]
# The nearer to the corner at the bottom left, the better. In numbers, and then beside your bets:

# %%
table = views.race_table(finishes)
table

# %%
won = table.set_index("way")
least = won[["mean_delay", "requests"]].idxmin()
{"soonest": (soonest, least["mean_delay"]), "fewest": (fewest, least["requests"])}

# %% [markdown]
# Three ways trade one price for the other, and `long-poll` pays less of both. Let us take them apart.
#
# ## The same pause again and again
#
# `follow` takes a way to poll, and shows how far it is to whoever asks for it.

# %%
from romekit.polling import Fixed, Growing, Hinted, LongPoll
rome = lab.rome()
xbox = rome.launch("Xbox", "https://bing.com")
xbox.follow(polling=Fixed(1), progress=views.progress())

# %%
def late(command):
    return round(command.seen()[-1].at - command.history()[-1].at, 3)

late(xbox)

# %% [markdown]
# A wait can be interrupted, with the stop button: the command goes on without you, and `follow` takes it up again.
#
# With a fixed pause the delay is anything up to one pause, so half a pause on average: nobody knows where between two questions
# the end falls. **Predict.** What is the worst that can happen with `Fixed(1)`?

# %%
table.set_index("way").loc["fixed", ["mean_delay", "worst_delay"]].to_dict()

# %% [markdown]
# ## Longer and longer
#
# Most commands are over soon, and the others take long. So ask often at first and then less and less: **back-off**.
# **Predict.** If each pause is half as long again as the one before, after how many questions is it longer than three seconds?

# %%
from itertools import islice
from random import Random
list(islice(Growing(jitter=0).pauses(Random(1)), 9))

# %% [markdown]
# After six. `romekit` adds a little chance to each pause, so that clients which began together do not go on asking together. **Predict.**
# Where is back-off at its worst: with a prompt device, or with one that takes its time?

# %%
growing = [finish for finish in finishes if finish.way == "growing"]
max(growing, key=lambda finish: finish.delay)

# %% [markdown]
# With the slow ones. The later the end, the longer the pause it falls into. Back-off protects the service, not you.
#
# ## As the service says
#
# The service knows more than you do: what kind of device it is and how long such a device usually takes. It can say so.
# Whether Microsoft's service ever did is not documented, so here it is a switch.
#
# **Predict.** What would it say first, and what when it was wrong?

# %%
lab.give_hints()
hinted = rome.launch("Xbox", "https://bing.com").follow(polling=Hinted())
asked = [exchange for exchange in lab.exchanges() if hinted.id in exchange.path]
[(exchange.body["status"], exchange.headers.get("Retry-After")) for exchange in asked]

# %% [markdown]
# The first hint says 1.5 s: half way between the shortest and the longest time in which this Xbox is reached. When that has
# passed and nothing has happened, nobody knows more, and the hints become small. A **hint** is worth what the service knows.
#
# ## Not asking at all
#
# `If-None-Match` says what you know already, `Prefer: wait=20` that you would rather wait than be told it again. **Predict.** The Xbox
# takes about ten seconds and goes through three changes. How many questions is that now?

# %%
held = rome.launch("Xbox", "https://bing.com").follow(polling=LongPoll())
asked = [exchange for exchange in lab.exchanges() if held.id in exchange.path]
[(exchange.request_headers["prefer"], exchange.body["status"]) for exchange in asked]

# %% [markdown]
# Three: one for each change. This is **long-polling**. **Predict.** How late was the last answer?

# %%
late(held)

# %% [markdown]
# Not at all, because the answer left when it happened. (On a real network it is as late as the way back takes.) So why does
# not everybody do it?
#
# * Each client that waits holds a connection, and the service has to remember it. Thirty students are nothing, a million are.
# * Whatever stands in between, a proxy or a load balancer, may cut connections that say nothing for a while.
# * The service has to know it. One that does not answers at once, and a client that then asks again at once would never stop.
#   romekit's falls back to growing pauses.
#
# ## A hundred commands
#
# **Predict.** One hundred commands, each followed alone as above: how many requests is that, sending included?

# %%
devices, pace = rome.devices(), lab.clock.pace
before, lab.clock.pace = len(lab.exchanges()), 0  # nobody should sit through these
alone = [rome.launch(devices[number % 7], "https://bing.com") for number in range(100)]
ends = [command.follow(polling=LongPoll()).status for command in alone]
len(lab.exchanges()) - before

# %% [markdown]
# Most of them were over before you asked, since you followed them one after the other; together it would be more. Now the
# same as a **fleet**: orders go out twenty to a request, and one held question covers whatever changes.

# %%
from romekit.model import Launch
before, lab.clock.pace = len(lab.exchanges()), pace
orders = [(devices[number % 7], Launch("https://bing.com")) for number in range(100)]
fleet = rome.follow_many(rome.send_many(orders), progress=views.progress())
fleet

# %%
paths = [exchange.path for exchange in lab.exchanges()[before:]]
{name: sum(name in path for path in paths) for name in ("$batch", "romekit.changes")}

# %% [markdown]
# Five batches, and one question after the other what has changed. `romekit.changes` is ours: no other service has it, and
# there `follow_many` asks for the statuses in batches instead.
#
# And if some of a hundred go wrong? Each order fails alone, with its own error, and nothing is sent twice by itself.

# %%
lab.fault("refused", where="send", value=400, times=2)
some = rome.send_many([(device, Launch("https://bing.com")) for device in devices])
some, some.failed

# %% [markdown]
# ## Your turn

# %%
from romekit.lessons import checks
check = checks("race_the_pollers")
check

# %% [markdown]
# **1.** The impatient way: `Fixed(0.1)`. How many requests does it spend in all? `race` takes ways of your own, as
# `race({"often": Fixed(0.1)})`, and `views.race_table` has the column `requests`.

# %%
answer = ...

# %%
check(1, answer, race)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# answer = views.race_table(race({"often": Fixed(0.1)}))["requests"].iloc[0]
# ```
#
# </details>

# %% [markdown]
# **2.** Which is the shortest `Fixed(…)`, in whole seconds, that spends no more requests in all than the long-poll did? Put the
# number of seconds here.

# %%
answer = ...

# %%
check(2, answer, finishes, race)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# pauses = views.race_table(race({str(pause): Fixed(pause) for pause in range(1, 9)}))
# most = table.set_index("way").loc["long-poll", "requests"]
# answer = int(pauses.loc[pauses["requests"] <= most, "way"].iloc[0])
# ```
#
# </details>

# %% [markdown]
# **3.** Two of the seven orders above were refused. Send those again, and only those. How many commands were accepted in all?

# %%
answer = ...

# %%
check(3, answer)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# again = rome.send_many(some.failed)
# answer = len(some) + len(again)
# ```
#
# </details>

# %% [markdown]
# ## What you did
#
# You raced four ways to wait for the same thing, paid for each in requests and in lateness, and followed a hundred commands
# with one question.
#
# One harder idea: ten thousand clients are held, the service restarts, and all come back in the same second. What should each do?
#
# You have reached the end of the tutorials. Back to [00 Start here](00_start_here.ipynb).
