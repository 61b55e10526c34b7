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
# You have just rolled a die on a simulated Surface. An **app service** is a part of an app that works in the background and
# answers messages, a little like a web server inside the device.
#
# ## Its address

# %%
[romekit.RANDOM_NUMBER, romekit.PING_PONG, romekit.ECHO]

# %% [markdown]
# An address has two names, because a device has many apps and an app may have several services: the name of the service, and that
# of the app's package, its **package family name**. Ping-pong and echo are two services of one app.
#
# ## The same with a form
#
# Choose a service: the form fills in its names and an example message, and draws a field for each part of it. The JSON beside them says
# the same. Break it, or empty the package name, and see where the form complains. Then send a message, and look for the answer on
# the wall.

# %%
lab.wall()

# %%
form = views.service_form(rome.devices(), rome.send)
form

# %% [markdown]
# The form builds an order; in code `rome.call` makes the same one. In the last notebook the `payload` had a `uri` in it. Here it has
# whatever the app understands:

# %%
form.order().as_wire()

# %% [markdown]
# The service carries the **payload** and does not look into it.
#
# ## Two services, two contracts
#
# Echo sends back what it gets under the key `request`:

# %%
rome.call("Surface", romekit.ECHO, {"request": "Is anybody there?"}).follow().payload()

# %% [markdown]
# Ping-pong looks at the key `Type`, and answers a `ping` with a `pong`. It has no rule for a `Toast`.

# %%
replies = "an error", "nothing", "something else"
reply = lab.bet("What does it answer to a Toast?", *replies)
reply

# %%
toast = {"Type": "Toast", "Title": "Hello", "Subtitle": "World!"}
print(rome.call("Surface", romekit.PING_PONG, toast).follow().payload())
reply.compare("something else")

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# It answers `Ack`, with the time on the device. Which keys go in and which come out is the **contract** of a service. This
# message is one that Microsoft's documentation prints. The answer printed there names *another* service: a mistake that nobody
# noticed for years. Try things out, even documented ones.
#
# </details>
#
# ## Two requests, not one
#
# The status was `completed`, and then there was an answer.

# %%
needed = lab.bet("How many requests does it take to learn both?")
needed

# %%
status, payload = lab.exchanges()[-2:]
print(status.body["status"])
print(payload.path.rpartition("/")[2], payload.body)
needed.compare(len([status, payload]))

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# It needed two: one for the status, and one for the answer, which has an address of its own, `responsepayload`. The
# `MsIgnoredParameter` in it stands in the documentation's example too, unexplained; our client leaves it out.
#
# </details>
#
# An answer can be fetched too early, and there may never be one, for example when a page was launched:

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
# The error is `NoAnswer` both times, and its sentence says whether it means *not yet* or *never*. A little later the first answer was there.
#
# ## Who failed?
#
# Three calls go wrong in three ways: there is no app, the app itself fails, or a policy forbids it. Look at the messages before you
# bet. The phone has none of our apps.

# %%
calls = {"Phone": die, "Surface": {"minvalue": 7, "maxvalue": 1}, "HoloLens": die}
broken = lab.bet("On which device does the app itself fail?", *calls)
broken

# %%
roll = romekit.RANDOM_NUMBER
sent = {name: rome.call(name, roll, calls[name]).follow() for name in calls}
print(*((each.error, each.history()[-1].why) for each in sent.values()), sep="\n")
broken.compare(next(name for name in sent if sent[name].error == "Failure"))

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# All three have the status `executionFailed`. The **error word** beside it tells them apart: the phone has no such app
# (`AppNotInstalled`), the app on the Surface broke on our message (`Failure`), a policy on the HoloLens forbids the call
# (`DisabledByPolicy`).
#
# The message to the Surface is ours to mend, the policy is not.
#
# </details>
#
# The lab can install the app that the phone is missing:

# %%
lab.install("Phone", romekit.RANDOM_NUMBER.package)
rome.call("Phone", romekit.RANDOM_NUMBER, die).follow().payload()

# %% [markdown]
# ## Your turn

# %%
from romekit.lessons import checks
check = checks("call_an_app_service")
check

# %% [markdown]
# **1.** `maxvalue` is **exclusive**, as in .NET: it never comes up itself. Which `maxvalue` makes a die with 20 sides, if `minvalue`
# is 1? Roll it once, and put the `maxvalue` here.

# %%
answer = ...

# %%
check(1, answer, lab)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# answer = 21
# rome.call("Surface", romekit.RANDOM_NUMBER, {"minvalue": 1, "maxvalue": answer})
# ```
#
# </details>

# %% [markdown]
# **2.** Send ping-pong a message of the type `LaunchUri`. What is the `Type` of its answer?

# %%
answer = ...

# %%
check(2, answer, lab)

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
check(3, answer, lab)

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
