"""A server that speaks https on this machine, for each client that wants to sign in to it."""

import re
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from tests.judges.judge import TRUST, served
from tests.serving import DIRECT, ROMEKIT


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate that `romekit serve --tls` makes and keeps, as its line names it to each kind of client."""
    environment = DIRECT | {"XDG_DATA_HOME": str(tmp_path_factory.mktemp("data"))}
    line = [ROMEKIT, "serve", "--tls", "--port", "0", "--store", "memory"]
    with Popen(line, stdout=PIPE, text=True, env=environment) as server:
        assert server.stdout is not None
        named = dict(re.findall(r"(\w+)=(\S+)", server.stdout.readline()))
        server.terminate()
    assert set(named) == set(TRUST)
    (file,) = set(named.values())
    return Path(file)


@pytest.fixture(scope="module")
def address(certificate: Path) -> Iterator[str]:
    with served(certificate) as address:
        yield address
