"""The odd words requests are made of: whatever a parser might trip over, next to what is right."""

from __future__ import annotations

from typing import Final

from romekit.cloud.engine.people import ALEX, CONSUMERS, SAM, WREN
from tests.fuzz.cloud import IDS

#: Text that a page may only show harmlessly.
MARKUP: Final = "<b onclick=fuzz>"

SEGMENTS: Final = [
    "",
    "x" * 4000,
    *(IDS["alex"][0], IDS["alex"][0].upper(), IDS["sam"][0], *IDS["commands"], f"devices('{IDS['alex'][0]}')"),
    *(ALEX.upn, ALEX.upn.upper(), ALEX.id, SAM.upn, SAM.id, f"users('{ALEX.upn}')"),
    *r"""
    me ME users devices Devices commands responsepayload responsePayload $count $batch $metadata romekit.history
    romekit.fault romekit.cancel rome%E2%84%AAit.deeds beta v1.0 link me-token-to-replace . .. %2e%2e %00 %0A %0d%0aX:y
    %FF %C3%28 %C3%BC %F0%9F%98%80 %2F %25 % %zz %20 [ ] { @ * ~ + ; : \ ' ''
    """.split(),
]
OPTIONS: Final = [
    *("", "a=" + "b" * 3000, "$filter=" + "(" * 900, "$filter=" + "not " * 99),
    *"""
    $top=1 top=2 $top=-1 $top=1e3 $top=%D9%A3 $top=1&$top=2 %24top=1 $TOP=1 $skip=99999999999999999999 $count=true
    $select=id $select=* $select=, $select=nothing $select=id,id,status $expand=responsepayload $expand=* $x=1 $search=x
    $filter=kind%20eq%20'Phone' $filter=name%20eq%20'a''b' $filter=name%20eq%20null $filter=%00 $filter=' $filter=)
    $filter=startswith(name,'A')%20and%20contains(kind,'o') $orderby=name%20desc $orderby=,, $orderby=name%20sideways
    $skiptoken=x $skiptoken=%FF $format=xml api-version=1 =&= &&& % %zz=% ? #
    """.split(),
]
HEADERS: Final = {
    "Accept": ["application/json;odata.metadata=full", "text/html", "*/*;q=x", "application/xml", ""],
    "Prefer": ["wait=1", "wait=999999", "wait=-1", "respond-async, wait=3", "wait=1e9", "wait", 'wait="7"'],
    "If-None-Match": ["*", 'W/"x"', ",,,", '"', ""],
    "Content-Type": ["application/json; charset=utf-16", "text/plain", "", ";", "APPLICATION/JSON"],
    "client-request-id": ["", "x" * 5000, "0" * 36, "a,b", "{0}"],
    "Access-Control-Request-Headers": ["", "x", "a\tb"],
    "Cookie": ["romekit_form=x", "romekit_form=" + "x" * 30, "romekit_form", "=;="],
    "Host": ["127.0.0.1", "localhost:x", "[::1]", "[[::1]", "[::1]x", "LOCALHOST", "127.0.0.1:@evil.example"],
}

# ── bodies ──────────────────────────────────────────────────────────────────────────────────────────────────────────

NUMBERS: Final = [0, -1, 2**63, 10**400, 1e308, -0.0, float("nan"), float("inf"), True, 0.1, 503, 999]
WORDS: Final = [
    *("", " ", "\ud800", "\x00", "ü😀", "a\r\nb: c", "x" * 3000, IDS["alex"][0], MARKUP),
    *"x LaunchUri appservice online asleep https://bing.com javascript:x http:// http://127.0.0.1:1/x".split(),
    *"http://169.254.169.254/ file:///etc/passwd list send refused".split(),
]
URLS: Final = [
    "/%FF/\ud800",
    *f"""
    /me/devices /me/devices/{IDS["alex"][0]}/commands $metadata /$batch //x https://x/ /me/devices?$top=1 ?$top # ../x
    /me/devices?$filter=( ../v1.0/me /v1.0/me /me/%0a /users/{SAM.upn}/devices/{IDS["sam"][0]}/commands me/devices
    """.split(),
]
CALL_OF: Final = b'{"type": "AppService", "appServiceName": "a", "packageFamilyName": "b", "payload": {"n": %s}}'
#: What no JSON library writes.
NO_JSON: Final = [
    *(b"", b"NaN", b"\xef\xbb\xbf{}", b"\xff\xfe{\x00}\x00", b'{"type": "LaunchUri"', b"x" * 65_536, b"x" * 65_537),
    b'{"type": "LaunchUri", "payload": {"uri": "\xc3\x28"}}',
    b'{"type": "LaunchUri", "type": "AppService", "Type": 1}',
    b'{"type": "LaunchUri", "payload": {"uri": "https://\\ud800"}}',
    *(CALL_OF % b"1e999", CALL_OF % (b"9" * 4300), CALL_OF % (b"9" * 4301), CALL_OF % b'"\\ud83d"', CALL_OF % b"-0"),
    *(CALL_OF % (b"[" * 62 + b"]" * 62), CALL_OF % (b"[" * 64 + b"]" * 64), b"[" * 60_000),
    b'{"payload":' * 5_000 + b"{}" + b"}" * 5_000,
    b'"%s"' % (b"y" * 65_534),
]

# ── the identity provider ───────────────────────────────────────────────────────────────────────────────────────────

TENANTS: Final = ["consumers", "common", "organizations", CONSUMERS, "CONSUMERS", "nobody", "%00", "a{b}"]
PLACES: Final = """
oauth2/v2.0/devicecode oauth2/v2.0/token oauth2/v2.0/token oauth2/v2.0/authorize oauth2/v2.0/logout discovery/v2.0/keys
v2.0/.well-known/openid-configuration oauth2/v2.0/token/ oauth2/token
""".split()
PAGES: Final = """
/link /link /link/ /error /error /common/discovery/instance / * [ /romekit/openapi.json /wall /wall/now /wall/do
""".split()
FIELDS: Final = """
client_id scope grant_type device_code code redirect_uri code_verifier refresh_token response_type response_mode state
nonce code_challenge code_challenge_method prompt login_hint client_info client_secret user_code otc csrf upn decision
step
""".split()
VALUES: Final = [
    *("", " ", "\x00", "a\r\nb", MARKUP, "ü😀", "x" * 3000, "E" * 43, "openid profile", "Device.Read offline_access"),
    *(ALEX.upn, WREN.upn),
    *"""
    x {0} {name} %s 1 code query form_post S256 allow deny none consent .default https://graph.microsoft.com/.default
    urn:ietf:params:oauth:grant-type:device_code authorization_code refresh_token password client_credentials
    http://localhost:1/x http://localhost:99999/ https://evil.example/ http://[ http://127.0.0.1#x http://localhost;x/
    """.split(),
]
GOOD_FORM: Final = {
    "client_id": "an-app",
    "scope": "openid offline_access Device.Read",
    "redirect_uri": "http://localhost:1/x",
    "response_type": "code",
    "code_challenge": "E" * 43,
    "code_challenge_method": "S256",
    "grant_type": "refresh_token",
    "refresh_token": "x",
}
ODD_ENDS: Final = ["&client_id=twice", "&%FF=%FE", "&" * 70, "&a=1" * 70, "&=", "&;", "%", "&scope=%00"]
