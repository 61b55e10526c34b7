"""What the calamities share."""

from collections.abc import Iterator

import pytest

from tests.chaos.numbers import Record
from tests.chaos.servers import OPEN
from tests.postgres import Cluster, running


@pytest.fixture
def record() -> Record:
    """Where a calamity says what came of it."""
    return Record()


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running() as found:
        yield found
