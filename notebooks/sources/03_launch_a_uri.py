# %% [markdown]
# # Launch a URI
#
# You open an address on another device, with a form and then with code, and see each byte that goes over the wire.
#
# When you are done, you will be able to
#
# * write the request that Project Rome's documentation prints,
# * explain what 201 promises, and what 202 would,
# * find out which addresses a device can open.
#
# About 20 minutes. Before: [02 Devices](02_devices.ipynb) · Next: [04 Call an app service](04_call_an_app_service.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %%
rome = lab.rome()
lab.wall()

# %%
form = views.launch_form(rome.devices(), rome.send)
form

# %% [markdown]
# Choose a device, type an address, watch the request grow underneath, and press **Send**: the screen of that device changes on the wall.
# *Show as* prints the same request in four languages. Choose *curl* there, press **Copy for a terminal** and paste it into a terminal of this
# computer: the screen changes as well, and this notebook has not run a line. The form builds an **order** and hands it to `rome.send`. In code:

# %%
order = form.order()
order, order.as_wire()

# %% [markdown]
# The dict is the body that Microsoft's documentation prints: a `type`, and a `payload` with the address. An optional property
# without a value (`post_back_uri`) is left out. Now send the order to the device that is chosen, as the button does:

# %%
command = rome.send(form.device.value, order)
command

# %% [markdown]
# ## The answer: 201, and not done
#
# The service answers with a number and with the command. 200 means *OK*, 201 *Created*, 202 *Accepted*.

# %%
number = lab.bet("Which number does the service answer with?", "200", "201", "202")
number

# %%
exchange = lab.exchanges()[-1]
print(*exchange.body.items(), sep="\n")
number.compare(exchange.status)

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# `201 Created` is about the *command*, not about the page: the creation is finished, and there is now a thing called a command,
# with an `id` and a `status`.
#
# </details>
#
# The header `Location` says where it is:

# %%
where = exchange.headers["Location"].partition("/beta")[2]
where.replace(command.id, "{command}").replace(command.device.id, "{device}")

# %% [markdown]
# Opening the page is a **long-running operation**: work that goes on after the answer. APIs show it in one of two ways.
#
# * Project Rome makes the work itself a thing (a command) and answers **201**. You ask that thing for its `status`.
# * HTTP's own word for "I have taken this, and it is not done" is **202 Accepted**. The answer then names a second address, a
#   *status monitor*: in `Location` (Graph, when it copies a file) or in `Operation-Location` (Azure).
#
# Either way you look there, again and again, until the work is done:

# %%
command.follow()

# %%
lab.exchanges()[-1].body

# %% [markdown]
# `payload`, which the POST repeated, is `null` now. And `type` was `null` both times, although we sent `LaunchUri`. The
# documentation prints both, so our cloud plays both.
#
# ## How often did we ask?
#
# The Surface needs less than two seconds for a page, the Xbox about ten.

# %%
times = lab.bet("How many times did follow() ask for the status?")
times

# %%
asked = [exchange for exchange in lab.exchanges() if command.id in exchange.path]
print(*((round(each.at - asked[0].at, 2), each.body["status"]) for each in asked))
times.compare(len(asked))

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# `follow()` asks quickly at first and then more and more slowly, and never in quite the same rhythm. Growing pauses are called
# **back-off**. The small irregularity is **jitter**: without it, a thousand clients that started together would go on asking
# together.
#
# </details>
#
# ## What can be opened?
#
# Not only web pages. A **URI scheme** is what comes before the colon, and apps register theirs with the device. `romecast:`
# belongs to an app that the Surface has and the Raspberry Pi has not:

# %%
casts = [rome.launch(name, "romecast:command?play") for name in ("Surface", "Pi")]
[command.follow() for command in casts]

# %% [markdown]
# The Pi received the command, tried, and found no app for such an address: `executionFailed`, with the word that
# Windows itself used, `ProtocolUnavailable`. The service could not have known that: only the device knows its apps.
#
# ## When the order is wrong
#
# An address without a scheme is wrong, and somebody has to say so. The client could do it before it sends anything.

# %%
who = lab.bet("Who refuses the address?", "the device", "the service", "the client")
who

# %% tags=["raises-exception"]
rome.launch("Surface", "bing.com")

# %%
seen = sum(b'"bing.com"' in exchange.request_body for exchange in lab.exchanges())
print(f"The service has seen that address in {seen} requests.")
who.compare("the service" if seen else "the client")

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# The client refused it: the service has seen no request with that address. The cheapest request is the one you do not make.
#
# </details>
#
# Other clients exist, so the service must check as well. Here is one: `post` sends whatever text it is given.

# %%
client = lab.http()
address = f"/me/devices/{rome.device('Surface').id}/commands"
headers = {"Authorization": f"Bearer {lab.token()}", "Content-Type": "application/json"}
def post(body):
    return client.post(address, content=body, headers=headers)

# %% [markdown]
# It builds its JSON by joining strings, as a browser extension of 2018 really did. The address of this page has quotation marks in it:

# %%
page = 'https://example.org/?q="hello"'
body = '{"type":"LaunchUri","payload":{"uri":"' + page + '"}}'
refused = post(body)
body, refused.status_code, refused.json()["error"]["message"]

# %% [markdown]
# `400 Bad Request`: the quotation mark in the address ended the text too early, and the rest was no JSON any more. Always let a
# library write your JSON.
#
# ## Your turn

# %%
from romekit.lessons import checks
check = checks("launch_a_uri")
check

# %% [markdown]
# **1.** Open the settings of the Xbox: the address is `ms-settings:`. Put the final status here.

# %%
answer = ...

# %%
check(1, answer, lab)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# answer = rome.launch("Xbox", "ms-settings:").follow().status
# ```
#
# </details>

# %% [markdown]
# **2.** Which *error word* does the phone give for `ms-settings:`? It is in `command.error`.

# %%
answer = ...

# %%
check(2, answer, lab)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# answer = rome.launch("Phone", "ms-settings:").follow().error
# ```
#
# </details>

# %% [markdown]
# **3.** Mend the client of 2018: let `json.dumps` write the body for the same `page`, `post` it, and put the status code of the
# answer here.

# %%
import json
answer = ...

# %%
check(3, answer, lab)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# answer = post(json.dumps({"type": "LaunchUri", "payload": {"uri": page}})).status_code
# ```
#
# </details>

# %% [markdown]
# ## What you did
#
# You sent the documented request, read `201 Created` as what it is, polled politely, and saw a command fail on the device
# rather than in the service.
#
# One harder idea: if the answer to your POST gets lost, has the page been opened or not?
#
# Next: [04 Call an app service](04_call_an_app_service.ipynb)
