"""What the tests of the classroom share."""

import pytest

from tests.cloud.a_class import AClass


@pytest.fixture
def a_class() -> AClass:
    return AClass()
