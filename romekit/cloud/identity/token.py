"""`/oauth2/v2.0/token`: a code or a refresh token in, tokens out.

Grants are a table. `client_credentials` is refused as Microsoft refuses it to a public app: there are no secrets here,
and Graph would refuse such a token for device commands anyway (dossier 6).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from romekit.cloud.engine.identity.requests import Denial, RedeemAuthorizationCode, RedeemDeviceCode, Renew
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.forms import Fields, answer, client_of, form_of, need
from romekit.cloud.identity.issue import token_answer
from romekit.cloud.identity.problems import refuse
from romekit.cloud.identity.scopes import scopes_of
from romekit.cloud.identity.tenants import Tenant, tenant_of

#: What Microsoft calls what went wrong, unless the grant has its own name for it.
NAMES: Final = {
    Denial.NO_SUCH_CODE: "bad_code",
    Denial.NO_SUCH_TOKEN: "bad_code",
    Denial.OTHER_CLIENT: "other_client",
    Denial.EXPIRED: "code_expired",
    Denial.STALE: "code_expired",
    Denial.USED: "code_redeemed",
    Denial.REUSED: "token_reused",
    Denial.REVOKED: "revoked",
    Denial.NO_CONSENT: "no_consent",
    Denial.WRONG_REDIRECT: "other_redirect",
    Denial.WRONG_VERIFIER: "bad_verifier",
}
DEVICE_NAMES: Final = {
    **NAMES,
    Denial.NO_SUCH_CODE: "bad_device_code",
    Denial.USED: "bad_device_code",
    Denial.PENDING: "pending",
    Denial.TOO_FAST: "slow_down",
    Denial.DECLINED: "declined",
    Denial.EXPIRED: "device_code_expired",
}


async def token(desk: IdentityContext, request: Request) -> Response:
    """The token endpoint."""
    tenant = tenant_of(request.path_params["tenant"])
    fields = await form_of(request)
    grant = need(fields, "grant_type")
    if grant == "client_credentials":
        raise refuse("secret_needed")
    if grant not in GRANTS:
        raise refuse("no_grant_type", grant=grant[:60])
    client = client_of(fields, desk)
    if fields.get("client_secret") or fields.get("client_assertion"):
        raise refuse("secret_refused")
    asked, names = GRANTS[grant]
    verdict = desk.ask(asked(desk, tenant, client, fields))
    if verdict.problem is Denial.WRONG_ACCOUNT:
        raise refuse("work_account" if tenant.audience == "personal" else "personal_account")
    if verdict.problem is not None or verdict.grant is None:
        raise refuse(names[verdict.problem] if verdict.problem else "bad_code")
    return answer(token_answer(desk, verdict.grant, fields.get("client_info") == "1"))


def _device_code(desk: IdentityContext, tenant: Tenant, client: str, fields: Fields) -> RedeemDeviceCode:
    return RedeemDeviceCode(
        device_code=need(fields, "device_code"),
        client=client,
        audience=tenant.audience,
        refresh_token=_refresh_token(desk),
        refresh_lifetime=desk.settings.refresh_lifetime,
        enforce_interval=desk.settings.enforce_interval,
    )


def _authorization_code(desk: IdentityContext, tenant: Tenant, client: str, fields: Fields) -> RedeemAuthorizationCode:
    return RedeemAuthorizationCode(
        code=need(fields, "code"),
        client=client,
        audience=tenant.audience,
        redirect_uri=need(fields, "redirect_uri"),
        verifier=need(fields, "code_verifier"),
        refresh_token=_refresh_token(desk),
        refresh_lifetime=desk.settings.refresh_lifetime,
        detect_reuse=desk.settings.reuse_detection,
    )


def _refresh(desk: IdentityContext, tenant: Tenant, client: str, fields: Fields) -> Renew:
    scopes = scopes_of(fields.get("scope", ""), tenant.audience)
    return Renew(
        refresh_token=need(fields, "refresh_token"),
        client=client,
        audience=tenant.audience,
        scope=scopes.asked,
        scopes=scopes.names,
        fresh_token=_refresh_token(desk),
        refresh_lifetime=desk.settings.refresh_lifetime,
        rotate=desk.settings.rotate,
        detect_reuse=desk.settings.reuse_detection,
    )


def _refresh_token(desk: IdentityContext) -> str:
    return f"M.R3_ROM.-{desk.fresh()}"


Ask = Callable[[IdentityContext, Tenant, str, Fields], object]
GRANTS: Final[dict[str, tuple[Ask, dict[Any, str]]]] = {
    "urn:ietf:params:oauth:grant-type:device_code": (_device_code, DEVICE_NAMES),
    "device_code": (_device_code, DEVICE_NAMES),
    "authorization_code": (_authorization_code, NAMES),
    "refresh_token": (_refresh, NAMES),
}
