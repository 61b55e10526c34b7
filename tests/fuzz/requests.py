"""Requests: right ones with something wrong, from the method to the last byte of the body."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from romekit.cloud.engine.people import ALEX, SAM, WREN
from tests.fuzz import words
from tests.fuzz.bodies import BATCHES, BODIES, FAULTS, ORDERS, written
from tests.fuzz.cloud import IDS, Cloud, Raw, as_raw
from tests.fuzz.judge import PATHS


def mostly(usual: st.SearchStrategy[Any], odd: st.SearchStrategy[Any], one_in: int = 6) -> st.SearchStrategy[Any]:
    """The usual, and one time in so many the odd: what is wrong everywhere is refused at the first place."""
    return st.integers(1, one_in).flatmap(lambda number: odd if number == one_in else usual)


METHODS: Final = st.sampled_from("GET POST PUT PATCH DELETE HEAD OPTIONS TRACE get BREW".split())
SEGMENTS: Final = st.sampled_from(words.SEGMENTS) | st.text(max_size=5).map(quote)
OPTIONS: Final = st.sampled_from(words.OPTIONS) | st.text(max_size=6).map(quote)
LATIN: Final = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=12).map(str.strip)
ODD: Final = {name: st.sampled_from(odd) | LATIN for name, odd in words.HEADERS.items() if name != "Host"}
HEADERS: Final = st.fixed_dictionaries({}, optional={**ODD, "Host": st.sampled_from(words.HEADERS["Host"])})


def bad_tokens(cloud: Cloud) -> list[str]:
    """Tokens that open nothing: of somebody else's making, too old, for something else, or hardly a token."""
    good = cloud.token()
    return [
        *(cloud.token(aud="https://outlook.com"), cloud.token(exp=0), cloud.token(key=b"other key" * 4)),
        *(good[:-1], good[:40], f"{good[:60]}A{good[61:]}", "EwB", "eyJhbGciOiJub25lIn0.e30.", "x" * 9000, "\xfc"),
    ]


def authorizations(cloud: Cloud) -> list[str]:
    """Ways to say who one is."""
    good = cloud.token()
    others = [cloud.token(SAM), cloud.token(WREN), cloud.token(idtyp="app"), cloud.token(scp=[])]
    odd = ["", "Bearer", "Bearer ", f"bearer  {good}", f"Basic {good}", good, f"Bearer {good}, Bearer {good}"]
    return [*(f"Bearer {token}" for token in (*others, cloud.token(scp=["Device.Read"]), *bad_tokens(cloud))), *odd]


AUTHORIZATIONS: Final = mostly(st.just(f"Bearer {Cloud().token()}"), st.sampled_from(authorizations(Cloud())))
NOTHING: Final = st.just({})


@st.composite
def graph_requests(draw: Any) -> Raw:
    """An operation of the contract, with anything or nothing wrong about it."""
    template = draw(st.sampled_from(list(PATHS)))
    usual = [each.upper() for each in PATHS[template] if each != "options"]
    method = draw(mostly(st.sampled_from(usual), METHODS))
    target = draw(_targets(template))
    headers = {
        "Authorization": draw(AUTHORIZATIONS),
        "Content-Type": "application/json",
        **draw(mostly(NOTHING, HEADERS, 2)),
    }
    return Raw(method, target.encode(), as_raw(headers), draw(_bodies(template)))


@st.composite
def _targets(draw: Any, template: str) -> str:
    """The path filled in, perhaps a segment exchanged, perhaps options behind it."""
    names = {"{user}": ALEX.upn, "{device}": IDS["alex"][0], "{command}": draw(st.sampled_from(IDS["commands"]))}
    parts = ["beta", *(names.get(part, part) for part in template.strip("/").split("/"))]
    if draw(st.integers(1, 4)) == 4:
        place = draw(st.integers(0, len(parts)))
        parts[place : place + draw(st.integers(0, 1))] = [draw(SEGMENTS)]
    start = draw(mostly(st.just("/"), st.sampled_from(["//", "", "http://127.0.0.1/", "/%2F"]), 20))
    joint = draw(mostly(st.just("/"), st.just("//"), 10))
    options = draw(mostly(st.just(""), st.lists(OPTIONS, max_size=2).map("&".join), 3))
    return start + joint.join(parts) + (f"?{options}" if options else "")


def _bodies(template: str) -> st.SearchStrategy[bytes]:
    """What belongs to such a path, nearly, or anything."""
    good = BATCHES if template == "/$batch" else FAULTS if template.endswith("fault") else ORDERS
    return mostly(good.map(written), BODIES, 3)


@st.composite
def forms(draw: Any) -> str:
    """A form with something wrong in it."""
    odd = draw(
        st.dictionaries(st.sampled_from(words.FIELDS), st.sampled_from(words.VALUES) | st.text(max_size=8), max_size=4)
    )
    fields = {**draw(st.sampled_from([words.GOOD_FORM, words.GOOD_FORM, {}])), **odd}
    return urlencode(fields) + draw(mostly(st.just(""), st.sampled_from(words.ODD_ENDS)))


@st.composite
def sign_in_requests(draw: Any) -> Raw:
    """A request that is meant for the identity provider, more or less."""
    tenant = draw(mostly(st.just("consumers"), st.sampled_from(words.TENANTS) | SEGMENTS, 4))
    place = draw(st.sampled_from(words.PLACES))
    path = draw(mostly(st.just(f"/{tenant}/{place}"), st.sampled_from(words.PAGES) | SEGMENTS, 4))
    headers = {"Content-Type": "application/x-www-form-urlencoded", **draw(mostly(NOTHING, HEADERS, 2))}
    form = draw(forms())
    usual = "POST" if place.endswith(("devicecode", "token")) else "GET"
    method = draw(mostly(st.just(usual), METHODS))
    if method == "POST":
        return Raw(method, path.encode(), as_raw(headers), draw(mostly(st.just(form.encode()), BODIES)))
    return Raw(method, f"{path}?{form}".encode(), as_raw(headers))
