"""What apps can discover, and how the provider answers those who ask wrongly (dossier 9.3 and 9.6)."""

import pytest

from romekit.cloud.engine.people import ALEX, WREN
from romekit.core.endpoints import STUB_LOGIN as ISSUER
from tests.cloud.support import CLIENT, DEVICE_GRANT, Cloud, once

DOCUMENTED = set(
    "token_endpoint token_endpoint_auth_methods_supported jwks_uri response_modes_supported subject_types_supported "
    "id_token_signing_alg_values_supported response_types_supported scopes_supported issuer userinfo_endpoint "
    "request_uri_parameter_supported authorization_endpoint device_authorization_endpoint http_logout_supported "
    "frontchannel_logout_supported end_session_endpoint claims_supported kerberos_endpoint tenant_region_scope "
    "cloud_instance_name cloud_graph_host_name msgraph_host rbac_url".split()
)


def config(cloud: Cloud, tenant: str = "consumers") -> dict[str, object]:
    found: dict[str, object] = cloud.http.get(f"/{tenant}/v2.0/.well-known/openid-configuration").json()
    return found


@pytest.mark.witness("sign-in endpoint", "GET /{tenant}/v2.0/.well-known/openid-configuration", "C 9.6")
def test_the_discovery_document_has_every_documented_field_and_only_one_key_is_ever_made(cloud: Cloud) -> None:
    assert config(cloud).keys() >= DOCUMENTED
    first, second = (cloud.http.get("/consumers/discovery/v2.0/keys").json() for _ in range(2))
    assert first == second
    assert (first["keys"][0]["kty"], "d" in first["keys"][0]) == ("RSA", False)


@pytest.mark.witness("sign-in error", "no_tenant", "D ENTRA error codes")
def test_addresses_for_a_browser_are_where_it_can_go_and_a_tenant_that_does_not_exist_is_named(cloud: Cloud) -> None:
    cloud.idp.browser_base = "http://127.0.0.1:8123"
    found = config(cloud)
    for name in ("authorization_endpoint", "end_session_endpoint"):
        assert str(found[name]).startswith("http://127.0.0.1:8123/consumers/")
    for name in ("token_endpoint", "jwks_uri", "device_authorization_endpoint", "issuer"):
        assert str(found[name]).startswith(f"{ISSUER}/")
    assert cloud.device()["verification_uri"] == "http://127.0.0.1:8123/link"
    assert "user_code" in cloud.device_flow()[1]
    answer = Cloud().http.get("/fabrikam.example/v2.0/.well-known/openid-configuration")
    assert (answer.status_code, answer.json()["error_codes"]) == (400, [90002])
    assert "fabrikam.example" in answer.json()["error_description"]


@pytest.mark.witness("sign-in endpoint", "GET /common/discovery/instance", "X msal-recipes 8")
def test_msal_takes_the_provider_by_its_issuer_too_and_may_ask_for_instance_discovery(cloud: Cloud) -> None:
    app, flow = cloud.device_flow(authority=None, oidc_authority=f"{ISSUER}/consumers/v2.0")
    cloud.idp.approve(flow["user_code"], ALEX.upn)
    assert "access_token" in once(app, flow)
    _, flow = cloud.device_flow(instance_discovery=f"{ISSUER}/common/discovery/instance")
    assert "user_code" in flow


@pytest.mark.witness("sign-in error", "missing, no_client, secret_refused", "D ENTRA error codes")
@pytest.mark.witness("sign-in error", "secret_needed, no_grant_type, bad_scope", "D 9.3")
@pytest.mark.parametrize(
    ("fields", "status", "error", "number"),
    [
        ({}, 400, "invalid_request", 900144),
        ({"grant_type": "password", "username": "a", "password": "b"}, 400, "unsupported_grant_type", 70003),
        ({"grant_type": "client_credentials", "client_secret": "s"}, 401, "invalid_client", 7000218),
        ({"grant_type": "refresh_token", "client_id": ""}, 400, "invalid_request", 900144),
        ({"grant_type": "refresh_token"}, 400, "invalid_request", 900144),
        ({"grant_type": "refresh_token", "refresh_token": "x", "client_secret": "s"}, 401, "invalid_client", 700025),
        ({"grant_type": "refresh_token", "refresh_token": "x", "scope": "Mail.Read"}, 400, "invalid_scope", 70011),
        ({"grant_type": "refresh_token", "client_id": "a\nb"}, 400, "unauthorized_client", 700016),
        ({"grant_type": DEVICE_GRANT}, 400, "invalid_request", 900144),
        ({"grant_type": "authorization_code", "code": "x"}, 400, "invalid_request", 900144),
    ],
)
def test_a_wrong_request_for_tokens_is_refused_as_microsoft_does(fields, status, error, number):
    answer = Cloud().token(**fields)
    assert (answer.status_code, answer.json()["error"], answer.json()["error_codes"]) == (status, error, [number])


@pytest.mark.parametrize(
    "scope", ["https://graph.microsoft.com/.default", ".default", "Mail.Read", "device.red", "openid x"]
)
def test_scopes_that_do_not_exist_for_personal_accounts_are_refused(scope: str) -> None:
    answer = Cloud().post("/consumers/oauth2/v2.0/devicecode", client_id=CLIENT, scope=scope)
    assert (answer.status_code, answer.json()["error_codes"]) == (400, [70011])


def test_a_work_account_may_ask_for_its_default_scopes_and_a_list_of_apps_keeps_others_out(
    cloud: Cloud,
) -> None:
    scope = "https://graph.microsoft.com/.default offline_access"
    flow = cloud.approved(WREN.upn, tenant="organizations", scope=scope)
    answer = cloud.poll(flow, "organizations").json()
    assert answer["scope"] == "https://graph.microsoft.com/.default"
    again = cloud.token("organizations", grant_type="refresh_token", refresh_token=answer["refresh_token"])
    assert "access_token" in again.json()
    cloud = Cloud(settings={"clients": frozenset({"known"})})
    assert "user_code" in cloud.device(client_id="known")
    assert cloud.device()["error"] == "unauthorized_client"
    _, flow = Cloud().device_flow(["Mail.Read"])
    assert (flow["error"], "user_code" in flow) == ("invalid_scope", False)


@pytest.mark.witness("sign-in error", "repeated", "G 9.3")
@pytest.mark.witness("sign-in error", "unreadable", "I 9.3")
@pytest.mark.parametrize(
    ("body", "number"),
    [
        (b"grant_type=refresh_token&grant_type=password", 9000411),
        (b"&".join(b"f%d=1" % number for number in range(100)), 900561),
        (b"a=" + b"x" * 70_000, 900561),
        (b'{"grant_type": "refresh_token"}', 900144),
        (b"\xff\xfe\x00=%ff%fe", 900144),
    ],
    ids=["twice", "many", "large", "json", "bytes"],
)
def test_a_form_that_is_no_form_is_refused(body: bytes, number: int) -> None:
    answer = Cloud().http.post("/consumers/oauth2/v2.0/token", content=body)
    assert (answer.status_code, answer.json()["error_codes"]) == (413 if len(body) > 65_536 else 400, [number])
