"""What the tests of the cloud share."""

import pytest

from tests.cloud.graph_client import Door


@pytest.fixture
def door():
    return Door()
