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
# About 15 minutes. Before: [02 Devices](02_devices.ipynb) · Next: [04 Call an app service](04_call_an_app_service.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %%
rome = lab.rome()
form = views.launch_form(rome.devices(), rome.send)
form

# %% [markdown]
# Choose a device, type an address, watch the request grow underneath, and press **Send**. The form only builds an
# order and hands it to `rome.send`. The same in code:

# %%
order = form.order()
order

# %%
order.as_wire()

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
# `201 Created` is about the *command*, not about the page: there is now a thing called a command, and it has an address of
# its own. You find it in the `Location` header.

# %%
exchange.headers["Location"].partition("/beta")[2].replace(command.id, "{command}").replace(command.device.id, "{device}")

# %% [markdown]
# An API that answers "created, look there" instead of making you wait is what HTTP calls an **asynchronous** one. Now look
# there:

# %%
command.follow()

# %%
lab.exchanges()[-1].body

# %% [markdown]
# Two curiosities, both as documented: `type` comes back as `null` although we sent `LaunchUri`, and `payload`, which the
# POST repeated, is `null` from now on.
#
# ## How often did we ask?

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
# Windows itself used. (It took a while: its network loses things, and the service tried again.)
#
# ## When the order is wrong
#
# **Predict.** Is a missing scheme refused by the device, by the service, or before anything is sent?

# %% tags=["raises-exception"]
rome.launch("Surface", "bing.com")

# %%
len([exchange for exchange in lab.exchanges() if b"bing.com" in exchange.request_body and exchange.status >= 400])

# %% [markdown]
# Nothing was sent: the cheapest request is the one you do not make. But a client's check is a courtesy; the service must
# check as well, since other clients exist. Here is one that builds its JSON by gluing strings together, as a browser
# extension of 2018 really did:

# %%
page = 'https://example.org/?q="hello"'
body = '{"type":"LaunchUri","payload":{"uri":"' + page + '"}}'
body

# %%
import httpx
from romekit.stub.doors import HandDriven
address = f"{rome.cloud.graph}/me/devices/{rome.device('Surface').id}/commands"

# %%
with httpx.Client(transport=HandDriven(lab.stub.app)) as client:
    token = lab.sign_in(approve_after=0).session().token()
    refused = client.post(address, content=body, headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
refused.status_code, refused.json()["error"]["message"]

# %% [markdown]
# A quotation mark in the page's address broke the JSON. Let a library write your JSON, always.
#
# ## Your turn
#
# **1.** Open the settings of the Xbox: the address is `ms-settings:`. Put the final status here.

# %%
answer = ...

# %%
from romekit.lessons import check
check(
    ... if answer is ... else answer == "completed",
    right="every Windows device opens ms-settings: addresses.",
    not_yet='Try rome.launch("Xbox", "ms-settings:").follow().status',
)

# %% [markdown]
# **2.** Which *error word* does the phone give for `ms-settings:`? It is in `command.error`.

# %%
answer = ...

# %%
check(
    ... if answer is ... else answer == "ProtocolUnavailable",
    right="Android has no such scheme.",
    not_yet="Launch it on the phone, follow it, and look at .error",
)

# %% [markdown]
# <details><summary>Solutions</summary>
#
# ```python
# answer = rome.launch("Xbox", "ms-settings:").follow().status
#
# answer = rome.launch("Phone", "ms-settings:").follow().error
# ```
#
# </details>
#
# ## What you did
#
# You sent the documented request, read `201 Created` as what it is, polled politely, and saw a command fail on the device
# rather than in the service.
#
# One harder idea: if the answer to your POST gets lost, has the page been opened or not?
#
# Next: [04 Call an app service](04_call_an_app_service.ipynb)
