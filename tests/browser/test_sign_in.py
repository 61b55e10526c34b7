"""Signing in as a person does: the card in the notebook, and the pages behind its link, with axe looking at each."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import serious
from tests.browser.chromium import LOOKS, every_look, fits, page_of, shot
from tests.browser.lab import Notebook
from tests.serving import serving, signing_in

LAB = "import romekit\nlab = romekit.Lab(pace=1)"
CARD = "signing = lab.sign_in(approve_after=None)\nsigning"
WAIT = "rome = await signing\nrome.account"


def shown(notebook: Notebook) -> Locator:
    notebook.run(0, 1)
    return notebook.output(1).locator(".rk-card")


def code_of(card: Locator) -> str:
    return card.locator("code").inner_text()


def is_over(notebook: Notebook, card: Locator, code: str) -> None:
    """The card tells the end to everybody, and there is no code any more: on it, in its state, in what is saved."""
    expect(card.get_by_role("status").filter(has_text="Signed in as alex@romekit.example.")).to_be_attached()
    expect(card.locator("code, a")).to_have_count(0)
    assert code not in notebook.page.content()
    assert notebook.value(f"{code!r} in str(signing._card.get_state())") == "False"


def test_the_code_is_typed_on_the_page_and_the_waiting_cell_goes_on(opened):
    notebook = opened(LAB, CARD, WAIT)
    card = shown(notebook)
    code = code_of(card)
    notebook.begin(2)
    with notebook.page.expect_popup() as opening:
        card.get_by_role("link").click()
    page, keys = opening.value, opening.value.keyboard
    page.wait_for_load_state()
    expect(page.get_by_label("The code your app shows")).to_be_focused()
    keys.type(code)
    keys.press("Enter")
    page.get_by_role("radio").first.focus()
    keys.press("Space")
    keys.press("Enter")
    page.get_by_role("button", name="Allow", exact=True).focus()
    keys.press("Enter")
    expect(page.get_by_role("heading")).to_contain_text("signed in")
    notebook.wait_for_kernel()
    expect(notebook.output(2)).to_contain_text("alex@romekit.example")
    is_over(notebook, card, code)


def test_the_code_is_copied_or_selected_and_the_time_that_is_left_counts_down_and_is_spoken(opened):
    notebook = opened(LAB, CARD)
    card, page = shown(notebook), notebook.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    card.get_by_role("button", name="Copy the code").click()
    expect(card.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == code_of(card)
    page.evaluate("navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false")
    card.get_by_role("button", name="Copy the code").click()
    expect(card.get_by_text("Press Ctrl+C")).to_be_visible()
    assert page.evaluate("getSelection().toString()").strip() == code_of(card)
    first = card.locator(".rk-card-waiting").inner_text()
    assert re.fullmatch(r"Waiting… 1[45]:\d\d left", first)
    expect(card.locator(".rk-card-waiting")).not_to_have_text(first)
    expect(card.get_by_role("status").filter(has_text="Waiting…")).to_be_attached()


def test_an_expired_card_begins_again_with_a_new_code(opened):
    notebook = opened(LAB, CARD, WAIT)
    card = shown(notebook)
    old = code_of(card)
    notebook.execute("lab.clock.advance(901); signing._poll()")
    expect(card).to_contain_text("The code has expired.")
    assert old not in notebook.page.content()
    shot(notebook.page, "card_expired")
    card.get_by_role("button", name="New code").press("Enter")
    expect(card.locator("code")).not_to_have_text(old)
    new = code_of(card)
    card.get_by_role("button", name="Approve as Alex").press("Enter")
    notebook.run(2)
    expect(notebook.output(2)).to_contain_text("alex@romekit.example")
    is_over(notebook, card, new)


def test_cancel_ends_it_and_the_cell_that_waits_says_what_to_do(opened):
    notebook = opened(LAB, CARD, WAIT)
    card = shown(notebook)
    notebook.begin(2)
    card.get_by_role("button", name="Cancel").press("Space")
    expect(card).to_contain_text("Cancelled.")
    notebook.wait_for_kernel()
    expect(notebook.output(2)).not_to_contain_text("Traceback")
    assert notebook.value("6 * 7") == "42"


def test_where_the_browser_cannot_reach_the_page_approving_is_the_way(opened):
    notebook = opened("import os\nos.environ['JUPYTERHUB_SERVICE_PREFIX'] = '/user/mia/'\n" + LAB, CARD)
    card = shown(notebook)
    expect(card).to_contain_text("which your browser cannot reach. Approve here instead")
    expect(card.locator("a, li, code")).to_have_count(0)  # no step that cannot be done
    shot(notebook.page, "card_out_of_reach")
    code = notebook.value("signing._card.code").strip("'")
    card.get_by_role("button", name="Approve as Alex").click()
    is_over(notebook, card, code)


def test_in_a_browser_tab_the_card_says_what_is_true_there(opened):
    made = "views.SignInCard('ABCDEFGH', 'http://x/link', 900, simulated=True, approve=print, kernel='tab')"
    notebook = opened("from romekit import views", made)
    card = shown(notebook)
    expect(card).to_contain_text("a tab cannot serve a sign-in page. Approve here instead")
    expect(card.locator("a, li, code")).to_have_count(0)
    shot(notebook.page, "card_in_a_tab")


@every_look
def test_axe_finds_nothing_serious_on_the_card(opened, look):
    notebook = opened(LAB, CARD, **LOOKS[look])
    card = shown(notebook)
    assert serious(notebook.page, ".rk-card") == []
    shot(notebook.page, f"card_{look}")
    card.get_by_role("button", name="Approve as Alex").click()
    expect(card).to_contain_text("Signed in as")
    assert serious(notebook.page, ".rk-card") == []


@every_look
def test_axe_finds_nothing_serious_on_the_pages_and_they_fit(browser: Browser, look):
    with serving() as address, page_of(browser, **LOOKS[look]) as (page, watched):
        flow = signing_in(address)
        page.goto(flow["verification_uri"])
        page.get_by_label("The code your app shows").fill("WRONG")
        page.get_by_role("button", name="Next").click()
        can_be_used(page, f"page_code_{look}")
        assert all("status of 400" in each for each in watched.errors)  # a browser calls a refused form an error
        watched.errors.clear()
        page.get_by_label("The code your app shows").fill(flow["user_code"])
        page.get_by_role("button", name="Next").click()
        page.get_by_role("radio", name="Alex Rivera").check()
        can_be_used(page, f"page_people_{look}")
        page.get_by_role("button", name="Next").click()
        can_be_used(page, f"page_consent_{look}")
        page.get_by_role("button", name="Allow", exact=True).click()
        can_be_used(page, f"page_end_{look}")


def can_be_used(page: Page, name: str) -> None:
    """Axe finds nothing serious, nothing has to be scrolled sideways, and there is a picture to look at."""
    assert serious(page) == []
    assert fits(page)
    shot(page, name)
