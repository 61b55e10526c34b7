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
# `lab.rome()` signs in as Alex at once, without the card. The table has seven devices, and it took one request.
#
# ## What went over the wire
#
# `lab.exchanges()` keeps the last requests and their answers:

# %%
exchange = lab.exchanges()[-1]
exchange.method, exchange.path, exchange.status

# %%
exchange.request_headers

# %% [markdown]
# Beside its address a request has **headers**. `authorization` carries the access token; the lab takes the token out of what it keeps.
# The `client-request-id` is a **GUID**, a number so long that no two people ever make the same, and
# *our client* made it. The answer has headers, too:

# %%
names = ("Content-Type", "OData-Version", "client-request-id", "request-id")
{name: exchange.headers[name] for name in names}

# %% [markdown]
# The service sends our number back, next to a `request-id` of its own. Such a number is a **correlation id**: when something goes
# wrong, you give it to the people who run the service, and they find your one request among millions.
#
# Now the body of the answer:

# %%
exchange.body["value"][0]

# %% [markdown]
# The list stands inside an object, under `value`. A collection is wrapped like that, a single thing is not. That is a
# rule of **OData**, on which Graph is built.
#
# ## Kind is for people
#
# Alex's Surface is a Surface Book: a laptop with a keyboard and a lid.

# %%
kind = lab.bet("Which kind is it in the list?", "Laptop", "Tablet", "Desktop")
kind

# %%
kinds = {device.name: device.kind for device in rome.devices()}
print(*kinds.items(), sep="\n")
kind.compare(kinds["Alex's Surface"])

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# In this list the Surface Book counts as a tablet, and a Raspberry Pi calls itself a hub. The documentation says not to decide
# anything by `kind`: show it to people, and leave it at that.
#
# </details>
#
# ## Status is a hint
#
# Each device also has a `status`:

# %%
{device.name: device.status for device in rome.devices()}

# %% [markdown]
# Now tick the names that you trust.

# %%
names = [device.name for device in rome.devices()]
trusted = lab.bet("Which will open a page right now?", *names, several=True)
trusted

# %% [markdown]
# We send every device the same page and wait:

# %%
commands = [rome.launch(device, "https://bing.com") for device in rome.devices()]
[command.follow() for command in commands]

# %%
trusted.compare(command.device.name for command in commands if command.is_success)

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# The phone was `Unknown` and opened the page. The laptop was `Online` and dropped it, because it was in **Connected Standby**:
# its network really was online, but the rest of it slept. The HoloLens was `Online` too, and a policy forbade it. So `Online` was
# *true* both times, and still did not answer the question: "reachable" is not "able and allowed".
#
# </details>
#
# A status can also be wrong. The next cell takes the Pi offline, but the list does not learn of it (this is a fault that we set on
# purpose).

# %%
pi = lab.bet("What will the list say about the Pi?", "Online", "Offline", "Unknown")
pi

# %%
lab.fault("stale presence", device="Pi")
lab.take_offline("Pi")
print(rome.launch("Pi", "https://bing.com").follow())
pi.compare(rome.device("Pi").status)

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# The list goes on saying `Online`, and the command fails. A word that was true a moment ago and is not any more is called
# **stale**. No list can avoid it completely: it is a picture, and a picture is always of the past.
#
# </details>
#
# ## Choosing a device
#
# You may give a device by its id, its name, or a part of its name that fits only one, in any case: `rome.device("xbox")` is the Xbox.
# If no device fits, the error lists those that there are:

# %% tags=["raises-exception"]
rome.device("Alex")

# %% tags=["raises-exception"]
rome.device("Toaster")

# %% [markdown]
# ## Spelling, then and now
#
# The documentation prints `name`, but until 2020 the live service said `Name`. Our cloud can speak as it did then:

# %%
from romekit.model import LIVE_2020
lab.speak(LIVE_2020)
rome.devices()[0]

# %%
lab.exchanges()[-1].body["value"][0]

# %% [markdown]
# The answer is spelled differently, and our client did not notice: it reads property names in any case. Clients that do
# not, such as today's Microsoft SDK, find `None` in nearly every field. Be strict in what you send and **lenient** in what
# you accept: this old rule of the Internet helps here.
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
check(2, answer, lab)

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
# You read a request and its answer. You learned that `kind` is for people, and that `status` is a hint: it can be true and useless, or
# stale. And you met a service whose spelling depended on the year.
#
# One harder idea: if the list is always of the past, what would a *better* API tell you about a device?
#
# Next: [03 Launch a URI](03_launch_a_uri.ipynb)
