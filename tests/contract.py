"""A judge of answers: is this what the OpenAPI document says?"""

import re
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator


class Contract:
    """The document, and whether an answer is in it."""

    def __init__(self, document):
        self.document = document
        self.seen: set[tuple[str, str, int]] = set()
        literal_first = sorted(self.document["paths"], key=lambda path: (path.count("{"), path))
        self._paths = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path.replace("$", r"\$"))), path) for path in literal_first
        ]

    def resolved(self, thing):
        while isinstance(thing, dict) and "$ref" in thing:
            found = self.document
            for part in thing["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            thing = found
        return thing

    def fits(self, shape, value) -> bool:
        return not list(self.faults(shape, value))

    def faults(self, shape, value):
        whole = {**shape, "components": self.document["components"]}
        return Draft202012Validator(whole).iter_errors(value)

    def check(self, answer) -> None:
        """Fail when an answer to one of the contract's operations is not what it says."""
        path = urlsplit(str(answer.request.url)).path.removeprefix("/beta")
        if told := self.told(answer.request.method, path, answer.status_code):
            self._check_headers(told, answer)
            self._check_body(told, answer)

    def told(self, method, path, status) -> dict:
        """What the document says of such an answer; empty where it has no such operation."""
        template = next((template for pattern, template in self._paths if pattern.fullmatch(path)), None)
        operation = self.document["paths"].get(template, {}).get(method.lower())
        if operation is None:
            assert status in (400, 401, 403, 405), (path, status)
            return {}
        told = self.resolved(operation["responses"].get(str(status)))
        assert told, f"{method} {template} answered {status}, which is not in the contract"
        self.seen.add((method, template, status))
        return told

    def _check_headers(self, told, answer) -> None:
        for name, header in told["headers"].items():
            header = self.resolved(header)
            value = answer.headers.get(name)
            assert value is not None or not header["required"], f"{name} is missing"
            if value is not None:
                assert self.fits(header["schema"], value), (name, value)

    def _check_body(self, told, answer) -> None:
        if "content" not in told:
            assert answer.content == b""
            return
        ((kind, content),) = told["content"].items()
        assert answer.headers["content-type"].partition(";")[0] == kind
        value = answer.json() if kind == "application/json" else answer.text
        assert not [fault.message for fault in self.faults(content["schema"], value)]
