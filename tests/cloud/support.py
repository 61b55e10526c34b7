"""A cloud that is nothing but an identity provider, and unmodified MSAL in front of it."""

from itertools import count
from typing import Any

import httpx
import msal
from starlette.applications import Starlette

from romekit.cloud.engine.identity.state import IDENTITY_RULES
from romekit.cloud.http.in_process import InProcessTransport
from romekit.cloud.identity.context import IdentitySettings
from romekit.cloud.identity.provider import IdentityProvider
from romekit.cloud.identity.tokens import unseal
from romekit.cloud.store.contract import Memory
from romekit.cloud.store.ledger import Ledger
from romekit.core.clock import Virtual
from romekit.core.endpoints import STUB_LOGIN as ISSUER

KEY = b"a key for tests, 32 bytes long.."
CLIENT = "5f3c1d2e-0000-4000-8000-00000000c0de"
DEVICES = ["Device.Read", "Device.Command"]
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
ASKED = "openid profile offline_access Device.Read Device.Command"


class Remembering(InProcessTransport):
    """Drives an application by hand, and remembers what it was asked."""

    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return super().handle_request(request)


class HttpxForMsal:
    """What MSAL needs of an HTTP client (msal-recipes 1.2)."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def get(self, url: str, params: Any = None, headers: Any = None, **more: Any) -> httpx.Response:
        return self._client.get(url, params=params or None, headers=_without_none(headers), **more)

    def post(self, url: str, params: Any = None, data: Any = None, headers: Any = None, **more: Any) -> httpx.Response:
        kept = {"data": _without_none(data)} if isinstance(data, dict) else {"content": data}
        return self._client.post(url, params=params or None, headers=_without_none(headers), **kept, **more)


def _without_none(values: Any) -> Any:
    return {key: value for key, value in values.items() if value is not None} if values else values


class NoMemory(dict):  # type: ignore[type-arg]  # MSAL's http_cache
    """An http_cache that keeps nothing, so that a healed stub looks healed."""

    def __setitem__(self, key: Any, value: Any) -> None:
        pass


class Cloud:
    """An identity provider, its clock, and clients that reach it without a socket."""

    def __init__(self, **options: Any) -> None:
        numbers = count(1)
        settings = IdentitySettings(**options.pop("settings", {}))
        self.clock = Virtual()
        self.store = Memory()
        self.ledger = Ledger(self.store, "identity", IDENTITY_RULES)
        options.setdefault("fresh", lambda: f"secret-number-{next(numbers)}-of-this-test-run")
        self.idp = IdentityProvider(self.ledger, self.clock, KEY, settings=settings, **options)
        self.transport = Remembering(Starlette(routes=list(self.idp.routes())))
        self.http = self.browser()

    def browser(self) -> httpx.Client:
        """A client with cookies of its own."""
        return httpx.Client(transport=self.transport, base_url=ISSUER)

    def app(self, tenant: str = "consumers", client: str = CLIENT, **options: Any) -> msal.PublicClientApplication:
        usual = {"authority": f"{ISSUER}/{tenant}", "instance_discovery": False, "http_cache": NoMemory()}
        return msal.PublicClientApplication(client, http_client=HttpxForMsal(self.http), **(usual | options))

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.http.post(path, data=fields)

    def token(self, tenant: str = "consumers", **fields: str) -> httpx.Response:
        return self.post(f"/{tenant}/oauth2/v2.0/token", **({"client_id": CLIENT} | fields))

    def device(self, tenant: str = "consumers", scope: str = ASKED, **more: str) -> dict[str, Any]:
        return self.post(f"/{tenant}/oauth2/v2.0/devicecode", **({"client_id": CLIENT, "scope": scope} | more)).json()

    def poll(self, flow: dict[str, Any], tenant: str = "consumers", **more: str) -> httpx.Response:
        return self.token(tenant, **({"grant_type": DEVICE_GRANT, "device_code": flow["device_code"]} | more))

    def approved(self, upn: str = "alex@romekit.example", **more: Any) -> dict[str, Any]:
        """A device flow that a person has allowed."""
        flow = self.device(**more)
        self.idp.approve(flow["user_code"], upn)
        return flow

    def signed_in(self, upn: str = "alex@romekit.example", **more: Any) -> dict[str, Any]:
        return self.poll(self.approved(upn, **more)).json()

    def claims(self, flow: dict[str, Any]) -> dict[str, Any]:
        """What the access token of an approved flow says."""
        return unseal(self.poll(flow).json()["access_token"], KEY)

    def device_flow(self, scopes: list[str] = DEVICES, **options: Any) -> tuple[Any, dict[str, Any]]:
        """MSAL, and a device flow it has begun."""
        app = self.app(**options)
        return app, app.initiate_device_flow(scopes)


def once(app: msal.PublicClientApplication, flow: dict[str, Any]) -> dict[str, Any]:
    """One poll, without MSAL's sleep."""
    flow["latest_attempt_at"] = 0
    return app.acquire_token_by_device_flow(flow, exit_condition=lambda flow: True)
