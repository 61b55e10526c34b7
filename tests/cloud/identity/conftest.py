"""What the tests of the identity provider share."""

import pytest

from tests.cloud.support import Cloud


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()
