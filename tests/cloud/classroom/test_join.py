"""Joining a class: with a name and a code one gets an account of one's own, and nobody else gets it."""

import ast
import asyncio
import re

import httpx
import pytest

from romekit.cloud.asgi import suspending
from romekit.cloud.classroom.credentials import WORDS, admin_secret, fresh_code
from romekit.cloud.classroom.roster import Opening
from romekit.cloud.engine.classroom.decide import join
from romekit.cloud.engine.classroom.state import Quotas
from romekit.cloud.store.contract import Memory
from romekit.cloud.stub import Stub
from romekit.core.clock import Virtual, Wall
from tests.cloud.a_class import CODE, SECRET, AClass, ids_of, refusal, word_on
from tests.cloud.browser import Browser


@pytest.mark.witness("class address", "POST /romekit/join", "I ours")
@pytest.mark.parametrize("code", ["WREN-42", "wren42", " wren 42 ", "Wren–42"])
def test_a_code_is_taken_as_people_type_it(a_class: AClass, code):
    joined = a_class.joining(code=code)
    assert joined.status_code == 201
    assert joined.json()["account"] == "mia@physics-9.romekit.example"
    assert joined.headers["cache-control"].startswith("no-store")


@pytest.mark.witness("error", "404 noSuchClass", "I ours")
@pytest.mark.parametrize(
    ("said", "code", "target", "words"),
    [
        ({"code": "WREN-43"}, "noSuchClass", "code", "No class has this code"),
        ({"name": ""}, "BadRequest", "name", "name is missing."),
        ({"name": "M" * 41}, "BadRequest", "name", "longer than 40 letters"),
        ({"name": "M" * 201}, "BadRequest", "name", "name is too long: 201 letters. Send at most 40."),
        ({"code": "W" * 201}, "BadRequest", "code", "Send at most 200."),
        *(({"name": name}, "BadRequest", "name", "") for name in ("   ", "a\x00b", "a\u202eb")),
    ],
)
def test_an_error_names_the_field_that_is_meant_and_lets_nobody_in(a_class: AClass, said, code, target, words):
    error = a_class.join(**said)["error"]
    assert (error["code"], error["target"]) == (code, target)
    assert words in error["message"]
    assert a_class.names() == []


def test_every_student_has_devices_of_their_own_and_the_same_class_again_gives_the_same_worlds_again(a_class: AClass):
    mia, ben = a_class.signed_in("Mia"), a_class.signed_in("Ben")
    names = [client.get("/me/devices").json()["value"][0]["name"] for client in (mia, ben)]
    assert names == ["Mia's Surface", "Ben's Surface"]
    assert not {*ids_of(mia)} & {*ids_of(ben)}
    assert ids_of(AClass().signed_in()) == ids_of(AClass().signed_in())


@pytest.mark.witness("error", "409 nameTaken", "I ours")
def test_a_name_that_is_taken_is_asked_about_and_another_gets_a_number_as_do_names_that_differ_in_accents_only(a_class):
    a_class.join("Mia")
    refused = a_class.joining("mia ")
    assert refusal(refused) == (409, "nameTaken")
    assert "join as mia 2" in refused.json()["error"]["message"]
    assert a_class.join("Mia", another=True)["account"] == "mia-2@physics-9.romekit.example"
    assert a_class.names() == ["Mia", "Mia 2"]
    accounts = [a_class.join(name)["account"].partition("@")[0] for name in ("Zoe", "Zoë", "李雷", "梅")]
    assert accounts == ["zoe", "zoe-2", "student", "student-2"]


@pytest.mark.witness("error", "403 wrongWord", "I ours")
def test_the_word_lets_its_owner_back_in_and_nobody_else_and_only_a_hash_of_it_is_kept(a_class: AClass):
    word = a_class.join("Mia")["word"]
    back = a_class.joining("Mia", word=f" {word.upper()} ")
    assert (back.status_code, back.json()["account"]) == (200, "mia@physics-9.romekit.example")
    assert "word" not in back.json()
    assert refusal(a_class.joining("Mia", word="fern-fern-fern-22")) == (403, "wrongWord")
    kept = [str(event) for event in a_class.stub.roster.ledger.events(a_class.clock.now())]
    assert not [line for line in kept if word in line or "".join(word.split("-")).upper() in line]


@pytest.mark.witness("error", "429 tooManyTries", "I ours")
def test_who_tries_wrong_words_and_codes_is_slowed_down_and_a_right_one_always_gets_in(a_class: AClass):
    word = a_class.join("Mia")["word"]
    tried = [a_class.joining("Mia", word="fern-fern-fern-22") for _ in range(6)]
    assert [each.status_code for each in tried] == [403] * 5 + [429]
    assert int(tried[-1].headers["retry-after"]) > 0
    assert a_class.join("Mia", word=word)["name"] == "Mia"
    guessed = [a_class.joining("x", code=f"WREN-{n}").status_code for n in range(50, 90)]
    assert guessed == [404] * 30 + [429] * 10
    assert a_class.join("Ben")["name"] == "Ben"


def test_a_code_that_is_made_here_is_too_long_to_be_guessed():
    codes = {fresh_code() for _ in range(50)}
    assert len(codes) == 50
    assert all(re.fullmatch(r"[A-Z]+-[A-Z]+-[2-9]{4}", each) for each in codes)
    assert len(WORDS) ** 2 * 8**4 >= 2**24


def test_one_client_does_not_take_all_the_places(a_class: AClass):
    assert [a_class.joining(f"Bot {n}").status_code for n in range(45)] == [201] * 40 + [429] * 5
    a_class.clock.advance(61)
    assert a_class.join("Mia")["name"] == "Mia"


@pytest.mark.witness("header", "request: idempotency-key", "I ours")
def test_a_join_whose_answer_was_lost_can_be_repeated(a_class: AClass):

    def join(key: str, name: str = "Mia", **more) -> httpx.Response:
        said = {"code": CODE, "name": name, **more}
        return a_class.http.post("/romekit/join", json=said, headers={"Idempotency-Key": key})

    first, again = join("k" * 16), join("k" * 16)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert a_class.join("Mia", word=first.json()["word"])["account"] == first.json()["account"]
    assert refusal(join("another key, long")) == (409, "nameTaken")
    assert join("another key, long", another=True).json() == join("another key, long", another=True).json()
    assert join("k" * 16, "Ben").json()["name"] == "Ben"
    assert refusal(join("short", "Eve")) == (400, "BadRequest")
    assert a_class.names() == ["Mia", "Mia 2", "Ben"]


def test_a_form_that_is_sent_twice_joins_once_and_a_reload_joins_nobody(a_class: AClass):
    browser = a_class.browser()
    form = browser.open("/join")
    filled = form.fields | {"code": CODE, "name": "Mia"}
    lost = browser.http.post("/join", data=filled, follow_redirects=False)
    assert (lost.status_code, lost.headers["location"]) == (303, "join")
    browser.http.cookies.delete("romekit_student")
    page = browser.http.post("/join", data=filled)
    assert (page.request.method, "You are Mia" in page.text) == ("GET", True)
    assert word_on(page.text)
    assert a_class.names() == ["Mia"]


def test_slow_hashing_lets_others_in_between():
    stub = Stub(clock=Wall(), classroom=Opening("P", SECRET.encode(), CODE))

    async def turns_of_the_loop(joins: int) -> int:
        transport = httpx.ASGITransport(suspending(stub.app))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            said = [{"code": CODE, "name": f"Student {n}"} for n in range(joins)]
            joining = asyncio.gather(*(http.post("/romekit/join", json=each) for each in said))
            turns = 0
            while not joining.done():
                await asyncio.sleep(0.001)
                turns += 1
            assert {each.status_code for each in await joining} == {201}
            return turns

    assert asyncio.run(turns_of_the_loop(20)) > 20, "the loop did not go on while words were hashed"


@pytest.mark.witness("error", "409 classFull", "I ours")
def test_a_full_class_says_so_and_who_cannot_join_is_refused_before_anything_is_hashed(monkeypatch):
    a_class = AClass(students=1)
    a_class.join("Mia")
    monkeypatch.setattr("romekit.cloud.classroom.credentials._slow", lambda *given: pytest.fail("hashed"))
    refused = [refusal(a_class.joining("Ben", code=code)) for code in (CODE, "WREN-43")]
    assert refused == [(409, "classFull"), (404, "noSuchClass")]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 400),
        ({"content": b"[]", "headers": {"content-type": "application/json"}}, 400),
        ({"json": {"code": 5, "name": "Mia"}}, 400),
        ({"data": {"code": CODE, "name": "Mia"}}, 415),
        ({"json": {"code": CODE, "name": "x" * 5000}}, 413),
    ],
)
def test_a_body_that_is_no_question_is_refused_in_words(sent, status):
    refused = AClass().http.post("/romekit/join", **sent)
    assert refused.status_code == status
    assert refused.json()["error"]["message"]


@pytest.mark.witness("class address", "GET|POST /join, GET /", "I ours")
def test_the_page_lets_somebody_in_shows_the_word_for_a_while_and_knows_the_browser_again(a_class: AClass):
    assert "Join Physics 9" in a_class.browser().open("/").text
    forged = a_class.client().post("/join", data={"code": CODE, "name": "Mia", "csrf": "x"})
    assert (forged.status_code, a_class.names()) == (400, []), "a form of another site joins nobody"
    browser = a_class.browser("Mia")
    assert "You are Mia" in browser.page.text
    word = word_on(browser.page.text)
    assert word in browser.open("/join").text
    a_class.clock.advance(601)
    again = browser.open("/join")
    assert "You are Mia" in again.text
    assert word not in again.text
    assert a_class.join("Mia", word=word)["account"] == "mia@physics-9.romekit.example"


def test_the_page_asks_kindly_when_the_name_is_taken(a_class: AClass):
    word = word_on(a_class.browser("Mia").page.text)
    other = a_class.browser("Mia")
    assert other.page.response.status_code == 409
    assert "Join as Mia 2" in other.page.text
    assert "word" in other.page.fields
    assert "You are Mia 2" in other.send(button="another").text
    third = a_class.browser("Mia")
    assert "You are Mia" in third.send(word=word).text
    assert "Join as" in a_class.browser("Mia").send(word="no-no-no-22").text


def test_a_browser_is_offered_its_own_account_and_cannot_be_anybody_else(a_class: AClass):
    ben = a_class.join("Ben")
    browser, flow = a_class.browser("Mia"), a_class.flow()
    browser.open("/link")
    browser.send(user_code=flow["user_code"])
    assert browser.page.choices == ["mia@physics-9.romekit.example"]
    for picked in (ben["account"], ""):
        assert "Pick one of these accounts" in browser.send(upn=picked).text
    assert a_class.tokens(flow).json()["error"] == "authorization_pending"
    browser.send(upn="mia@physics-9.romekit.example")
    assert "You are signed in" in browser.send(button="allow").text
    assert "access_token" in a_class.tokens(flow).json()


def test_a_browser_that_has_not_joined_is_led_to_the_door_and_back(a_class: AClass):
    flow = a_class.flow()
    browser = Browser(a_class.client())
    browser.open("/link")
    page = browser.send(user_code=flow["user_code"])
    assert "have not joined" in page.text
    assert page.choices == []
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert links == [f"join?otc={flow['user_code']}"]
    browser.open(f"/{links[0]}")
    joined = browser.send(code=CODE, name="Mia")
    assert f"link?otc={flow['user_code']}" in [attrs["href"] for tag, attrs in joined.tags if tag == "a"]


@pytest.mark.parametrize("spoilt", ["", "x", "bWlh.99999999999.00", "..", "a.b.c", "bWlh.١٢.ab"])
def test_a_forged_cookie_is_nobody(a_class: AClass, spoilt):
    a_class.join("Mia")
    browser = a_class.browser()
    browser.http.headers["cookie"] = f"romekit_student={spoilt}"
    assert "Join Physics 9" in browser.open("/join").text


@pytest.mark.parametrize("secret", [SECRET, "another secret, also long enough"], ids=["last term", "another class"])
def test_a_browser_of_last_term_or_of_another_class_is_nobody_here(a_class: AClass, secret):
    other, visiting = AClass(), a_class.browser()
    other.stub.roster.cookies._secret = secret.encode()
    a_class.join("Mia")
    visiting.http.cookies = other.browser("Mia").http.cookies
    assert "Join Physics 9" in visiting.open("/join").text
    assert "Mia" not in visiting.open("/wall").text


def test_somebody_elses_devices_cannot_be_seen_or_switched_off(a_class: AClass):
    ben = a_class.join("Ben")["account"]
    browser = a_class.browser("Mia")
    assert "Mia's Surface" in browser.open("/wall").text
    looked = browser.http.get("/wall", params={"upn": ben})
    assert "Ben's Surface" not in looked.text
    assert browser.http.get("/wall/now", params={"upn": ben}).status_code == 404
    said = {"csrf": browser.page.fields["csrf"], "upn": ben, "device": "x", "presence": "offline"}
    assert browser.http.post("/wall/do", data=said, headers={"Accept": "application/json"}).status_code == 404


@pytest.mark.witness("class address", "POST /romekit/join/approve", "I ours")
def test_the_word_of_one_student_signs_nobody_else_in(a_class: AClass):
    mia, ben = a_class.join("Mia"), a_class.join("Ben")
    mixed = a_class.approving(ben, a_class.flow()["user_code"], word=mia["word"])
    assert (*refusal(mixed), mixed.json()["error"]["target"]) == (403, "wrongWord", "word")
    assert a_class.approving(mia, "BCDFGHJK").status_code == 404, "there is no such sign-in"


@pytest.mark.parametrize(
    "names",
    [
        ("物理", "化学"),
        ("Introduction to Computer Science, Autumn A", "Introduction to Computer Science, Autumn B"),
        ("C++", "C#", "C"),
        ("Physics 9", "physics-9!", "Physics/9"),
        ("Cafe", "Café"),
    ],
)
def test_classes_whose_names_no_address_can_hold_are_classes_of_their_own(names):
    store = Memory()
    rooms = []
    for name in names:
        opening = Opening(name, SECRET.encode(), CODE, Quotas())
        stub = Stub(clock=Virtual(), seed="test", store=store, classroom=opening)
        rooms.append(stub.roster)
        stub.roster.ask(join(CODE, "Mia", "hashed"))
    assert [room.now().name for room in rooms] == list(names)
    accounts = [room.now().present()[0].account for room in rooms]
    assert len(set(accounts)) == len(names)
    assert all(re.fullmatch(r"mia@[a-z0-9-]+\.romekit\.example", each) for each in accounts)


def test_who_signs_out_is_nobody_in_this_browser_and_nobody_of_the_demo_is_on_a_server_of_a_class(a_class: AClass):
    browser = AClass().browser("Mia")
    assert "Mia's Surface" in browser.open("/wall").text
    assert "You are signed out" in browser.open("/consumers/oauth2/v2.0/logout").text
    assert "Mia's Surface" not in browser.open("/wall").text
    assert not any(a_class.room.person(f"{name}@romekit.example") for name in ("alex", "sam"))
    with pytest.raises(Exception, match="Nobody here is called"):
        a_class.stub.identity.approve(a_class.flow()["user_code"], "alex@romekit.example")


def test_the_lines_for_a_notebook_are_python_whatever_one_is_called_and_a_wrong_name_is_told(a_class):
    name = 'Mia "M" \\'
    browser = a_class.browser(name)
    lines = re.search(r"romekit\.join\(.*?\n\)", browser.page.text, re.DOTALL)[0]
    call = ast.parse(lines).body[0].value
    assert {each.arg: ast.literal_eval(each.value) for each in call.keywords}["name"] == name
    account = a_class.join("M" * 40)["account"]
    browser = a_class.browser(account, word="fern-fern-fern-22")
    page = browser.send(code=CODE, name=account, word="fern-fern-fern-22")
    assert "not the rejoin word" in page.text


def test_a_secret_that_others_can_read_is_warned_of(tmp_path):
    file = tmp_path / "secret"
    file.write_text(SECRET)
    file.chmod(0o644)
    assert f"chmod 600 {file}" in admin_secret("P", file, {}).where
    file.chmod(0o600)
    assert admin_secret("P", file, {}).where == f"in {file}"
