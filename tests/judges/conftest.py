"""A server that speaks https on this machine, for each client that wants to sign in to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificate import a_certificate
from tests.judges.judge import served


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, and its key."""
    return a_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def address(certificate: tuple[Path, Path]) -> Iterator[str]:
    with served(certificate) as address:
        yield address
