"""What axe-core finds on a page that some people could not use."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS = {"serious", "critical"}


def serious(page: Page, *within: str, without: tuple[str, ...] = ()) -> list[str]:
    """The serious violations below some selectors (default: the whole page), a line each: rule, element, what to do."""
    context: dict[str, list[str]] = {"include": list(within) or ["html"]}
    if without:
        context["exclude"] = list(without)
    found = Axe().run(page, context=context).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
        for each in found
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]
