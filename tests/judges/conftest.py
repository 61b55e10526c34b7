"""One server that speaks https on this machine, for all clients that want to sign in to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificate import a_certificate
from tests.serving import serving


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, and its key."""
    return a_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def address(certificate: tuple[Path, Path]) -> Iterator[str]:
    """The server's address; whoever writes more than eight times in ten seconds is asked to wait."""
    file, key = certificate
    with serving("--tls-cert", str(file), "--tls-key", str(key), "--writes", "8", "--window", "10") as served:
        yield served
