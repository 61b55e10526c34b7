"""How the tables of a store came to be: numbered steps, each taken once, in a transaction.

A step that was released is never changed; what comes later is a new step. A store with more steps than this romekit
knows belongs to a newer one and is refused, because what the newer one meant cannot be known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from romekit.cloud.store.contract import StoreRefused

#: One row is one step: the statements of it.
SQLITE: Final[tuple[tuple[str, ...], ...]] = (
    (
        # A stream's events lie together, in their order: opening a space reads one piece of the file.
        """CREATE TABLE events (
            stream TEXT NOT NULL, number INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY (stream, number)
        ) WITHOUT ROWID""",
        "CREATE TABLE streams (name TEXT PRIMARY KEY, length INTEGER NOT NULL) WITHOUT ROWID",
    ),
    (
        """CREATE TABLE snapshots (
            stream TEXT PRIMARY KEY, version TEXT NOT NULL, length INTEGER NOT NULL, written BLOB NOT NULL
        )""",
    ),
    ("DROP TABLE snapshots",),  # a cache that earlier versions kept
)

POSTGRES: Final[tuple[tuple[str, ...], ...]] = (
    (
        "CREATE TABLE romekit_log (one boolean PRIMARY KEY DEFAULT true CHECK (one), length bigint NOT NULL)",
        "INSERT INTO romekit_log (length) VALUES (0)",
        "CREATE TABLE romekit_streams (name text PRIMARY KEY, length bigint NOT NULL)",
        """CREATE TABLE romekit_events (
            stream text NOT NULL, number bigint NOT NULL, position bigint NOT NULL, writer uuid NOT NULL,
            line text NOT NULL, PRIMARY KEY (stream, number)
        )""",
        "CREATE UNIQUE INDEX romekit_events_position ON romekit_events (position)",
        # One statement appends a whole group, so that no server can vanish in the middle of one. The lock on the one
        # row of romekit_log puts all appends of all servers in one order without gaps, which is what reading on by
        # position needs. A stream that is not as long as it was thought to be is left alone for the rest of the group.
        """CREATE FUNCTION romekit_append(who uuid, streams text[], starts bigint[], counts int[], lines text[])
        RETURNS boolean[] LANGUAGE plpgsql AS $$
        DECLARE
            kept boolean[] := '{}';
            lost text[] := '{}';
            place bigint;
            known bigint;
            behind int := 0;
        BEGIN
            SELECT length INTO place FROM romekit_log FOR UPDATE;
            FOR each IN 1 .. cardinality(streams) LOOP
                SELECT length INTO known FROM romekit_streams WHERE name = streams[each];
                IF coalesce(known, 0) = starts[each] AND NOT streams[each] = ANY (lost) THEN
                    INSERT INTO romekit_events (stream, number, position, writer, line)
                        SELECT streams[each], starts[each] + n, place + n, who, lines[behind + n]
                        FROM generate_series(1, counts[each]) AS n;
                    INSERT INTO romekit_streams VALUES (streams[each], starts[each] + counts[each])
                        ON CONFLICT (name) DO UPDATE SET length = EXCLUDED.length;
                    place := place + counts[each];
                    kept := kept || true;
                ELSE
                    lost := lost || streams[each];
                    kept := kept || false;
                END IF;
                behind := behind + counts[each];
            END LOOP;
            UPDATE romekit_log SET length = place;
            IF true = ANY (kept) THEN
                PERFORM pg_notify('romekit', who::text);
            END IF;
            RETURN kept;
        END $$""",
    ),
    (
        """CREATE TABLE romekit_snapshots (
            stream text PRIMARY KEY, version text NOT NULL, length bigint NOT NULL, written bytea NOT NULL
        )""",
    ),
    ("DROP TABLE romekit_snapshots",),  # a cache that earlier versions kept
)


def steps_after(taken: int, steps: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    if taken > len(steps):
        raise StoreRefused(
            f"This store was made by a newer romekit: its tables are at step {taken}, this one knows {len(steps)}.",
            hint="Use the newer romekit, or another store.",
        )
    return steps[taken:]
