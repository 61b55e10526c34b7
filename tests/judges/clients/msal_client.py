"""MSAL for Python and requests, unmodified: python msal_client.py ADDRESS

The only thing they are told is where the cloud is: an authority that is no Microsoft host, and a Graph host likewise.
"""

import sys

import msal
import requests
from journey import SCOPES, asking, journey, refusal, say


def signed_in(address):
    """The application and what the token endpoint answered."""
    app = msal.PublicClientApplication(
        "0d0e7e57-0000-4000-8000-0000000005a2", authority=f"{address}/consumers", instance_discovery=False
    )
    flow = app.initiate_device_flow(SCOPES)
    say({name: flow[name] for name in ("verification_uri", "user_code")})
    return app, app.acquire_token_by_device_flow(flow)


def main(address):
    app, result = signed_in(address)
    [account] = app.get_accounts()
    renewed = app.acquire_token_silent(SCOPES, account, force_refresh=True)
    with requests.Session() as session:
        unauthorized = refusal(asking(session, address)("GET", "/me/devices"))
        session.headers["Authorization"] = f"Bearer {renewed['access_token']}"
        seen = journey(asking(session, address))
    claims = result["id_token_claims"]
    is_new = renewed["access_token"] != result["access_token"]
    who = {"issuer": claims["iss"], "account": account["username"], "renewed": is_new}
    say({**who, "unauthorized": unauthorized, **seen})


if __name__ == "__main__":
    main(sys.argv[1])
