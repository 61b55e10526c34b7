"""One JupyterLab per worker, one browser per module, a watched page per test. All here have the marker `browser`."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import chromium
from tests.browser.lab import Notebook, a_lesson, a_notebook, end_kernels, jupyter


class Lab(NamedTuple):
    """A JupyterLab that runs: where it is, and the folder it shows."""

    address: str
    folder: Path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser per module: Playwright keeps an event loop running, and other tests of the worker want their own."""
    with chromium.running() as browser:
        yield browser


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab as `romekit lab` starts it, so that a virtual second takes a second; only where there is a browser."""
    chromium.found()
    folder = tmp_path_factory.mktemp("lab")
    with jupyter(folder) as address:
        yield Lab(address, folder)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page; at the end of the test nothing has gone wrong on it and nothing has left the machine."""
    with chromium.page_of(browser) as (page, _):
        yield page


Open = Callable[..., Notebook]


@contextmanager
def notebooks(lab: Lab, browser: Browser, title: str) -> Iterator[Open]:
    """Opens notebooks in folders of this name; at the end their pages are closed and their kernels end."""
    number = count()
    with ExitStack() as pages:
        pages.callback(end_kernels, lab.address, f"{title}_")

        def open_one(*cells: object, lesson: str = "", dark: bool = False, zoom: float = 1.0) -> Notebook:
            page, _ = pages.enter_context(chromium.page_of(browser, dark=dark, zoom=zoom))
            own = lab.folder / f"{title}_{next(number)}"  # a folder of its own: a kernel of its own
            own.mkdir(exist_ok=True)
            name = own.name + "/" + (a_lesson(own, lesson) if lesson else a_notebook(own, "notebook.ipynb", *cells))
            notebook = Notebook(page, lab.address, name)
            if dark:
                notebook.theme("JupyterLab Dark")
            return notebook

        yield open_one


@pytest.fixture
def opened(lab: Lab, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens a notebook: `opened("some code", "a second cell")`, or `opened(lesson="00_start_here")`."""
    with notebooks(lab, browser, re.sub(r"\W+", "_", request.node.name)[:40]) as open_one:
        yield open_one
