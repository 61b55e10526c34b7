"""A kernel that was restarted knows no widget of before: whoever presses a button reads so, and what helps."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.chromium import shot
from tests.browser.lab import Notebook

SETUP = "import romekit\nfrom romekit import views\nlab = romekit.Lab(pace=0)\nrome = lab.rome()"
FORM = "views.launch_form(rome.devices(), rome.send)"
GONE = "The kernel was restarted: run this cell again."


def left_behind(notebook: Notebook) -> Locator:
    """What the second cell shows, after its kernel was restarted."""
    notebook.run(0, 1)
    expect(notebook.output(1).get_by_role("button").first).to_be_visible()
    notebook.restart()
    return notebook.output(1)


def test_send_and_paste_say_that_the_kernel_was_restarted_and_the_cell_helps(opened):
    notebook = opened(SETUP, FORM)
    form = left_behind(notebook)
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("alert").filter(has_text=GONE)).to_be_visible()
    shot(notebook.page, "restarted_form")
    form.get_by_text("Fill in from a curl command").click()
    form.get_by_role("button", name="Fill in the form").click()
    expect(form.locator(".rk-paste").get_by_text(GONE)).to_be_visible()
    notebook.run(0, 1)
    form = notebook.output(1)
    form.get_by_role("button", name="Send").click()
    expect(form.locator(".rk-status")).to_contain_text("✓ completed")
    expect(form.get_by_text(GONE)).to_have_count(0)


@pytest.mark.parametrize(
    ("shows", "button", "where"),
    [
        ("lab.wall()", "Let 1 s pass", ".rk-wall"),
        ("lab.wall()", "Offline", ".rk-wall"),
        ("lab.sign_in(approve_after=None)", "Approve as Alex", ".rk-card"),
    ],
)
def test_a_button_of_the_wall_or_of_the_sign_in_card_says_so(opened, shows, button, where):
    notebook = opened(SETUP, shows)
    shown = left_behind(notebook)
    shown.get_by_role("button", name=button, exact=True).first.click()
    expect(shown.locator(where).get_by_text(GONE)).to_be_visible()
    expect(shown.locator(".rk-card-waiting").filter(has_text=re.compile("."))).to_have_count(0)
    shot(notebook.page, f"restarted{where.replace('.rk-', '_')}")


def test_the_truth_line_says_so_where_an_exchange_would_stand(opened):
    notebook = opened(SETUP + '\nrome.launch("Surface", "https://bing.com").follow();', "lab.truth()")
    notebook.run(0, 1)
    notebook.save()
    truth = notebook.reloaded().output(1)
    expect(truth.locator(".rk-truth-mark").first).to_be_visible()
    notebook.page.wait_for_timeout(1500)  # Lab asks the kernel about its debugger, and complains when it is cut off
    notebook.restart()  # the page knows the widget's state, and has not asked for an exchange yet
    truth.locator(".rk-truth-mark").first.click()
    expect(truth.locator(".rk-truth-panel").get_by_text(GONE)).to_be_visible()
