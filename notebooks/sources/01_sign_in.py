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
# About 20 minutes. Before: [00 Start here](00_start_here.ipynb) · Next: [02 Devices](02_devices.ipynb)

# %%
import romekit
from romekit import views
lab = romekit.Lab()

# %% [markdown]
# The finished result first: a card, somebody who approves, and a client that is signed in. **Predict.** What on this card is
# for you, and what would be worth stealing?

# %%
signing = lab.sign_in()
signing

# %%
rome = await signing
rome

# %% [markdown]
# The short code is for you. It is worth something until it is used or has run out; then the card
# forgets it, so that no saved notebook holds one.
#
# ## What just happened, step by step
#
# A notebook may run on a machine without a browser. So the app asks for two codes: a long secret one for itself, and a short
# one for you to type on a device that *has* a browser. This is [RFC 8628](https://www.rfc-editor.org/rfc/rfc8628), the
# **device authorization grant**.
#
# `lab.msal_app()` is Microsoft's own library, MSAL, unmodified. It only believes that our simulated cloud is Microsoft's.
# **Predict.** The app asks for the codes. What else must the answer say, so that app and person can go on?

# %%
app = lab.msal_app()
scope = "https://graph.microsoft.com/Device.Read"
flow = app.initiate_device_flow([scope])
sorted(key for key in flow if not key.startswith("_"))

# %%
flow["expires_in"], flow["interval"], len(flow["user_code"])

# %% [markdown]
# Where to go (`verification_uri`), what to say (`message`), and how long: you have 900 seconds to type eight characters, and the
# app may ask every five seconds whether you have. We do not print the codes: a device code is a secret as long as it lives,
# and notebooks get shared.
#
# The next cell defines `ask_once`, which asks for a token one single time. **Predict.** Nobody has typed anything yet. What does
# the app get?

# %%
def ask_once():
    flow["latest_attempt_at"] = 0
    return app.acquire_token_by_device_flow(flow, exit_condition=lambda flow: True)

pending = ask_once()
pending["error"], pending["error_codes"]

# %% [markdown]
# An error that is none: **`authorization_pending`** means *keep asking*. MSAL would have gone on by itself, every `interval`
# seconds; `exit_condition` made it stop after one try so that we can look.
#
# Now Alex types the code and says yes. **Predict.** How many tokens does the app get, and what for?

# %%
lab.approve(flow["user_code"])
tokens = ask_once()
sorted(tokens)

# %% [markdown]
# Three: an `id_token`, an `access_token` and a `refresh_token`. We look at each of them. But first: **predict** what happens if
# the app presents the same device code a second time.

# %%
ask_once()["error"]

# %% [markdown]
# A code is honoured **once**. Whoever steals it afterwards has nothing.
#
# ## Two kinds of token
#
# The id token says who signed in, and it is for you: MSAL has already opened it. **Predict.** Does it hold a password?

# %%
claims = tokens["id_token_claims"]
{name: claims[name] for name in ("name", "preferred_username", "tid", "aud")}

# %% [markdown]
# No password: the app never sees one. What an id token says are **claims**. `aud` is the app it was made for; the `tid` that begins
# with `9188040d` is the tenant in which all personal Microsoft accounts live, the only ones that Project Rome ever served.
#
# The access token is for the API, not for you. A token that can be opened, a **JWT**, has two dots in it. **Predict.** Does this one?

# %%
"." in tokens["access_token"], tokens["token_type"], tokens["expires_in"]

# %% [markdown]
# No dots. For personal accounts Graph's access tokens are **opaque**, and programs that tried to decode them broke. Treat one
# as a string that you carry from one place to another.
#
# ## Scopes: what you allowed
#
# We asked for `Device.Read` only. **Predict.** Did we get just that?

# %%
sorted(tokens["scope"].split())

# %% [markdown]
# That, and two words about who you are, which MSAL always adds. Now we use the token by hand, without romekit's client:
# `call` sends a request with it.

# %%
graph = lab.http()
def call(method, path, **body):
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    return graph.request(method, path, headers=headers, **body)

# %% [markdown]
# **Predict.** May this token list the devices? May it send a command?

# %%
call("GET", "/me/devices").status_code

# %%
path = f"/me/devices/{rome.device('Surface').id}/commands"
body = {"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}
refused = call("POST", path, json=body)
refused.status_code, refused.json()["error"]["message"]

# %% [markdown]
# It may list, and it may not send. 403: we know who you are (otherwise it would be 401), but you have not allowed this app to do
# that. Each operation has its own **scope**, and an app should ask for as few as it can.
#
# ## Silence
#
# Nobody wants to type a code every hour. **Predict.** You ask MSAL for a token again. Will it ask the service, or has it kept one?

# %%
account = app.get_accounts()[0]
silent = app.acquire_token_silent([scope], account=account)
silent["token_source"]

# %%
renewed = app.acquire_token_silent([scope], account=account, force_refresh=True)
renewed["token_source"], renewed["access_token"] != tokens["access_token"]

# %% [markdown]
# It had kept it. When the token gets old, or when we insist as in the second cell, MSAL trades the **refresh token** for a
# new one. It is the same function each time, and nobody has to type anything.
#
# ## When the person says no
#
# **Predict.** Will the app see an exception, or an answer?

# %%
flow = app.initiate_device_flow(["https://graph.microsoft.com/Device.Command"])
lab.decline(flow["user_code"])
ask_once()["error"]

# %% [markdown]
# An answer with an error word in it, which a program can easily overlook. romekit turns these words into errors that say what
# to do next. **Predict.** What will it say to somebody who gave up waiting?

# %% tags=["raises-exception"]
signing = lab.sign_in(approve_after=None)
signing.cancel()
signing.rome()

# %% [markdown]
# `SignInNeeded`, and the next step behind it. An **exception** cannot be overlooked, so that is what a client for people raises.
#
# ## Your turn

# %%
from romekit.lessons import checks
check = checks("sign_in")
check

# %% [markdown]
# **1.** A flow that nobody approves runs out. Which `error` does the app get after 900 seconds? Make it happen: start a new
# flow, move on with `lab.clock.advance(901)`, and put the answer of `ask_once()["error"]` here.

# %%
answer = ...

# %%
check(1, answer)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# flow = app.initiate_device_flow([scope])
# lab.clock.advance(901)
# answer = ask_once()["error"]
# ```
#
# </details>

# %% [markdown]
# **2.** Sign in anew with the same `app`, for *both* scopes, `Device.Read` and `Device.Command`, and put the status code of the same
# POST here.

# %%
answer = ...

# %%
check(2, answer)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# flow = app.initiate_device_flow([scope, "https://graph.microsoft.com/Device.Command"])
# lab.approve(flow["user_code"])
# tokens = ask_once()
# answer = call("POST", path, json=body).status_code
# ```
#
# </details>

# %% [markdown]
# ## What you did
#
# You walked through a device code sign-in, saw that *pending* is an error word for "not yet", that id tokens are to be read and
# access tokens are not, and that a scope is the difference between 201 and 403.
#
# One harder idea: if refresh tokens are replaced each time they are used, what happens when two threads use one at once?
#
# Next: [02 Devices](02_devices.ipynb)
