"""What the tests of signing in share."""

import pytest

from tests.auth.wires import Provider


@pytest.fixture
def provider():
    return Provider()
