"""The depth of JSON is counted, not tried out."""

import pytest

from romekit.core.json_depth import DEEPEST, check_depth


@pytest.mark.parametrize("text", ["", "[" * DEEPEST, '"' + "[" * 100 + '"', '"\\"' + "[" * 100 + '"', "[]" * 100])
def test_brackets_that_are_not_open_at_once_do_not_count(text):
    check_depth(text)


@pytest.mark.parametrize("text", ["[" * (DEEPEST + 1), '{"a":' * 100_000, "[" * 40 + "{" * 40])
def test_too_many_that_are_open_are_refused_with_the_limit(text):
    with pytest.raises(ValueError, match="more than 64 levels"):
        check_depth(text)
