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
die = {"minvalue": 1, "maxvalue": 7}
command = rome.call("Surface", romekit.RANDOM_NUMBER, die).follow()
command.payload()

# %% [markdown]
# You have just rolled a die on a pretend Surface. An **app service** is a part of an app that works in the background and
# answers messages, a little like a web server inside the device.
#
# ## Its address
#
# **Predict.** A device has many apps, and an app may have several services. What must an address consist of?

# %%
[romekit.RANDOM_NUMBER, romekit.PING_PONG, romekit.ECHO]

# %% [markdown]
# Of two names: that of the service, and that of the app's package, its **package family name**. Ping-pong and echo are two
# services of one app.
#
# ## The same with a form
#
# Choose a service: the form fills in its names and an example message, and draws a field for each part of it. The JSON beside them says
# the same. Break it, or empty the package name, and see where the form complains. Then send one, and look for the answer on
# the wall.

# %%
lab.wall()

# %%
form = views.service_form(rome.devices(), rome.send)
form

# %% [markdown]
# What the form builds is an order; in code you make the same one with `rome.call`. **Predict.** In the last notebook the
# `payload` had a `uri` in it. What will be in this one?

# %%
form.order().as_wire()

# %% [markdown]
# Whatever the app understands. The service carries the **payload** and does not look into it; only the app knows what it means.
#
# ## Two services, two contracts
#
# Echo sends back what it gets under the key `request`. **Predict.** Under which key?

# %%
rome.call("Surface", romekit.ECHO, {"request": "Is anybody there?"}).follow().payload()

# %% [markdown]
# Ping-pong looks at the key `Type`, and answers a `ping` with a `pong`. **Predict.** What does it answer to a `Toast`, for which it
# has no rule: nothing, an error, or something else?

# %%
toast = {"Type": "Toast", "Title": "Hello", "Subtitle": "World!"}
rome.call("Surface", romekit.PING_PONG, toast).follow().payload()

# %% [markdown]
# `Ack`, with the time on the device. Which keys go in and which come out is the **contract** of a service. This message is one
# that Microsoft's documentation prints. Its printed answer names *another* service, a slip that nobody noticed for years.
# Try things out, even documented ones.
#
# ## Two requests, not one
#
# **Predict.** Did the answer come together with the status `completed`?

# %%
last = lab.exchanges()[-3:]
[(each.method, each.path.rpartition("/")[2][:15], each.status) for each in last]

# %%
lab.exchanges()[-1].body

# %% [markdown]
# No: it is a thing of its own, at an address of its own, `responsepayload`. The `MsIgnoredParameter` in it stands in the
# documentation's example too, unexplained; our client leaves it out.
#
# **Predict.** What do you get if you fetch the answer too early? And if there never will be one, because a page was launched?

# %%
early = rome.call("Xbox", romekit.RANDOM_NUMBER, die)
early.status

# %% tags=["raises-exception"]
early.payload()

# %% tags=["raises-exception"]
rome.launch("Surface", "https://bing.com").follow().payload()

# %%
early.follow().payload()

# %% [markdown]
# `NoAnswer` both times: one means *not yet*, the other *never*, and the sentence says which. A little later the first one was there.
#
# ## Who failed?
#
# Three calls that go wrong at three places on the way. **Predict** for each: what is it that refuses, the lack of an app, the
# app, or a policy? Look at the messages before you bet; the phone has no app of ours.

# %%
bet = {"Phone": "?", "Surface": "?", "HoloLens": "?"}  # "no app", "the app", "policy"

# %%
calls = {"Phone": die, "Surface": {"minvalue": 7, "maxvalue": 1}, "HoloLens": die}
roll = romekit.RANDOM_NUMBER
sent = {name: rome.call(name, roll, calls[name]).follow() for name in calls}
[(bet.get(name), command) for name, command in sent.items()]

# %% [markdown]
# All three say `executionFailed`. The **error word** behind it tells them apart: the phone has no such app (`AppNotInstalled`), the
# app on the Surface broke on our message (`Failure`), a policy on the HoloLens forbids it (`DisabledByPolicy`). The causes:

# %%
[change.why for change in lab.history() if change.to_status == "executionFailed"]

# %% [markdown]
# The message to the Surface is ours to mend, the policy is not. And the phone? The lab can install what is missing.
# **Predict.** Will the very same call work then?

# %%
lab.install("Phone", romekit.RANDOM_NUMBER.package)
rome.call("Phone", romekit.RANDOM_NUMBER, die).follow().payload()

# %% [markdown]
# It does: the phone can roll dice now.
#
# ## Your turn

# %%
from romekit.lessons import checks
check = checks("call_an_app_service")
check

# %% [markdown]
# **1.** `maxvalue` is **exclusive**, as in .NET: it never comes up itself. Which `maxvalue` makes a die with 20 sides, if `minvalue` is 1?

# %%
answer = ...

# %%
check(1, answer)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# answer = 21
# ```
#
# </details>

# %% [markdown]
# **2.** Send ping-pong a message of the type `LaunchUri`. What is the `Type` of its answer?

# %%
answer = ...

# %%
check(2, answer)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# command = rome.call("Surface", romekit.PING_PONG, {"Type": "LaunchUri"})
# answer = command.follow().payload()["Type"]
# ```
#
# </details>

# %% [markdown]
# **3.** The right package, a wrong service: call `romekit.AppService("no.such.service", romekit.ECHO.package)` on the Surface. Is it
# the same failure as on the phone? Put the error word here.

# %%
answer = ...

# %%
check(3, answer)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# nobody = romekit.AppService("no.such.service", romekit.ECHO.package)
# answer = rome.call("Surface", nobody, {}).follow().error
# ```
#
# </details>

# %% [markdown]
# ## What you did
#
# You called app services by name and package, fetched their answers with a second request, and told apart the
# failures of a device without the app, of the app, and of a policy.
#
# One harder idea: the answer has no `id`, though every entity should have one. What could you not do because of that?
#
# Next: [05 Status timelines](05_status_timelines.ipynb)
