"""Refresh tokens renew a sign-in silently, once each (msal-recipes 2.3 and 3)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from romekit.cloud.engine.people import ALEX, SAM
from romekit.cloud.identity.tokens import unseal
from tests.cloud.support import ASKED, DEVICES, KEY, Cloud, once

SHORT = ["Device.Read", "Device.Command"]
FULL = [f"https://graph.microsoft.com/{name}" for name in SHORT]


def msal_signed_in(cloud: Cloud, scopes: list[str] = DEVICES, upn: str = ALEX.upn) -> tuple[Any, Any]:
    app, flow = cloud.device_flow(scopes)
    cloud.idp.approve(flow["user_code"], upn)
    assert "access_token" in once(app, flow)
    return app, app.get_accounts()[0]


def refresh(cloud: Cloud, token: str, **more: str) -> Any:
    return cloud.token(grant_type="refresh_token", refresh_token=token, **more).json()


@pytest.mark.parametrize("scopes", [SHORT, FULL, [SHORT[0], FULL[1]]], ids=["short", "full", "mixed"])
def test_msal_finds_its_token_again_however_its_scopes_are_spelled_and_sign_out_is_local(cloud, scopes):
    app, account = msal_signed_in(cloud, scopes)
    before = len(cloud.transport.requests)
    answer = app.acquire_token_silent_with_error(scopes, account)
    granted = unseal(answer["access_token"], KEY)["scp"]
    assert (answer["token_source"], granted) == ("cache", [*SHORT, "openid", "profile"])
    app.remove_account(account)
    assert app.get_accounts() == []
    assert len(cloud.transport.requests) == before


@pytest.mark.parametrize(
    ("spelling", "answer"),
    [
        ("asked", "device.read https://graph.microsoft.com/Device.Command openid"),
        ("short", "Device.Read Device.Command openid"),
        ("full", "https://graph.microsoft.com/Device.Read https://graph.microsoft.com/Device.Command openid"),
    ],
)
def test_the_spelling_of_answers_can_be_set(spelling: str, answer: str) -> None:
    cloud = Cloud(settings={"response_scope": spelling})
    asked = "device.read https://graph.microsoft.com/Device.Command openid offline_access"
    assert cloud.signed_in(scope=asked)["scope"] == answer


def test_msal_renews_silently_also_with_little_time_left_and_gets_a_new_refresh_token(cloud: Cloud) -> None:
    app, account = msal_signed_in(cloud)
    for _ in range(3):
        answer = app.acquire_token_silent_with_error(DEVICES, account, force_refresh=True)
        assert answer["token_source"] == "identity_provider"
    kinds = [event.kind for event in cloud.store.read("identity")]
    assert kinds.count("token_rotated") == 3
    cloud = Cloud(settings={"access_lifetime": 300})
    app, account = msal_signed_in(cloud)
    assert app.acquire_token_silent_with_error(DEVICES, account)["token_source"] == "identity_provider"
    cloud.idp.settings = replace(cloud.idp.settings, access_lifetime=301)
    app.acquire_token_silent_with_error(DEVICES, account)
    assert app.acquire_token_silent_with_error(DEVICES, account)["token_source"] == "cache"


@pytest.mark.witness("sign-in error", "token_reused", "I 9.3")
def test_a_refresh_token_shown_twice_ends_the_sign_in(cloud: Cloud) -> None:
    first = cloud.signed_in()["refresh_token"]
    second = refresh(cloud, first)["refresh_token"]
    assert second != first
    refusal = refresh(cloud, first)
    assert (refusal["error"], refusal["suberror"]) == ("invalid_grant", "bad_token")
    assert refresh(cloud, second)["error_codes"] == [50173], "the whole family is void"
    assert cloud.store.read("identity")[-1].kind == "family_revoked"


def test_one_sign_in_going_wrong_leaves_the_others_alone_and_a_refresh_may_ask_for_less(cloud: Cloud) -> None:
    stolen, other, sams = (cloud.signed_in(upn)["refresh_token"] for upn in (ALEX.upn, ALEX.upn, SAM.upn))
    refresh(cloud, stolen)
    refresh(cloud, stolen)
    assert unseal(refresh(cloud, other)["access_token"], KEY)["upn"] == ALEX.upn
    assert unseal(refresh(cloud, sams)["access_token"], KEY)["upn"] == SAM.upn
    token = cloud.signed_in(scope=ASKED)["refresh_token"]
    answer = refresh(cloud, token, scope="Device.Read")
    assert (answer["scope"], unseal(answer["access_token"], KEY)["scp"]) == ("Device.Read", ["Device.Read"])


@pytest.mark.parametrize(
    ("settings", "winners", "survives"),
    [({}, 1, False), ({"reuse_detection": False}, 1, True), ({"rotate": False}, 8, True)],
    ids=["rotation and detection", "rotation only", "neither"],
)
def test_a_stampede_of_refreshes_ends_as_measured(settings: dict[str, Any], winners: int, survives: bool) -> None:
    cloud = Cloud(settings=settings)
    token = cloud.signed_in()["refresh_token"]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: refresh(cloud, token), range(8)))
    won = [answer for answer in answers if "access_token" in answer]
    refusals = {answer.get("error") for answer in answers} - {None}
    assert (len(won), refusals) == (winners, {"invalid_grant"} if winners == 1 else set())
    assert ({answer["refresh_token"] for answer in won} == {token}) is (winners > 1)
    assert ("access_token" in refresh(cloud, won[0]["refresh_token"])) is survives


def test_of_eight_simultaneous_redemptions_one_is_honoured(cloud: Cloud) -> None:
    flow = cloud.approved()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: cloud.poll(flow).json(), range(8)))
    assert sum("access_token" in answer for answer in answers) == 1
    assert sum(answer.get("error") == "bad_verification_code" for answer in answers) == 7


def test_two_people_in_one_cache_stay_apart(cloud: Cloud) -> None:
    app, _ = msal_signed_in(cloud)
    flow = app.initiate_device_flow(DEVICES)
    cloud.idp.approve(flow["user_code"], SAM.upn)
    once(app, flow)
    accounts = {account["username"]: account for account in app.get_accounts()}
    assert accounts.keys() == {ALEX.upn, SAM.upn}
    for upn, account in accounts.items():
        token = app.acquire_token_silent_with_error(DEVICES, account, force_refresh=True)["access_token"]
        assert unseal(token, KEY)["upn"] == upn


@pytest.mark.witness("sign-in error", "no_consent", "D 9.3")
def test_a_scope_nobody_allowed_needs_consent(cloud: Cloud) -> None:
    app, account = msal_signed_in(cloud, ["Device.Read"])
    refusal = app.acquire_token_silent_with_error(["Device.Command"], account)
    refused = ("invalid_grant", "consent_required", [65001])
    assert (refusal["error"], refusal["suberror"], refusal["error_codes"]) == refused
    assert app.acquire_token_silent_with_error(["Device.Read"], account, force_refresh=True)["access_token"]


def test_a_refresh_token_belongs_to_one_app_and_runs_out_when_nobody_used_it_and_an_unknown_one_is_refused(cloud):
    token = cloud.signed_in()["refresh_token"]
    assert refresh(cloud, token, client_id="another-app")["suberror"] == "client_mismatch"
    assert "access_token" in refresh(cloud, token), "and the family lives on"
    token = cloud.signed_in()["refresh_token"]
    cloud.clock.advance(90 * 86400)
    assert [refresh(cloud, each)["error_codes"] for each in (token, "guess")] == [[70008], [70000]]


@pytest.mark.witness("sign-in error", "revoked", "D ENTRA error codes")
def test_a_revoked_person_has_to_sign_in_again(cloud: Cloud) -> None:
    before, sams, approved = cloud.signed_in(), cloud.signed_in(SAM.upn), cloud.approved()
    cloud.idp.revoke(ALEX.upn)
    assert refresh(cloud, before["refresh_token"])["error_codes"] == [50173]
    assert cloud.poll(approved).json()["error"] == "invalid_grant", "an approval from before is void too"
    for good in (sams, cloud.signed_in()):
        assert "access_token" in refresh(cloud, good["refresh_token"])
