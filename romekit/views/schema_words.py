"""What a JSON Schema finds wrong, in a reader's words: a table from the schema's keyword to a sentence and a hint."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

TYPES: Final = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}

Words = Callable[[Any, Any], tuple[str, str]]

#: keyword -> (what the schema asks for, what there is) -> (how the sentence goes on after the name, the hint)
WORDS: Final[dict[str, Words]] = {
    "type": lambda asked, found: (f"must be {_types(asked)}, not {_short(found)}", "Change it here or in the JSON."),
    "minimum": lambda asked, found: (f"is {_short(found)}, less than {asked}", f"Give {asked} or more."),
    "maximum": lambda asked, found: (f"is {_short(found)}, more than {asked}", f"Give {asked} or less."),
    "exclusiveMinimum": lambda asked, found: (f"is {_short(found)}, not more than {asked}", f"Give more than {asked}."),
    "exclusiveMaximum": lambda asked, found: (f"is {_short(found)}, not less than {asked}", f"Give less than {asked}."),
    "multipleOf": lambda asked, found: (f"is {_short(found)}, no multiple of {asked}", f"Give a multiple of {asked}."),
    "enum": lambda asked, found: (f"cannot be {_short(found)}", f"Choose one of: {', '.join(map(_short, asked))}."),
    "const": lambda asked, found: (f"is {_short(found)}", f"It must be {_short(asked)}."),
    "minLength": lambda asked, found: ("is too short", f"Write {asked} characters or more."),
    "maxLength": lambda asked, found: ("is too long", f"Write {asked} characters or fewer."),
    "pattern": lambda asked, found: (f"is {_short(found)}, which has another form", f"It must match {asked}."),
    "minItems": lambda asked, found: ("has too few entries", f"Give {asked} or more."),
    "maxItems": lambda asked, found: ("has too many entries", f"Give {asked} or fewer."),
    "required": lambda asked, found: ("lacks something", f"It needs: {', '.join(asked)}."),
}


def in_words(name: str, error: Any) -> tuple[str, str]:
    """A finding of jsonschema as a sentence about `name` and a hint."""
    words = WORDS.get(str(error.validator))
    if words is None:
        return f"{name} does not fit the schema: {error.message.rstrip('.')}.", "Change it in the JSON."
    said, hint = words(error.validator_value, error.instance)
    return f"{name} {said}.", hint


def _types(asked: Any) -> str:
    listed = [asked] if isinstance(asked, str) else asked
    return " or ".join(TYPES.get(each, each) for each in listed)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:39]}…"
