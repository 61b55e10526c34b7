# %% [markdown]
# # Race the pollers
#
# You bet on one of four ways to wait for a command, let them race, and find out what each costs in requests and in delay.
#
# When you are done, you will be able to
#
# * name the two prices of polling, and say which way pays how much of either,
# * follow a command with the pauses you choose, or with none at all,
# * follow a hundred commands in a few dozen requests.
#
# About 20 minutes. Before: [07 The command that ran twice](07_the_command_that_ran_twice.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %% [markdown]
# A command ends at some moment, and you see it later: at the next question you ask. Asking costs **requests**, not asking
# costs **delay**. There are four ways to deal with that:
#
# | | between two questions |
# | --- | --- |
# | `fixed` | one second, always |
# | `growing` | 0.4 s, then half as much again each time, up to 5 s |
# | `hinted` | as long as the service says in a header, `Retry-After` |
# | `long-poll` | nothing: the service holds the question until there is something new |
#
# All four follow the same commands to the same devices.

# %%
ways = "fixed", "growing", "hinted", "long-poll"
fewest = lab.bet("Which way spends the fewest requests?", *ways)
fewest

# %%
from romekit.lab.race import race
finishes = race()
views.race_chart(finishes, bet=fewest)

# %% [markdown]
# The nearer to the corner at the bottom left, the better. In numbers, and then beside your bet:

# %%
table = views.race_table(finishes)
table

# %%
won = table.set_index("way")
fewest.compare(won["requests"].idxmin())

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# Three ways trade one price for the other, and `long-poll` pays less of both.
#
# </details>
#
# Let us take them apart.
#
# ## The same pause again and again
#
# `follow` takes a way to poll. With `progress=views.progress()` it also shows how far the command is:

# %%
from romekit.polling import Fixed, Growing, Hinted, LongPoll
rome = lab.rome()
xbox = rome.launch("Xbox", "https://bing.com")
xbox.follow(polling=Fixed(1), progress=views.progress())

# %%
def late(command):
    return round(command.seen()[-1].at - command.history()[-1].at, 3)

late(xbox), won.loc["fixed", ["mean_delay", "worst_delay"]].to_dict()

# %% [markdown]
# With a fixed pause the delay is anything up to one pause, and half a pause on average, because the end can fall anywhere between two
# questions. (You can interrupt a wait with the stop button: the command goes on, and `follow` takes it up again.)
#
# ## Longer and longer pauses
#
# Most commands are over soon, and the others take long. So **back-off** asks often at first and then less and less. These are the first
# nine pauses, in seconds:

# %%
from itertools import islice
from random import Random
list(islice(Growing(jitter=0).pauses(Random(1)), 9))

# %% [markdown]
# The sixth pause is longer than three seconds. (`romekit` adds a little chance to each pause, so that clients which began
# together do not go on asking together.) Which command of the race saw its end latest with back-off?

# %%
growing = [finish for finish in finishes if finish.way == "growing"]
max(growing, key=lambda finish: finish.delay)

# %% [markdown]
# It is one of the slow ones: the later the end, the longer the pause it falls into. Back-off protects the service, not you.
#
# ## As the service says
#
# The service knows more than you do: what kind of device it is, and how long such a device usually takes. So it can give a **hint**, a
# `Retry-After` in its answer. Whether Microsoft's service ever did is not documented, so here it is a switch:

# %%
lab.give_hints()
hinted = rome.launch("Xbox", "https://bing.com").follow(polling=Hinted())
asked = [exchange for exchange in lab.exchanges() if hinted.id in exchange.path]
[(exchange.body["status"], exchange.headers.get("Retry-After")) for exchange in asked]

# %% [markdown]
# Each hint is half way between the shortest and the longest time that this Xbox may still need, rounded up to whole seconds, as HTTP
# wants it. When that time has passed and nothing has happened, nobody knows more: the hint is one second then. A hint is worth what the
# service knows.
#
# ## Not asking at all
#
# With **long polling** the client asks, and the service answers only when there is something new. `If-None-Match` says what the client
# knows already; `Prefer: wait=20` asks the service to wait up to 20 seconds. Both headers are standards, but Microsoft's service is
# not known to have had this: here it is an extension of our cloud. The Xbox takes about ten seconds and goes through three changes.

# %%
questions = lab.bet("How many questions does the client need?")
questions

# %%
held = rome.launch("Xbox", "https://bing.com").follow(polling=LongPoll())
asked = [exchange for exchange in lab.exchanges() if held.id in exchange.path]
print([exchange.body["status"] for exchange in asked], late(held))
questions.compare(len(asked))

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# It needs three, one for each change, and the last answer came without any delay: it left when the change happened. (On a real
# network it is as late as the way back takes.)
#
# </details>
#
# So why does not everybody do it?
#
# * Each client that waits holds a connection, and the service has to remember it. Thirty students are nothing, a million are much.
# * Whatever stands in between, a proxy or a load balancer, may cut connections that say nothing for a while.
# * The service has to know it. One that does not know it answers at once, and a client that then asks again at once would never stop.
#   romekit's client uses growing pauses then.
#
# ## A hundred commands
#
# One hundred commands, each sent and followed alone as above.

# %%
of_a_hundred = lab.bet("How many requests will that be?")
of_a_hundred

# %%
devices, pace = rome.devices(), lab.clock.pace
before, lab.clock.pace = len(lab.exchanges()), 0  # nobody should sit through these
alone = [rome.launch(devices[number % 7], "https://bing.com") for number in range(100)]
ends = [command.follow(polling=LongPoll()).status for command in alone]
of_a_hundred.compare(len(lab.exchanges()) - before, within=20)

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# It took no more requests than that, because you followed one command after the other, and most were over before you asked.
#
# </details>
#
# Now the same as a **fleet**: twenty orders go into one request, and one held question covers whatever changes.

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
# Five requests sent all the orders, and each of the others asked what has changed for the whole fleet. `romekit.changes` is ours: no other service has it, and
# there `follow_many` asks for the statuses in batches instead.
#
# Each order fails alone, with its own error, and nothing is sent twice by itself:

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
# **2.** Which is the shortest `Fixed(…)`, in whole seconds, that spends no more requests in all than the long poll did? Put the
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
check(3, answer, lab)

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
# You raced four ways to wait for the same thing, paid for each in requests and in delay, and followed a hundred commands
# with a few questions about all of them.
#
# One harder idea: ten thousand clients are held, the service restarts, and all come back in the same second. What should each do?
#
# These were the lessons. In the workshops that follow you write the client yourself.
#
# Next: [09 Your own poller](09_your_own_poller.ipynb)
