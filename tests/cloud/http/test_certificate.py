"""The certificate that `romekit serve --tls` makes for this machine."""

import ssl
from datetime import timedelta

import httpx
import pytest

from romekit.cloud.http import certificate as module
from romekit.cloud.http.certificate import own_certificate
from romekit.core.errors import BadInput
from tests.serving import approve, process


def test_it_is_made_once_and_another_in_time_with_the_same_key_which_only_its_owner_can_read(tmp_path, monkeypatch):
    files = certificate, key = own_certificate(tmp_path / "romekit")
    before = certificate.read_bytes(), key.read_bytes()
    assert own_certificate(tmp_path / "romekit") == files
    assert (certificate.read_bytes(), key.read_bytes()) == before
    assert key.stat().st_mode & 0o077 == 0
    with monkeypatch.context() as soon:
        soon.setattr(module, "LIFE", timedelta(days=20))
        certificate, key = own_certificate(tmp_path / "soon over")
        before = certificate.read_bytes(), key.read_bytes()
    own_certificate(tmp_path / "soon over")
    assert (certificate.read_bytes() == before[0], key.read_bytes() == before[1]) == (False, True)
    key.write_text("no key")
    with pytest.raises(BadInput, match="No certificate can be kept in"):
        own_certificate(tmp_path / "soon over")


def test_a_server_speaks_https_with_it_and_its_tokens_live_as_long_as_it_was_told(tmp_path):
    with process("--tls", "--token-lifetime", "1", XDG_DATA_HOME=str(tmp_path)) as (_, address):
        file = tmp_path / "romekit" / "tls-cert.pem"
        trusted = ssl.create_default_context(cafile=file)
        port = address.rpartition(":")[2]
        with httpx.Client(verify=trusted, trust_env=False) as http:
            for name in ("127.0.0.1", "localhost"):
                found = http.get(f"https://{name}:{port}/consumers/v2.0/.well-known/openid-configuration").json()
                assert found["issuer"] == f"https://{name}:{port}/consumers/v2.0"
            assert "strict-transport-security" not in http.get(f"{address}/beta/me/devices").headers
            place = f"{address}/consumers/oauth2/v2.0"
            asked = {"client_id": "a", "scope": "https://graph.microsoft.com/Device.Read"}
            flow = http.post(f"{place}/devicecode", data=asked).json()
            approve(flow["verification_uri"], flow["user_code"], "alex@romekit.example", verify=file)
            grant = {"grant_type": "device_code", "client_id": "a", "device_code": flow["device_code"]}
            answer = http.post(f"{place}/token", data=grant).json()
            assert answer["expires_in"] == 1
