"""Signing in by clicks where the sign-in page is below the notebook server's own address, as on a hub and on Binder."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.chromium import shot
from tests.browser.lab import Notebook


def typed_on_the_page(notebook: Notebook, card_cell: int) -> str:
    """Follow the card's link, type the code there, and allow; the link."""
    card = notebook.output(card_cell).locator(".rk-card")
    link = card.get_by_role("link")
    expect(link).to_be_visible()
    expect(card).not_to_contain_text("cannot reach")
    shot(notebook.page, "card_below_the_server")
    code = card.locator("code").inner_text()
    with notebook.page.expect_popup() as opening:
        link.click()
    page = opening.value
    address = page.url
    page.get_by_label("The code your app shows").fill(code)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("radio", name="Alex Rivera").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(page.get_by_role("heading")).to_contain_text("signed in")
    page.close()
    expect(card).to_contain_text("Signed in as alex@romekit.example")
    return address
