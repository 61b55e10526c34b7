"""A requests session with urllib3's Retry, unmodified: python retry_client.py ADDRESS

It signs in by a device code, as RFC 8628 says.
"""

import sys
import time

import requests
from journey import LAUNCH, SCOPES, asking, journey, refusal, say
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

CLIENT = "0d0e7e57-0000-4000-8000-0000000005a4"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def signed_in(session, address):
    """The token endpoint's address and its answer."""
    told = session.get(f"{address}/consumers/v2.0/.well-known/openid-configuration").json()
    fields = {"client_id": CLIENT, "scope": " ".join([*SCOPES, "offline_access", "openid"])}
    flow = session.post(told["device_authorization_endpoint"], data=fields).json()
    say({name: flow[name] for name in ("verification_uri", "user_code")})
    fields = {"client_id": CLIENT, "grant_type": GRANT, "device_code": flow["device_code"]}
    while (answer := session.post(told["token_endpoint"], data=fields).json()).get("error") == "authorization_pending":
        time.sleep(flow["interval"])
    return told, answer


def main(address):
    session, patient = requests.Session(), requests.Session()
    retry = Retry(total=5, status_forcelist=[429, 503], allowed_methods=None, respect_retry_after_header=True)
    patient.mount(address, HTTPAdapter(max_retries=retry))
    told, answer = signed_in(patient, address)
    fields = {"client_id": CLIENT, "grant_type": "refresh_token", "refresh_token": answer["refresh_token"]}
    renewed = patient.post(told["token_endpoint"], data=fields).json()["access_token"]
    unauthorized = refusal(asking(patient, address)("GET", "/me/devices"))
    session.headers["Authorization"] = patient.headers["Authorization"] = f"Bearer {renewed}"
    seen = journey(asking(session, address))
    device = patient.get(f"{address}/beta/me/devices").json()["value"][0]["id"]
    began = time.monotonic()
    status, _, _ = asking(patient, address)("POST", f"/me/devices/{device}/commands", LAUNCH)
    waited = {"status": status, "seconds": time.monotonic() - began}
    is_new = renewed != answer["access_token"]
    say({"issuer": told["issuer"], "renewed": is_new, "unauthorized": unauthorized, "waited": waited, **seen})


main(sys.argv[1])
