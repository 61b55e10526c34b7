"""Microsoft's own SDK and azure-identity, unmodified, play the whole journey: python msgraph_sdk_client.py ADDRESS

The first line printed says which code a person has to approve where, the last one all that the SDK saw, as JSON. The
only thing that they are told is where the cloud is: an authority that is no Microsoft host, and a Graph host likewise.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from azure.identity import DeviceCodeCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_http.middleware.options import RetryHandlerOption
from msgraph_beta import GraphServiceClient
from msgraph_beta.generated.models.command import Command
from msgraph_beta.generated.models.o_data_errors.o_data_error import ODataError
from msgraph_beta.generated.models.payload_request import PayloadRequest
from msgraph_beta.generated.users.item.devices.devices_request_builder import DevicesRequestBuilder
from requests import Session

SCOPES = ["https://graph.microsoft.com/Device.Read", "https://graph.microsoft.com/Device.Command"]
NO_RETRY = RequestConfiguration(options=[RetryHandlerOption(max_retries=0)])
PING = {"Type": "ping", "CreationDate": "11/22/2026 10:00:00", "TargetId": "judge"}
MORE_THAN_ANY_LIMIT = 50

Ask = Callable[[str, dict[str, Any] | None], Any]


def credential_at(address: str) -> DeviceCodeCredential:
    """azure-identity, which asks the authority it is told for everything."""
    return DeviceCodeCredential(
        client_id="0d0e7e57-0000-4000-8000-00000000ca5e",
        tenant_id="consumers",
        authority=address,
        disable_instance_discovery=True,
        prompt_callback=lambda page, code, expires: say({"verification_uri": page, "user_code": code}),
    )


async def journey(client: GraphServiceClient, ask: Ask) -> dict[str, Any]:
    """The four documented operations, paging and the errors, each in a word of its own."""
    me = client.me()
    listed = (await me.devices.get()).value
    device = next(each for each in listed if each.name == "Alex's Surface")
    commands = me.devices.by_device_id(device.id).commands
    launch = Command(type="LaunchUri", payload=PayloadRequest(additional_data={"uri": "https://bing.com"}))
    call = Command(
        type="AppService",
        app_service_name="com.microsoft.test.cdppingpongservice",
        package_family_name="5085ShawnHenry.RomanTestApp_jsjw7knzsgcce",
        payload=PayloadRequest(additional_data=PING),
    )
    return {
        "devices": [as_seen(each, "name manufacturer model kind status platform") for each in listed],
        "launch": await sent_and_followed(commands, launch),
        "call": await sent_and_followed(commands, call),
        "pages": await pages(me.devices),
        "repeated": await repeated(commands, ask),
        "not_found": await error_of(commands.by_command_id("0000").get()),
        "throttled": await throttled(commands, launch),
        "after_throttling": as_seen(await commands.post(launch), COMMAND),
    }


COMMAND = "status type app_service_name package_family_name error permission_ticket post_back_uri"


async def sent_and_followed(commands: Any, order: Command) -> dict[str, Any]:
    """A command from its acceptance to its end, with its answer if it has one."""
    sent = await commands.post(order)
    one = commands.by_command_id(sent.id)
    statuses = [sent.status]
    deadline = time.monotonic() + 30
    while statuses[-1] != "completed" and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        statuses.append((await one.get()).status)
    try:
        payload = (await one.responsepayload.get()).additional_data
    except ODataError as error:
        payload = as_error(error)
    return {"sent": as_seen(sent, f"{COMMAND} payload"), "statuses": statuses, "payload": payload}


async def pages(devices: DevicesRequestBuilder) -> dict[str, Any]:
    """The list two at a time, each next page at the address the one before named."""
    two = DevicesRequestBuilder.DevicesRequestBuilderGetQueryParameters(top=2)
    page = await devices.get(RequestConfiguration(query_parameters=two))
    links, names = [], [[device.name for device in page.value]]
    while page.odata_next_link and len(links) < 10:
        links.append(page.odata_next_link)
        page = await devices.with_url(page.odata_next_link).get()
        names.append([device.name for device in page.value])
    return {"links": links, "names": names}


async def repeated(commands: Any, ask: Ask) -> dict[str, Any]:
    """One command whose answer gets lost on the way: what the SDK says of it, and how often the device did it."""
    page = "https://example.org/buy?tickets=1"
    await asyncio.sleep(3.1)  # let the throttle forget what came before
    ask("romekit.fault", {"what": "answer lost", "where": "send", "value": 503, "retryAfter": 1})
    sent = await commands.post(Command(type="LaunchUri", payload=PayloadRequest(additional_data={"uri": page})))
    await asyncio.sleep(4)
    done = [deed for deed in ask("romekit.deeds", None)["value"] if page in deed["deed"]]
    return {"status": sent.status, "deeds": len(done), "commands": len({deed["command"] for deed in done})}


async def throttled(commands: Any, order: Command) -> dict[str, Any]:
    """Command after command, until there are too many."""
    for _ in range(MORE_THAN_ANY_LIMIT):
        refused = await error_of(commands.post(order, NO_RETRY))
        if refused:
            return refused
    return {}


async def error_of(request: Awaitable[Any]) -> dict[str, Any]:
    """What the SDK makes of a refusal; nothing when there was none."""
    try:
        await request
    except ODataError as error:
        return as_error(error)
    return {}


def as_error(error: ODataError) -> dict[str, Any]:
    inner = error.error.inner_error
    return {
        "status": error.response_status_code,
        "code": error.error.code,
        "message": error.error.message,
        "request_id": inner.request_id,
        "request_id_in_header": dict(error.response_headers).get("request-id"),
        "retry_after": dict(error.response_headers).get("retry-after"),
        "date": str(inner.date),
    }


def as_seen(thing: Any, names: str) -> dict[str, Any]:
    """The properties the SDK has bound, and under `additional` what it did not know."""
    seen = {name: getattr(thing, name) for name in names.split()}
    seen |= {name: value.additional_data for name, value in seen.items() if isinstance(value, PayloadRequest)}
    return {"id": thing.id, **seen, "additional": thing.additional_data}


def asking(address: str, credential: DeviceCodeCredential) -> Ask:
    """A way to the server's own controls, which the SDK knows nothing of."""

    # The SDK asks for tokens that can be evaluated continuously, and azure-identity keeps those apart from others.
    def ask(name: str, body: dict[str, Any] | None) -> Any:
        headers = {"Authorization": f"Bearer {credential.get_token(*SCOPES, enable_cae=True).token}"}
        with Session() as session:
            method, place = "GET" if body is None else "POST", f"{address}/beta/me/{name}"
            answer = session.request(method, place, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    return ask


def say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


def main(address: str) -> None:
    """Sign in at the address, play, and say what was seen."""
    credential = credential_at(address)
    client = GraphServiceClient(credential, scopes=SCOPES)
    client.request_adapter.base_url = f"{address}/beta"
    seen = asyncio.run(journey(client, asking(address, credential)))
    say({**seen, "loaded": sorted({name.partition(".")[0] for name in sys.modules})})


if __name__ == "__main__":
    main(sys.argv[1])
