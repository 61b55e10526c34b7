# %% [markdown]
# # Sign in
#
# You prove who you are without ever typing a password into this notebook.
#
# When you are done, you will be able to
#
# * explain the **device code** flow and read each of its answers,
# * tell an id token from an access token, and know which one you may open,
# * let MSAL renew a token in silence.
#
# About 15 minutes. Before: [00 Start here](00_start_here.ipynb) · Next: [02 Devices](02_devices.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %% [markdown]
# The finished result first: a card, somebody who approves, and a client that is signed in.

# %%
signing = lab.sign_in()
signing

# %%
rome = await signing
rome

# %% [markdown]
# ## What just happened, step by step
#
# A notebook may run on a machine without a browser. So the app asks for two codes: a long secret one for itself, and a short
# one for you to type on a device that *has* a browser. This is [RFC 8628](https://www.rfc-editor.org/rfc/rfc8628), the
# **device authorization grant**.
#
# `lab.msal_app()` is Microsoft's own library, MSAL, unmodified. It only believes that our simulated cloud is Microsoft's.

# %%
app = lab.msal_app()
flow = app.initiate_device_flow(["https://graph.microsoft.com/Device.Read"])
sorted(key for key in flow if not key.startswith("_"))

# %%
flow["expires_in"], flow["interval"], len(flow["user_code"])

# %% [markdown]
# You have 900 seconds to type eight characters, and the app may ask every five seconds whether you have.
# We do not print the codes: a device code is a secret as long as it lives, and notebooks get shared.
#
# **Predict.** Nobody has typed anything yet. What does the app get when it asks for a token now?

# %%
def ask_once():
    flow["latest_attempt_at"] = 0
    return app.acquire_token_by_device_flow(flow, exit_condition=lambda flow: True)

# %%
pending = ask_once()
pending["error"], pending["error_codes"]

# %% [markdown]
# An error that is none: `authorization_pending` means *keep asking*. MSAL would have gone on by itself, every `interval`
# seconds; `exit_condition` made it stop after one try so that we can look.
#
# Now Alex types the code and says yes.

# %%
lab.stub.identity.approve(flow["user_code"], "alex@romekit.example")
tokens = ask_once()
sorted(tokens)

# %% [markdown]
# **Predict.** What happens if the app presents the same device code a second time?

# %%
ask_once()["error"]

# %% [markdown]
# A code is honoured once. Whoever steals it afterwards has nothing.
#
# ## Two kinds of token
#
# The **id token** says who signed in, and it is for you: MSAL has already opened it.

# %%
claims = tokens["id_token_claims"]
{name: claims[name] for name in ("name", "preferred_username", "tid", "aud")}

# %% [markdown]
# The `tid` that begins with `9188040d` is the tenant in which all personal Microsoft accounts live. Project Rome only ever
# served personal accounts.
#
# The **access token** is for the API, not for you. Try to see a structure in it:

# %%
"." in tokens["access_token"], tokens["token_type"], tokens["expires_in"]

# %% [markdown]
# No dots: it is not a JWT. For personal accounts Graph's tokens are opaque, and every client that tried to decode one
# broke. Treat an access token as a string that you carry from one place to another.
#
# ## Scopes: what you allowed

# %%
sorted(tokens["scope"].split())

# %% [markdown]
# We asked for `Device.Read` only. **Predict.** May this token send a command?

# %%
import httpx
from romekit.stub.doors import HandDriven
graph = httpx.Client(transport=HandDriven(lab.stub.app), base_url="https://graph.romekit.localhost/beta")

# %%
def call(method, path, **body):
    return graph.request(method, path, headers={"Authorization": f"Bearer {tokens['access_token']}"}, **body)

# %%
call("GET", "/me/devices").status_code

# %%
device = rome.device("Surface").id
refused = call("POST", f"/me/devices/{device}/commands", json={"type": "LaunchUri", "payload": {"uri": "https://bing.com"}})
refused.status_code, refused.json()["error"]["message"]

# %% [markdown]
# 403: we know who you are (otherwise it would be 401), but you have not allowed this app to do that. Each operation has its
# own **scope**, and an app should ask for as few as it can.
#
# ## Silence
#
# Nobody wants to type a code every hour. MSAL keeps the token and hands it out again; when it gets old, MSAL trades the
# **refresh token** for a new one. You only ever call one function.

# %%
account = app.get_accounts()[0]
silent = app.acquire_token_silent(["https://graph.microsoft.com/Device.Read"], account=account)
silent["token_source"]

# %%
renewed = app.acquire_token_silent(["https://graph.microsoft.com/Device.Read"], account=account, force_refresh=True)
renewed["token_source"], renewed["access_token"] != tokens["access_token"]

# %% [markdown]
# ## When the person says no
#
# **Predict.** Will the app see an exception, or an answer?

# %%
flow = app.initiate_device_flow(["https://graph.microsoft.com/Device.Command"])
lab.stub.identity.decline(flow["user_code"])
ask_once()["error"]

# %% [markdown]
# romekit turns these words into errors that say what to do next:

# %% tags=["raises-exception"]
signing = lab.sign_in(approve_after=None)
signing.cancel()
signing.rome()

# %% [markdown]
# ## Your turn
#
# **1.** A flow that nobody approves runs out. Which `error` does the app get after 900 seconds? Make it happen: start a new
# flow, move on with `lab.clock.advance(901)`, and put the answer of `ask_once()["error"]` here.

# %%
answer = ...

# %%
from romekit.lessons import check
check(
    ... if answer is ... else answer == "expired_token",
    right="the code is dead, and the app has to begin again.",
    not_yet="Start with flow = app.initiate_device_flow([...]), then move on, then ask.",
)

# %% [markdown]
# **2.** With `lab.msal_app()`, sign in for *both* scopes, `Device.Read` and `Device.Command`, and put the status code of the
# same POST here.

# %%
answer = ...

# %%
check(
    ... if answer is ... else answer == 201,
    right="with the scope Device.Command the command is created.",
    not_yet="Ask for both scopes in initiate_device_flow, approve, and use the new access token.",
)

# %% [markdown]
# <details><summary>Solutions</summary>
#
# ```python
# flow = app.initiate_device_flow(["https://graph.microsoft.com/Device.Read"])
# lab.clock.advance(901)
# answer = ask_once()["error"]
#
# flow = app.initiate_device_flow(["https://graph.microsoft.com/Device.Read", "https://graph.microsoft.com/Device.Command"])
# lab.stub.identity.approve(flow["user_code"], "alex@romekit.example")
# tokens = ask_once()
# body = {"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}
# answer = call("POST", f"/me/devices/{device}/commands", json=body).status_code
# ```
#
# </details>
#
# ## What you did
#
# You walked through a device code sign-in, saw that *pending* is an error word for "not yet", that id tokens are to be read and
# access tokens are not, and that a scope is the difference between 200 and 403.
#
# One harder idea: if refresh tokens are replaced each time they are used, what happens when two threads use one at once?
#
# Next: [02 Devices](02_devices.ipynb)
