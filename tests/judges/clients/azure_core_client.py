"""azure-core's poller for long-running operations and azure-identity, unmodified: python azure_core_client.py ADDRESS

The only thing that they are told is where the cloud is. The policies are those of every client of Azure's SDK.
"""

import sys

from azure.core import PipelineClient
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline import policies
from azure.core.polling import LROPoller
from azure.core.polling.base_polling import LROBasePolling
from azure.core.rest import HttpRequest
from azure.identity import DeviceCodeCredential
from journey import LAUNCH, PING, SCOPES, say


def signed_in(address):
    return DeviceCodeCredential(
        client_id="0d0e7e57-0000-4000-8000-0000000005a6",
        tenant_id="consumers",
        authority=address,
        disable_instance_discovery=True,
        prompt_callback=lambda page, code, expires: say({"verification_uri": page, "user_code": code}),
    )


def followed(client, device, order, **options):
    """What the poller makes of one operation: its first and last status, its result or its error, and each exchange."""
    exchanges = []

    def seen(response):
        answer = response.http_response
        headers = {
            name: answer.headers[name] for name in ("Operation-Location", "Retry-After") if name in answer.headers
        }
        exchanges.append([answer.request.method, answer.status_code, headers])

    request = HttpRequest("POST", client.format_url(f"/beta/me/devices/{device}/romekit.operations"), json=order)
    first = client.send_request(request, raw_response_hook=seen, _return_pipeline_response=True)
    method = LROBasePolling(raw_response_hook=seen, **options)
    poller = LROPoller(client, first, lambda answer: answer.http_response.json(), method)
    begun = poller.status()
    told = {"first": begun, "exchanges": exchanges, "continuation": bool(poller.continuation_token())}
    try:
        return {**told, "result": poller.result(), "last": poller.status(), "done": poller.done()}
    except HttpResponseError as error:
        return {**told, "error": [error.error.code, error.error.message], "last": poller.status()}


def main(address):
    bearer = policies.BearerTokenCredentialPolicy(signed_in(address), *SCOPES)
    usual = [policies.RequestIdPolicy(), policies.ContentDecodePolicy(), policies.RedirectPolicy()]
    usual += [policies.RetryPolicy(), bearer, policies.CustomHookPolicy()]
    with PipelineClient(address, policies=usual) as client:
        listed = client.send_request(HttpRequest("GET", client.format_url("/beta/me/devices"))).json()["value"]
        ids = {device["name"]: device["id"] for device in listed}
        say(
            {
                "launch": followed(client, ids["Alex's Surface"], LAUNCH),
                "call": followed(client, ids["Living Room Xbox"], PING),
                "refused": followed(client, ids["Studio HoloLens"], LAUNCH),
                "loaded": sorted({name.partition(".")[0] for name in sys.modules} & {"azure", "romekit"}),
            }
        )


if __name__ == "__main__":
    main(sys.argv[1])
