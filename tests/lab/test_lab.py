"""The Lab: a cloud of one's own, and the controls only its owner has."""

import asyncio
import re
from contextlib import closing
from threading import Thread

import httpx
import pytest

import romekit
from romekit.cloud.engine.people import ALEX, SAM, WREN
from romekit.cloud.http.server import PortTaken, in_thread, listening
from romekit.cloud.stub import Stub
from romekit.core.clock import Virtual
from romekit.core.errors import BadInput, NotAllowed, RomeError, SignInExpired, SignInNeeded, Unsure, WorldError
from romekit.core.model import ECHO, LIVE_2020, PING_PONG, PROVIDER_APP, RANDOM_NUMBER, ROMAN_TEST_APP, Launch
from romekit.lab.lab import Lab
from tests.serving import approve

BING = "https://bing.com"


def ending(lab, device, order=None):
    rome = lab.rome()
    command = rome.call(device, *order) if order else rome.launch(device, BING)
    return command.follow().status


def test_a_sign_in_can_be_awaited_and_can_block_even_inside_a_running_loop(lab):
    async def notebook():
        blocked, began = lab.sign_in().rome().account, lab.clock.now()
        rome = await lab.sign_in()
        return blocked, len(rome.devices()), 4.0 <= lab.clock.now() - began <= 4.25

    took = "the person takes four seconds, and is looked at every quarter"
    assert asyncio.run(notebook()) == (ALEX.upn, 7, True), took


def test_both_clients_are_there_at_once_and_no_time_passes(lab):
    began, session = lab.clock.now(), lab.sign_in(approve_after=0).session()
    assert repr(lab.rome()) == "Rome(signed in as alex@romekit.example, simulated)"
    assert repr(lab.async_rome()) == "AsyncRome(signed in as alex@romekit.example, simulated)"
    assert lab.rome(session).account == lab.async_rome(session).account
    assert lab.clock.now() == began


def test_a_sign_in_that_nobody_waited_for_says_so_when_it_is_used_as_the_client(lab):
    signing = lab.sign_in()
    said = r"have not waited for, so it has no devices yet\. Write rome = await lab"
    with pytest.raises(SignInNeeded, match=said) as slip:
        signing.devices()
    assert isinstance(slip.value, AttributeError)
    with pytest.raises(AttributeError, match="no attribute 'dance'"):
        signing.dance()


def test_requests_of_ones_own_need_a_client_and_a_token_and_a_code_is_approved_or_declined_as_the_labs_person(lab):
    with lab.http() as http:
        assert http.get("/me/devices").status_code == 401, "the client sends no token by itself"
        answer = http.get("/me/devices", headers={"Authorization": f"Bearer {lab.token()}"})
        absolute = http.get(f"{lab.rome().cloud.graph}/me/devices", headers=answer.request.headers)
    assert len(answer.json()["value"]) == len(absolute.json()["value"]) == 7
    app = lab.msal_app()
    for say, word in [(lab.approve, "access_token"), (lab.decline, "error")]:
        flow = app.initiate_device_flow(["https://graph.microsoft.com/Device.Read"])
        say(flow["user_code"])
        assert word in app.acquire_token_by_device_flow(flow, exit_condition=lambda flow: True)


def test_whoever_leaves_it_to_the_person_waits_for_the_person_and_nobody_who_approves_means_no_sign_in(lab):
    signing = lab.sign_in(approve_after=None)
    assert signing.state == "waiting"
    signing.approve()
    signing.approve()
    assert signing.state == "signed in"
    assert signing.rome().account == ALEX.upn
    assert repr(signing) == "Sign-in of Alex Rivera, simulated: signed in"
    lab.clock.pace = 0.00001  # a person is waited for in real time, and fifteen minutes of it are too many here
    with pytest.raises(SignInExpired):
        lab.sign_in(approve_after=None).rome()


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (lambda lab, signing: signing.approve(), "signed in"),
        (lambda lab, signing: signing.cancel(), "cancelled"),
        (lambda lab, signing: lab.clock.advance(901), "expired"),
        (lambda lab, signing: lab.stub.identity.decline(signing._signing.user_code), "declined"),
    ],
)
def test_a_sign_in_shows_itself_as_a_card_to_whichever_end(lab, act, state):
    signing = lab.sign_in()
    assert signing._repr_mimebundle_()
    act(lab, signing)
    signing._signing.poll()
    if state == "cancelled":
        signing.approve()
        with pytest.raises(SignInNeeded):
            signing.rome()
    assert signing.state == state
    assert signing._repr_mimebundle_()


def test_another_person_has_another_space_and_a_work_account_is_told_that_it_is_the_wrong_kind():
    assert Lab(person=SAM).rome().account == SAM.upn
    lab = Lab()
    lab.rome().launch("surface", BING)
    assert lab.stub.spaces.events(SAM.upn)[0].account == SAM.upn
    with pytest.raises(NotAllowed, match="work or school"):
        Lab(person=WREN).rome()


@pytest.mark.parametrize("person", ["Bob", None, {"name": "Bob"}])
def test_somebody_who_is_no_person_is_refused_with_those_there_are(person):
    with pytest.raises(BadInput, match=r"is not a person\. .*ALEX, SAM or WREN") as refused:
        Lab(person=person)
    assert refused.value.field == "person"


def test_a_sleeping_device_drops_a_woken_one_completes_and_one_that_is_cut_off_gets_nothing(lab):
    assert ending(lab, "Travel Laptop") == "commandDropped"
    assert lab.wake("travel") == "Travel Laptop is online."
    assert ending(lab, "Travel Laptop") == "completed"
    assert lab.put_to_sleep("travel") == "Travel Laptop is asleep."
    assert ending(lab, "Travel Laptop") == "commandDropped"
    assert lab.take_offline("surface") == "Alex's Surface is offline."
    assert ending(lab, "surface") == "failedToSend"
    assert lab.rome().device("surface").status == "Offline"


def test_apps_come_and_go(lab):
    assert ending(lab, "phone", (ECHO, {"request": 1})) == "executionFailed"
    lab.wake("phone")
    assert lab.uninstall("surface", ROMAN_TEST_APP) == "Alex's Surface has 2 apps."
    assert ending(lab, "surface", (PING_PONG, {"Type": "ping"})) == "executionFailed"
    assert lab.install("surface", ROMAN_TEST_APP) == "Alex's Surface has 3 apps."
    assert lab.install("surface", ROMAN_TEST_APP) == "Alex's Surface has 3 apps."
    assert ending(lab, "surface", (PING_PONG, {"Type": "ping"})) == "completed"
    with pytest.raises(BadInput, match="It has no apps at all"):
        lab.uninstall("phone", PROVIDER_APP)
    with pytest.raises(BadInput, match="has no app 'RomeCast'"):
        lab.uninstall("surface", "RomeCast")


CHARACTERS = {"offline": "failedToSend", "sleeper": "commandDropped", "app missing": "executionFailed"}


@pytest.mark.parametrize(("personality", "status"), CHARACTERS.items())
def test_a_character_is_more_than_words(lab, personality, status):
    order = (ECHO, {"request": 1})
    lab.add_device("Old Kiosk", personality, apps=[ROMAN_TEST_APP])
    assert ending(lab, "kiosk", order) == status
    assert lab.set_personality("surface", personality).startswith("Alex's Surface: ")
    assert ending(lab, "surface", order) == status
    lab.set_personality("surface", "slow")
    lab.install("surface", ROMAN_TEST_APP)
    assert ending(lab, "surface", order) == "completed"


NO_DETAILS = [("apps", None), ("apps", "abc"), ("apps", [5]), ("presence", "dancing"), ("id", 5), ("colour", "red")]


@pytest.mark.parametrize(("field", "value"), NO_DETAILS)
def test_what_cannot_be_said_of_a_device_is_refused_and_nothing_is_added(lab, field, value):
    with pytest.raises(BadInput) as refused:
        lab.add_device("X", **{field: value})
    assert refused.value.field == field
    assert "presence, apps" in refused.value.hint or field != "colour"
    assert lab.rome().launch("surface", "https://a.b").follow().status == "completed"
    assert len(lab.rome().devices()) == 7


def test_a_new_device_joins_and_says_what_it_is_like_may_come_asleep_and_takes_nobodys_place(lab):
    said = "Garden Lamp joined: takes everything and never says a word."
    assert lab.add_device("Garden Lamp", "mute", kind="Hub") == said
    assert lab.rome().device("lamp").kind == "Hub"
    assert repr(lab) == "Lab(Alex Rivera's 8 devices, simulated)"
    lab.add_device("Old Kiosk", presence="asleep")
    assert ending(lab, "kiosk") == "commandDropped"
    with pytest.raises(WorldError, match="already"):
        lab.add_device("Thief", id=lab.rome().device("surface").id)


def test_limits_are_kept_and_lifted(lab):
    rome = lab.rome()
    assert lab.limit(writes=1, window=60) == "In 60 s: unlimited reads, 1 writes."
    began = lab.clock.now()
    rome.launch("surface", BING)
    rome.launch("surface", BING)
    assert lab.clock.now() - began >= 60, "the client waited for as long as it was told to"
    assert lab.limit() == "In 300 s: unlimited reads, unlimited writes."
    lab.limit(reads=0, window=5)
    with pytest.raises(romekit.errors.Busy):
        rome.devices()


@pytest.mark.parametrize(
    "given", [{"reads": 0.5}, {"reads": 2.5}, {"reads": True}, {"writes": -1}, {"reads": 2, "window": None}]
)
def test_a_limit_that_cannot_be_is_refused_and_nothing_is_changed(lab, given):
    before = lab.stub.graph.throttle.limits
    with pytest.raises(BadInput, match="cannot be"):
        lab.limit(**given)
    assert lab.stub.graph.throttle.limits == before


def test_an_app_that_polls_too_fast_is_told_to_slow_down_where_that_is_enforced(lab):
    assert lab.enforce_interval() == "Polling too fast is answered with slow_down."
    app = lab.msal_app()
    flow = app.initiate_device_flow(["https://graph.microsoft.com/Device.Read"])
    words = []
    for seconds in (5, 1, 10):
        lab.clock.advance(seconds)
        flow["latest_attempt_at"] = 0
        words.append(app.acquire_token_by_device_flow(flow, exit_condition=lambda flow: True)["error"])
    assert words == ["authorization_pending", "slow_down", "authorization_pending"]
    assert flow["interval"] == 10
    assert lab.enforce_interval(False) == "Polling too fast is allowed."


def test_the_service_spells_as_it_is_told_and_can_be_retired(lab):
    assert lab.speak(LIVE_2020) == "Property names are spelled in pascal case."
    lab.rome().devices()
    assert "Name" in lab.exchanges()[-1].body["value"][0]
    assert lab.retire() == "The service is retired."
    assert lab.rome().devices() == []


@pytest.mark.parametrize(
    ("act", "named"),
    [
        (lambda lab: lab.wake("toaster"), "There are: Alex's Surface, Living Room Xbox"),
        (lambda lab: lab.take_offline("alex"), "There are: Alex's Surface"),
        (lambda lab: lab.put_to_sleep(""), "There are: Alex's Surface"),
        (lambda lab: lab.install("surface", "Minesweeper"), "5085ShawnHenry.RomanTestApp"),
        (lambda lab: lab.add_device("Lamp", "grumpy"), "chatty, cursed, flaky"),
        (lambda lab: lab.add_device("Twin") and lab.add_device("Twin") and lab.wake("Twin"), "is not one device"),
        (lambda lab: lab.set_personality("Surface", "grumpy"), "chatty"),
        (lambda lab: lab.fault("gremlins"), "answer lost"),
    ],
)
def test_a_name_that_is_wrong_is_answered_with_those_there_are(lab, act, named):
    with pytest.raises((BadInput, WorldError), match=re.escape(named)):
        act(lab)
    assert lab.history() == []


def story(seed):
    """Everything a lab has to tell after an eventful hour, as text."""
    lab = Lab(seed)
    rome = lab.sign_in().rome()
    for device in rome.devices():
        rome.launch(device, BING).follow(deadline=200)
    lab.wake("travel")
    rome.call("pi", RANDOM_NUMBER, {"minvalue": 0, "maxvalue": 10**6}).follow()
    lab.clock.advance(3600)
    lab.limit(reads=1, window=3)
    rome.devices()
    rome.devices()
    exchanges = [(e.at, e.request_id, e.method, e.path, e.request_headers, e.request_body) for e in lab.exchanges()]
    answers = [(e.status, e.headers, e.body) for e in lab.exchanges()]
    return repr(lab.history()) + repr(exchanges) + repr(answers) + repr(lab.clock.now())


def test_the_same_seed_tells_the_same_story_to_the_byte_and_another_another():
    assert story("a") == story("a") != story("b")


def test_two_labs_share_nothing_and_a_session_of_one_is_nobody_in_another():
    one, other = Lab(), Lab()
    one.take_offline("surface")
    one.add_device("Garden Lamp")
    one.limit(reads=0)
    one.retire()
    one.rome()
    one.clock.advance(1000)
    assert (len(other.rome().devices()), other.clock.now()) == (7, Lab().clock.now())
    assert ending(other, "surface") == "completed"
    assert one.history() == []
    with pytest.raises(SignInNeeded):
        Lab().rome(Lab().sign_in().session()).devices()


@pytest.mark.parametrize("pace", ["fast", "-1", "nan", "inf", "", -1, float("nan")])
def test_a_pace_is_a_number_of_seconds_and_comes_from_the_environment_unless_given(monkeypatch, pace):
    monkeypatch.setenv("ROMEKIT_PACE", str(pace))
    with pytest.raises(BadInput, match="number of seconds") as refused:
        Lab() if isinstance(pace, str) else Lab(pace=pace)
    assert refused.value.field == ("ROMEKIT_PACE" if isinstance(pace, str) else "pace")
    monkeypatch.setenv("ROMEKIT_PACE", "0.25")
    assert (Lab().clock.pace, Lab(pace=0).clock.pace) == (0.25, 0)


def test_pages_are_served_on_loopback_and_to_its_own_names_only(lab):
    address = lab.pages()
    assert address.startswith("http://127.0.0.1:")
    assert lab.pages() == address
    with httpx.Client(trust_env=False) as http:
        assert http.get(f"{address}/link").status_code == 200
        for host in ("evil.example", "127.0.0.1.evil.example", "login.microsoftonline.com"):
            refused = http.get(f"{address}/link", headers={"Host": host})
            assert (refused.status_code, "127.0.0.1" in refused.text) == (400, True)


def test_the_curl_of_a_form_names_the_address_at_which_this_lab_really_answers(lab):
    assert "127.0.0.1:8765" in romekit.views.launch_form(lab.rome().devices(), lab.rome().send).preview.snippet("curl")
    address, rome = lab.pages(), lab.rome()
    form = romekit.views.launch_form(rome.devices(), rome.send)
    (shown,) = re.findall(r"'(http://\S+)'", form.preview.snippet("curl"))
    assert shown.startswith(f"{address}/beta/me/devices/")
    with httpx.Client(trust_env=False) as outside:
        answer = outside.post(shown, json=form.order().as_wire(), headers={"Authorization": f"Bearer {lab.token()}"})
    assert answer.status_code == 201
    assert [change.order for change in lab.history()] == ["open https://bing.com"]


def test_a_lab_opens_its_pages_for_a_sign_in_only_and_a_closed_one_sends_nobody_to_a_page_that_is_gone(lab):
    lab.clock.pace = 0.0001
    lab.rome()
    assert lab.context.pages.address == ""
    assert lab.sign_in()._signing.verification_uri.startswith("http://127.0.0.1:")
    address = lab.pages()
    lab.close()
    lab.close()
    assert not lab.sign_in()._signing.verification_uri.startswith(address)
    with pytest.raises(httpx.ConnectError), httpx.Client(trust_env=False) as http:
        http.get(f"{address}/link")


def test_nothing_listens_anywhere_else_or_on_a_port_that_is_taken_and_what_does_not_start_is_told(lab, monkeypatch):
    for host in ("0.0.0.0", "::", "192.168.1.2", "example.com"):
        with pytest.raises(RomeError, match="this machine only"):
            listening(host)
    with listening() as taken, pytest.raises(PortTaken, match="Choose another with --port"):
        listening(port=taken.getsockname()[1])
    with pytest.raises(PortTaken):
        listening(port=70_000)
    monkeypatch.setattr("romekit.cloud.http.server.HttpServer.run", lambda self, listener: None)
    with pytest.raises(RomeError, match="did not start"):
        lab.pages()


NO_CLOUD = ("Microsoft!", "ftp://x", "http://", "", "http://[::1", "http://127.0.0.1:99999", "127.0.0.1:8765", 5)


@pytest.mark.parametrize("where", NO_CLOUD)
def test_what_is_no_cloud_is_refused(where):
    with pytest.raises(BadInput, match="'embedded', 'microsoft'") as refused:
        romekit.connect(where)
    assert refused.value.field == ("where" if where == 5 else "cloud")


def test_connect_without_a_word_is_a_cloud_in_this_process_and_a_server_that_does_not_run_is_unreachable():
    assert len(romekit.connect().devices()) == 7
    with pytest.raises(BadInput, match="'device code' or 'browser'"):
        romekit.connect("http://127.0.0.1:1", method="password")
    with listening() as free:
        port = free.getsockname()[1]
    with pytest.raises(romekit.errors.Unreachable):
        romekit.connect(f"http://127.0.0.1:{port}")


def test_connect_signs_in_at_a_server_while_a_person_types_the_code():
    stub, shown = Stub(), []

    def show(sentence):
        shown.append(sentence)
        page, code = re.search(r"open (\S+) and enter the code (\w+)", sentence).groups()
        assert page.endswith("/link")
        helper.append(Thread(target=stub.identity.approve, args=(code, ALEX.upn)))
        helper[0].start()

    helper: list[Thread] = []
    with in_thread(stub.app) as address:
        rome = romekit.connect(address, show=show, clock=Virtual(pace=0.001))
        helper[0].join()
        with closing(rome):
            assert rome.launch("surface", BING).status == "requesting"
            assert rome.account == ALEX.upn
            assert repr(rome) == "Rome(signed in as alex@romekit.example, simulated)"
    assert len(shown) == 1


@pytest.mark.parametrize("by", ["a word of the owner", "a fault"])
def test_new_keys_are_noticed_by_nobody_but_the_exchanges_and_after_a_withdrawn_consent_only_the_person_helps(lab, by):
    rome = lab.rome()
    rome.devices()
    assert "new" in (lab.fault("key rotation") if by == "a fault" else lab.rotate_keys())
    assert len(rome.devices()) == 7
    assert [exchange.status for exchange in lab.exchanges()][-1] == 200
    if by == "a fault":
        lab.fault("consent withdrawn")
        lab.fault("key rotation")
    else:
        assert lab.revoke() == "All sessions of Alex Rivera are revoked."
        lab.clock.advance(3600)
    with pytest.raises(SignInNeeded):
        rome.devices()
    assert len(lab.rome().devices()) == 7


def test_a_fault_is_set_by_the_name_of_its_device_and_said_in_words(lab):
    assert lab.fault("answer lost", where="send") == "Once, the service does it and answers with HTTP 504."
    said = lab.fault("delivered twice", device="Surface")
    assert said == "Once, the push channel delivers it twice, and the device does it twice (Alex's Surface)."
    assert lab.clear_faults() == "No faults."
    assert ending(lab, "Surface") == "completed"
    assert lab.deeds() == ["Alex's Surface: The device opened https://bing.com"]
    lab.fault("answer lost", where="send")
    with pytest.raises(Unsure) as lost:
        lab.rome().launch("Surface", BING)
    again = lab.rome().send("Surface", Launch(BING), request_id=lost.value.client_request_id)
    assert again.follow().is_success
    assert len(lab.deeds()) == 2, "the same id asks about the same command"


@pytest.mark.parametrize("shown", [True, False], ids=["its card is looked at", "nothing is shown"])
def test_a_person_can_type_the_code_into_the_page_and_a_card_that_is_only_looked_at_follows(lab, shown):
    signing = lab.sign_in(approve_after=None)
    if shown:
        signing._repr_mimebundle_()
    approve(signing._signing.verification_uri, signing._signing.user_code, ALEX.upn)
    assert signing.state == "signed in" or not shown
    assert signing.rome().account == ALEX.upn


def test_whoever_is_picked_on_the_page_is_whom_the_lab_is_about(lab):
    signing = lab.sign_in(approve_after=None)
    lab.stub.identity.approve(signing._signing.user_code, SAM.upn)
    rome = signing.rome()
    assert rome.account == SAM.upn
    assert rome.launch("Surface", BING).follow().device.name == "Sam's Surface"
    assert lab.history()
    assert lab.exchanges()


@pytest.mark.parametrize("slip", [lambda lab: lab, lambda lab: lab.rome().launch("Surface", BING)])
def test_a_timeline_of_something_else_says_what_to_give_it(lab, slip):
    with pytest.raises(BadInput, match="history"):
        romekit.views.timeline(slip(lab))


@pytest.mark.parametrize("levels", [65, 5000])
def test_a_payload_without_a_bottom_is_refused_by_name(lab, levels):
    payload = {}
    for _ in range(levels):
        payload = {"deeper": payload}
    with pytest.raises(BadInput, match="more than 64 levels") as refused:
        lab.rome().call("Surface", ECHO, payload)
    assert refused.value.field == "payload"


def test_a_branch_has_the_same_past_up_to_its_second_and_goes_its_own_way_and_both_are_drawn(lab):
    lab.fault("answer lost", where="send", value=503)
    with pytest.raises(romekit.errors.Unsure):
        lab.rome().launch("Surface", "https://example.org/buy")
    again, wait = lab.branch("again"), lab.branch("wait")
    again.rome().launch("Surface", "https://example.org/buy").follow()
    again.clock.wait(30)
    wait.clock.wait(30)
    assert (len(again.deeds()), len(wait.deeds()), len(lab.deeds())) == (2, 1, 0)
    assert again.history()[:1] == wait.history()[:1] == lab.history()[:1]
    chart = romekit.views.timeline({"again": again.history(), "wait": wait.history()})
    assert set(chart.table["device"]) == {"again: Alex's Surface", "wait: Alex's Surface"}
    before = lab.clock.now()
    lab.clock.wait(5)
    lab.rome().launch("Surface", BING).follow()
    earlier = [change for change in lab.history() if change.at <= before]
    branch = lab.branch("earlier", at=before)
    assert (branch.history(), branch.clock.now()) == (earlier, before)
    with pytest.raises(romekit.RomeError, match="at cannot be"):
        lab.branch("later", at=lab.clock.now() + 1)
