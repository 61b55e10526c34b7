# %% [markdown]
# # Sign in
#
# You prove who you are without ever typing a password into this notebook.
#
# When you are done, you will be able to
#
# * explain the **device code** flow, read each of its answers, and say how it is abused,
# * tell an id token from an access token, and know which one you may open,
# * let MSAL renew a token, and tell apart what can end that.
#
# About 20 minutes. Before: [00 Start here](00_start_here.ipynb) · Next: [02 Devices](02_devices.ipynb)

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
# The short code on the card is worth something until somebody has used it or its time is over. Then the card forgets it, so
# that no saved notebook holds a code.
#
# ## What just happened, step by step
#
# A notebook may run on a machine without a browser. So the app asks for two codes: a long secret one for itself, and a short
# one for you to type on a device that *has* a browser. This is the **device authorization grant** of
# [RFC 8628](https://www.rfc-editor.org/rfc/rfc8628).
#
# `lab.msal_app()` is Microsoft's own library, MSAL, unmodified. Only the addresses lead to our simulated cloud.

# %%
app = lab.msal_app()
scope = "https://graph.microsoft.com/Device.Read"
flow = app.initiate_device_flow([scope])
flow["expires_in"], flow["interval"], len(flow["user_code"])

# %% [markdown]
# You have 900 seconds to type eight characters, and the app may ask every five seconds whether you have. We do not print the
# codes: a device code is a secret as long as it can be used, and notebooks get shared.
#
# The next cell defines `ask_once`. It lets some seconds pass and then asks for a token one single time. (MSAL itself would go on
# asking; `exit_condition` stops it. `latest_attempt_at` is MSAL's note of the real time, which our virtual time knows nothing of.)
#
# Nobody has typed anything yet, and the app asks for its token.

# %%
answers = "an exception", "an answer with an error word", "an empty answer"
gets = lab.bet("What does the app get?", *answers)
gets

# %%
lab.enforce_interval()
def ask_once(pause=5):
    lab.clock.advance(pause)
    flow["latest_attempt_at"] = 0
    return app.acquire_token_by_device_flow(flow, exit_condition=lambda flow: True)

print(ask_once()["error"])
gets.compare("an answer with an error word")

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# It gets an answer with the word **`authorization_pending`**, which means *not yet: keep asking*.
#
# </details>
#
# What if it asks too early, after one second?

# %%
ask_once(pause=1)["error"], flow["interval"]

# %% [markdown]
# **`slow_down`** is the RFC's word for "you ask too often": from now on the app has to wait five seconds more each time, and MSAL
# does. Microsoft's page does not list this word, so our cloud uses it only after `lab.enforce_interval()`.
#
# Now Alex types the code and says yes.

# %%
how_many = lab.bet("How many tokens does the app get?")
how_many

# %%
lab.approve(flow["user_code"])
tokens = ask_once(pause=10)
names = [name for name in sorted(tokens) if name.endswith("_token")]
print(names)
how_many.compare(len(names))

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# It gets three: an access token, an id token and a refresh token.
#
# </details>
#
# What if the app presents the same device code a second time?

# %%
ask_once(pause=10)["error"]

# %% [markdown]
# The service honours a code **once**. Whoever steals it afterwards has nothing.
#
# ## The code that somebody sends you
#
# The page on which Alex typed the code is the real one, and that is what makes the flow dangerous. An attacker starts it with an
# app of their own and sends *you* the code: "Please join our meeting: open this link and type XYZ". You type it on the real page,
# you sign in with your own password, and the *attacker's* app gets the tokens. No password was stolen, and no address was
# false. This is **device code phishing**; groups such as Storm-2372 have used it against many organisations.
#
# So: never type a code that somebody sent you. Type only a code that a device in front of you shows. Many organisations
# switch this flow off, except where a device really has no browser.
#
# ## Two kinds of token
#
# The id token says who signed in. It is for the app, and MSAL has already opened it:

# %%
claims = tokens["id_token_claims"]
{name: claims[name] for name in ("name", "preferred_username", "tid", "aud")}

# %% [markdown]
# There is no password in it: the app never sees one. What an id token says are **claims**. `aud` is the app it was made for. The `tid`
# that begins with `9188040d` is the tenant in which all personal Microsoft accounts live, the only ones that Project Rome served.
#
# The access token is for the API, not for the app. A token that can be opened, a **JWT**, has two dots in it:

# %%
"." in tokens["access_token"], tokens["token_type"], tokens["expires_in"]

# %% [markdown]
# This one has no dots. For personal accounts Graph's access tokens are **opaque**, and programs that tried to decode them broke.
# Treat an access token as a string that you carry from one place to another.
#
# ## Scopes: what you allowed

# %%
sorted(tokens["scope"].split())

# %% [markdown]
# We asked for `Device.Read`. MSAL always adds `openid` and `profile`, and a third one that the answer does not repeat:
# **`offline_access`**. It is the permission to go on while you are away, and the reason why a refresh token came along.
#
# Now we use the access token by hand, without romekit's client. `call` sends a request with it. The token may list the
# devices. May it send a command as well?

# %%
number = lab.bet("Which number answers a command with this token?", "201", "401", "403")
number

# %%
graph = lab.http()
def call(method, path, **body):
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    return graph.request(method, path, headers=headers, **body)

call("GET", "/me/devices").status_code

# %%
path = f"/me/devices/{rome.device('Surface').id}/commands"
body = {"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}
refused = call("POST", path, json=body)
print(refused.json()["error"]["message"])
number.compare(refused.status_code)

# %% [markdown]
# <details><summary>What happened, and why</summary>
#
# 401 would mean: we do not know who you are. 403 means: we know you, but you have not allowed this app to do that. Each operation
# has its own **scope**, and an app should ask for as few as it can.
#
# </details>
#
# ## A new token without a person
#
# Nobody wants to type a code every hour. The same MSAL call looks into its cache first, and asks the service only when it must:

# %%
account = app.get_accounts()[0]
silent = app.acquire_token_silent([scope], account=account)
silent["token_source"]

# %%
renewed = app.acquire_token_silent([scope], account=account, force_refresh=True)
renewed["token_source"], renewed["access_token"] != tokens["access_token"]

# %% [markdown]
# When the token is nearly over (five minutes before its end), or when we insist as in the second cell, MSAL trades the **refresh
# token** for new tokens. Each time it gets a new refresh token, too. Microsoft does *not* revoke the old one then; the
# standards ask public apps for more: a refresh token that works once, so that a stolen copy is noticed. Our cloud does the latter.
#
# ## When the person says no

# %%
flow = app.initiate_device_flow(["https://graph.microsoft.com/Device.Command"])
lab.decline(flow["user_code"])
ask_once()["error"]

# %% [markdown]
# `authorization_declined` is Microsoft's word. The RFC's word is `access_denied`, and a careful client knows both. A program can
# easily overlook an error word, so romekit's client raises an **exception** that says what to do next:

# %% tags=["raises-exception"]
signing = lab.sign_in(approve_after=None)
signing.cancel()
signing.rome()

# %% [markdown]
# ## Your turn

# %%
from romekit.lessons import checks
check = checks("sign_in")
check

# %% [markdown]
# **1.** A flow that nobody approves runs out. Which `error` does the app get after 900 seconds? Make it happen: start a new
# flow, move on with `lab.clock.advance(901)`, and put `ask_once()["error"]` here.

# %%
answer = ...

# %%
check(1, answer, lab)

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
# **2.** Sign in anew with the same `app`, for *both* scopes, `Device.Read` and `Device.Command`. Then send the same POST, and put
# its status code here.

# %%
answer = ...

# %%
check(2, answer, lab)

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
# You went through a device code sign-in and saw how it is abused. *Pending* is an error word for "not yet". An app may open id tokens,
# but not access tokens. And a scope is the difference between 201 and 403.
#
# One harder idea: if a refresh token works only once, what happens when two threads of one app use it at the same moment?
#
# Next: [02 Devices](02_devices.ipynb)
