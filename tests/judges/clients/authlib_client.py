"""Authlib, unmodified: python authlib_client.py ADDRESS

It gets a code with PKCE by a redirect to this machine, and checks the id token.
It is told the address of the discovery document, as every OpenID Connect client is.
"""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt
from authlib.oidc.core import CodeIDToken
from journey import SCOPES, asking, journey, refusal, say

CLIENT = "0d0e7e57-0000-4000-8000-0000000005a3"


class Returning(BaseHTTPRequestHandler):
    """Takes the browser back and remembers where it came to."""

    def do_GET(self):
        self.server.came_to = self.path
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"You may close this window.")

    def log_message(self, *words):
        pass


def main(address):
    told = requests.get(f"{address}/consumers/v2.0/.well-known/openid-configuration").json()
    verifier, nonce = generate_token(48), generate_token(20)
    with HTTPServer(("127.0.0.1", 0), Returning) as server:
        back = f"http://localhost:{server.server_port}/"
        session = OAuth2Session(
            CLIENT,
            scope=" ".join([*SCOPES, "openid", "profile", "offline_access"]),
            redirect_uri=back,
            code_challenge_method="S256",
            token_endpoint=told["token_endpoint"],
            token_endpoint_auth_method="none",
        )
        url, state = session.create_authorization_url(
            told["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
        say({"authorization_uri": url})
        server.handle_request()
    came = back.rstrip("/") + server.came_to
    token = session.fetch_token(authorization_response=came, state=state, code_verifier=verifier)
    keys = JsonWebKey.import_key_set(requests.get(told["jwks_uri"]).json())
    essential = {"iss": {"essential": True, "value": told["issuer"]}, "aud": {"essential": True, "value": CLIENT}}
    claims = jwt.decode(token["id_token"], keys, CodeIDToken, essential, {"nonce": nonce, "client_id": CLIENT})
    claims.validate()
    unauthorized = refusal(asking(requests.Session(), address)("GET", "/me/devices"))
    renewed = session.refresh_token(told["token_endpoint"])
    is_new = renewed["access_token"] != token["access_token"]
    seen = journey(asking(session, address))
    userinfo = session.get(told["userinfo_endpoint"]).json()
    assert userinfo["sub"] == claims["sub"], userinfo
    say({"issuer": claims["iss"], "renewed": is_new, "unauthorized": unauthorized, **seen})


main(sys.argv[1])
