"""Whatever is sent to a class's addresses, by whoever it is: an answer in words, no server error, and no way in."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from hypothesis import given, settings, strategies as st

from romekit.cloud.classroom.teacher import ACTIONS
from romekit.cloud.engine.faults import FAULTS
from tests.cloud.a_class import CODE, SECRET, AClass

KNOWN = ["", "Mia", "mia@physics-9.romekit.example", CODE, SECRET, "\ud800"]
FIELDS = "csrf do student what where times value text code name word as secret".split()
TEXT = st.one_of(st.text(max_size=30), st.sampled_from(KNOWN))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT), lambda inner: st.lists(inner, max_size=3)
)
SAID = st.dictionaries(st.sampled_from(["code", "name", "word", "another", "account", "user_code", "x"]), JSON)
WRITTEN = TEXT.map(lambda text: text.encode(errors="replace").decode())
FORM = st.dictionaries(st.sampled_from(FIELDS), st.one_of(WRITTEN, st.sampled_from([*ACTIONS, *FAULTS])))
PLACES = ["/join", "/class", "/class/do", "/romekit/join", "/romekit/join/approve"]


def a_class():
    made = AClass(students=5)
    made.join("Mia")
    return made


@settings(max_examples=40)
@given(place=st.sampled_from(PLACES[3:]), said=st.one_of(SAID, JSON))
def test_no_body_makes_the_door_fail_or_lets_a_stranger_be_somebody(place, said):
    made = a_class()
    answer = made.http.post(place, content=json.dumps(said), headers={"content-type": "application/json"})
    assert answer.status_code in (200, 201, 204, 400, 403, 404, 409, 413, 415, 429)
    if answer.status_code >= 400:
        assert answer.json()["error"]["message"]
    if answer.status_code == 200:
        raise AssertionError("somebody came back without their word")


@settings(max_examples=40)
@given(place=st.sampled_from(PLACES), form=FORM, cookie=TEXT)
def test_no_form_of_a_stranger_does_anything(place, form, cookie):
    made = a_class()
    before = made.room.now()
    sent = urlencode(form)
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "cookie": f"romekit_teacher={cookie.encode('ascii', 'ignore').decode()}".replace("\n", "").replace("\r", ""),
    }
    answer = made.http.post(place, content=sent, headers=headers)
    assert 400 <= answer.status_code < 500
    assert made.room.now() == before


@settings(max_examples=40)
@given(form=FORM)
def test_no_form_of_the_teacher_is_a_server_error(form):
    made = a_class()
    teacher = made.teacher()
    csrf = teacher.page.fields["csrf"]
    answer = teacher.http.post("/class/do", data={**form, "csrf": csrf}, headers={"Accept": "application/json"})
    assert answer.status_code in (200, 400, 403, 404)
