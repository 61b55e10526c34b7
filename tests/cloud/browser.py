"""A browser without JavaScript: it reads forms, fills them in and sends them, as a person would."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import httpx


class Page(HTMLParser):
    """What a page holds: its text, its one form, its headings."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.response = response
        self.fields: dict[str, str] = {}
        self.choices: list[str] = []
        self.buttons: dict[str, str] = {}
        self.action = ""
        self.method = ""
        self.headings = 0
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        self.headings += tag == "h1"
        if tag == "form":
            self.action, self.method = found["action"] or "", found["method"] or ""
        if tag == "input" and found.get("type") == "radio":
            self.choices.append(found["value"] or "")
            if "checked" in found:
                self.fields[found["name"] or ""] = found["value"] or ""
        elif tag == "input":
            self.fields[found["name"] or ""] = found.get("value") or ""
        if tag == "button" and found.get("name"):
            self.buttons[found["value"] or ""] = found["name"] or ""

    def handle_data(self, data: str) -> None:
        self.text += data


class Browser:
    """One person's browser."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.page: Page

    def open(self, address: str) -> Page:
        self.page = Page(self.http.get(address))
        return self.page

    def send(self, button: str = "", **filled: Any) -> Page:
        """Fill the form in, press a button, and see the next page."""
        page = self.page
        fields = page.fields | filled | ({page.buttons[button]: button} if button else {})
        target = urljoin(str(page.response.request.url), page.action)
        self.page = Page(self.http.post(target, data=fields))
        return self.page
