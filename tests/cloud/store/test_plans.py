"""PostgreSQL answers each look from its index, whatever it guesses of a table that grows faster than it is analyzed."""

from uuid import uuid4

import pytest

from romekit.cloud.store.listener import NEWS
from romekit.cloud.store.postgres import TIMEOUTS, Postgres

psycopg = pytest.importorskip("psycopg")
pytestmark = pytest.mark.postgres

MANY = 200_000
FILL = """
    INSERT INTO romekit_events
    SELECT 's' || g %% 3, g / 3 + 1, g, gen_random_uuid(), repeat('x', 300) FROM generate_series(1, %s) AS g
"""


@pytest.fixture(scope="module")
def grown(cluster) -> str:
    """The address of a database whose events nobody has analyzed."""
    url = cluster.new_database()
    Postgres(url, "a database").close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE romekit_events SET (autovacuum_enabled = false)")
        connection.execute(FILL, (MANY,))
        connection.execute("UPDATE romekit_log SET length = %s", (MANY,))
    return url


def plan(url: str, **options: object) -> str:
    """What PostgreSQL would do to look for the news."""
    with psycopg.connect(url, autocommit=True, **options) as connection:
        rows = connection.execute(f"EXPLAIN {NEWS}", (MANY - 5, str(uuid4()), "{s0,s1}")).fetchall()
        return "\n".join(row[0] for row in rows)


def test_a_look_is_worth_no_processes_of_its_own_and_no_compiler(grown):
    left_alone = plan(grown)
    if "Gather" not in left_alone or "JIT" not in left_alone:
        pytest.skip("this PostgreSQL guesses otherwise, so there is nothing to hold it back from")
    ours = plan(grown, **TIMEOUTS)
    assert "Gather" not in ours
    assert "JIT" not in ours
    assert "romekit_events_position" in ours
