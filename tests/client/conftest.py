"""The same test on both clients."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from romekit.lab.lab import Lab
from tests.client.services import Shells


@pytest.fixture(params=["Rome", "AsyncRome"])
def shells(request: pytest.FixtureRequest) -> Iterator[Shells]:
    """Makes clients: `shells.at(lab)`, `shells.of(service)`. Each test runs once with either kind."""
    if request.param == "Rome":
        yield Shells(None)
    else:
        with asyncio.Runner() as runner:
            yield Shells(runner.run)


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture
def rome(shells: Shells, lab: Lab) -> Any:
    """A client in that lab."""
    return shells.at(lab)
