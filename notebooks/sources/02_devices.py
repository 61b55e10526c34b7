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
# `lab.rome()` signs in as Alex at once, without the card: you know by now what happens there.
#
# ## What went over the wire
#
# `lab.exchanges()` keeps the last requests and answers, without the token.

# %%
exchange = lab.exchanges()[-1]
exchange.method, exchange.path, exchange.status

# %%
exchange.request_headers

# %% [markdown]
# The `client-request-id` is a GUID that *we* made. The service sends it back, next to a `request-id` of its own. When
# something goes wrong, these two numbers are what you tell the people who run the service.

# %%
{name: exchange.headers[name] for name in ("Content-Type", "OData-Version", "client-request-id", "request-id")}

# %%
exchange.body["value"][0]

# %% [markdown]
# A collection is wrapped in `value`, a single thing is not: a rule of OData, on which Graph is built.
#
# ## Kind is for people
#
# **Predict.** Which kind does the Surface Book have: `Laptop` or `Tablet`? Which kind does the Raspberry Pi have?

# %%
{device.name: device.kind for device in rome.devices()}

# %% [markdown]
# Every Surface counted as a tablet, and a Raspberry Pi with Windows IoT called itself a hub. The documentation says not to
# decide anything by `kind`: show it, and leave it at that.
#
# ## Status is a hint
#
# **Predict.** Which of these will run a command right now?

# %%
{device.name: device.status for device in rome.devices()}

# %% [markdown]
# Let us ask them. We send every device the same page and wait.

# %%
commands = [rome.launch(device, "https://bing.com") for device in rome.devices()]
[command.follow() for command in commands]

# %% [markdown]
# Compare the two lists. The phone was `Unknown` and did it. The laptop was `Online` and dropped it, because it was in
# **Connected Standby**: its network card was awake, the rest was not. The HoloLens was `Online` too, received the command, and
# was not allowed to run it. Of all the words only `Offline` told how it would end.
#
# A presence that was true a moment ago is called **stale**. There is no way around it: the list is a picture, and pictures
# are always of the past.
#
# ## Choosing a device
#
# You may give a device by its id, its name, or a part of its name that fits only one.

# %%
rome.device("xbox").name

# %% tags=["raises-exception"]
rome.device("Alex")

# %% tags=["raises-exception"]
rome.device("Toaster")

# %% [markdown]
# Good errors name what there is. An API client for people should not make them guess.
#
# ## An archaeology of spelling
#
# The documentation prints `name`, but until 2020 the live service said `Name`. Our cloud can speak as it did then.

# %%
from romekit.model import LIVE_2020, Device
lab.stub.graph.profile = LIVE_2020
rome.devices()[0]

# %%
lab.exchanges()[-1].body["value"][0]

# %% [markdown]
# The answer is spelled differently and our client did not notice: it reads property names in any case. Clients that did
# not, such as today's Microsoft SDK, find `None` in every field. Being strict in what you send and lenient in what you accept is
# an old rule of the Internet, and this is what it is for.

# %%
Device.from_wire({"ID": "1", "NAME": "Loud device"}) == Device.from_wire({"id": "1", "name": "Loud device"})

# %% [markdown]
# ## Your turn
#
# **1.** How many of Alex's devices run Windows? Count them in the table.

# %%
answer = ...

# %%
from romekit.lessons import check
check(
    ... if answer is ... else answer == 6,
    right="all but the phone.",
    not_yet='Try (views.device_table(rome.devices())["platform"] == "Windows").sum()',
)

# %% [markdown]
# **2.** The Attic PC is offline. Switch it on with `lab.wake`, list the devices again and put its new `status` here.

# %%
answer = ...

# %%
check(
    ... if answer is ... else answer == "Online",
    right="this time the hint is right.",
    not_yet='Try lab.wake("Attic"), then rome.device("Attic") after listing again with rome.devices().',
)

# %% [markdown]
# <details><summary>Solutions</summary>
#
# ```python
# answer = (views.device_table(rome.devices())["platform"] == "Windows").sum()
#
# lab.wake("Attic")
# answer = [device.status for device in rome.devices() if device.name == "Attic PC"][0]
# ```
#
# </details>
#
# ## What you did
#
# You read a request and its answer, learned that `kind` is for people and `status` is a hint, and met a service whose
# spelling depended on the year.
#
# One harder idea: if the list is always of the past, what would a *better* API tell you about a device?
#
# Next: [03 Launch a URI](03_launch_a_uri.ipynb)
