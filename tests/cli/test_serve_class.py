"""`romekit serve` for others: what it refuses, where the admin secret is, and https."""

import socket
import subprocess

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

import romekit
from romekit.cli.serve_options import proxy_from
from romekit.cloud.http.server import listening
from romekit.core.errors import BadInput
from tests.certificate import a_certificate
from tests.serving import DIRECT, ROMEKIT, process, serving


def ended(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    line = [ROMEKIT, "serve", "--port", "0", *options]
    return subprocess.run(line, capture_output=True, text=True, env={**DIRECT, **environment}, timeout=30)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "0.0.0.0"], "--class NAME, so that people get accounts of their own and a teacher"),
        (["--host", "0.0.0.0", "--class", "P"], "--behind-proxy ADDRESS"),
        (["--host", "::", "--class", "P", "--behind-proxy", "10.0.0.1"], "--public-url, the address people will open"),
        (["--tls-cert", "cert.pem"], "A certificate and its key come together. Give --tls-key as well."),
        (["--tls-cert", "no.pem", "--tls-key", "no.key"], "There is no file no.pem."),
        (["--quota", "commands=5"], "There is no class. Give it a name with --class."),
        (["--class", "P", "--quota", "pizzas=5"], "There is no quota 'pizzas'."),
        (["--class", "P", "--quota", "commands"], "'commands' is not NAME=NUMBER."),
        (["--class", ""], "The class has no name. Write --class NAME, or leave --class out."),
        (["--class", "  "], "The class has no name."),
        (["--class", "P" * 41], "Give the class another with --class."),
        (["--public-url", "https://a.example/a b"], "'https://a.example/a b' is not an address people can open."),
        (["--class", "P", "--class-code", "X"], "'X' is not a class code."),
        (["--public-url", "school"], "'school' is not an address people can open."),
        (["--public-url", "https://a.example/r\u00f6me"], "is not an address people can open."),
        (["--public-url", "https://a.example/a/../b"], "is not an address people can open."),
        (["--store", "sqlite:///."], ". is a folder. Name a file in it"),
        (["--behind-proxy", "nginx"], "Give the proxy's address as the server sees it: 127.0.0.1."),
    ],
)
def test_what_would_not_be_safe_or_makes_no_sense_is_refused_in_words(options, said, tmp_path):
    refused = ended(*options, XDG_DATA_HOME=str(tmp_path))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert said in refused.stderr


def test_a_secret_that_can_be_guessed_is_none_and_it_need_not_be_utf_8_unless_somebody_has_to_type_it(tmp_path):
    refused = ended("--class", "P", ROMEKIT_ADMIN_SECRET="secret")
    assert refused.returncode == 2
    assert "fewer than 12 characters" in refused.stderr
    assert "'secret'" not in refused.stderr
    store = f"sqlite:///{tmp_path}/rome.db"
    with process("--store", store, ROMEKIT_SECRET="\udcff" * 16) as (_, address):
        assert httpx.get(f"{address}/link", trust_env=False).status_code == 200
    refused = ended("--class", "P", ROMEKIT_ADMIN_SECRET="\udcff" * 12)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "is not text, so nobody could type it." in refused.stderr
    assert "Traceback" not in refused.stderr


def _encrypted(key: bytes) -> bytes:
    made = load_pem_private_key(key, None)
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"a password"))


WRONG = {
    "no PEM": (lambda cert, key: (b"certificate", key), "No certificate and key could be read"),
    "an empty certificate": (lambda cert, key: (b"", key), "No certificate and key could be read"),
    "the certificate twice": (lambda cert, key: (cert, cert), "No certificate and key could be read"),
    "another's key": (lambda cert, key: (cert, OTHER), "is not the key of the certificate"),
    "an encrypted key": (lambda cert, key: (cert, _encrypted(key)), "is encrypted, and a server has nobody to ask"),
}
OTHER = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("wrong", WRONG)
def test_files_that_https_cannot_be_spoken_with_are_refused_at_once(wrong, tmp_path):
    made, said = WRONG[wrong]
    certificate, key = a_certificate(tmp_path)
    contents = made(certificate.read_bytes(), key.read_bytes())
    for file, content in zip((certificate, key), contents, strict=True):
        file.write_bytes(content)
    with pytest.raises(BadInput, match=said) as refused:
        proxy_from("127.0.0.1", public_url="", tls_cert=certificate, tls_key=key, behind_proxy=(), has_class=False)
    assert refused.value.field == "tls"
    ran = ended("--store", "memory", "--tls-cert", str(certificate), "--tls-key", str(key))
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)


def test_a_host_that_is_not_of_this_machine_is_named_and_not_the_port():
    for host in ("192.0.2.1", "2001:db8::1", "no.such.host.invalid", "a..b", "fe80::zz"):
        with pytest.raises(BadInput, match="Choose an address of this machine with --host") as refused:
            listening(host, is_safe=True)
        assert (refused.value.field, repr(host) in str(refused.value)) == ("host", True)


def test_a_secret_is_made_once_and_not_written_into_a_log(tmp_path):
    line = [ROMEKIT, "serve", "--port", "0", "--class", "Physics 9"]
    environment = {**DIRECT, "XDG_DATA_HOME": str(tmp_path)}
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=environment) as server:
        said = "".join(server.stdout.readline() for _ in range(7))
        server.terminate()
    file = tmp_path / "romekit" / "class-physics-9.secret"
    secret = file.read_text().strip()
    assert f"Secret     in {file}" in said
    assert secret not in said
    assert file.stat().st_mode & 0o077 == 0


def test_a_class_over_https_behind_a_name_of_its_own(tmp_path, monkeypatch):
    certificate, key = a_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    files = ["--tls-cert", str(certificate), "--tls-key", str(key), "--admin-secret-file", str(tmp_path / "secret")]
    with serving("--class", "P", "--class-code", "WREN-42", *files) as address:
        assert address.startswith("https://127.0.0.1:")
        rome = romekit.join(address, code="WREN-42", name="Mia", show=lambda said: None)
        assert rome.devices()[0].name == "Mia's Surface"
        rome.close()


def test_a_key_that_others_can_read_is_warned_of(tmp_path, capsys):
    certificate, key = a_certificate(tmp_path)
    for mode, words in ((0o600, ""), (0o644, f"romekit: others on this machine can read {key}: chmod 600 {key}\n")):
        key.chmod(mode)
        proxy_from("127.0.0.1", public_url="", tls_cert=certificate, tls_key=key, behind_proxy=(), has_class=False)
        assert capsys.readouterr().err == words


def test_who_comes_past_the_stated_proxy_is_refused(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    reach = ["--host", "0.0.0.0", "--port", str(port), "--public-url", "https://school.example"]
    files = ["--behind-proxy", "10.9.9.9", "--admin-secret-file", str(tmp_path / "secret")]
    with serving("--class", "P", *reach, *files):
        refused = httpx.get(f"http://127.0.0.1:{port}/join", headers={"Host": "school.example"}, trust_env=False)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "AccessDenied")


def test_for_other_machines_it_answers_to_its_public_name_only(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    public = "https://school.example"
    reach = ["--host", "0.0.0.0", "--port", str(port), "--public-url", public, "--behind-proxy", "127.0.0.1"]
    with serving("--class", "P", *reach, "--admin-secret-file", str(tmp_path / "secret")) as address:
        assert address == public
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            page = http.get("/join", headers={"Host": "school.example"})
            assert (page.status_code, "Secure" in page.headers["set-cookie"]) == (200, True)
            assert http.get("/join", headers={"Host": "evil.example"}).status_code == 400
            app = {"client_id": "a", "scope": "Device.Read"}
            flow = http.post("/consumers/oauth2/v2.0/devicecode", data=app, headers={"Host": "school.example"}).json()
            assert flow["verification_uri"] == f"{public}/link"
