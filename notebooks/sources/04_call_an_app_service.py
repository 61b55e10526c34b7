# %% [markdown]
# # Call an app service
#
# You send a message to an app on another device and fetch what it answers.
#
# When you are done, you will be able to
#
# * address an app service by its name and its package,
# * fetch a response payload, and say when there is none,
# * tell a missing app, a broken one and a forbidden one apart.
#
# About 20 minutes. Before: [03 Launch a URI](03_launch_a_uri.ipynb) · Next: [05 Status timelines](05_status_timelines.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %%
rome = lab.rome()
command = rome.call("Surface", romekit.RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 7}).follow()
command.payload()

# %% [markdown]
# You have just rolled a die on a pretend Surface. An **app service** is a part of an app that works in the background and
# answers messages, a little like a web server inside the device.
#
# ## Its address
#
# It takes two names: that of the service, and that of the app's package, its **package family name**.

# %%
romekit.RANDOM_NUMBER

# %%
romekit.PING_PONG

# %% [markdown]
# ## The same with a form
#
# Choose a service: the form fills in its names and an example message. Break the JSON, or empty the package name, and see
# where it complains.

# %%
form = views.service_form(rome.devices(), rome.send)
form

# %% [markdown]
# What the form builds is an order; in code you make the same one with `rome.call`.

# %%
form.order().as_wire()

# %% [markdown]
# ## Three services, three contracts
#
# **Echo** sends back what it gets under the key `request`.

# %%
rome.call("Surface", romekit.ECHO, {"request": "Is anybody there?"}).follow().payload()

# %% [markdown]
# **Ping-pong** looks at the key `Type`. **Predict.** It answers `ping` with `pong`. What does it answer to a `Toast`, for
# which it has no rule?

# %%
ping = {"Type": "ping", "CreationDate": "09/01/2020 09:00:00", "TargetId": "me"}
rome.call("Surface", romekit.PING_PONG, ping).follow().payload()

# %%
toast = {"Type": "Toast", "Title": "Hello", "Subtitle": "World!"}
rome.call("Surface", romekit.PING_PONG, toast).follow().payload()

# %% [markdown]
# `Ack`, with the time on the device. This message is the one that Microsoft's documentation prints. Its printed answer
# names *another* service, a slip of the editor's that nobody noticed for years. Try things out, even documented ones.
#
# ## Two requests, not one
#
# The answer does not come with the status. It is a thing of its own, at an address of its own.

# %%
[(each.method, each.path.rpartition("/")[2][:15], each.status) for each in lab.exchanges()[-3:]]

# %%
lab.exchanges()[-1].body

# %% [markdown]
# `MsIgnoredParameter` really was in every answer. It is in the documentation's example too, unexplained.
#
# **Predict.** What do you get if you fetch the answer too early?

# %%
early = rome.call("Xbox", romekit.RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 7})
early.status

# %% tags=["raises-exception"]
early.payload()

# %% [markdown]
# And what if there never will be one, because a page was launched?

# %% tags=["raises-exception"]
rome.launch("Surface", "https://bing.com").follow().payload()

# %%
early.follow().payload()

# %% [markdown]
# ## Who failed?
#
# Three calls that go wrong at three places on the way. **Predict** for each: what is it that refuses, the lack of an app, the
# app, or a policy?

# %%
rome.call("Phone", romekit.RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 7}).follow()

# %%
rome.call("Surface", romekit.RANDOM_NUMBER, {"minvalue": 7, "maxvalue": 1}).follow()

# %%
rome.call("HoloLens", romekit.RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 7}).follow()

# %% [markdown]
# All three say `executionFailed`. The word behind it tells them apart: the phone has no such app (`AppNotInstalled`), the app
# on the Surface broke on our message (`Failure`), a policy on the HoloLens forbids it (`DisabledByPolicy`). The causes:

# %%
[change.why for change in lab.history() if change.to_status == "executionFailed"]

# %% [markdown]
# ## Installing what is missing

# %%
lab.install("Phone", romekit.RANDOM_NUMBER.package)

# %%
rome.call("Phone", romekit.RANDOM_NUMBER, {"minvalue": 1, "maxvalue": 7}).follow().payload()

# %% [markdown]
# ## Your turn
#
# **1.** `maxvalue` is exclusive, as in .NET. Which `maxvalue` makes a die with 20 sides, if `minvalue` is 1?

# %%
answer = ...

# %%
from romekit.lessons import check
check(
    ... if answer is ... else answer == 21,
    right="the largest number drawn is maxvalue - 1.",
    not_yet="For the die with 6 sides it was 7.",
)

# %% [markdown]
# **2.** Send ping-pong a message of the type `LaunchUri`. What is the `Type` of its answer?

# %%
answer = ...

# %%
check(
    ... if answer is ... else answer == "Ok",
    right="that is the answer printed in Microsoft's documentation.",
    not_yet='Try rome.call("Surface", romekit.PING_PONG, {"Type": "LaunchUri"}).follow().payload()["Type"]',
)

# %% [markdown]
# <details><summary>Solutions</summary>
#
# ```python
# answer = 21
#
# answer = rome.call("Surface", romekit.PING_PONG, {"Type": "LaunchUri"}).follow().payload()["Type"]
# ```
#
# </details>
#
# ## What you did
#
# You called three app services by name and package, fetched their answers with a second request, and told apart the
# failures of a device without the app, of the app, and of a policy.
#
# One harder idea: the answer has no `id`, though every entity should have one. What could you not do because of that?
#
# Next: [05 Status timelines](05_status_timelines.ipynb)
