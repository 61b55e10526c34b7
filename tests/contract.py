"""A judge of answers: is this what the OpenAPI document says?"""

import re
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

from romekit.cloud.openapi.document import document
from romekit.core.model import MODERN


class Contract:
    """The document, and whether an answer is in it."""

    def __init__(self, profile=MODERN, status_monitor=False):
        self.document = document(profile, status_monitor)
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
        template = next((template for pattern, template in self._paths if pattern.fullmatch(path)), None)
        operation = self.document["paths"].get(template, {}).get(answer.request.method.lower())
        if operation is None:
            assert answer.status_code in (400, 403, 405), (path, answer.status_code)
            return
        told = self.resolved(operation["responses"].get(str(answer.status_code)))
        assert told, f"{answer.request.method} {template} answered {answer.status_code}, which is not in the contract"
        self.seen.add((answer.request.method, template, answer.status_code))
        self._check_headers(told, answer)
        self._check_body(told, answer)

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
