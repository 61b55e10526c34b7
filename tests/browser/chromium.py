"""A Chromium of this machine, and pages that notice every error and every request that leaves the machine.

Playwright brings no browser here: Debian's `chromium` is used, or whichever is found. Its own calls home are turned off
by options that only a test needs.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

#: Milliseconds until a page counts as stuck: a slow machine is no error.
LATE: Final = 60_000
expect.set_options(timeout=LATE)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REQUIRED = "ROMEKIT_REQUIRE_BROWSER"
HERE = ("127.0.0.1", "localhost", "[::1]", "::1")
QUIET = (
    "--no-sandbox",  # root in a container may not make one
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
#: Screenshots of a run, to be looked at; git does not see them.
ARTIFACTS = Path(__file__).parents[2] / "artifacts" / "screens"


def found() -> str:
    """The browser's path; a skip that says so where there is none, a failure where one is required."""
    path = next((path for name in NAMES if (path := shutil.which(name))), None)
    if path is None:
        word = "No Chromium was found on this machine, so nothing here was seen in a browser."
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{word} {REQUIRED}=1 demands one.")
        pytest.skip(word)
    return path


@contextmanager
def running() -> Iterator[Browser]:
    """A headless browser."""
    path = found()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


#: What Lab says when a kernel is restarted before it has answered Lab's own questions; nothing of ours asks these.
CUT_OFF: Final = re.compile(r"Canceled future for (create_subshell|debug)_request message before replies were done")


@dataclass
class Watched:
    """What a page has been caught doing."""

    errors: list[str] = field(default_factory=list)
    strayed: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Watch a page, and the pages it opens."""
        page.on("console", lambda message: message.type == "error" and self._said(message.text))
        page.on("pageerror", lambda problem: self._said(f"uncaught: {problem}"))
        page.on("request", lambda request: self._went(request.url))
        page.on("websocket", lambda socket: self._went(socket.url))
        page.on("popup", self.over)

    def _said(self, words: str) -> None:
        if not CUT_OFF.search(words):
            self.errors.append(words)

    def _went(self, url: str) -> None:
        self.asked.append(url)
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname not in HERE:
            self.strayed.append(url)


@contextmanager
def page_of(browser: Browser, *, dark: bool = False, zoom: float = 1.0) -> Iterator[tuple[Page, Watched]]:
    """A page in a profile of its own, watched: at the end nothing went wrong and nothing left the machine.

    A zoom of 2 halves the room a page has, as a person who zooms in does.
    """
    wide, high = 1400, 1000
    context = browser.new_context(
        color_scheme="dark" if dark else "light",
        viewport={"width": int(wide / zoom), "height": int(high / zoom)},
        device_scale_factor=zoom,
    )
    context.set_default_timeout(LATE)
    page, watched = context.new_page(), Watched()
    watched.over(page)
    try:
        yield page, watched
        assert not watched.errors, f"went wrong on the page: {watched.errors}"
        assert not watched.strayed, f"left the machine: {watched.strayed}"
    finally:
        context.close()


#: The ways a page has to be usable in: options of `page_of` by their names.
LOOKS: Final[dict[str, dict[str, Any]]] = {"light": {}, "dark": {"dark": True}, "zoomed": {"zoom": 2.0}}
every_look = pytest.mark.parametrize("look", LOOKS)


def card(page: Page, name: str) -> Locator:
    """The card of a device, or of a student, on a wall."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name, exact=True))


def switch(page: Page, name: str, word: str) -> Locator:
    """A button of a device's card that says how it is."""
    return page.get_by_role("group", name=f"{name} is").get_by_role("button", name=word)


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page as it is."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")


def settle(page: Page) -> None:
    """Wait until nothing on the page slides or fades any more: half transparent words have no contrast."""
    page.wait_for_function("document.getAnimations().every(each => each.playState !== 'running')")


def hide(page: Page, is_hidden: bool = True) -> None:
    """Tell a page what one is told when another tab is brought before it, or it is shown again."""
    page.evaluate(
        """is => {
          Object.defineProperty(document, 'hidden', { configurable: true, get: () => is });
          document.dispatchEvent(new Event('visibilitychange'));
        }""",
        is_hidden,
    )
