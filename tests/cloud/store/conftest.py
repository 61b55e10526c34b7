"""Stores to test: all three keep one contract."""

from collections.abc import Callable, Iterator

import pytest

from romekit.cloud.store.contract import Memory, Store
from romekit.cloud.store.sqlite import SQLite
from tests.postgres import Cluster, running

Open = Callable[[], Store]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running() as found:
        yield found


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def durable(request: pytest.FixtureRequest) -> str:
    """The kinds of store that are still there tomorrow."""
    return request.param


@pytest.fixture
def opening(request: pytest.FixtureRequest, tmp_path) -> Iterator[Callable[[str], Open]]:
    """For a kind of store: how to open one and the same again and again. All of them are closed in the end."""
    opened: list[Store] = []

    def kept(store: Store) -> Store:
        opened.append(store)
        return store

    def how(kind: str) -> Open:
        if kind == "memory":
            memory = Memory()
            return lambda: memory
        if kind == "sqlite":
            return lambda: kept(SQLite(tmp_path / "rome.db"))
        from romekit.cloud.store.postgres import Postgres

        url = request.getfixturevalue("cluster").new_database()
        return lambda: kept(Postgres(url, "a test"))

    yield how
    for store in opened:
        store.close()


@pytest.fixture
def store(kind, opening) -> Store:
    return opening(kind)()
