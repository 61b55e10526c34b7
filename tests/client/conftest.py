"""The same test on both clients."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.client.services import Shells


@pytest.fixture(params=["Rome", "AsyncRome"])
def shells(request: pytest.FixtureRequest) -> Iterator[Shells]:
    """Makes clients: `shells.at(lab)`, `shells.of(service)`. Each test runs once with either kind."""
    if request.param == "Rome":
        yield Shells(None)
    else:
        with asyncio.Runner() as runner:
            yield Shells(runner.run)
