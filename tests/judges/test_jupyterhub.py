"""A real JupyterHub with the deployment page's configuration: two students, two servers, one class, and one browser."""

import stat

import httpx
import pytest

from tests.browser.chromium import page_of, running
from tests.browser.lab import Notebook, a_notebook
from tests.cloud.browser import Browser
from tests.judges.sign_in import typed_on_the_page

JOIN = """
import romekit
rome = romekit.join(show=lambda said: None)
print(rome.account, [device.name for device in rome.devices()][0], sep="|")
print(rome.launch(rome.devices()[0], "https://bing.com").follow().status)
"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    pytest.importorskip("jupyterhub", reason="JupyterHub is among the judges: uv run --extra judges")
    from tests.judges.hub import running

    with running(tmp_path_factory.mktemp("hub")) as hub:
        yield hub


@pytest.fixture(scope="module")
def said(hub):
    """What the two students' notebooks printed."""
    for student in ("mia", "ben"):
        hub.start(student)
    return {student: hub.run(student, JOIN).splitlines() for student in ("mia", "ben")}


@pytest.fixture(scope="module")
def teacher(hub, said):
    """The teacher's browser, through the hub's proxy."""
    with httpx.Client(trust_env=False, follow_redirects=True, timeout=20) as http:
        browser = Browser(http)
        browser.open(f"{hub.romekit}/class")
        browser.send(secret=(hub.folder / "admin.secret").read_text())
        yield browser


def test_each_student_joins_by_one_word_has_devices_of_their_own_and_is_the_same_in_a_new_kernel(said, hub):
    assert said["mia"] == ["mia@physics-9.romekit.example|mia's Surface", "completed"]
    assert said["ben"] == ["ben@physics-9.romekit.example|ben's Surface", "completed"]
    again = "import romekit; print(romekit.join(show=lambda said: None).account)"
    assert hub.run("mia", again).strip() == "mia@physics-9.romekit.example"


def test_the_teacher_sees_both_and_a_student_does_not(hub, teacher, said):
    told = teacher.http.get(f"{hub.romekit}/class/now").json()
    assert {each["name"]: each["sent"] for each in told["students"]} == {"mia": 1, "ben": 1}
    assert {each["devices"][0]["last"] for each in told["students"]} == {"completed"}
    answer = httpx.get(f"{hub.romekit}/class/now", trust_env=False)
    assert (answer.status_code, "mia" in answer.text) == (403, False)


def test_what_people_open_is_behind_the_hubs_address_and_its_cookies_are_for_that_path(hub):
    page = httpx.get(f"{hub.romekit}/join", trust_env=False)
    assert page.headers["set-cookie"].count("Path=/services/romekit/") == 1
    app = {"client_id": "a", "scope": "Device.Read"}
    flow = httpx.post(f"{hub.romekit}/consumers/oauth2/v2.0/devicecode", data=app, trust_env=False).json()
    assert flow["verification_uri"] == f"{hub.romekit}/link"


def test_from_another_machine_a_notebook_goes_through_the_proxy(hub, said):
    elsewhere = f"""
import romekit
rome = romekit.join("{hub.romekit}", name="Noor", show=lambda said: None)
print(rome.account, len(rome.devices()), rome.launch(rome.devices()[0], "https://bing.com").follow().status)
"""
    assert hub.run("ben", elsewhere).strip() == "noor@physics-9.romekit.example 7 completed"


def test_the_admin_secret_is_its_owners_and_in_no_log(hub, said):
    file = hub.folder / "admin.secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().strip() not in (hub.folder / "log").read_text()


def test_a_student_types_the_code_on_a_page_below_their_own_notebook_server(hub, said):
    lab, card = "import romekit\nlab = romekit.Lab(pace=1)", "signing = lab.sign_in(approve_after=None)\nsigning"
    a_notebook(hub.folder / "mia", "sign_in.ipynb", lab, card, "rome = await signing\nrome.account")
    with running() as browser, page_of(browser) as (page, watched):
        page.goto(f"{hub.address}/hub/login")
        page.get_by_label("Username").fill("mia")
        page.get_by_label("Password").fill("any")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/user/mia/**")
        notebook = Notebook(page, f"{hub.address}/user/mia/lab", "sign_in.ipynb")
        notebook.run(0, 1)
        assert typed_on_the_page(notebook, 1).startswith(f"{hub.address}/user/mia/proxy/")
        notebook.run(2)
        assert "alex@romekit.example" in notebook.output(2).inner_text()
        # The judges' environment has an extension of JupyterLite's, which looks here for what only a tab has.
        watched.errors[:] = [each for each in watched.errors if "@jupyterlite" not in each]
