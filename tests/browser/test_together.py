"""A wall and a form on one page, as in two of the tutorials: each looks as it does alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.chromium import shot

pytestmark = pytest.mark.browser

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


def looks(thing: Locator) -> Any:
    thing.page.wait_for_timeout(300)  # what slides in has arrived
    return thing.evaluate(LOOKS)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_form_looks_beside_a_wall_as_it_looks_alone(opened, dark):
    notebook = opened(SETUP, FORM, WALL, dark=dark)
    notebook.run(0, 1)
    form = notebook.output(1).locator(".rk-form")
    expect(form.get_by_role("button", name="Send")).to_be_enabled()
    alone = looks(form)
    notebook.run(2)
    expect(notebook.output(2).locator(".rk-wall")).to_be_visible()
    form = notebook.output(1).locator(".rk-form")
    assert looks(form) == alone
    assert form.locator(".rk-row .rk-wrong").first.bounding_box()["height"] == 0
    legend, radio = (form.locator(each).first.bounding_box() for each in (".rk-ways legend", ".rk-ways input"))
    assert abs(legend["y"] + legend["height"] / 2 - radio["y"] - radio["height"] / 2) < 6, "they stand in one line"
    shot(notebook.page, f"together_form_{'dark' if dark else 'light'}")
    notebook.output(2).locator(".rk-wall").scroll_into_view_if_needed()
    shot(notebook.page, f"together_wall_{'dark' if dark else 'light'}")


def test_a_wall_looks_beside_a_form_as_it_looks_alone(opened):
    notebook = opened(SETUP, WALL, FORM)
    notebook.run(0, 1)
    wall = notebook.output(1).locator(".rk-wall")
    expect(wall).to_be_visible()
    alone = looks(wall)
    notebook.run(2)
    expect(notebook.output(2).get_by_role("button", name="Send")).to_be_enabled()
    assert looks(notebook.output(1).locator(".rk-wall")) == alone
