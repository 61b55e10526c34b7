"""What may be posted to is what is plainly this machine, or plainly listed."""

import pytest
from hypothesis import given, strategies as st

from romekit.cloud.webhooks.addresses import (
    PostAddress,
    Target,
    Unsafe,
    addresses_of,
    is_here,
    is_proper,
    place_of,
    target_of,
)
from romekit.core.errors import BadInput

LISTED = {PostAddress("receiver.example", 8000), PostAddress("10.1.2.3", 443), PostAddress("fd00::5", 80)}


@pytest.mark.parametrize(
    ("uri", "host", "port"),
    [
        ("http://127.0.0.1:8000/updates", "127.0.0.1", 8000),
        ("http://127.0.0.1", "127.0.0.1", 80),
        ("https://127.0.0.1", "127.0.0.1", 443),
        ("http://127.8.9.10:1/?a=b@c:d//e", "127.8.9.10", 1),
        ("http://[::1]:65535/", "::1", 65535),
        ("HTTP://LOCALHOST:80?x", "localhost", 80),
        ("http://receiver.example:8000/", "receiver.example", 8000),
        ("http://Receiver.Example:8000/", "receiver.example", 8000),
        ("https://10.1.2.3/", "10.1.2.3", 443),
        ("http://[fd00::5]/", "fd00::5", 80),
    ],
)
def test_loopback_and_what_is_listed_may_be_posted_to(uri, host, port):
    target = target_of(uri, LISTED)
    assert target.place == (host, port)
    assert str(target).lower() == uri.lower()


NOT_ABSOLUTE = ["", " ", *"postbackURI /updates //127.0.0.1/ 127.0.0.1:8000 http:/127.0.0.1 http:127.0.0.1".split()]
OTHER_SCHEMES = "ftp://127.0.0.1/ file:///etc/passwd gopher://127.0.0.1:6379/_x ws://127.0.0.1/ javascript:1".split()
WITH_SOMEBODY = [
    f"http://{who}/" for who in "127.0.0.1@evil.example user:secret@127.0.0.1 @127.0.0.1 a@b@[::1]".split()
]
ODD_CHARACTERS = ["http:\\\\127.0.0.1/", " http://127.0.0.1/", "http://127.0.0.1\\@evil.example/"]
ODD_CHARACTERS += [f"http://127.0.0.1/{path}" for path in ("a\\b", " ", "\n", "\r\nHost: evil.example", "é", "\udcff")]
ODD_CHARACTERS += ["http://127.0.0.1\t/", "http://127.0.0.1\0.evil.example/"]
ODD_CHARACTERS += ["http://127.0.0.1/#fragment", "http://127.0.0.1#@evil.example/"]
ODD_PORTS = [f"http://127.0.0.1:{port}/" for port in ("", *"0 00 080 65536 99999 123456 -1 +80 8e1 80:80".split())]
ODD_NUMBERS = ["2130706433", "017700000001", "0x7f000001", "0177.0.0.1", "127.0.0.01", "0x7f.0.0.1", "127.1", "127.0.1"]
ODD_NUMBERS += ["127.0.0.1.", "127.0.0.256", "127.0.0.1.1", "127..0.1", "127.0.0.1%00", "%31%32%37.0.0.1", "①②⑦.0.0.1"]
ELSEWHERE = ["0.0.0.0", "0", "10.0.0.1", "169.254.169.254", "192.168.0.1", "8.8.8.8", "126.255.255.255", "128.0.0.1"]
ELSEWHERE_6 = ["::", "::2", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::127.0.0.1"]
ELSEWHERE_6 += ["", *"fe80::1 fe80::1%25lo ::1%25lo ::1%lo 64:ff9b::7f00:1 2002:7f00:1:: v1.a ::1]:80@[::2".split()]
NAMES = (
    "localhost. localhost.evil.example evil.localhost 127.0.0.1.nip.io localtest.me evil.example ⓛocalhost "
    "xn--lcalhost-n4a localhost.. .localhost - local_host receiver.example.evil.example receiver.example."
).split()
HOSTS = [*ODD_NUMBERS, *ELSEWHERE, *NAMES, *[f"[{inside}]" for inside in ELSEWHERE_6]]


@pytest.mark.parametrize("uri", [*NOT_ABSOLUTE, *OTHER_SCHEMES, *WITH_SOMEBODY, *ODD_CHARACTERS, *ODD_PORTS])
def test_an_odd_uri_is_refused(uri):
    with pytest.raises(BadInput, match="postBackUri") as refused:
        target_of(uri, LISTED)
    assert refused.value.field == "postBackUri"
    assert "--post-back-to" in refused.value.hint


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("form", ["http://{}/", "http://{}:8000/updates", "https://{}?x"])
def test_a_host_that_is_not_plainly_this_machine_is_refused(form, host):
    with pytest.raises(BadInput) as refused:
        target_of(form.format(host), LISTED)
    assert refused.value.field == "postBackUri"


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        *((f"http://{host}/", "does not post to") for host in ("receiver.example:8001", "10.1.2.3", "[fd00::5]:81")),
        ("http://receiver.example/", "does not post to"),
        ("updates", "not an absolute http or https URI"),
        ("http://127.0.0.1/ x", "blanks"),
        ("http://127.0.0.1\\x", "backslash"),
        ("HTTP://a@127.0.0.1/", "name or a password"),
        ("http://127.0.0.1/#x", "fragment"),
        ("http://127.0.0.1:0/", "no port from 1 to 65535"),
        ("http://[::1]:70000/", "no port from 1 to 65535"),
        ("http://[::ffff:10.0.0.1]/", "ordinary spelling"),
        ("http://[fe80::1%25lo]/", "ordinary spelling"),
        ("http://", "ordinary spelling"),
        ("http://10.0.0.1/", "leads to '10.0.0.1', port 80"),
        ("http://127.0.0.1/" + "x" * 2048, "more than 2048 characters"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_a_listed_host_is_listed_with_its_port_only(uri, words):
    with pytest.raises(BadInput, match=words) as refused:
        target_of(uri, LISTED)
    assert len(str(refused.value)) < 400


@given(st.text(alphabet="htps:/@[]\\.0127?#% localxe\n\0", max_size=40) | st.text(max_size=40))
def test_whatever_is_accepted_leads_to_this_machine(text):
    for uri in (text, f"http://{text}", f"http://127.0.0.1{text}", f"http://[{text}]/", f"http://localhost{text}"):
        try:
            target = target_of(uri, ())
        except BadInput:
            continue
        assert target.host == "localhost" or is_here(target.host)
        assert 1 <= target.port <= 65535
        assert target.rest[:1] in ("", "/", "?")


@pytest.mark.parametrize(
    "text", ["", "host", "host:", "host:0", "host:65536", "http://host:1", "host:1/", "a@b:1", "[::1]", "*:80", "h:1 "]
)
def test_a_place_is_listed_as_host_and_port(text):
    assert place_of("Receiver.Example:8000") == ("receiver.example", 8000)
    assert place_of("[fd00::5]:80") == ("fd00::5", 80)
    with pytest.raises(BadInput, match="HOST:PORT"):
        place_of(text)


def target(host, scheme="http", port=80):
    return Target(scheme, host, port, host, "/")


@pytest.mark.parametrize(
    "found", ["", "10.0.0.1", "127.0.0.1 10.0.0.1", "::1 fe80::1%lo", "::ffff:127.0.0.1", "0.0.0.0", "::", "::1%1", "x"]
)
def test_localhost_that_is_elsewhere_is_not_reached(found):
    found = found.split()
    with pytest.raises(Unsafe, match="localhost has the address"):
        addresses_of(target("localhost"), lambda host, port: found)
    assert addresses_of(target("localhost"), lambda host, port: ["::1", "127.0.0.1"]) == ["::1", "127.0.0.1"]


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1", "fe80::1", "::ffff:10.0.0.1", "x"],
)
def test_a_listed_name_must_not_become_the_networks_own_machinery(address):
    assert not is_proper(address)
    with pytest.raises(Unsafe):
        addresses_of(target("receiver.example"), lambda host, port: ["10.1.2.3", address])


def test_an_address_is_not_looked_up_and_a_listed_name_is_its_operators_choice():
    for host in ("127.0.0.1", "::1", "10.1.2.3"):
        assert addresses_of(target(host), lambda host, port: pytest.fail("looked up")) == [host]
    for address in ("10.1.2.3", "93.184.216.34", "fd00::5", "2606:2800:220:1::1", "127.0.0.1", "::1"):
        assert addresses_of(target("receiver.example"), lambda host, port, at=address: [at]) == [address]
