"""A client that openapi-python-client made of the served document: python generated_client.py FOLDER ADDRESS

FOLDER holds the package `generated`. It has no sign-in of its own: the token is MSAL's.
"""

import json
import sys
from urllib.parse import parse_qsl, urlsplit

from journey import SCOPES, journey, refusal, say
from msal_client import signed_in

sys.path.insert(0, sys.argv[1])
from generated import AuthenticatedClient
from generated.api.documented import get_payload, get_status, list_devices, send_command
from generated.models import AppService, LaunchUri

MODELS = {"LaunchUri": LaunchUri, "AppService": AppService}


def asking(client, address):
    """Each request through the function that was made for it."""

    def answered(method, path, body):
        place = urlsplit(path.removeprefix(f"{address}/beta"))
        match method, place.path.strip("/").split("/"):
            case "GET", ["me", "devices"]:
                options = {name.lstrip("$"): value for name, value in parse_qsl(place.query)}
                return list_devices.sync_detailed(client=client, **options)
            case "POST", ["me", "devices", device, "commands"]:
                order = MODELS[body["type"]].from_dict(body)
                return send_command.sync_detailed(device, client=client, body=order)
            case "GET", ["me", "devices", device, "commands", command]:
                return get_status.sync_detailed(device, command, client=client)
            case "GET", ["me", "devices", device, "commands", command, "responsepayload"]:
                return get_payload.sync_detailed(device, command, client=client)
        raise AssertionError(f"{method} {path}")

    def ask(method, path, body=None):
        answer = answered(method, path, body)
        assert answer.parsed.to_dict() == json.loads(answer.content), "the contract has other properties"
        return answer.status_code.value, answer.headers, answer.parsed.to_dict()

    return ask


def main(address):
    app, result = signed_in(address)
    graph = f"{address}/beta"
    unauthorized = refusal(asking(AuthenticatedClient(base_url=graph, token="none"), address)("GET", "/me/devices"))
    seen = journey(asking(AuthenticatedClient(base_url=graph, token=result["access_token"]), address))
    issuer = result["id_token_claims"]["iss"]
    renewed = app.acquire_token_silent(SCOPES, app.get_accounts()[0], force_refresh=True)
    is_new = renewed["access_token"] != result["access_token"]
    say({"issuer": issuer, "renewed": is_new, "unauthorized": unauthorized, **seen})


main(sys.argv[2])
