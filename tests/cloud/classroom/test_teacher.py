"""The teacher sees the whole class and can do things to it. Nobody else can."""

import re
import sqlite3

import httpx
import pytest

from romekit.cloud.engine.decide import clear_faults
from romekit.cloud.store.sqlite import SQLite
from romekit.core.clock import Virtual
from tests.cloud.a_class import SECRET, AClass, do, launch, refusal
from tests.cloud.browser import Browser

LIST = {"what": "refused", "where": "list"}
DEEDS = ["push", "clear", "freeze", "go on", "open", "close", "remove", "remove new", "tell"]


def looks(*clients: httpx.Client) -> list[int]:
    """The statuses of their lists of devices."""
    return [each.get("/me/devices").status_code for each in clients]


def now(browser: Browser, known: str = "") -> dict:
    return browser.http.get("/class/now", params={"known": known}).json()


@pytest.mark.witness("class address", "GET|POST /class", "I ours")
def test_the_secret_opens_the_page_and_a_wrong_one_does_not(a_class: AClass):
    browser = Browser(a_class.client())
    assert "The teacher's page" in browser.open("/class").text
    assert browser.send(secret="a secret for tests, lung").response.status_code == 403
    assert "in the class" in browser.send(secret=f" {SECRET} ").text
    assert "in the class" in browser.open("/class").text


def test_who_guesses_the_secret_is_slowed_down_and_the_right_one_opens_the_page(a_class: AClass):
    browser = Browser(a_class.client())
    browser.open("/class")
    tried = [browser.send(secret=f"guess number {n}").response for n in range(6)]
    assert [each.status_code for each in tried] == [403] * 5 + [429]
    assert int(tried[-1].headers["retry-after"]) > 0
    assert browser.send(secret=SECRET).response.status_code == 200


@pytest.mark.witness("header", "Set-Cookie", "I ours")
@pytest.mark.parametrize("how", ["the day is over", "leave"])
def test_the_cookie_ends_with_the_day_and_with_leaving(a_class: AClass, how):
    teacher = a_class.teacher()
    if how == "leave":
        do(teacher, "leave")
    else:
        a_class.clock.advance(12 * 3600 + 1)
    assert "The teacher's page" in teacher.open("/class").text
    assert teacher.http.get("/class/now").status_code == 403


@pytest.mark.witness("error", "403 AccessDenied", "I ours")
@pytest.mark.parametrize("what", DEEDS)
def test_a_student_can_do_nothing_of_it(a_class: AClass, what):
    browser, token = a_class.browser("Mia"), a_class.signed_in("Ben").headers["authorization"]
    said = {"csrf": browser.open("/class").fields["csrf"], "do": what, "student": "", "what": "crash"}
    before = a_class.room.now()
    for headers in ({}, {"Authorization": token}, {"cookie": "romekit_teacher=UGh5c2ljcyA5.99999999999.00"}):
        assert refusal(browser.http.post("/class/do", data=said, headers=headers)) == (403, "AccessDenied")
    assert a_class.room.now() == before
    own = browser.http.cookies["romekit_student"]
    for cookie in ({}, {"cookie": f"romekit_teacher={own}"}):
        assert browser.http.get("/class/now", headers=cookie).status_code == 403
    assert "mia@" not in browser.open("/class").response.text


@pytest.mark.parametrize("csrf", ["", "x", "0" * 64])
def test_a_form_without_its_token_does_nothing(a_class: AClass, csrf):
    teacher = a_class.teacher()
    refused = teacher.http.post("/class/do", data={"csrf": csrf, "do": "freeze"})
    assert (refused.status_code, a_class.room.now().frozen_at) == (403, None)


@pytest.mark.witness("class address", "GET /class/now", "I ours")
def test_every_wall_is_there_and_only_what_has_changed_is_told_again(a_class: AClass):
    mia = a_class.signed_in("Mia")
    a_class.join("Ben")
    teacher = a_class.teacher()
    told = now(teacher)
    assert [each["name"] for each in told["students"]] == ["Mia", "Ben"]
    assert told["students"][1]["devices"][0]["name"] == "Ben's Surface"
    assert now(teacher, ".".join(told["tags"]))["students"] == []
    launch(mia)
    again = now(teacher, ".".join(told["tags"]))
    assert [each["name"] for each in again["students"]] == ["Mia"]
    assert again["students"][0]["devices"][0]["waiting"] == 1
    assert again["students"][0]["seen"] > 0


def test_the_teacher_looks_closer_at_one_wall_and_is_nobody_but_the_teacher(a_class: AClass):
    place, teacher = a_class.join("Mia"), a_class.teacher()
    assert "Mia&#39;s Surface" in teacher.http.get("/wall", params={"upn": place["account"]}).text
    flow = a_class.flow()
    teacher.open("/link")
    assert "have not joined" in teacher.send(user_code=flow["user_code"]).text
    assert teacher.page.choices == []


@pytest.mark.witness("class address", "POST /class/do", "I ours")
def test_a_fault_is_pushed_to_one_or_to_all_and_cleared(a_class: AClass):
    mia, ben = a_class.signed_in("Mia"), a_class.signed_in("Ben")
    teacher = a_class.teacher()
    one = do(teacher, "push", **LIST, times="", student="mia@physics-9.romekit.example")
    assert one.json()["said"] == "'refused' is set for Mia: the service answers with HTTP 503 and does nothing."
    assert looks(mia, ben) == [503, 200]
    do(teacher, "push", **LIST, times="1", student="")
    assert looks(mia, ben) == [503, 503]
    do(teacher, "clear", student="")
    assert looks(mia, ben) == [200, 200]


def test_new_keys_are_for_everybody_and_the_class_goes_on(a_class: AClass):
    mia, teacher = a_class.signed_in("Mia"), a_class.teacher()
    assert "new keys" in do(teacher, "push", what="key rotation").json()["said"]
    assert mia.get("/me/devices").status_code == 401
    assert "in the class" in teacher.open("/class").text
    assert "You are Ben" in a_class.browser("Ben").page.text


@pytest.mark.witness("error", "403 classClosed", "I ours")
def test_a_closed_class_lets_in_who_has_been_there_and_nobody_new(a_class: AClass):
    mia, teacher = a_class.join("Mia"), a_class.teacher()
    do(teacher, "close")
    assert refusal(a_class.joining("Ben")) == (403, "classClosed")
    assert a_class.join("Mia", word=mia["word"])["account"] == mia["account"]
    do(teacher, "open")
    assert a_class.join("Ben")["name"] == "Ben"


@pytest.mark.witness("error", "403 AccessDenied", "I ours")
def test_who_is_removed_is_out_at_once_and_their_name_is_free(a_class: AClass):
    place = a_class.join("Mia")
    mia, teacher = a_class.signed_in_as(place), a_class.teacher()
    browser = a_class.browser()
    browser.open("/join")
    browser.send(code="WREN-42", name="Mia", word=place["word"])
    assert "Mia is not in the class" in do(teacher, "remove", student=place["account"]).json()["said"]
    assert refusal(mia.get("/me/devices")) == (403, "AccessDenied")
    assert "Join Physics 9" in browser.open("/join").text
    assert a_class.join("Mia", word=place["word"])["error"]["code"] == "wrongWord"
    assert a_class.join("Mia")["account"] == "mia-2@physics-9.romekit.example"
    gone = do(teacher, "remove", student=place["account"])
    assert (*refusal(gone), gone.json()["error"]["target"]) == (404, "itemNotFound", "student")


def test_those_who_joined_lately_and_did_nothing_are_removed_together(a_class: AClass):
    a_class.join("Mia")
    a_class.clock.advance(3600)
    launch(a_class.signed_in("Ben"))
    for number in range(5):
        a_class.join(f"Bot {number}")
    said = do(a_class.teacher(), "remove new", minutes="15").json()["said"]
    assert said.startswith("5 who joined within 15 minutes")
    assert a_class.names() == ["Mia", "Ben"]


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "dance"},
        {"do": "push", "what": "no such"},
        {"do": "push", "what": "refused", "where": "run"},
        {"do": "push", "what": "refused", "times": "-1"},
        {"do": "push", "what": "refused", "times": "1e9"},
        {"do": "push", "what": "refused", "student": "nobody"},
        *({"do": "push", "what": "refused", "times": times} for times in ("0", "00", "1.5", "1.", "٣", "9" * 13)),
    ],
)
def test_what_cannot_be_done_is_said_in_words(a_class: AClass, fields):
    a_class.join("Mia")
    refused = do(a_class.teacher(), fields.pop("do"), **fields)
    assert refused.status_code in (400, 404)
    said = "Use a whole number from 1, or leave it empty for always." if "times" in fields else ""
    assert said in refused.json()["error"]["message"] > ""
    assert now(a_class.teacher())["students"][0]["faults"] == []


def test_without_a_script_a_button_leads_to_the_page_as_it_is_then(a_class: AClass):
    a_class.join("Mia")
    teacher = a_class.teacher()
    csrf = teacher.page.fields["csrf"]
    page = teacher.http.post("/class/do", data={"csrf": csrf, "do": "tell", "text": "Exercise 3 <b>"})
    assert "Everybody reads: Exercise 3 &lt;b&gt;" in page.text
    assert 'action="../class/do"' in page.text
    wrong = teacher.http.post("/class/do", data={"csrf": csrf, "do": "dance"})
    assert (wrong.status_code, "Nothing is called" in wrong.text) == (400, True)


def test_the_page_allows_its_own_script_and_style_and_nothing_else_and_a_name_full_of_markup_is_shown_as_it_is(a_class):
    a_class.join("<script>x</script>")
    page = a_class.teacher().page.response
    assert ("<script>x" in page.text, "&lt;script&gt;x" in page.text) == (False, True)
    allowed = r"default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; connect-src 'self'; "
    allowed += "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    assert re.fullmatch(allowed, page.headers["content-security-policy"])


def test_the_teachers_cookie_is_for_this_server_only(a_class: AClass):
    browser = Browser(a_class.client("https://127.0.0.1"))
    browser.http.follow_redirects = False
    browser.open("/class")
    cookie = browser.send(secret=SECRET).response.headers["set-cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=strict", "Secure"} <= {each.strip() for each in cookie.split(";")}


def test_a_damaged_account_is_one_broken_tile_and_the_others_go_on(tmp_path):
    file, clock = tmp_path / "rome.db", Virtual()
    before = AClass(SQLite(file), clock)
    account = before.join("Mia")["account"]
    before.join("Ben")
    launch(before.signed_in_as(before.join("Eve")))
    before.stub.spaces.ask(account, clear_faults())
    before.stub.close()
    with sqlite3.connect(file) as database:
        database.execute("UPDATE events SET line = substr(line, 1, 20) WHERE stream = ?", [f"space:{account}"])
    database.close()
    after = AClass(SQLite(file), clock)
    teacher = after.teacher()
    assert "This account is damaged" in teacher.page.text
    told = {each["name"]: bool(each["broken"]) for each in now(teacher)["students"]}
    assert told == {"Mia": True, "Ben": False, "Eve": False}
    assert do(teacher, "push", **LIST).status_code == 200
    assert do(teacher, "remove", student=account).status_code == 200
    after.stub.close()
