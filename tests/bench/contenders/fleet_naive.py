"""What one writes first: all commands at once, each asked for until it is over: fleet_naive.py LIBRARY ADDRESS TOKEN

The same few lines with httpx, with aiohttp and with Microsoft's SDK; each asks again after 50 ms.
"""

import asyncio
import sys
from contextlib import asynccontextmanager
from time import perf_counter

from stage import on_stage

library, address, token = sys.argv[1:]
BASE = f"{address}/beta"
ORDER = {"type": "LaunchUri", "payload": {"uri": "https://bing.com"}}
HEADERS = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
FINAL = {"completed", "failed", "expired"}
PAUSE = 0.05


@asynccontextmanager
async def with_httpx():
    import httpx

    async with httpx.AsyncClient(headers=HEADERS, timeout=None, trust_env=False) as http:

        async def ask(method, path, body=None):
            return (await http.request(method, BASE + path, json=body)).json()

        yield ways(ask)


@asynccontextmanager
async def with_aiohttp():
    import aiohttp

    async with aiohttp.ClientSession(headers=HEADERS, timeout=aiohttp.ClientTimeout(total=None)) as http:

        async def ask(method, path, body=None):
            async with http.request(method, BASE + path, json=body) as response:
                return await response.json()

        yield ways(ask)


def ways(ask):
    """How to list devices, to send, and to ask for a status."""

    async def devices():
        return [each["id"] for each in (await ask("GET", "/me/devices"))["value"]]

    async def send(device):
        return (await ask("POST", f"/me/devices/{device}/commands", ORDER))["id"]

    async def status(device, command):
        return (await ask("GET", f"/me/devices/{device}/commands/{command}"))["status"]

    return devices, send, status


@asynccontextmanager
async def with_msgraph():
    import httpx
    from kiota_abstractions.authentication import BaseBearerTokenAuthenticationProvider
    from kiota_http.kiota_client_factory import KiotaClientFactory
    from msgraph_beta import GraphRequestAdapter, GraphServiceClient
    from msgraph_beta.generated.models.command import Command
    from msgraph_beta.generated.models.payload_request import PayloadRequest

    class Given:
        def get_allowed_hosts_validator(self):
            return None

        async def get_authorization_token(self, uri, additional_authentication_context=None):
            return token

    plain = httpx.AsyncClient(timeout=None, trust_env=False)
    http = KiotaClientFactory.create_with_default_middleware(client=plain)
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Given()), client=http)
    adapter.base_url = BASE
    me = GraphServiceClient(request_adapter=adapter).me()

    async def devices():
        return [each.id for each in (await me.devices.get()).value]

    async def send(device):
        order = Command(type="LaunchUri", payload=PayloadRequest(additional_data={"uri": "https://bing.com"}))
        return (await me.devices.by_device_id(device).commands.post(order)).id

    async def status(device, command):
        return (await me.devices.by_device_id(device).commands.by_command_id(command).get()).status

    async with http:
        yield devices, send, status


async def fleet(commands):
    async with {"httpx": with_httpx, "aiohttp": with_aiohttp, "msgraph-beta-sdk": with_msgraph}[library]() as http:
        devices, send, status = http
        known = await devices()
        began = perf_counter()

        async def one(device):
            command = await send(device)
            while (said := await status(device, command)) not in FINAL:  # noqa: ASYNC110 (polling is the point)
                await asyncio.sleep(PAUSE)
            return said

        said = await asyncio.gather(*(one(known[number % len(known)]) for number in range(commands)))
        return {"seconds": perf_counter() - began, "completed": said.count("completed")}


on_stage(lambda commands: asyncio.run(fleet(commands)))
