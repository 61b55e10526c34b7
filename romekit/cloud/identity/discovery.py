"""What an app reads first: where things are, and which key signs (dossier 9.6)."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.tenants import tenant_of


async def configuration(desk: IdentityContext, request: Request) -> Response:
    """The OpenID configuration of a tenant. The addresses for a browser are where a browser can reach them."""
    tenant = tenant_of(request.path_params["tenant"])
    app, browser = f"{desk.issuer_base}/{tenant.name}", f"{desk.browser_base}/{tenant.name}"
    return JSONResponse(
        {
            "token_endpoint": f"{app}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["none"],
            "jwks_uri": f"{app}/discovery/v2.0/keys",
            "response_modes_supported": ["query", "form_post"],
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
            "issuer": tenant.issuer_at(desk.issuer_base),
            "request_uri_parameter_supported": False,
            "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
            "authorization_endpoint": f"{browser}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{app}/oauth2/v2.0/devicecode",
            "http_logout_supported": True,
            "frontchannel_logout_supported": False,
            "end_session_endpoint": f"{browser}/oauth2/v2.0/logout",
            "claims_supported": CLAIMS,
            "kerberos_endpoint": f"{app}/kerberos",
            "tenant_region_scope": None,
            "cloud_instance_name": "romekit.localhost",
            "cloud_graph_host_name": "graph.windows.net",
            "msgraph_host": "graph.microsoft.com",
            "rbac_url": "https://pas.windows.net",
        }
    )


CLAIMS = ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "preferred_username", "name", "tid", "ver", "email"]


async def keys(desk: IdentityContext, request: Request) -> Response:
    """The public keys."""
    tenant = tenant_of(request.path_params["tenant"])
    return JSONResponse({"keys": [desk.signing.as_jwk(tenant.issuer_at(desk.issuer_base))]})


async def instance(desk: IdentityContext, request: Request) -> Response:
    """Instance discovery: this host is a cloud of its own."""
    host = urlsplit(desk.issuer_base).netloc
    return JSONResponse(
        {
            "tenant_discovery_endpoint": f"{desk.issuer_base}/common/v2.0/.well-known/openid-configuration",
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        }
    )
