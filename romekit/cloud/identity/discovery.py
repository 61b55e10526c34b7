"""The tenants, and what an app reads first: where things are, and which key signs (dossier 9.1, 9.6).

Every address begins with the one that was asked, and so does the issuer: OpenID Connect Discovery 4.3 wants the issuer
to be the address that discovery was asked at, and `iss` in tokens to be the same.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from romekit.cloud.asgi import base_of
from romekit.cloud.engine.people import CONSUMERS, CONTOSO
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.problems import refuse

#: The tenants, and whose accounts they serve.
AUDIENCES: Final = {
    "consumers": "personal",
    CONSUMERS: "personal",
    "common": "any",
    "organizations": "work",
    CONTOSO: "work",
    "contoso.example": "work",
}
#: What every tenant's OpenID configuration says, beside addresses.
ABOUT: Final[dict[str, Any]] = {
    "token_endpoint_auth_methods_supported": ["none"],
    "response_modes_supported": ["query", "fragment", "form_post"],
    "subject_types_supported": ["pairwise"],
    "id_token_signing_alg_values_supported": ["RS256"],
    "response_types_supported": ["code"],
    "grant_types_supported": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
    "code_challenge_methods_supported": ["S256"],
    "scopes_supported": ["openid", "profile", "email", "offline_access"],
    "request_uri_parameter_supported": False,
    "http_logout_supported": True,
    "frontchannel_logout_supported": False,
    "claims_supported": "sub iss aud exp iat auth_time nonce preferred_username name tid ver email".split(),
    "tenant_region_scope": None,
    "cloud_instance_name": "romekit.localhost",
    "cloud_graph_host_name": "graph.windows.net",
    "msgraph_host": "graph.microsoft.com",
    "rbac_url": "https://pas.windows.net",
}


class Tenant(NamedTuple):
    """One authority: the address it was asked at, in the spelling of the path, and whose accounts it serves."""

    address: str
    audience: str

    @property
    def issuer(self) -> str:
        return f"{self.address}/v2.0"


def tenant_of(request: Request) -> Tenant:
    name = request.path_params["tenant"]
    if name.lower() not in AUDIENCES:
        raise refuse("no_tenant", tenant=name)
    return Tenant(f"{base_of(request.scope, request.headers)}/{name}", AUDIENCES[name.lower()])


async def configuration(context: IdentityContext, request: Request) -> Response:
    """The OpenID configuration of a tenant. The addresses for a browser are where a browser can reach them."""
    tenant = tenant_of(request)
    app, browser = tenant.address, f"{context.page_base(request)}/{request.path_params['tenant']}"
    addresses = {
        "issuer": tenant.issuer,
        "token_endpoint": f"{app}/oauth2/v2.0/token",
        "jwks_uri": f"{app}/discovery/v2.0/keys",
        "device_authorization_endpoint": f"{app}/oauth2/v2.0/devicecode",
        "userinfo_endpoint": f"{base_of(request.scope, request.headers)}/oidc/userinfo",
        "kerberos_endpoint": f"{app}/kerberos",
        "authorization_endpoint": f"{browser}/oauth2/v2.0/authorize",
        "end_session_endpoint": f"{browser}/oauth2/v2.0/logout",
    }
    return JSONResponse(ABOUT | addresses)


async def keys(context: IdentityContext, request: Request) -> Response:
    return JSONResponse({"keys": [context.signing.as_jwk(tenant_of(request).issuer)]})


async def instance(context: IdentityContext, request: Request) -> Response:
    """Instance discovery: this host is a cloud of its own."""
    base = base_of(request.scope, request.headers)
    host = urlsplit(base).netloc
    body = {
        "tenant_discovery_endpoint": f"{base}/common/v2.0/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
    }
    return JSONResponse(body)
