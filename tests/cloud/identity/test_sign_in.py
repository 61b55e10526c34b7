"""Unmodified MSAL signs people in with a device code (msal-recipes 2.1)."""

import base64
import json
import subprocess
import sys
from itertools import product

import jwt
import pytest

from romekit.cloud.engine.people import ALEX, CONSUMERS, SAM, WREN
from romekit.cloud.identity.problems import SignInRefused
from romekit.cloud.identity.scopes import scopes_of
from romekit.cloud.identity.tokens import unseal
from romekit.core.errors import NotAllowed, NotFound, Rejected, SignInExpired, WorldError
from tests.cloud.support import CLIENT, KEY, Cloud, once


@pytest.mark.witness(
    "sign-in endpoint", "POST /{tenant}/oauth2/v2.0/devicecode, POST /{tenant}/oauth2/v2.0/token", "D 9.1"
)
def test_msal_signs_a_person_in_with_a_device_code(cloud: Cloud) -> None:
    app, flow = cloud.device_flow()
    assert once(app, flow)["error"] == "authorization_pending"
    cloud.idp.approve(flow["user_code"], ALEX.upn)
    answer = once(app, flow)
    assert answer["token_source"] == "identity_provider"
    assert answer["id_token_claims"]["preferred_username"] == ALEX.upn
    assert app.get_accounts()[0]["home_account_id"] == f"{ALEX.id}.{CONSUMERS}"


def test_a_device_flow_says_what_microsoft_says() -> None:
    flow = Cloud().device()
    assert flow.keys() == {"user_code", "device_code", "verification_uri", "expires_in", "interval", "message"}
    assert (flow["expires_in"], flow["interval"]) == (900, 5)
    assert len(flow["user_code"]) == 8
    assert all(flow[name] in flow["message"] for name in ("user_code", "verification_uri"))


@pytest.mark.witness("sign-in error", "bad_device_code", "D 9.3")
def test_a_device_code_is_honoured_once_and_an_unknown_one_never(cloud: Cloud) -> None:
    flow = cloud.approved()
    assert "access_token" in cloud.poll(flow).json()
    for code in (flow, {"device_code": "guess"}):
        refusal = cloud.poll(code).json()
        assert (refusal["error"], refusal["error_codes"]) == ("bad_verification_code", [70018])


@pytest.mark.witness("sign-in error", "declined", "I 9.3")
def test_a_declined_sign_in_gets_nothing_and_no_secret_is_written_down(cloud: Cloud) -> None:
    app, flow = cloud.device_flow()
    cloud.idp.decline(flow["user_code"])
    refusal = once(app, flow)
    assert (refusal["error"], refusal["error_codes"]) == ("authorization_declined", [65004])
    answer, history = cloud.signed_in(), repr(cloud.store.read("identity"))
    assert not any(secret in history for secret in ("secret-number", answer["refresh_token"]))


@pytest.mark.witness("sign-in error", "device_code_expired", "D 9.3")
def test_a_device_code_runs_out_approved_or_not(cloud: Cloud) -> None:
    flow, approved = cloud.device(), cloud.approved()
    cloud.clock.advance(899.9)
    assert cloud.poll(flow).json()["error"] == "authorization_pending"
    cloud.clock.advance(0.1)
    for each in (flow, approved):
        refusal = cloud.poll(each)
        assert (refusal.status_code, refusal.json()["error"]) == (400, "expired_token")
        assert refusal.json()["error_codes"] == [70019]
    with pytest.raises(SignInExpired):
        cloud.idp.approve(flow["user_code"], ALEX.upn)


@pytest.mark.witness("header", "sign-in: Cache-Control, sign-in: Pragma", "G 9.4")
def test_polling_fast_is_allowed_unless_the_interval_is_enforced_and_no_answer_says_retry_after(cloud: Cloud) -> None:
    flow = cloud.device()
    assert {cloud.poll(flow).json()["error"] for _ in range(5)} == {"authorization_pending"}
    assert len(cloud.store.read("identity")) == 1, "polling writes nothing"
    headers = cloud.poll(cloud.device()).headers
    assert ("retry-after" in headers, headers["pragma"]) == (False, "no-cache")
    assert headers["cache-control"].startswith("no-store")


@pytest.mark.witness("sign-in error", "slow_down", "X 8.2")
def test_an_eager_app_is_told_to_slow_down_where_the_interval_is_enforced() -> None:
    cloud = Cloud(settings={"enforce_interval": True})
    app, flow = cloud.device_flow()
    assert once(app, flow)["error"] == "authorization_pending"
    assert once(app, flow)["error"] == "slow_down"
    assert flow["interval"] == 10, "MSAL waits longer now"
    cloud.clock.advance(9)
    assert once(app, flow)["error"] == "slow_down"
    cloud.clock.advance(15)
    assert once(app, flow)["error"] == "authorization_pending"


@pytest.mark.witness("header", "sign-in request: client-request-id", "D 9.3")
@pytest.mark.witness("sign-in error", "pending", "D 9.3")
def test_a_refusal_is_told_in_microsofts_form(cloud: Cloud) -> None:
    mine = "11111111-2222-4333-8444-555555555555"
    cloud.http.headers["client-request-id"] = mine
    answer = cloud.poll(cloud.device())
    body = answer.json()
    assert (answer.status_code, body["error_codes"]) == (400, [70016])
    assert (body["correlation_id"], body["timestamp"]) == (mine, "2020-09-01 09:00:00Z")
    assert body["error_description"].startswith("AADSTS70016: ")
    for part in (f"Trace ID: {body['trace_id']}", f"Correlation ID: {mine}", "Timestamp: 2020-09-01 09:00:00Z"):
        assert part in body["error_description"]
    assert body["error_uri"].endswith("/error?code=70016")


def test_two_people_at_once_never_mix_the_first_answer_to_a_code_stands_and_another_app_cannot_redeem_it(cloud):
    flows = [cloud.device() for _ in range(2)]
    cloud.idp.approve(flows[1]["user_code"], SAM.upn)
    cloud.idp.approve(flows[0]["user_code"], ALEX.upn)
    got = [cloud.claims(flow)["upn"] for flow in flows]
    assert got == [ALEX.upn, SAM.upn]
    flow = cloud.approved()
    for answer in (lambda: cloud.idp.approve(flow["user_code"], SAM.upn), lambda: cloud.idp.decline(flow["user_code"])):
        with pytest.raises(Rejected):
            answer()
    assert cloud.claims(flow)["sub"] == ALEX.id
    flow = cloud.approved()
    assert cloud.poll(flow, client_id="another-app").json()["error"] == "invalid_grant"
    assert "access_token" in cloud.poll(flow).json()


def test_codes_are_typed_in_any_case_with_dashes_and_blanks_and_one_that_does_not_exist_is_told_from_a_person(cloud):
    flow = cloud.device()
    code = flow["user_code"].lower()
    cloud.idp.approve(f" {code[:4]}-{code[4:]} ", ALEX.upn)
    assert "access_token" in cloud.poll(flow).json()
    with pytest.raises(NotFound, match="code"):
        cloud.idp.approve("NOSUCH22", ALEX.upn)
    with pytest.raises(NotFound, match="Nobody"):
        cloud.idp.approve(cloud.device()["user_code"], "nobody@romekit.example")


@pytest.mark.parametrize(
    ("tenant", "upn", "is_served"),
    [
        ("consumers", ALEX.upn, True),
        (CONSUMERS, ALEX.upn, True),
        ("common", ALEX.upn, True),
        ("organizations", ALEX.upn, False),
        (WREN.tenant, ALEX.upn, False),
        ("consumers", WREN.upn, False),
        (CONSUMERS, WREN.upn, False),
        ("common", WREN.upn, True),
        ("organizations", WREN.upn, True),
        (WREN.tenant, WREN.upn, True),
        ("contoso.example", WREN.upn, True),
    ],
)
def test_each_tenant_serves_its_kind_of_account(cloud: Cloud, tenant: str, upn: str, is_served: bool) -> None:
    flow = cloud.device(tenant)
    if is_served:
        cloud.idp.approve(flow["user_code"], upn)
        assert "access_token" in cloud.poll(flow, tenant).json()
    else:
        with pytest.raises(NotAllowed):
            cloud.idp.approve(flow["user_code"], upn)
        assert cloud.poll(flow, tenant).json()["error"] == "authorization_pending"


@pytest.mark.witness("sign-in error", "work_account", "D ENTRA error codes")
@pytest.mark.witness("sign-in error", "personal_account", "G 9.3")
@pytest.mark.parametrize(
    ("upn", "tenant", "number"), [(WREN.upn, "consumers", 50020), (ALEX.upn, "organizations", 500200)]
)
def test_an_account_of_the_other_kind_is_refused_even_with_a_code_from_common(cloud, upn, tenant, number):
    flow = cloud.approved(upn, tenant="common")
    refusal = cloud.poll(flow, tenant).json()
    assert (refusal["error"], refusal["error_codes"]) == ("invalid_grant", [number])
    assert "access_token" in cloud.poll(flow, "common").json()


def test_an_access_token_says_what_graph_needs_and_is_opaque_to_a_client_that_tries_to_decode_it(cloud: Cloud) -> None:
    claims = unseal(cloud.signed_in()["access_token"], KEY)
    now = int(cloud.clock.now())
    assert len(claims.pop("uti")) == 22
    about = {"aud": "https://graph.microsoft.com", "iss": "https://login.romekit.localhost/consumers/v2.0"}
    about |= {"iat": now, "exp": now + 3600, "sub": ALEX.id, "upn": ALEX.upn, "name": ALEX.name, "tid": CONSUMERS}
    scopes = ["Device.Read", "Device.Command", "openid", "profile"]
    assert claims == about | {"acct": "personal", "appid": CLIENT, "scp": scopes, "epoch": 0}
    token = Cloud().signed_in()["access_token"]
    with pytest.raises(jwt.DecodeError):
        jwt.decode(token, options={"verify_signature": False})


@pytest.mark.witness("sign-in endpoint", "GET /{tenant}/discovery/v2.0/keys", "C 9.6")
def test_an_id_token_is_signed_with_the_published_key(cloud: Cloud) -> None:
    answer = cloud.signed_in()
    config = cloud.http.get("/consumers/v2.0/.well-known/openid-configuration").json()
    (key,) = cloud.http.get(config["jwks_uri"]).json()["keys"]
    assert jwt.get_unverified_header(answer["id_token"])["kid"] == key["kid"]
    no_wall_clock = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
    whose = {"audience": CLIENT, "issuer": config["issuer"]}
    claims = jwt.decode(answer["id_token"], jwt.PyJWK(key).key, ["RS256"], options=no_wall_clock, **whose)
    assert (claims["oid"], claims["tid"], claims["name"]) == (ALEX.id, CONSUMERS, ALEX.name)
    assert claims["sub"] != ALEX.id, "pairwise"


def test_client_info_comes_when_asked_for_and_without_offline_access_and_openid_only_an_access_token(cloud):
    packed = cloud.poll(cloud.approved(), client_info="1").json()["client_info"]
    assert json.loads(base64.urlsafe_b64decode(packed + "==")) == {"uid": ALEX.id, "utid": CONSUMERS}
    assert "client_info" not in cloud.signed_in()
    answer = Cloud().signed_in(scope="Device.Read")
    assert answer.keys() == {"token_type", "scope", "expires_in", "ext_expires_in", "access_token"}


def test_the_same_secrets_and_times_give_the_same_answers_and_chance_that_repeats_itself_is_noticed() -> None:
    one, other = Cloud(), Cloud()
    assert one.device() == other.device()
    assert one.signed_in(scope="Device.Read") == other.signed_in(scope="Device.Read")
    cloud = Cloud(fresh=lambda: "always the same text, which is no chance")
    cloud.device()
    with pytest.raises(WorldError, match="fresh"):
        cloud.device()


def test_slow_libraries_are_imported_only_when_needed() -> None:
    code = "import sys, romekit.cloud.identity.provider; print([each for each in sys.modules if each in %r])"
    slow = ("jwt", "cryptography", "jinja2", "msal", "httpx")
    said = subprocess.run([sys.executable, "-c", code % (slow,)], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_scope_said_a_thousand_times_is_kept_once_and_spellings_without_end_are_refused() -> None:
    assert scopes_of("openid " * 1000).asked == "openid"
    spellings = ["".join(pair) for pair in product(*("device.read"[i] + "device.read".upper()[i] for i in range(6)))]
    with pytest.raises(SignInRefused, match="at most 50"):
        scopes_of(" ".join(f"{each}.read" for each in spellings))
