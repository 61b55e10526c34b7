"""The watch over every page: it notices an error and a request that would leave the machine, so it can fail a test."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import Watched, page_of
from tests.browser.conftest import Lab, notebooks
from tests.browser.lab import sessions


def console(page: Page, watched: Watched) -> None:
    page.evaluate("console.error('something broke')")


def exception(page: Page, watched: Watched) -> None:
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('nobody caught it'); })")


def stray(page: Page, watched: Watched) -> None:
    page.route("**/*", lambda route: route.fulfill(body=""))  # it is asked for and goes nowhere
    page.set_content("<img src='https://elsewhere.invalid/pixel.png'>")
    watched.errors.clear()


@pytest.mark.parametrize(
    ("do", "said"),
    [(console, "something broke"), (exception, "uncaught: .*nobody caught it"), (stray, r"elsewhere\.invalid")],
)
def test_what_a_page_must_not_do_fails_its_test(browser: Browser, do, said):
    def visit() -> None:
        with page_of(browser) as (page, watched):
            do(page, watched)

    with pytest.raises(AssertionError, match=said):
        visit()


def test_the_kernels_of_a_test_end_with_it(lab: Lab, browser: Browser) -> None:
    with notebooks(lab, browser, "ends") as opened:
        opened("1 + 1").run(0)
        assert [each["path"].startswith("ends_0/") for each in sessions(lab.address)] == [True], "the only one by now"
    assert sessions(lab.address) == []
