# %% [markdown]
# # Devices
#
# You list a person's devices, see the request behind it, and learn what a device list does not tell you.
#
# When you are done, you will be able to
#
# * read `GET /me/devices`, request and answer,
# * say what `kind` and `status` are worth,
# * read an answer whose property names changed with the years.
#
# About 15 minutes. Before: [01 Sign in](01_sign_in.ipynb) · Next: [03 Launch a URI](03_launch_a_uri.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %%
rome = lab.rome()
views.device_table(rome.devices())

# %% [markdown]
# `lab.rome()` signs in as Alex at once, without the card: you know by now what happens there. Seven devices, one request.
#
# ## What went over the wire
#
# `lab.exchanges()` keeps the last requests and answers. **Predict.** Which method, which address, which number came back?

# %%
exchange = lab.exchanges()[-1]
exchange.method, exchange.path, exchange.status

# %% [markdown]
# "Give me (`GET`) my devices." Beside the address a request has **headers**. **Predict.** Which one says who you are, and will you see it here?

# %%
exchange.request_headers

# %% [markdown]
# `authorization` carries the access token; the lab takes it out of what it keeps. The `client-request-id` is a **GUID**, a number
# that nobody else draws, and *we* made it. **Predict.** Why would a client number its requests? Look for the number in the answer:

# %%
names = ("Content-Type", "OData-Version", "client-request-id", "request-id")
{name: exchange.headers[name] for name in names}

# %% [markdown]
# The service sends it back, next to a `request-id` of its own. When something goes wrong, these two numbers are what you tell
# the people who run the service: with them they find your one request among millions.
#
# Now the answer itself. **Predict.** Will it be a list, as in Python?

# %%
exchange.body["value"][0]

# %% [markdown]
# Nearly: the list stands inside an object, under `value`. A collection is wrapped like that, a single thing is not. That is a
# rule of **OData**, on which Graph is built.
#
# ## Kind is for people
#
# **Predict.** Which kind does the Surface Book have: `Laptop` or `Tablet`? Which kind does the Raspberry Pi have?

# %%
{device.name: device.kind for device in rome.devices()}

# %% [markdown]
# In this list a laptop counts as a tablet, and a Raspberry Pi calls itself a hub. The documentation says not to decide anything
# by `kind`: show it to people, and leave it at that.
#
# ## Status is a hint
#
# Each device also has a `status`. **Predict.** Who will open a page right now? Look, then put the names you trust into a bet.

# %%
{device.name: device.status for device in rome.devices()}

# %%
bet = {"Alex's Surface", "Living Room Xbox", "Studio HoloLens"}  # change it
bet |= {"Workshop Pi", "Travel Laptop"}

# %% [markdown]
# Let us ask them. We send every device the same page and wait.

# %%
commands = [rome.launch(device, "https://bing.com") for device in rome.devices()]
[command.follow() for command in commands]

# %%
did = {command.device.name for command in commands if command.is_success}
{"believed, and did not": bet - did, "not believed, and did": did - bet}

# %% [markdown]
# The phone was `Unknown` and did it. The laptop was `Online` and dropped it, because it was in **Connected Standby**: its network
# was awake, the rest was not. The HoloLens was `Online` too, received the command, and was not allowed to run it. Of all
# the words only `Offline` told how it would end.
#
# A word that was true a moment ago, and need not be now, is called **stale**. There is no way around it: the list is a picture,
# and pictures are always of the past. (`lab.wall()` shows what the devices *are*, beside what they are listed as.)
#
# ## Choosing a device
#
# You may give a device by its id, its name, or a part of its name that fits only one, in any case:

# %%
rome.device("xbox").name

# %% [markdown]
# **Predict.** What do you get for a part that fits two devices, and for a name that fits none?

# %% tags=["raises-exception"]
rome.device("Alex")

# %% tags=["raises-exception"]
rome.device("Toaster")

# %% [markdown]
# Two kinds of error, and both name what there is. An API client for people should not make them guess.
#
# ## An archaeology of spelling
#
# The documentation prints `name`, but until 2020 the live service said `Name`. Our cloud can speak as it did then.
# **Predict.** Will our client still find the names?

# %%
from romekit.model import LIVE_2020, Device
lab.stub.graph.profile = LIVE_2020
rome.devices()[0]

# %%
lab.exchanges()[-1].body["value"][0]

# %% [markdown]
# The answer is spelled differently and our client did not notice: it reads property names in any case. Clients that do
# not, such as today's Microsoft SDK, find `None` in nearly every field. Being strict in what you send and **lenient** in what
# you accept is an old rule of the Internet, and this is what it is for. **Predict.** Will our client also read a service that shouts?

# %%
loud = Device.from_wire({"ID": "1", "NAME": "Loud device"})
loud == Device.from_wire({"id": "1", "name": "Loud device"})

# %% [markdown]
# It does: both are the same device to it.
#
# ## Your turn

# %%
from romekit.lessons import checks
check = checks("devices")
check

# %% [markdown]
# **1.** How many of Alex's devices run Windows? Count them in the table, with your eyes or with pandas.

# %%
answer = ...

# %%
check(1, answer, lab)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# answer = (views.device_table(rome.devices())["platform"] == "Windows").sum()
# ```
#
# </details>

# %% [markdown]
# **2.** The Attic PC is offline. Switch it on with `lab.wake("Attic")`, list the devices again and put its new `status` here.

# %%
answer = ...

# %%
check(2, answer)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# lab.wake("Attic")
# answer = [device.status for device in rome.devices() if device.name == "Attic PC"][0]
# ```
#
# </details>

# %% [markdown]
# **3.** Which devices were listed as `Online` when you sent the `commands`, and did not do it? Give a set of names:
# `{"one", "two"}`.

# %%
answer = ...

# %%
check(3, answer, commands)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# online = [each for each in commands if each.device.status == "Online"]
# answer = {each.device.name for each in online if not each.is_success}
# ```
#
# </details>

# %% [markdown]
# ## What you did
#
# You read a request and its answer, learned that `kind` is for people and `status` is a hint, and met a service whose
# spelling depended on the year.
#
# One harder idea: if the list is always of the past, what would a *better* API tell you about a device?
#
# Next: [03 Launch a URI](03_launch_a_uri.ipynb)
