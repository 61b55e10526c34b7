"""A lab of one's own for each test."""

from collections.abc import Iterator

import pytest

from romekit.lab.lab import Lab


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    yield lab
    lab.close()
