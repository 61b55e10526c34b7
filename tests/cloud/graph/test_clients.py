"""What other people's clients need of Graph: standard headers, formats, and what they ask for first."""

import pytest

from romekit.cloud.engine.people import ALEX
from romekit.cloud.graph import extensions
from romekit.lab.lab import Lab
from tests.cloud.graph_client import BASE, error_of

MINIMAL = "application/json;odata.metadata=minimal"


@pytest.mark.witness("route", "GET /me", "M 3")
@pytest.mark.witness("option", "get_me $select", "I 7.3")
@pytest.mark.witness("property", "User(id, displayName, userPrincipalName), User.@odata.context", "M 3")
@pytest.mark.parametrize("path", ["/beta/me", f"/beta/users/{ALEX.upn}", f"/beta/users/{ALEX.id}"])
def test_the_signed_in_person_can_be_asked_for(door, path):
    token = door.token(scp=["User.Read"], name=ALEX.name)
    whole = {"id": ALEX.id, "displayName": ALEX.name, "userPrincipalName": ALEX.upn}
    assert door.get(path, token=token).json() == whole
    assert door.get(f"{path}?$select=displayName", token=token).json() == {"displayName": ALEX.name}
    answer = door.get(path, token=token, headers={"Accept": MINIMAL})
    assert answer.json() == {"@odata.context": f"{BASE}/beta/$metadata#users/$entity", **whole}
    assert error_of(door.get(path))["code"] == "Authorization_RequestDenied"


def test_only_a_token_that_is_refused_is_called_invalid_and_two_are_one_too_many(door):
    def challenge(**request):
        answer = door.client.get("/beta/me/devices", **request)
        assert answer.status_code == 401
        return answer.headers["www-authenticate"]

    assert "error=" not in challenge()
    for token in ("garbage", door.token(exp=0), door.token(aud="https://example.com")):
        assert challenge(headers={"Authorization": f"Bearer {token}"}).endswith(', error="invalid_token"')
    assert f'authorization_uri="{BASE}/common/oauth2/v2.0/authorize"' in challenge()
    refused = door.get("/beta/me/devices", token=door.token(scp=[]))
    assert refused.headers["www-authenticate"] == 'Bearer error="insufficient_scope", scope="Device.Read"'
    token = f"Bearer {door.token()}"
    answer = door.client.get("/beta/me/devices", headers=[("Authorization", token), ("Authorization", token)])
    assert (answer.status_code, "twice" in error_of(answer)["message"]) == (400, True)


@pytest.mark.parametrize(("fractions", "said"), [(False, "4"), (True, "3.988")])
def test_a_throttled_client_is_told_whole_seconds_unless_the_quirk_is_on(fractions, said):
    lab = Lab()
    lab.limit(reads=0, window=3.988, fractions=fractions)
    answer = lab.http().get("me/devices", headers={"Authorization": f"Bearer {lab.token()}"})
    assert answer.headers["retry-after"] == said


@pytest.mark.parametrize(
    ("base", "is_sent"),
    [
        ("https://rome.example", True),
        ("http://rome.example", False),
        *((f"https://{host}", False) for host in ("localhost", "localhost:8443", "127.0.0.1:8443", "[::1]:8443")),
    ],
)
def test_nobody_is_bound_to_https_over_http_or_on_this_machine(door, base, is_sent):
    answer = door.get(f"{base}/beta/me/devices")
    assert ("strict-transport-security" in answer.headers) is is_sent


@pytest.mark.parametrize(
    ("query", "accept", "metadata"),
    [
        ("", "*/*", "none"),
        ("", "application/json", "none"),
        ("", "application/json;odata.metadata=none", "none"),
        ("", MINIMAL, "minimal"),
        ("", "application/json;odata.metadata=full", "minimal"),
        ("?$format=json", MINIMAL, "none"),
        ("?format=JSON", "*/*", "none"),
        ("?$format=application/json;odata.metadata=minimal", "*/*", "minimal"),
    ],
)
def test_the_content_type_says_whether_there_is_metadata(door, query, accept, metadata):
    for path in ("/beta/me/devices", door.launched()):
        answer = door.get(f"{path}{query}", headers={"Accept": accept})
        assert f"odata.metadata={metadata};" in answer.headers["content-type"]
        assert ("@odata.context" in answer.json()) is (metadata == "minimal")


@pytest.mark.parametrize("path", ["me/devices", "me/romekit.history", "me/devices/$count"])
def test_json_is_the_only_format(door, path):
    assert door.get(f"/beta/{path}?$format=json").status_code == 200
    assert error_of(door.get(f"/beta/{path}?$format=xml"))["target"] == "$format"


@pytest.mark.parametrize(
    "uri", ["https://a.b/\0", "https://a.b/\nx", "ms-settings:\x1b", "https://a.b/\x7f", "https://a.b/\x85"]
)
def test_a_uri_has_no_control_characters(door, uri):
    error = error_of(door.send({"type": "LaunchUri", "payload": {"uri": uri}}))
    assert (error["target"], "control character" in error["message"]) == ("payload.uri", True)


def test_a_star_does_not_hide_an_unknown_property(door):
    for path in ("/beta/me/devices", door.launched()):
        assert error_of(door.get(f"{path}?$select=*,nope"))["target"] == "$select"
        assert door.get(f"{path}?$select=*,id").status_code == 200


@pytest.mark.witness("option", "get_history $skiptoken, get_deeds $skiptoken", "I ours")
@pytest.mark.witness("property", "History.@odata.nextLink, Deeds.@odata.nextLink", "I ours")
@pytest.mark.parametrize("name", ["romekit.history", "romekit.deeds"])
def test_what_has_happened_comes_in_pages(door, monkeypatch, name):
    for _ in range(5):
        door.launched()
    door.clock.advance(20)
    whole = door.get(f"/beta/me/{name}").json()
    assert "@odata.nextLink" not in whole
    monkeypatch.setattr(extensions, "EVENTS_PAGE", 4)
    pages, link = [], f"/beta/me/{name}"
    while link:
        page = door.get(link).json()
        pages.append(page["value"])
        link = page.get("@odata.nextLink")
    assert len(pages) > 5
    assert max(map(len, pages)) <= 4
    assert [row for page in pages for row in page] == whole["value"]
    for token in ("-1", "x", "99999"):
        assert error_of(door.get(f"/beta/me/{name}?$skiptoken={token}"))["target"] == "$skiptoken"
