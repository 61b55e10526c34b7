"""A wall and a form on one page, as in two of the tutorials: each looks as it does alone."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.chromium import settle, shot
from tests.browser.lab import Notebook

SETUP = "import romekit\nfrom romekit import views\nlab = romekit.Lab(pace=0)\nrome = lab.rome()"
FORM = "views.service_form(rome.devices(), rome.send)"
WALL = "lab.wall()"

#: Each element in something: its class, where it stands in it, and what a style sheet would change first.
LOOKS = """root => [...root.querySelectorAll('*')].map(node => {
  const [own, all] = [node.getBoundingClientRect(), root.getBoundingClientRect()];
  const style = getComputedStyle(node);
  const place = [own.left - all.left, own.top - all.top, own.width, own.height].map(Math.round);
  return [node.tagName, node.getAttribute('class'), place.join(' '), style.color, style.backgroundColor,
    style.borderLeftWidth, style.textAlign, style.fontWeight, style.fontSize, style.cursor].join(' | ');
})"""


def shown(notebook: Notebook, index: int) -> Locator:
    """The form or the wall that a cell shows."""
    return notebook.output(index).locator(".rk-form, .rk-wall").first


def looks(thing: Locator) -> Any:
    settle(thing.page)
    return thing.evaluate(LOOKS)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("first", "second"), [(FORM, WALL), (WALL, FORM)], ids=["form", "wall"])
def test_each_looks_beside_the_other_as_it_looks_alone(opened, first, second, dark):
    notebook = opened(SETUP, first, second, dark=dark)
    notebook.run(0, 1)
    expect(shown(notebook, 1)).to_be_visible()
    alone = looks(shown(notebook, 1))
    notebook.run(2)
    expect(shown(notebook, 2)).to_be_visible()
    assert looks(shown(notebook, 1)) == alone
    form = shown(notebook, 1 if first == FORM else 2)
    assert form.locator(".rk-row .rk-wrong").first.bounding_box()["height"] == 0
    legend, radio = (form.locator(each).first.bounding_box() for each in (".rk-ways legend", ".rk-ways input"))
    assert abs(legend["y"] + legend["height"] / 2 - radio["y"] - radio["height"] / 2) < 6, "they stand in one line"
    shot(notebook.page, f"together_{'form' if first == FORM else 'wall'}_{'dark' if dark else 'light'}")
