"""`/oauth2/v2.0/token`: a code or a refresh token in, tokens out.

Grants are a table. `client_credentials` is refused as Microsoft refuses it to a public app: there are no secrets here,
and Graph would refuse such a token for device commands anyway (dossier 6).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from romekit.stub.identity.desk import Desk
from romekit.stub.identity.forms import Fields, answer, client_of, form_of, need
from romekit.stub.identity.issue import token_answer
from romekit.stub.identity.problems import refuse
from romekit.stub.identity.scopes import scopes_of
from romekit.stub.identity.tenants import Tenant, tenant_of
from romekit.world.identity.requests import Problem, RedeemAuthorizationCode, RedeemDeviceCode, Renew

#: What Microsoft calls what went wrong, unless the grant has its own name for it.
NAMES: Final = {
    Problem.NO_SUCH_CODE: "bad_code",
    Problem.NO_SUCH_TOKEN: "bad_code",
    Problem.OTHER_CLIENT: "other_client",
    Problem.EXPIRED: "code_expired",
    Problem.STALE: "code_expired",
    Problem.USED: "code_redeemed",
    Problem.REUSED: "token_reused",
    Problem.REVOKED: "revoked",
    Problem.NO_CONSENT: "no_consent",
    Problem.WRONG_REDIRECT: "other_redirect",
    Problem.WRONG_VERIFIER: "bad_verifier",
}
DEVICE_NAMES: Final = {
    **NAMES,
    Problem.NO_SUCH_CODE: "bad_device_code",
    Problem.USED: "bad_device_code",
    Problem.PENDING: "pending",
    Problem.TOO_FAST: "slow_down",
    Problem.DECLINED: "declined",
    Problem.EXPIRED: "device_code_expired",
}


async def token(desk: Desk, request: Request) -> Response:
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
    if verdict.problem is Problem.WRONG_ACCOUNT:
        raise refuse("work_account" if tenant.audience == "personal" else "personal_account")
    if verdict.problem is not None or verdict.grant is None:
        raise refuse(names[verdict.problem] if verdict.problem else "bad_code")
    return answer(token_answer(desk, verdict.grant, fields.get("client_info") == "1"))


def _device_code(desk: Desk, tenant: Tenant, client: str, fields: Fields) -> RedeemDeviceCode:
    return RedeemDeviceCode(
        device_code=need(fields, "device_code"),
        client=client,
        audience=tenant.audience,
        refresh_token=_refresh_token(desk),
        refresh_lifetime=desk.settings.refresh_lifetime,
        enforce_interval=desk.settings.enforce_interval,
    )


def _authorization_code(desk: Desk, tenant: Tenant, client: str, fields: Fields) -> RedeemAuthorizationCode:
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


def _refresh(desk: Desk, tenant: Tenant, client: str, fields: Fields) -> Renew:
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


def _refresh_token(desk: Desk) -> str:
    return f"M.R3_ROM.-{desk.fresh()}"


Ask = Callable[[Desk, Tenant, str, Fields], object]
GRANTS: Final[dict[str, tuple[Ask, dict[Any, str]]]] = {
    "urn:ietf:params:oauth:grant-type:device_code": (_device_code, DEVICE_NAMES),
    "device_code": (_device_code, DEVICE_NAMES),
    "authorization_code": (_authorization_code, NAMES),
    "refresh_token": (_refresh, NAMES),
}
