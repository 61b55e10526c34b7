"""The tenants, and what an app reads first: where things are, and which key signs (dossier 9.1, 9.6).

Every address begins with the one that was asked, and so does the issuer: OpenID Connect Discovery 4.3 wants the issuer
to be the address that discovery was asked at, and `iss` in tokens to be the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from romekit.cloud.engine.people import CONSUMERS, CONTOSO
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.problems import refuse


@dataclass(frozen=True, slots=True)
class Tenant:
    """One authority: the name in its addresses, and whose accounts it serves."""

    name: str
    audience: str

    def issuer_at(self, base: str) -> str:
        return f"{base}/{self.name}/v2.0"


TENANTS: Final = {
    tenant.name: tenant
    for tenant in (
        Tenant("consumers", "personal"),
        Tenant(CONSUMERS, "personal"),
        Tenant("common", "any"),
        Tenant("organizations", "work"),
        Tenant(CONTOSO, "work"),
        Tenant("contoso.example", "work"),
    )
}
#: What every tenant's OpenID configuration says, beside addresses.
ABOUT: Final[dict[str, Any]] = {
    "token_endpoint_auth_methods_supported": ["none"],
    "response_modes_supported": ["query", "fragment", "form_post"],
    "subject_types_supported": ["pairwise"],
    "id_token_signing_alg_values_supported": ["RS256"],
    "response_types_supported": ["code"],
    "grant_types_supported": [
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
    ],
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


def tenant_of(request: Request) -> Tenant:
    """The tenant a path names, in the spelling of the path; refused when there is none."""
    name = request.path_params["tenant"]
    tenant = TENANTS.get(name.lower())
    if tenant is None:
        raise refuse("no_tenant", tenant=name)
    return replace(tenant, name=name)


async def configuration(context: IdentityContext, request: Request) -> Response:
    """The OpenID configuration of a tenant. The addresses for a browser are where a browser can reach them."""
    tenant, base = tenant_of(request), context.base(request)
    app, browser = f"{base}/{tenant.name}", f"{context.page_base(request)}/{tenant.name}"
    return JSONResponse(
        ABOUT
        | {
            "issuer": tenant.issuer_at(base),
            "token_endpoint": f"{app}/oauth2/v2.0/token",
            "jwks_uri": f"{app}/discovery/v2.0/keys",
            "device_authorization_endpoint": f"{app}/oauth2/v2.0/devicecode",
            "userinfo_endpoint": f"{base}/oidc/userinfo",
            "kerberos_endpoint": f"{app}/kerberos",
            "authorization_endpoint": f"{browser}/oauth2/v2.0/authorize",
            "end_session_endpoint": f"{browser}/oauth2/v2.0/logout",
        }
    )


async def keys(context: IdentityContext, request: Request) -> Response:
    """The public keys."""
    return JSONResponse({"keys": [context.signing.as_jwk(tenant_of(request).issuer_at(context.base(request)))]})


async def instance(context: IdentityContext, request: Request) -> Response:
    """Instance discovery: this host is a cloud of its own."""
    base = context.base(request)
    host = urlsplit(base).netloc
    return JSONResponse(
        {
            "tenant_discovery_endpoint": f"{base}/common/v2.0/.well-known/openid-configuration",
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        }
    )
