"""What is given by mistake, at every door of the package: an error of ours that names it and the next step."""

import pytest

import romekit
from romekit import views
from romekit.core.errors import RomeError
from romekit.core.model import Device
from romekit.lab.race import race

BING = "https://bing.com"
WRONG = {
    "devices of a launch form": (lambda lab, rome: views.launch_form(None, rome.send), "devices cannot be None"),
    "a name for devices": (lambda lab, rome: views.service_form("Toaster", rome.send), "devices cannot be 'Toaster'"),
    "devices of a table": (lambda lab, rome: views.device_table(5), "devices cannot be 5"),
    "approve_after": (lambda lab, rome: lab.sign_in(approve_after="x"), "approve_after cannot be 'x'"),
    "progress": (lambda lab, rome: rome.launch("Surface", BING).follow(progress=5), "progress cannot be 5"),
    "progress of many": (lambda lab, rome: rome.follow_many([], progress=5), "progress cannot be 5"),
    "devices of a race": (lambda lab, rome: race(devices=None), "devices cannot be None"),
    "pace": (lambda lab, rome: romekit.Lab(pace=[]), r"pace is \[\]"),
    "an app": (lambda lab, rome: lab.install("Surface", []), r"app cannot be \[\]"),
    "a personality": (lambda lab, rome: lab.set_personality("Surface", []), r"No personality is called \[\]"),
    "no name": (lambda lab, rome: lab.add_device(" "), "name cannot be ' '"),
    "a name of two lines": (lambda lab, rome: lab.add_device("a\nb"), "name cannot be"),
    "width": (lambda lab, rome: views.text_timeline([], width="x"), "width cannot be 'x'"),
    "an address": (lambda lab, rome: romekit.connect("http://😀"), "not the address of a server"),
    "bytes for an address": (lambda lab, rome: rome.launch("Surface", b"a:b"), "payload.uri b'a:b' is not"),
    "a seed": (lambda lab, rome: romekit.Lab("\ud800"), "seed cannot be"),
    "an empty id": (lambda lab, rome: rome.launch(Device("", "D"), BING), "cannot have the id ''"),
    "a number for an id": (lambda lab, rome: rome.launch(Device(5, "D"), BING), "cannot have the id 5"),
    "half a character in an id": (lambda lab, rome: rome.launch(Device("\ud800", "D"), BING), "cannot have the id"),
    "a user code": (lambda lab, rome: lab.approve(5), "user_code cannot be 5"),
    "a profile": (lambda lab, rome: lab.speak("pascal"), "profile cannot be 'pascal'"),
    "a time to branch at": (lambda lab, rome: lab.branch("b", at="noon"), "at cannot be 'noon'"),
    "devices by name": (lambda lab, rome: views.launch_form({"a": 1}, rome.send), "devices cannot be 1"),
    "a history": (lambda lab, rome: views.truth_of(lab), "transitions cannot be Lab"),
    "lives": (lambda lab, rome: views.truth_table(lab.history), "lives cannot be"),
    "a code": (lambda lab, rome: romekit.join("http://127.0.0.1:1", code=5, name="x"), "Your teacher knows it"),
}


@pytest.mark.parametrize(("mistake", "said"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_named_and_has_a_next_step(mistake, said):
    lab = romekit.Lab()
    with pytest.raises(RomeError, match=said) as told:
        mistake(lab, lab.rome())
    assert told.value.hint


CALLS = {
    'rome.launch("Surface", "https://bing.com")': lambda lab, rome: rome.launch(),
    'rome.call("Surface", romekit.ECHO, {"message": "hello"})': lambda lab, rome: rome.call(servce=romekit.ECHO),
    'await rome.device("Surface")': lambda lab, rome: lab.async_rome().device(),
    "command.follow(deadline=30)": lambda lab, rome: rome.launch("Surface", BING).follow(30),
    "lab.limit(writes=8, window=10)": lambda lab, rome: lab.limit(5),
    'lab.fault("answer lost", device="Surface")': lambda lab, rome: lab.fault("Surface", "answer lost"),
    "views.launch_form(rome.devices(), rome.send)": lambda lab, rome: views.launch_form(rome.devices()),
    'romekit.connect("http://127.0.0.1:8765")': lambda lab, rome: romekit.Rome("http://127.0.0.1:1"),
    'romekit.join("http://127.0.0.1:8765", code="WREN-42", name="Mia")': lambda lab, rome: romekit.join("x", "C", "M"),
    'romekit.is_final("completed")': lambda lab, rome: romekit.is_final(),
    'romekit.AppService("com.microsoft.test.echo", "com.example.app_8wekyb3d8bbwe")': lambda *_: romekit.AppService(
        "a"
    ),
}


@pytest.mark.parametrize(("example", "mistake"), CALLS.items(), ids=CALLS)
def test_a_call_with_an_argument_missing_or_one_too_many_is_answered_with_one_that_works(example, mistake):
    lab = romekit.Lab()
    with pytest.raises(RomeError, match="cannot be called so: (missing|too many|got an unexp).*") as told:
        mistake(lab, lab.rome())
    assert told.value.hint == f"Write {example}."


def test_a_long_address_is_not_repeated_a_hint_not_said_twice_and_an_error_inside_a_right_call_stays_what_it_is():
    rome = romekit.Lab().rome()
    with pytest.raises(RomeError) as told:
        rome.launch("Surface", "x" * 3000)
    assert len(str(told.value)) < 300
    with pytest.raises(RomeError) as told:
        rome.launch(Device("deadbeef", "D"), BING)
    assert str(told.value).count("List the devices again") == 1
    rome.new_id = lambda: 5 + ""
    with pytest.raises(TypeError, match="unsupported operand"):
        rome.launch("Surface", BING)


def test_devices_of_the_same_name_are_told_apart_by_their_ids():
    lab = romekit.Lab()
    for _ in range(2):
        lab.add_device("Twin")
    rome = lab.rome()
    twins = [device.id for device in rome.devices() if device.name == "Twin"]
    with pytest.raises(RomeError, match="2 devices are called 'Twin'") as told:
        rome.launch("Twin", BING)
    assert all(each in told.value.hint for each in twins)
