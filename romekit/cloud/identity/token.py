"""`/oauth2/v2.0/token`: a code or a refresh token in, tokens out; and `/oidc/userinfo`: whose token this is.

Grants are a table. `client_credentials` is refused as Microsoft refuses it to a public app: there are no secrets here,
and Graph would refuse such a token for device commands anyway (dossier 6).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from romekit.cloud.engine.identity.browser import redeem_authorization_code
from romekit.cloud.engine.identity.device import redeem_device_code
from romekit.cloud.engine.identity.state import Identity, digest
from romekit.cloud.engine.identity.tokens import Denial, renew
from romekit.cloud.engine.rules import Asked
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.discovery import tenant_of
from romekit.cloud.identity.forms import Fields, answer, client_of, fields_of, need
from romekit.cloud.identity.problems import refuse
from romekit.cloud.identity.scopes import scopes_of
from romekit.cloud.identity.tokens import BadToken, pairwise, profile_of, token_answer, unseal

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


async def token(context: IdentityContext, request: Request) -> Response:
    tenant = tenant_of(request)
    fields = await fields_of(request)
    grant = need(fields, "grant_type")
    if grant == "client_credentials":
        raise refuse("secret_needed")
    if grant not in GRANTS:
        raise refuse("no_grant_type", grant=grant[:60])
    request_of, names = GRANTS[grant]
    common = {
        "client": client_of(context, fields, request),
        "audience": tenant.audience,
        "refresh_lifetime": context.settings.refresh_lifetime,
    }
    verdict = context.ask(request_of(context, fields, common))
    if verdict.problem is Denial.WRONG_ACCOUNT:
        raise refuse("work_account" if tenant.audience == "personal" else "personal_account")
    if verdict.problem is not None or verdict.grant is None:
        raise refuse(names[verdict.problem] if verdict.problem else "bad_code")
    return answer(token_answer(context, verdict.grant, tenant.issuer, fields.get("client_info") == "1"))


async def userinfo(context: IdentityContext, request: Request) -> Response:
    """Claims about the person of an access token (OpenID Connect Core 5.3)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return _no_userinfo(401, "Bearer")
    try:
        claims = unseal(token.strip(), context.key)
    except BadToken:
        claims = {}
    account, now = claims.get("upn", ""), context.clock.now()
    person = context.directory.person(account)
    is_good = claims.get("exp", 0) > now and claims.get("epoch", 0) == context.state().epoch(account)
    if person is None or not is_good:
        return _no_userinfo(401, 'Bearer error="invalid_token", error_description="The token is not valid any more"')
    if "openid" not in claims["scp"]:
        return _no_userinfo(403, 'Bearer error="insufficient_scope", scope="openid"')
    return answer({"sub": pairwise(person.id, claims["appid"]), **profile_of(person, claims["scp"])})


def _no_userinfo(status: int, challenge: str) -> Response:
    return Response(status_code=status, headers={"WWW-Authenticate": challenge})  # RFC 6750, 3


def _device_code(context: IdentityContext, fields: Fields, common: dict[str, Any]) -> Asked[Identity]:
    return redeem_device_code(
        code=need(fields, "device_code"),
        refresh_token=_refresh_token(context),
        enforce_interval=context.settings.enforce_interval,
        **common,
    )


def _authorization_code(context: IdentityContext, fields: Fields, common: dict[str, Any]) -> Asked[Identity]:
    return redeem_authorization_code(
        code=need(fields, "code"),
        redirect_uri=need(fields, "redirect_uri"),
        verifier=need(fields, "code_verifier"),
        refresh_token=_refresh_token(context),
        detect_reuse=context.settings.reuse_detection,
        **common,
    )


def _refresh(context: IdentityContext, fields: Fields, common: dict[str, Any]) -> Asked[Identity]:
    refresh_token = need(fields, "refresh_token")
    if family := context.state().tokens.get(digest(refresh_token)):  # each is kept, and no quota of a class counts it
        context.refreshes.take(family, context.clock.now())
    scopes = scopes_of(fields.get("scope", ""), common["audience"])
    return renew(
        refresh_token=refresh_token,
        scope=scopes.asked,
        scopes=scopes.names,
        fresh_token=_refresh_token(context),
        rotate=context.settings.rotate,
        detect_reuse=context.settings.reuse_detection,
        **common,
    )


def _refresh_token(context: IdentityContext) -> str:
    return f"M.R3_ROM.-{context.fresh()}"


Grants = dict[str, tuple[Callable[[IdentityContext, Fields, dict[str, Any]], Asked[Identity]], dict[Denial, str]]]
GRANTS: Final[Grants] = {
    "urn:ietf:params:oauth:grant-type:device_code": (_device_code, DEVICE_NAMES),
    "device_code": (_device_code, DEVICE_NAMES),
    "authorization_code": (_authorization_code, NAMES),
    "refresh_token": (_refresh, NAMES),
}
