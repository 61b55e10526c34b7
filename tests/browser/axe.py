"""What axe-core finds on a page that some people could not use."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS = {"serious", "critical"}


def serious(page: Page, *within: str, but: str = "") -> list[str]:
    """The serious violations below some selectors (default: the whole page), a line each: rule, element, what to do.

    `but` is a rule that is somebody else's to keep there.
    """
    found = Axe().run(page, context={"include": list(within) or ["html"]}).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
        for each in found
        if each["impact"] in SERIOUS and each["id"] != but
        for node in each["nodes"]
    ]
