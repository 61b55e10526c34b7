# %% [markdown]
# # Launch a URI
#
# You open an address on another device, with a form and then with code, and see each byte that goes over the wire.
#
# When you are done, you will be able to
#
# * write the request that Project Rome's documentation prints,
# * explain why the answer is 201 and not "done",
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
# Choose a device, type an address, watch the request grow underneath, and press **Send**: on the wall its screen changes. *Show as*
# says the same request in four languages. The form only builds an **order** and hands it to `rome.send`. In code it is an object
# of two words. **Predict.** How much of it goes over the wire?

# %%
order = form.order()
order

# %%
order.as_wire()

# %% [markdown]
# This is the request that Microsoft's documentation prints: a `type`, and a `payload` with the address. What is not said
# (`post_back_uri`) is not sent. Now send it, as the button does:

# %%
command = rome.send("Surface", order)
command

# %% [markdown]
# ## The answer: 201, and not done
#
# **Predict.** The service answers with the command it created. Which of its properties are filled in, and which are null?

# %%
exchange = lab.exchanges()[-1]
exchange.status, exchange.body

# %% [markdown]
# `201 Created` is about the *command*, not about the page: there is now a thing called a command, with an `id` and a `status`.
# **Predict.** Whoever creates a thing wants to find it again. Where does the answer say how?

# %%
where = exchange.headers["Location"].partition("/beta")[2]
where.replace(command.id, "{command}").replace(command.device.id, "{device}")

# %% [markdown]
# In the `Location` header: the command has an address of its own. An API that answers "created, look there" instead of making you
# wait is what HTTP calls an **asynchronous** one. Now look there, again and again, until it is done:

# %%
command.follow()

# %% [markdown]
# **Predict.** Beside the status: what has changed in the answer since the POST?

# %%
lab.exchanges()[-1].body

# %% [markdown]
# `payload`, which the POST repeated, is `null` from now on. And `type` was `null` both times, although we sent `LaunchUri`. Two
# curiosities, both as **documented**: what is printed is what we play, odd or not.
#
# ## How often did we ask?
#
# **Predict.** The page was open after less than two seconds. How many questions did `follow()` ask, and in an even rhythm?

# %%
asked = [exchange for exchange in lab.exchanges() if command.id in exchange.path]
[(round(exchange.at - asked[0].at, 2), exchange.body["status"]) for exchange in asked]

# %% [markdown]
# `follow()` asks quickly at first and then ever more slowly, and never in quite the same rhythm. Growing pauses are
# called **back-off**, the small irregularity **jitter**: without it, a thousand clients that started together would ask
# together for ever.
#
# ## What can be opened?
#
# Not only web pages. A **URI scheme** is what comes before the colon, and apps register theirs with the device.
#
# **Predict.** `romecast:` belongs to an app that the Surface has and the Raspberry Pi has not. What will each say?

# %%
rome.launch("Surface", "romecast:command?play").follow()

# %%
rome.launch("Pi", "romecast:command?play").follow()

# %% [markdown]
# The Pi received the command, tried, and found nothing that opens such an address: `executionFailed`, with the word that
# Windows itself used, `ProtocolUnavailable`. The service could not have known: only the device knows its apps.
#
# ## When the order is wrong
#
# **Predict.** Is a missing scheme refused by the device, by the service, or before anything is sent?

# %% tags=["raises-exception"]
rome.launch("Surface", "bing.com")

# %%
sum(b'"bing.com"' in exchange.request_body for exchange in lab.exchanges())

# %% [markdown]
# Nothing was sent: the cheapest request is the one you do not make. But a client's check is a courtesy; the service must
# check as well, since other clients exist. Here is one: `post` sends whatever text it is given.

# %%
client = lab.http()
address = f"/me/devices/{rome.device('Surface').id}/commands"
headers = {"Authorization": f"Bearer {lab.token()}", "Content-Type": "application/json"}
def post(body):
    return client.post(address, content=body, headers=headers)

# %% [markdown]
# It builds its JSON by gluing strings together, as a browser extension of 2018 really did. **Predict.** What will the service
# make of this page, with its quotation marks?

# %%
page = 'https://example.org/?q="hello"'
body = '{"type":"LaunchUri","payload":{"uri":"' + page + '"}}'
body

# %%
refused = post(body)
refused.status_code, refused.json()["error"]["message"]

# %% [markdown]
# `400 Bad Request`: the quotation mark in the page's address ended the text too early, and the rest was no JSON any more. Let a
# library write your JSON, always.
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
check(1, answer)

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
check(2, answer)

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
check(3, answer)

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
